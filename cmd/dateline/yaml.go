package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"dateline/feed"
)

// document is a YAML file that is decoded strictly: every fault in it is
// gathered, with the line and column of what is at fault.
type document struct {
	path    string
	parsed  bool // it is YAML; faults of meaning can be looked for
	places  map[string]*yaml.Node
	misread bool // it has keys or values that could not be taken
	faults  []fault
}

type fault struct {
	line, column int
	text         string
}

// err is all faults, a line each, in the order of the file.
func (d *document) err() error {
	if len(d.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(d.faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column), cmp.Compare(a.text, b.text))
	})
	var lines []string
	for _, f := range d.faults {
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", d.path, f.line, f.column, f.text))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// fault says what is wrong with the key, at its place or the nearest place
// above it that the file has.
func (d *document) fault(key, format string, args ...any) {
	if d.places[key] == nil && d.misread {
		return // what seems missing may be what was misspelt
	}
	at := key
	for at != "" && d.places[at] == nil {
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	line, column := 1, 1
	if n := d.places[at]; n != nil {
		line, column = n.Line, n.Column
	}
	d.faultAt(line, column, key, format, args...)
}

func (d *document) faultAt(line, column int, key, format string, args ...any) {
	d.faults = append(d.faults, fault{line, column, strings.TrimSpace(key + " " + fmt.Sprintf(format, args...))})
}

// decode reads the file into the struct that to points at. What the file does
// not name keeps its value.
func (d *document) decode(data []byte, to any) {
	d.places = map[string]*yaml.Node{}
	var root yaml.Node
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		d.faultAt(1, 1, "", "it is not UTF-8: save it as that")
		return
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		line, text := yamlError(err)
		if lines := strings.Split(string(data), "\n"); line <= len(lines) && strings.Contains(lines[line-1], "\t") {
			text += "; the line has a tab: YAML is indented with spaces"
		}
		d.faultAt(line, 1, "", "it is not YAML: %s", text)
		return
	}
	if len(root.Content) == 0 {
		d.faultAt(1, 1, "", "it is empty: a site needs at least `site` and `categories`")
		return
	}
	var second yaml.Node
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		d.faultAt(max(1, second.Line), 1, "", "a second document begins here: keep the configuration in one")
		return
	}
	d.parsed = true
	d.value("", root.Content[0], reflect.ValueOf(to).Elem())
	d.misread = len(d.faults) > 0
}

var yamlLine = regexp.MustCompile(`line (\d+)(?::\d+)?: `)

// yamlError is the line and the text of a syntax error, which the library
// gives as one text.
func yamlError(err error) (line int, text string) {
	text, _, _ = strings.Cut(err.Error(), "\n")
	text = strings.TrimPrefix(text, "yaml: ")
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1])
		text = strings.Replace(text, m[0], "", 1)
	}
	return max(line, 1), text
}

// tooLong is a duration that is well written and still cannot be taken.
var tooLong = regexp.MustCompile(`^\d{5,}(\.\d+)?(h|m|s|ms)$`)

// value decodes a node into a Go value by the kind of the value.
func (d *document) value(key string, n *yaml.Node, to reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	d.places[key] = n
	var must string
	switch kind := to.Kind(); {
	case to.Type() == reflect.TypeFor[time.Duration]():
		v, err := time.ParseDuration(n.Value)
		if err == nil && n.Kind == yaml.ScalarNode {
			to.SetInt(int64(v))
			return
		}
		if must = "must be a duration, such as 30s, 5m or 24h"; tooLong.MatchString(n.Value) {
			must = "is longer than any duration that is known here"
		}
	case kind == reflect.Struct:
		if n.Kind == yaml.MappingNode {
			d.mapping(key, n, to)
			return
		}
		must = "must be a mapping of keys"
	case kind == reflect.Map: // of texts by name
		if n.Kind == yaml.MappingNode {
			m := reflect.MakeMap(to.Type())
			for i := 0; i < len(n.Content); i += 2 {
				value := reflect.New(to.Type().Elem()).Elem()
				d.value(key+"."+n.Content[i].Value, n.Content[i+1], value)
				m.SetMapIndex(reflect.ValueOf(n.Content[i].Value), value)
			}
			to.Set(m)
			return
		}
		must = "must be a mapping of names"
	case kind == reflect.Slice:
		if n.Kind == yaml.SequenceNode {
			list := reflect.MakeSlice(to.Type(), len(n.Content), len(n.Content))
			for i, element := range n.Content {
				d.value(fmt.Sprintf("%s[%d]", key, i), element, list.Index(i))
			}
			to.Set(list)
			return
		}
		must = "must be a list"
	case n.Kind != yaml.ScalarNode:
		must = "must be a single value, not a list or a mapping"
	case n.Tag == "!!null":
		must = "has no value: give it one, or leave the key out"
	case kind == reflect.String:
		to.SetString(n.Value)
		return
	case kind == reflect.Int:
		v, err := strconv.Atoi(n.Value)
		if err == nil {
			to.SetInt(int64(v))
			return
		}
		must = "must be a whole number"
	case kind == reflect.Bool:
		if n.Tag == "!!bool" {
			to.SetBool(strings.EqualFold(n.Value, "true"))
			return
		}
		must = "must be true or false"
	default:
		panic("config: no way to decode " + to.Type().String())
	}
	d.faultAt(n.Line, n.Column, key, "%s", must)
}

// mapping decodes the keys of a mapping into the fields of a struct.
func (d *document) mapping(key string, n *yaml.Node, to reflect.Value) {
	fields := map[string]reflect.Value{}
	var known []string
	for i := range to.NumField() {
		if name := to.Type().Field(i).Tag.Get("yaml"); name != "" {
			fields[name] = to.Field(i)
			known = append(known, name)
		}
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		path := strings.TrimPrefix(key+"."+name.Value, ".")
		field, ok := fields[name.Value]
		switch {
		case !ok:
			hint := "the keys here are " + strings.Join(known, ", ")
			if near := feed.Nearest(name.Value, known); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			d.faultAt(name.Line, name.Column, path, "is no key: %s", hint)
		case seen[name.Value]:
			d.faultAt(name.Line, name.Column, path, "is there twice")
		default:
			d.value(path, value, field)
		}
		seen[name.Value] = true
	}
}
