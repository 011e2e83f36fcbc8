package parse

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"

	"dateline/store"
)

// legal is src, which stands at that offset, with only the characters that
// XML 1.0 §2.2 allows, lines that end in LF, and entities resolved if they are
// to be.
func (l *lexer) legal(src []byte, at int, entities bool) []byte {
	var dst []byte
	kept := 0 // what of src is in dst already
	for i := 0; i < len(src); {
		n, text := 0, "" // how many bytes from i stand for what
		switch c := src[i]; {
		case c == '&' && entities:
			text, n = l.entity(src[i:], at+i)
		case c == '\r':
			text, n = "\n", 1
			if i+1 < len(src) && src[i+1] == '\n' {
				n = 2
			}
		case c < ' ' && c != '\t' && c != '\n':
			l.controls.at(at + i)
			n = 1
		case c == 0xEF && i+2 < len(src) && src[i+1] == 0xBF && src[i+2] >= 0xBE: // U+FFFE, U+FFFF
			l.controls.at(at + i)
			n = 3
		default:
			i++
			continue
		}
		dst = append(append(dst, src[kept:i]...), text...)
		i += n
		kept = i
	}
	if kept == 0 {
		return src
	}
	return append(dst, src[kept:]...)
}

// maxEntity is the length of the longest entity of HTML, with its ampersand
// and semicolon.
const maxEntity = 34

// entity is the text that the reference at the beginning of src stands for and
// how long that is. An ampersand that begins none stands for itself.
func (l *lexer) entity(src []byte, at int) (text string, n int) {
	end := bytes.IndexByte(src[:min(len(src), maxEntity)], ';')
	if end < 2 {
		l.ampersands.at(at)
		return "&", 1
	}
	switch name := string(src[1:end]); name {
	case "amp":
		return "&", end + 1
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "quot":
		return `"`, end + 1
	case "apos":
		return "'", end + 1
	default:
		if name[0] == '#' {
			if r, ok := codePoint(name[1:]); ok && store.IsLegalRune(r) {
				return string(r), end + 1
			} else if ok {
				l.controls.at(at)
				return "", end + 1
			}
		} else if text, ok := namedEntity(name); ok {
			l.entities.at(at)
			return text, end + 1
		}
	}
	l.ampersands.at(at)
	return "&", 1
}

// codePoint is the character with that number, decimal or with an x before it
// hexadecimal.
func codePoint(digits string) (r rune, ok bool) {
	base := 10
	if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	return rune(n), true
}

// namedEntity is what the entity of HTML with that name stands for.
func namedEntity(name string) (text string, ok bool) {
	text = html.UnescapeString("&" + name + ";")
	// Some old entities need no semicolon: &copy2; is © and "2;" there.
	return text, text[len(text)-1] != ';' || name == "semi"
}
