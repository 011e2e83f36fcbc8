package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"dateline/store"
)

// Text is s with only the characters that XML 1.0 §2.2 allows, in Unicode's
// normal form C, with lines that end in LF, and without space around it. Bytes
// that are no UTF-8 are taken for windows-1252, and so are the C1 control
// characters, which are hardly ever meant. The replacement character is dropped:
// what it stands for is lost.
func Text(s string) string {
	return strings.TrimSpace(norm.NFC.String(characters(s)))
}

// characters is s with legal characters and lines that end in LF. Markup is
// not normalised: a ">" may not merge with what follows it.
func characters(s string) string {
	if !anyOdd(s) { // nearly always
		return s
	}
	if !utf8.ValidString(s) {
		s = repair(s)
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r >= 0x80 && r <= 0x9f:
			return windows1252(byte(r))
		case isOdd(r):
			return -1
		}
		return r
	}, s)
}

// anyOdd reports whether any character of s is odd.
func anyOdd(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return strings.ContainsFunc(s[i:], isOdd)
		case c < ' ' && c != '\n' && c != '\t':
			return true
		}
	}
	return false
}

// isOdd reports whether characters has something to do about r, which is
// unicode.ReplacementChar for a byte that is no UTF-8.
func isOdd(r rune) bool {
	switch {
	case r >= ' ' && r < 0x80, r == '\n', r == '\t':
		return false
	case r < 0xa0: // the C1 control characters among them, and CR
		return true
	}
	return r == '\uFEFF' || r == unicode.ReplacementChar || !store.IsLegalRune(r)
}

// Line is Text on one line, fit for a headline or a name: runs of space become
// one space, and characters that cannot be seen but change what is (zero-width
// and bidirectional controls) are dropped. Joiners stay, which some scripts
// are written with.
func Line(s string) string {
	s = strings.TrimSpace(characters(s))
	if !isLine(s) {
		s = joined(s)
	}
	// What stood on both sides of a dropped character may now be one.
	return norm.NFC.String(s)
}

// isLine reports whether Line has nothing to join or to drop in s.
func isLine(s string) bool {
	var last rune
	for _, r := range s {
		if r == ' ' && last == ' ' || r != ' ' && (unicode.IsSpace(r) || isHidden(r)) {
			return false
		}
		last = r
	}
	return true
}

// joined is s without what cannot be seen, its words divided by one space.
func joined(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case isHidden(r):
			continue
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case space:
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isHidden reports whether r cannot be seen and changes what is.
func isHidden(r rune) bool {
	return r >= 0x80 && r != '\u200c' && r != '\u200d' && unicode.Is(unicode.Cf, r)
}

// repair reads the bytes of s that are no UTF-8 as windows-1252.
func repair(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n <= 1 {
			r = windows1252(s[i])
		}
		if r >= 0 {
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// windows1252 is the character of a byte of that encoding; -1 where it has
// none.
func windows1252(c byte) rune {
	if r := charmap.Windows1252.DecodeByte(c); r != utf8.RuneError && (r < 0x80 || r > 0x9f) {
		return r
	}
	return -1
}

// Excerpt is the beginning of a plain text on one line, cut between words, at
// most limit characters long with the ellipsis that marks a cut. It ends with
// a sentence when one ends in its second half.
func Excerpt(text string, limit int) string {
	text = Line(text)
	runes := make([]rune, 0, min(limit+1, len(text))) // of which the last says that there is more
	for _, r := range text {
		if runes = append(runes, r); len(runes) > limit {
			break
		}
	}
	if len(runes) <= limit {
		return text
	}
	for i := limit - 1; i >= limit/2; i-- {
		if strings.ContainsRune(".!?", runes[i-1]) && runes[i] == ' ' {
			return string(runes[:i])
		}
	}
	cut := limit - 1
	for i := cut; i > limit/2; i-- {
		if runes[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRight(string(runes[:cut]), " ,;:–—-") + "…"
}

// maxSlug is the length of the longest slug, in characters; the store allows
// more.
const maxSlug = 80

// Slug is the readable end of an address made from a headline: its letters and
// digits in lower case, without the accents of Latin letters, joined by
// hyphens and cut between words. A headline without any gives "article".
func Slug(headline string) string {
	headline = headline[:min(len(headline), 4*store.MaxLine)] // longer than any slug
	latin := false                                            // the letter before belongs to that script
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 0x300 && r <= 0x36f && latin: // a combining accent
			return -1
		case r == '\'' || r == '’' || r == '‘': // Kazakhstan's is one word
			return -1
		}
		if !unicode.IsMark(r) {
			latin = unicode.Is(unicode.Latin, r)
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(headline))
	words := strings.FieldsFunc(norm.NFC.String(plain), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	slug := ""
	for _, word := range words {
		next := slug + "-" + word
		if slug == "" {
			next = word
		}
		if isLong(next) {
			break
		}
		slug = next
	}
	switch {
	case slug != "":
		return slug
	case len(words) > 0: // one endless word
		word := []rune(words[0])
		word = word[:min(len(word), maxSlug)]
		for isLong(string(word)) {
			word = word[:len(word)-1]
		}
		return string(word)
	}
	return "article"
}

// isLong reports whether a slug is longer than we make them, or than the store
// takes them.
func isLong(slug string) bool {
	return utf8.RuneCountInString(slug) > maxSlug || !store.IsSlug(slug)
}
