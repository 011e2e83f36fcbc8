package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// jsonMender writes a JSON document anew as gofeed can read it: every value in
// the shape that the format gives it, and none that we do not read. Its depth
// is that of the shapes; what lies deeper is passed over.
type jsonMender struct {
	in    []byte
	pos   int
	out   []byte
	aside []byte // members of an object of their own
	items int
	err   error // what ended the reading
	w     *warnings

	members int // of all lists, so far

	dropped                              int
	shapes, controls, commas, long, many tally
}

var errCut = errors.New("the feed is cut off")

// mendJSON is the object in data as gofeed can read it. The error is that of a
// document that ends before the first item does.
func mendJSON(data []byte, w *warnings) (feed []byte, beside aside, err error) {
	m := jsonMender{in: data, out: make([]byte, 0, len(data)), aside: []byte("{"), w: w}
	m.value(jsonRoot)
	if m.err != nil {
		if m.items == 0 {
			return nil, beside, fmt.Errorf("byte %d: %w", m.pos, m.err)
		}
		w.add("%v at byte %d: only what stands before is read", m.err, m.pos)
	}
	m.shapes.report(w, "a value that is not what JSON Feed wants there", "values that are not what JSON Feed wants there")
	m.controls.report(w, "a control character in a text", "control characters in texts")
	m.commas.report(w, "a comma too many", "commas too many")
	m.long.report(w, "a text is cut that is too long", "texts are cut that are too long")
	m.many.report(w, "a member of a list beyond what a feed may have is left out", "members of lists beyond what a feed may have are left out")
	if m.dropped > 0 {
		w.add("%d items beyond the first %d are left out", m.dropped, maxItems)
	}
	err = json.Unmarshal(append(m.aside, '}'), &beside)
	return m.out, beside, err
}

// value writes the value at hand in that shape: null when it has another. It
// reports false when the document ends first, or is no JSON.
func (m *jsonMender) value(s *shape) bool {
	c := m.peek()
	switch {
	case c == 0:
		return false
	case s.kind == jsonList && c == '[':
		return m.list(s)
	case s.kind == jsonObject && c == '{':
		return m.object(s)
	case s.kind == jsonList && c != 'n':
		m.out = append(m.out, '[')
		ok := m.value(s.of)
		m.out = append(m.out, ']')
		return ok
	case c == '"' && s.kind == jsonText:
		return m.text(s)
	case c == '"' && s.bare != "":
		m.out = append(append(append(m.out, `{"`...), s.bare...), `":`...)
		ok := m.text(aText)
		m.out = append(m.out, '}')
		return ok
	}
	return m.scalar(s)
}

// scalar writes a value that is no list and no object: numbers and texts where
// either was meant as they are, everything else as null.
func (m *jsonMender) scalar(s *shape) bool {
	start := m.pos
	if !m.skip() {
		return false
	}
	raw := m.in[start:m.pos]
	isNumber := raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9'
	isTruth := raw[0] == 't' || raw[0] == 'f'
	switch {
	case (raw[0] != '"' && raw[0] != '[' && raw[0] != '{') && !json.Valid(raw):
		return m.fail(start, fmt.Errorf("%.20q is no JSON", raw))
	case s.kind == jsonText && isNumber && len(raw) > maxLine:
		m.long.at(start)
		m.out = append(m.out, "null"...)
	case s.kind == jsonText && isNumber, s == anID && isTruth: // JSON Feed 1.1: an id of another type is made a text
		m.out = append(append(append(m.out, '"'), raw...), '"')
	case s.kind == jsonNumber && (isNumber || raw[0] == '"' && json.Valid(raw)), s.kind == jsonTruth && isTruth:
		m.out = append(m.out, raw...)
	default:
		if raw[0] != 'n' {
			m.shapes.at(start)
		}
		m.out = append(m.out, "null"...)
	}
	return true
}

// object writes the members that the shape has.
func (m *jsonMender) object(s *shape) bool {
	m.pos++
	m.out = append(m.out, '{')
	defer func() { m.out = append(m.out, '}') }()
	for first := true; ; first = false {
		if more, ok := m.more('}', first); !more {
			return ok
		}
		before := len(m.out)
		key, ok := m.key()
		if !ok {
			return false
		}
		of := s.members[key]
		if of == nil {
			if m.peek() == 0 || !m.skip() {
				return false
			}
			continue
		}
		if m.out[before-1] != '{' {
			m.out = append(m.out, ',')
		}
		m.out = append(append(append(m.out, '"'), key...), `":`...)
		ok = m.value(of)
		if s == jsonRoot && (of == hubs || of == dateline) {
			m.setAside(before)
		} else if !ok && of.kind != jsonList {
			m.out = m.out[:before]
		}
		if !ok {
			return false
		}
	}
}

// setAside takes the member that was written last out of the feed.
func (m *jsonMender) setAside(before int) {
	member := bytes.TrimPrefix(m.out[before:], []byte(","))
	if len(m.aside) > 1 {
		m.aside = append(m.aside, ',')
	}
	m.aside = append(m.aside, member...)
	m.out = m.out[:before]
}

// list writes the members of a list, but those that are null or, when the
// document ends, not whole.
func (m *jsonMender) list(s *shape) bool {
	m.pos++
	m.out = append(m.out, '[')
	defer func() { m.out = append(m.out, ']') }()
	isItems := s.of == jsonItem
	for first := true; ; first = false {
		if more, ok := m.more(']', first); !more {
			return ok
		}
		if m.isFull(isItems) {
			if m.peek() == 0 || !m.skip() {
				return false
			}
			continue
		}
		m.members++
		before := len(m.out)
		if m.out[before-1] != '[' {
			m.out = append(m.out, ',')
		}
		start := len(m.out)
		ok := m.value(s.of)
		if !ok || string(m.out[start:]) == "null" {
			m.out = m.out[:before]
		} else if isItems {
			m.items++
		}
		if !ok {
			return false
		}
	}
}

// isFull reports whether the feed may have no more members of lists, and
// counts what is left out.
func (m *jsonMender) isFull(items bool) bool {
	switch {
	case items && m.items == maxItems:
		m.dropped++
	case m.members >= maxElements:
		m.many.at(m.pos)
	default:
		return false
	}
	return true
}

// more goes on to the next member, which is the first, or behind the end; ok
// is false when there is neither.
func (m *jsonMender) more(end byte, first bool) (more, ok bool) {
	c := m.peek()
	if c == ',' && !first {
		m.pos++
		if c = m.peek(); c == end {
			m.commas.at(m.pos)
		}
	} else if c != end && c != 0 && !first {
		return false, m.fail(m.pos, fmt.Errorf("a comma is missing before %q", c))
	}
	switch c {
	case 0:
		return false, false
	case end:
		m.pos++
		return false, true
	}
	return true, true
}

// key is the name of the member at hand.
func (m *jsonMender) key() (string, bool) {
	if m.peek() != '"' {
		return "", m.fail(m.pos, errors.New("the name of a member is missing"))
	}
	start := m.pos
	if !m.skip() {
		return "", false
	}
	var key string
	if err := json.Unmarshal(m.in[start:m.pos], &key); err != nil {
		key = "" // none that we read
	}
	if m.peek() != ':' {
		if m.err == nil {
			m.fail(m.pos, errors.New("a colon is missing"))
		}
		return "", false
	}
	m.pos++
	return key, true
}

// peek is the byte at hand, behind white space; 0 with an error at the end.
func (m *jsonMender) peek() byte {
	for m.pos < len(m.in) {
		if c := m.in[m.pos]; !isSpace(c) && c != 0 {
			return c
		}
		m.pos++
	}
	m.fail(m.pos, errCut)
	return 0
}

func (m *jsonMender) fail(at int, err error) bool {
	if m.err == nil {
		m.err, m.pos = err, at
	}
	return false
}
