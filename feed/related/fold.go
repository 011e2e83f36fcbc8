package related

import (
	"strings"
	"unicode"
)

// Letters of these blocks without their accents and in lower case. A dot
// stands for one that has no accent, or that two letters replace.
const (
	latin = "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y" + // U+00C0
		"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkklllllll" + // U+0100
		"lllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs" + // U+0140
		".......................i........oo.............uu....zz........." + // U+0180
		".............aaiioouuuuuuuuuu.aaaa..ggggkkoooo..j...gg..nnaa...." + // U+01C0
		"aaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooooooooyy" // U+0200
	additional = "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm" + // U+1E00
		"mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv" + // U+1E40
		"wwwwwwwwwwxxxxyyzzzzzzhtwyasss..aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee" + // U+1E80
		"eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyyllvvyy" // U+1EC0
)

// fold is a word as words are compared: in lower case, Latin without accents,
// Arabic without vowel signs and with one form of alef, ya and ta, Russian
// without the dots of ё. Writers leave all of these out as they please.
func fold(word string) string {
	var b strings.Builder
	b.Grow(len(word))
	for _, r := range word {
		foldRune(&b, r)
	}
	return b.String()
}

func foldRune(b *strings.Builder, r rune) {
	switch {
	case r < 0x80:
		b.WriteByte(lowerASCII(byte(r)))
	case r < 0xc0:
		b.WriteRune(r)
	case int(r-0xc0) < len(latin):
		foldLatin(b, r, latin[r-0xc0])
	case r >= 0x1e00 && int(r-0x1e00) < len(additional):
		foldLatin(b, r, additional[r-0x1e00])
	case r >= 0x300 && r <= 0x36f: // accents that stand after their letter
	case r == 'ё' || r == 'Ё':
		b.WriteRune('е')
	case r == 'ـ', r >= 0x64b && r <= 0x65f, unicode.Is(unicode.Arabic, r): // the first are in no one script
		foldArabic(b, r)
	default:
		b.WriteRune(unicode.ToLower(r))
	}
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func foldLatin(b *strings.Builder, r rune, plain byte) {
	if plain != '.' {
		b.WriteByte(plain)
		return
	}
	switch r = unicode.ToLower(r); r {
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'þ':
		b.WriteString("th")
	case 'ß': // and U+1E9E, its capital
		b.WriteString("ss")
	case 'ĳ':
		b.WriteString("ij")
	default:
		b.WriteRune(r)
	}
}

func foldArabic(b *strings.Builder, r rune) {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		r = 'ا'
	case 'ى':
		r = 'ي'
	case 'ة':
		r = 'ه'
	case 'ـ': // only makes a word longer
		return
	}
	if !unicode.IsMark(r) {
		b.WriteRune(r)
	}
}
