package parse

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// newProse is ready for the text of the innermost open element, in the form
// that its tag declares.
func (m *mender) newProse(t token) *prose {
	f := m.top()
	p := &prose{block: !strings.HasSuffix(f.name, "title")}
	kind, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(t.attr("type"))), ";")
	mode := strings.ToLower(t.attr("mode")) // Atom 0.3
	p.base64 = mode == "base64"
	isAtom := m.language == atomXML && !strings.Contains(f.name, ":") || strings.HasPrefix(f.name, "at")
	_, local := cutName(strings.ToLower(t.name))
	switch {
	case f.name == "content:encoded" && local == "encoded":
		p.form = escaped
	case f.name == "content:encoded" && strings.Contains(t.name, ":"): // XHTML
		p.form = inline
	case kind == "html" || kind == "text/html":
		if p.form = escaped; mode == "xml" {
			p.form = inline
		}
	case !isAtom && kind != "plain":
		p.form = unsaid
	case kind == "xhtml" || kind == "application/xhtml+xml":
		if p.form = inline; mode == "escaped" {
			p.form = escaped
		}
	case kind == "" || kind == "plain" || strings.HasPrefix(kind, "text"):
		p.form = plain
	default:
		p.form = foreign
		if t.attr("src") != "" { // it stands elsewhere
			break
		}
		m.w.add("a %s of type %s at byte %d is left out", f.name, kind, t.offset)
	}
	return p
}

// endValue writes the value of an element that holds one.
func (m *mender) endValue(f *frame) {
	value := strings.TrimSpace(string(m.value))
	m.value = m.value[:0]
	switch {
	case f.holds == address:
		value = m.resolved(f.base, value)
	case f.holds == moment:
		value = m.date(value)
	case f.name == "id" && len(m.stack) > 1:
		m.noteID(m.stack[len(m.stack)-2], value)
	case f.name == "link" && value != "" && !bytes.Contains(m.out.xml[f.begun:], []byte(" href=")): // of Atom, written as RSS does
		m.out.xml = append(m.out.xml[:len(m.out.xml)-1], ` href="`...)
		m.out.xml = append(appendEscaped(m.out.xml, m.resolved(f.base, value)), `">`...)
		return
	}
	m.out.xml = appendEscaped(m.out.xml, value)
}

// noteID notes what the id in that element is.
func (m *mender) noteID(in frame, id string) {
	switch {
	case in.holds == outer:
		m.out.note.id = id
	case in.holds == item:
		m.out.items[len(m.out.items)-1].id = id
	case in.name == "source":
		m.out.items[len(m.out.items)-1].sourceID = id
	}
}

// date is a date as RFC 3339 has it; nothing, with a warning, for one that
// cannot be read.
func (m *mender) date(value string) string {
	if value == "" {
		return ""
	}
	t, ok := readDate(value)
	switch {
	case ok:
		return t.Format(time.RFC3339Nano)
	case m.inside(item):
		m.w.add("item %d: the date %.50q cannot be read", len(m.out.items), value)
	default:
		m.w.add("the feed's date %.50q cannot be read", value)
	}
	return ""
}

// inside reports whether an element of that kind is open.
func (m *mender) inside(h holds) bool {
	return slices.ContainsFunc(m.stack, func(f frame) bool { return f.holds == h })
}

// markup opens an element within a text. It is not looked into.
func (m *mender) markup(t token) {
	closed := t.empty
	if m.prose != nil {
		closed = closed || isVoid(strings.ToLower(localName(t.name)))
		m.prose.start(t, closed)
	} else {
		m.value = append(m.value, ' ')
	}
	if !closed {
		m.stack = append(m.stack, frame{tag: t.name, leaf: true})
	}
}

func (m *mender) text(t token) {
	switch top := m.top(); {
	case top == nil || !top.leaf:
	case m.prose != nil:
		m.prose.text(m.cutText(t))
	default:
		m.value = append(m.value, m.cutText(t)...)
	}
}

// cutText is as much of a token's text as the open element may still have.
func (m *mender) cutText(t token) []byte {
	n := m.room()
	if len(t.text) <= n {
		return t.text
	}
	m.long.at(t.offset)
	for n > 0 && !utf8.RuneStart(t.text[n]) {
		n--
	}
	return t.text[:n]
}

// room is how many bytes more the open element may have.
func (m *mender) room() int {
	switch {
	case m.prose == nil:
		return max(0, maxLine-len(m.value))
	case m.prose.block:
		return max(0, maxProse-len(m.prose.out))
	}
	return max(0, maxLine-len(m.prose.out))
}

// maxResolved is how many bytes the references of a feed may become together
// by what xml:base puts before them.
const maxResolved = 8 << 20

// resolved is a reference relative to the xml:base it stands in, as it is when
// there is none.
func (m *mender) resolved(base *url.URL, ref string) string {
	if base == nil || ref == "" || len(ref) > maxURL || m.grown > maxResolved {
		return ref
	}
	u := parseURL(ref)
	if u == nil || u.IsAbs() {
		return ref
	}
	address := base.ResolveReference(u).String()
	m.grown += len(address)
	return address
}

// appendEscaped appends s with its markup escaped.
func appendEscaped(dst []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&quot;"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
