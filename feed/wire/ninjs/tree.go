package ninjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"dateline/feed/clean"
	"dateline/store"
)

// value is a value of JSON that knows where it stands.
type value struct {
	kind     kind
	text     string   // of a string or a number
	names    []string // of an object, each once
	members  []*value // of an object, or the elements of an array
	parent   *value   // nil for the document
	name     string   // in an object
	position int      // in an array
}

type kind byte

const (
	isNull kind = iota
	isBoolean
	isNumber
	isString
	isArray
	isObject
)

// whole is the field of a fault of the document as a whole.
const whole = "article"

// path is where the value stands, such as "headlines[0].value".
func (v *value) path() string {
	switch {
	case v.parent == nil:
		return ""
	case v.parent.kind == isArray:
		return v.parent.path() + "[" + strconv.Itoa(v.position) + "]"
	}
	return v.parent.below(v.name)
}

// below is the path of a member.
func (v *value) below(name string) string {
	if name == "" {
		name = `""` // JSON allows it, and a fault has to stand somewhere
	}
	if path := v.path(); path != "" {
		return path + "." + name
	}
	return name
}

// get is the member of that name, nil when there is none. It may be asked of
// nil.
func (v *value) get(name string) *value {
	if v != nil {
		for i, n := range v.names {
			if n == name {
				return v.members[i]
			}
		}
	}
	return nil
}

// string is the text of the member of that name; empty when there is none.
func (v *value) string(name string) string {
	if m := v.get(name); m != nil && m.kind == isString {
		return m.text
	}
	return ""
}

// list is the elements of the array of that name.
func (v *value) list(name string) []*value {
	if m := v.get(name); m != nil && m.kind == isArray {
		return m.members
	}
	return nil
}

// maxDepth is how deep a document may be nested: far deeper than pictures of
// related items of an item.
const maxDepth = 64

// parse reads one JSON object. A fault of its syntax is the only one that it
// gives; members that are there twice are faults beside the object.
func parse(data []byte) (*value, []store.Fault) {
	if !utf8.Valid(data) { // RFC 8259 §8.1
		return nil, []store.Fault{{Field: whole, Detail: "is not UTF-8, in which JSON has to be"}}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	p := parser{data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	p.decoder.UseNumber()
	doc, err := p.value(nil, 0)
	if err == nil {
		err = p.end()
	}
	if err == nil && doc.kind != isObject {
		err = errors.New("must be a JSON object: file one item at a time")
	}
	if err != nil {
		return nil, []store.Fault{{Field: whole, Detail: err.Error()}}
	}
	return doc, p.faults
}

type parser struct {
	data    []byte
	decoder *json.Decoder
	faults  []store.Fault
}

// end fails when something follows the document.
func (p *parser) end() error {
	if _, err := p.decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("is followed by something else: file one item at a time")
	}
	return nil
}

// token is the next token of JSON, and whether half of a character stands in
// it.
func (p *parser) token() (t json.Token, half bool, err error) {
	begin := p.decoder.InputOffset()
	if t, err = p.decoder.Token(); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it ends in the middle")
		}
		return nil, false, fmt.Errorf("is not valid JSON near byte %d: %w", p.decoder.InputOffset(), err)
	}
	_, isText := t.(string)
	return t, isText && clean.HasHalf(p.data[begin:p.decoder.InputOffset()]), nil
}

func (p *parser) value(parent *value, depth int) (*value, error) {
	t, half, err := p.token()
	if err != nil {
		return nil, err
	}
	v := &value{parent: parent}
	if parent != nil {
		v.position = len(parent.members)
		if parent.kind == isObject {
			v.name = parent.names[len(parent.names)-1]
		}
	}
	switch t := t.(type) {
	case nil:
	case bool:
		v.kind = isBoolean
	case json.Number:
		v.kind, v.text = isNumber, t.String()
	case string:
		if v.kind, v.text = isString, t; half {
			p.fault(v.path(), `has half of a character: a \ud800 to \udfff without its other half`)
		}
	case json.Delim:
		if depth == maxDepth {
			return nil, fmt.Errorf("is nested deeper than %d levels near byte %d", maxDepth, p.decoder.InputOffset())
		}
		if v.kind = isArray; t == '{' {
			v.kind = isObject
		}
		err = p.members(v, depth)
	}
	return v, err
}

func (p *parser) members(v *value, depth int) error {
	known := map[string]bool{}
	for p.decoder.More() {
		twice := false
		if v.kind == isObject {
			t, _, err := p.token()
			if err != nil {
				return err
			}
			name := t.(string)
			v.names = append(v.names, name)
			twice, known[name] = known[name], true
		}
		m, err := p.value(v, depth+1)
		switch {
		case err != nil:
			return err
		case twice:
			p.fault(m.path(), "is there twice")
			v.names = v.names[:len(v.names)-1]
		default:
			v.members = append(v.members, m)
		}
	}
	_, _, err := p.token()
	return err
}

func (p *parser) fault(field, detail string) {
	p.faults = append(p.faults, store.Fault{Field: field, Detail: detail})
}
