package parse

import (
	"bytes"
	"strings"
)

// lexer cuts UTF-8 text into the tokens of XML. It never fails: what is no
// markup is text, a DOCTYPE and comments are passed over, what the end cuts
// off sets truncated. It reads every byte a bounded number of times.
type lexer struct {
	in        []byte
	pos       int
	attrs     []attribute // of the last tag
	truncated bool

	// What was wrong.
	ampersands, entities, controls, brackets tally
	declares                                 int // how many entities a DOCTYPE declares
}

type tokenKind int

const (
	eof tokenKind = iota
	startTag
	endTag
	charData
)

// token is one piece of a document. Its attributes are valid until the next.
type token struct {
	kind   tokenKind
	name   string // of a tag, with its prefix, as written
	attrs  []attribute
	empty  bool   // the tag is start and end in one
	text   []byte // legal characters, entities resolved
	offset int
}

type attribute struct{ name, value string }

// attr is the value of the attribute with that name in whatever case, "" when
// there is none.
func (t token) attr(name string) string {
	for _, a := range t.attrs {
		if strings.EqualFold(a.name, name) {
			return a.value
		}
	}
	return ""
}

// maxAttributes is how many attributes of a tag are kept.
const maxAttributes = 64

func (l *lexer) next() token {
	for l.pos < len(l.in) {
		at := l.pos
		rest := l.in[at:]
		switch {
		case rest[0] != '<':
			return l.charData(at, at+1)
		case bytes.HasPrefix(rest, []byte("<!--")):
			l.pass(rest[4:], "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			l.pass(rest[9:], "]]>")
			text := bytes.TrimSuffix(l.in[at+9:l.pos], []byte("]]>"))
			return token{kind: charData, text: l.legal(text, at+9, false), offset: at}
		case bytes.HasPrefix(rest, []byte("<?")):
			// Not the full end: a declaration that lacks its question mark
			// must not take the feed with it.
			l.pass(rest[2:], ">")
		case bytes.HasPrefix(rest, []byte("<!")):
			l.directive()
		default:
			t, end := l.tag()
			if t.kind != eof {
				return t
			}
			if !l.truncated {
				l.brackets.at(at)
				return l.charData(at, end)
			}
		}
	}
	return token{kind: eof, offset: len(l.in)}
}

// pass goes on behind the next end in rest, which is where the input is at,
// or to the end of the input.
func (l *lexer) pass(rest []byte, end string) {
	i := bytes.Index(rest, []byte(end))
	if i < 0 {
		l.pos, l.truncated = len(l.in), true
		return
	}
	l.pos = len(l.in) - len(rest) + i + len(end)
}

// directive passes over a DOCTYPE with its internal subset. What it declares
// is only counted.
func (l *lexer) directive() {
	start, depth := l.pos, 0
	for i := l.pos + 2; i < len(l.in); i++ {
		switch c := l.in[i]; c {
		case '<':
			if bytes.HasPrefix(l.in[i:], []byte("<!--")) {
				if l.pass(l.in[i+4:], "-->"); l.truncated {
					return
				}
				i = l.pos - 1
			}
		case '[':
			depth++
		case ']':
			depth--
		case '"', '\'':
			n := bytes.IndexByte(l.in[i+1:], c)
			if n < 0 {
				l.pos, l.truncated = len(l.in), true
				return
			}
			i += n + 1
		case '>':
			if depth <= 0 {
				l.pos = i + 1
				l.declares += bytes.Count(l.in[start:l.pos], []byte("<!ENTITY"))
				return
			}
		}
	}
	l.pos, l.truncated = len(l.in), true
}

// charData is the text from at, which is text at least up to end, to the next
// tag.
func (l *lexer) charData(at, end int) token {
	l.pos = len(l.in)
	if i := bytes.IndexByte(l.in[end:], '<'); i >= 0 {
		l.pos = end + i
	}
	return token{kind: charData, text: l.legal(l.in[at:l.pos], at, true), offset: at}
}

// tag reads the tag at the input's place. The token is none when there is no
// tag; what stands before end is then text, and the input stays where it is.
func (l *lexer) tag() (t token, end int) {
	t = token{kind: startTag, offset: l.pos}
	i := l.pos + 1
	if i < len(l.in) && l.in[i] == '/' {
		t.kind = endTag
		i++
	}
	end = i
	for end < len(l.in) && isName(l.in[end]) {
		end++
	}
	if end == len(l.in) {
		l.pos, l.truncated = len(l.in), true
		return token{}, end
	}
	if end == i || !isNameStart(l.in[i]) {
		return token{}, end
	}
	t.name = string(l.in[i:end])
	l.attrs = l.attrs[:0]
	for i = end; i < len(l.in); {
		switch c := l.in[i]; {
		case c == '>':
			t.attrs, l.pos = l.attrs, i+1
			return t, l.pos
		case c == '<': // the bracket before was no tag
			return token{}, i
		case c == '/':
			t.empty = i+1 < len(l.in) && l.in[i+1] == '>'
			i++
		case isName(c):
			i = l.attribute(i)
		default:
			i++
		}
	}
	l.pos, l.truncated = len(l.in), true
	return token{}, l.pos
}

// attribute reads the attribute at i and is the place behind it. Values
// without quotes and attributes without a value are taken as HTML takes them.
func (l *lexer) attribute(i int) int {
	end := i
	for end < len(l.in) && isName(l.in[end]) {
		end++
	}
	name := string(l.in[i:end])
	i = l.space(end)
	if i == len(l.in) || l.in[i] != '=' {
		l.keep(name, nil, end)
		return end
	}
	i = l.space(i + 1)
	if i == len(l.in) {
		return i
	}
	if quote := l.in[i]; quote == '"' || quote == '\'' {
		n := bytes.IndexByte(l.in[i+1:], quote)
		if n < 0 { // the quote is missing: the tag's end must do
			if n = bytes.IndexByte(l.in[i+1:], '>'); n < 0 {
				return len(l.in)
			}
			l.keep(name, l.in[i+1:i+1+n], i)
			return i + 1 + n
		}
		l.keep(name, l.in[i+1:i+1+n], i)
		return i + 2 + n
	}
	end = i
	for end < len(l.in) && !isSpace(l.in[end]) && l.in[end] != '>' && l.in[end] != '<' {
		end++
	}
	l.keep(name, l.in[i:end], i)
	return end
}

func (l *lexer) keep(name string, raw []byte, at int) {
	if len(l.attrs) < maxAttributes {
		l.attrs = append(l.attrs, attribute{name, string(l.legal(raw, at, true))})
	}
}

func (l *lexer) space(i int) int {
	for i < len(l.in) && isSpace(l.in[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func isName(c byte) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}
