package main

import (
	"bytes"
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
	path     string
	parsed   bool // it is YAML; faults of meaning can be looked for
	places   map[string]*yaml.Node
	misspelt map[string]bool // mappings with a key that is none
	untaken  map[string]bool // keys whose value is of the wrong type
	faults   []fault
	warnings []fault
}

// decode reads the file into the struct that to points at. What the file does
// not name keeps its value.
func (d *document) decode(data []byte, to any) {
	d.places, d.misspelt, d.untaken = map[string]*yaml.Node{}, map[string]bool{}, map[string]bool{}
	if at := illegal(data); at >= 0 {
		line := bytes.Count(data[:at], []byte("\n")) + 1
		d.faultAt(line, at-bytes.LastIndexByte(data[:at], '\n'), "", "it is not UTF-8: save it as that")
		return
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root, second yaml.Node
	err := decoder.Decode(&root)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		d.syntax(data, err)
		return
	case len(root.Content) == 0 || root.Content[0].Kind == yaml.ScalarNode && root.Content[0].Tag == "!!null":
		d.faultAt(1, 1, "", "it is empty: a site needs at least `site` and `categories`: see `dateline config example`")
		return
	}
	if err := decoder.Decode(&second); err == nil {
		d.faultAt(max(1, second.Line), 1, "", "a second document begins here: keep the configuration in one")
		return
	} else if !errors.Is(err, io.EOF) {
		d.syntax(data, err)
		return
	}
	d.parsed = true
	d.value("", root.Content[0], reflect.ValueOf(to).Elem())
}

// illegal is where the first byte stands that no text has; -1 when there is
// none.
func illegal(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 || r == 0 {
			return i
		}
		i += n
	}
	return -1
}

// tabbed is a line that is indented with a tab.
var tabbed = regexp.MustCompile(`^ *\t\s*[^\s#]`)

// syntax faults a file that is no YAML: the place where that was noticed, and
// every line with the commonest cause.
func (d *document) syntax(data []byte, err error) {
	line, column, text := 1, 1, err.Error()
	var broken *yaml.LoadError
	if errors.As(err, &broken) {
		line, column, text = max(1, broken.Mark.Line), max(1, broken.Mark.Column), broken.Message
		if broken.ContextMsg != "" && broken.ContextMark.Line > 0 && broken.ContextMark.Line != line {
			text = fmt.Sprintf("%s from line %d on: %s", broken.ContextMsg, broken.ContextMark.Line, text)
		}
	}
	said := false
	for i, l := range strings.Split(string(data), "\n") {
		if tabbed.MatchString(l) {
			d.faultAt(i+1, strings.Index(l, "\t")+1, "", "the line is indented with a tab: YAML is indented with spaces")
			said = said || i+1 == line
		}
	}
	if !said {
		d.faultAt(line, column, "", "it is not YAML: %s", text)
	}
}

func (d *document) faultAt(line, column int, key, format string, args ...any) {
	d.faults = append(d.faults, fault{Line: line, Column: column, Key: key, Text: fmt.Sprintf(format, args...)})
}

// tooLong is a duration that is well written and still cannot be taken.
var tooLong = regexp.MustCompile(`^\d{5,}(\.\d+)?(d|h|m|s|ms)$`)

// days is a duration in days, and perhaps a part of one.
var days = regexp.MustCompile(`^(\d{1,5})d(\d.*)?$`)

// parseDuration is time.ParseDuration that knows days, of 24 hours.
func parseDuration(text string) (d time.Duration, err error) {
	m := days.FindStringSubmatch(text)
	if m == nil {
		return time.ParseDuration(text)
	}
	if m[2] != "" {
		d, err = time.ParseDuration(m[2])
	}
	if d >= 24*time.Hour {
		err = errors.New("more than a day beside days")
	}
	n, _ := strconv.Atoi(m[1])
	return time.Duration(n)*24*time.Hour + d, err
}

// value decodes a node into a Go value by the kind of the value.
func (d *document) value(key string, n *yaml.Node, to reflect.Value) {
	n = aliased(n)
	d.places[key] = n
	if must := d.take(key, n, to); must != "" {
		d.untaken[key] = true
		d.faultAt(n.Line, n.Column, key, "%s", must)
	}
}

// take is value but for the fault of a node that is of the wrong kind, which it
// answers with.
func (d *document) take(key string, n *yaml.Node, to reflect.Value) (must string) {
	kind := to.Kind()
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		return noValue(kind)
	case kind == reflect.Struct && n.Kind == yaml.MappingNode:
		d.mapping(key, n, to)
	case kind == reflect.Struct:
		return "must be a mapping of keys"
	case kind == reflect.Map && n.Kind == yaml.MappingNode: // of texts by name
		m := reflect.MakeMap(to.Type())
		for _, e := range d.entries(key, n) {
			value := reflect.New(to.Type().Elem()).Elem()
			d.value(key+"."+e.name.Value, e.value, value)
			m.SetMapIndex(reflect.ValueOf(e.name.Value), value)
		}
		to.Set(m)
	case kind == reflect.Map:
		return "must be a mapping of names"
	case kind == reflect.Slice && n.Kind == yaml.SequenceNode:
		list := reflect.MakeSlice(to.Type(), len(n.Content), len(n.Content))
		for i, element := range n.Content {
			d.value(fmt.Sprintf("%s[%d]", key, i), element, list.Index(i))
		}
		to.Set(list)
	case to.Type() == reflect.TypeFor[addresses]() && n.Kind == yaml.ScalarNode:
		to.Set(reflect.ValueOf(addresses{n.Value}))
	case kind == reflect.Slice:
		return "must be a list"
	case n.Kind != yaml.ScalarNode:
		return "must be a single value, not a list or a mapping"
	default:
		return scalar(n, to)
	}
	return ""
}

func noValue(kind reflect.Kind) string {
	switch kind {
	case reflect.Slice:
		return "has no value: write [] for none"
	case reflect.Map:
		return "has no value: write {} for none"
	}
	return "has no value: give it one, or leave the key out"
}

func scalar(n *yaml.Node, to reflect.Value) (must string) {
	if to.Type() == reflect.TypeFor[time.Duration]() {
		v, err := parseDuration(n.Value)
		if err != nil && tooLong.MatchString(n.Value) {
			return "is longer than any duration that is known here"
		} else if err != nil {
			return "must be a duration, such as 30s, 5m, 24h or 90d"
		}
		to.SetInt(int64(v))
		return ""
	}
	switch to.Kind() {
	case reflect.String:
		to.SetString(n.Value)
	case reflect.Int:
		v, err := strconv.Atoi(n.Value)
		if err != nil {
			return "must be a whole number"
		}
		to.SetInt(int64(v))
	case reflect.Bool:
		if n.Tag != "!!bool" {
			return "must be true or false"
		}
		to.SetBool(strings.EqualFold(n.Value, "true"))
	default:
		panic("config: no way to decode " + to.Type().String())
	}
	return ""
}

// entry is a key of a mapping and its value.
type entry struct{ name, value *yaml.Node }

// entries are those of a mapping, each name once. With `<<: *anchor` it has
// those of another, or of several in a list, too, in place of which its own
// stand: https://yaml.org/type/merge.html
func (d *document) entries(key string, n *yaml.Node) (list []entry) {
	var merged []*yaml.Node
	known := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		name, value := aliased(n.Content[i]), n.Content[i+1]
		switch {
		case name.Tag == "!!merge":
			merged = append(merged, value)
		case known[name.Value]:
			d.faultAt(name.Line, name.Column, strings.TrimPrefix(key+"."+name.Value, "."), "is there twice")
		default:
			list = append(list, entry{name, value})
		}
		known[name.Value] = true
	}
	for _, m := range merged {
		for _, e := range d.merge(key, n, m) {
			if !known[e.name.Value] {
				list = append(list, e)
			}
			known[e.name.Value] = true
		}
	}
	return list
}

// merge are the entries that the value of `<<` brings into the mapping n.
func (d *document) merge(key string, n, value *yaml.Node) (list []entry) {
	sources := []*yaml.Node{value}
	if of := aliased(value); of.Kind == yaml.SequenceNode {
		sources = of.Content
	}
	for _, source := range sources {
		of := aliased(source)
		if of.Kind != yaml.MappingNode || of == n || slices.ContainsFunc(of.Content, func(c *yaml.Node) bool { return c.Tag == "!!merge" }) {
			d.faultAt(source.Line, source.Column, strings.TrimPrefix(key+".<<", "."), "must name the anchor of another mapping, such as *defaults, that has no << itself")
			continue
		}
		list = append(list, d.entries(key, of)...)
	}
	return list
}

// aliased is a node, or that which it stands for.
func aliased(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
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
	for _, e := range d.entries(key, n) {
		path := strings.TrimPrefix(key+"."+e.name.Value, ".")
		if field, ok := fields[e.name.Value]; ok {
			d.value(path, e.value, field)
			continue
		}
		d.misspelt[key] = true
		f := fault{Line: e.name.Line, Column: e.name.Column, Key: path, Text: "is no key", Near: feed.Nearest(e.name.Value, known)}
		if f.Near == "" {
			f.Text += ": the keys here are " + strings.Join(known, ", ")
		}
		d.faults = append(d.faults, f)
	}
}
