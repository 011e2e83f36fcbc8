package parse

import (
	"bytes"
	"errors"
	"unicode/utf16"
	"unicode/utf8"

	"dateline/store"
)

// skip passes over the value at hand, however deep.
func (m *jsonMender) skip() bool {
	for depth := 0; ; {
		c := m.peek()
		switch c {
		case 0:
			return false
		case '"':
			n := quotedLength(m.in[m.pos:])
			if n < 0 {
				m.pos = len(m.in)
				return m.fail(m.pos, errCut)
			}
			m.pos += n
		case '[', '{':
			depth++
			m.pos++
		case ']', '}':
			depth--
			m.pos++
		case ',', ':':
			if depth == 0 {
				return m.fail(m.pos, errors.New("a value is missing"))
			}
			m.pos++
		default:
			for m.pos++; m.pos < len(m.in) && !bytes.ContainsRune([]byte(" \t\r\n,:[]{}\""), rune(m.in[m.pos])); {
				m.pos++
			}
		}
		if depth <= 0 {
			if depth < 0 {
				m.pos--
				return m.fail(m.pos, errors.New("a value is missing"))
			}
			return true
		}
	}
}

// quotedLength is the length of the text at the beginning of b, its quotes
// included; -1 when it does not end.
func quotedLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// text writes the text at hand, with only the characters that XML 1.0 §2.2
// allows: gofeed does not look at those of JSON. A lone backslash is one. What
// is too long is cut.
func (m *jsonMender) text(s *shape) bool {
	n := quotedLength(m.in[m.pos:])
	if n < 0 {
		m.pos = len(m.in)
		return m.fail(m.pos, errCut)
	}
	raw := m.in[m.pos : m.pos+n]
	limit := maxLine
	if s.prose {
		limit = maxProse
	}
	m.out = append(m.out, '"')
	for i, end := 1, len(m.out)+limit; i < n-1; i++ {
		c := raw[i]
		if len(m.out) >= end && utf8.RuneStart(c) {
			m.long.at(m.pos)
			break
		}
		switch {
		case c == '\\':
			i += m.escape(raw[i:n-1], m.pos+i) - 1
		case c == '\n' || c == '\t':
			m.controls.at(m.pos + i)
			m.out = append(m.out, ' ')
		case c < ' ':
			m.controls.at(m.pos + i)
		default:
			m.out = append(m.out, c)
		}
	}
	m.out = append(m.out, '"')
	m.pos += n
	return true
}

// escape writes the escape at the beginning of b and is its length.
func (m *jsonMender) escape(b []byte, at int) int {
	if len(b) > 1 && bytes.IndexByte([]byte(`"\/bfnrt`), b[1]) >= 0 {
		if b[1] == 'b' || b[1] == 'f' {
			m.controls.at(at)
		} else {
			m.out = append(m.out, b[:2]...)
		}
		return 2
	}
	if r, ok := unicodeEscape(b); ok {
		n := 6
		if low, ok := unicodeEscape(b[6:]); ok && utf16.IsSurrogate(r) && utf16.DecodeRune(r, low) != 0xFFFD {
			r, n = utf16.DecodeRune(r, low), 12
		}
		if store.IsLegalRune(r) {
			m.out = append(m.out, b[:n]...)
		} else {
			m.controls.at(at)
		}
		return n
	}
	m.out = append(m.out, `\\`...)
	return 1
}

// unicodeEscape is the number of the escape \uXXXX at the beginning of b.
func unicodeEscape(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		if !isHex(c) {
			return 0, false
		}
		r <<= 4
		switch {
		case c <= '9':
			r |= rune(c - '0')
		default:
			r |= rune(c|0x20-'a') + 10
		}
	}
	return r, true
}
