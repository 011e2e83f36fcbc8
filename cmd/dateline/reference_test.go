package main

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"
)

// TestReference keeps what is made of config.yaml the same as it: the copy that
// the program prints, and the reference in README.md. With -update it writes
// both.
func TestReference(t *testing.T) {
	shipped := readText(t, "../../config.yaml")
	readme := readText(t, "../../README.md")
	begin, end := "<!-- reference: made of config.yaml by `go test ./cmd/dateline -run Reference -update` -->\n", "<!-- end of reference -->"
	before, rest, ok1 := strings.Cut(readme, begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("README.md has not the lines %q and %q", begin, end)
	}
	for path, want := range map[string]string{
		"config.yaml":     shipped,
		"../../README.md": before + begin + referenceTable(t, shipped) + end + after,
	} {
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		} else if got := readText(t, path); got != want {
			t.Errorf("%s is not what config.yaml makes it: go test ./cmd/dateline -run Reference -update", path)
		}
	}
}

func readText(t *testing.T, path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestConfigHasEveryKey fails on a key that config.yaml does not show, on one
// that it does not explain, and on lines of it that are commented out and would
// not be valid.
func TestConfigHasEveryKey(t *testing.T) {
	text := uncommented(readText(t, "../../config.yaml"))
	c, doc := defaultConfig(), document{path: "config.yaml, with its examples"}
	if doc.decode([]byte(text), &c); doc.parsed {
		c.check(&doc)
		c.advise(&doc)
	}
	for _, line := range append(doc.lines(doc.faults), doc.lines(doc.warnings)...) {
		t.Error(line)
	}
	shown := map[string]string{}
	for _, r := range referenceOf(t, text) {
		shown[r.key] = r.text
	}
	for _, key := range keysOf(reflect.TypeFor[config](), "") {
		if text, ok := shown[key]; !ok {
			t.Errorf("config.yaml does not show %s, not even in a comment", key)
		} else if text == "" && !strings.HasSuffix(key, ":") {
			t.Errorf("config.yaml does not explain %s: write a comment beside or above it", key)
		}
	}
}

// What is shipped is what holds without a file, but for what no two sites have
// in common: whoever leaves a key out gets what the example shows.
func TestShippedValuesAreDefaults(t *testing.T) {
	c, doc := defaultConfig(), document{}
	doc.decode([]byte(readText(t, "../../config.yaml")), &c)
	own := map[string]bool{"site": true, "categories": true, "feeds": true, "samples": true}
	shipped, defaults := treeOf(c, hidden).(map[string]any), treeOf(defaultConfig(), hidden).(map[string]any)
	for key, want := range defaults {
		if !own[key] && !reflect.DeepEqual(shipped[key], want) {
			t.Errorf("%s is %v in config.yaml, and without it %v", key, shipped[key], want)
		}
	}
}

// keysOf are the keys of a struct, those of lists with [] behind the list, and
// those that hold others with a colon.
func keysOf(t reflect.Type, above string) (keys []string) {
	for f := range t.Fields() {
		name := f.Tag.Get("yaml")
		if name == "" {
			continue
		}
		key, of := above+name, f.Type
		if of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Struct {
			key, of = key+"[]", of.Elem()
		}
		if of.Kind() == reflect.Struct {
			keys = append(keys, key+":")
			keys = append(keys, keysOf(of, key+".")...)
		} else {
			keys = append(keys, key)
		}
	}
	return keys
}

var (
	exampleElement = regexp.MustCompile(`^#(  +(?:- )?[a-z_]+:.*)$`)
	exampleKey     = regexp.MustCompile(`^( +)# ([a-z_]+: .*)$`)
	emptyList      = regexp.MustCompile(`^( *[a-z_]+:) \[\]`)
)

// uncommented is the file with the examples in it that are commented out: in a
// mapping `# key: value`, and below a list that is empty lines that begin with
// `#` and at least two spaces.
func uncommented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if m := exampleKey.FindStringSubmatch(line); m != nil {
			lines[i] = m[1] + m[2]
		} else if m := exampleElement.FindStringSubmatch(line); m != nil {
			lines[i] = " " + m[1]
			if i > 0 {
				lines[i-1] = emptyList.ReplaceAllString(lines[i-1], "$1")
			}
		}
	}
	return strings.Join(lines, "\n")
}

// reference is one row of the table.
type reference struct{ key, text string }

// referenceOf are all keys of the file, each once, and what comments beside and
// below it say, or else those above.
func referenceOf(t *testing.T, text string) (list []reference) {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(text, "\n")
	config := reflect.TypeFor[config]()
	var walk func(n *yaml.Node, of reflect.Type, above string)
	walk = func(n *yaml.Node, of reflect.Type, above string) {
		for i := 0; i < len(n.Content); i += 2 {
			name, value := n.Content[i], n.Content[i+1]
			f := of.FieldByIndex(fieldIndex(of, name.Value)).Type
			key, inner := above+name.Value, []*yaml.Node{value}
			if f.Kind() == reflect.Slice && f.Elem().Kind() == reflect.Struct {
				key, f, inner = key+"[]", f.Elem(), value.Content
			}
			if f.Kind() != reflect.Struct {
				inner = nil
			} else {
				key += ":"
			}
			if j := slices.IndexFunc(list, func(r reference) bool { return r.key == key }); j < 0 {
				list = append(list, reference{key, commentOf(lines, name)})
			} else if list[j].text == "" {
				list[j].text = commentOf(lines, name)
			}
			for _, n := range inner {
				walk(n, f, strings.TrimSuffix(key, ":")+".")
			}
		}
	}
	walk(root.Content[0], config, "")
	return list
}

// commentOf is what is said of a key: above it, and beside it and in the lines
// below that go on in the same column.
func commentOf(lines []string, key *yaml.Node) string {
	var said []string
	for i := key.Line - 2; i >= 0 && strings.HasPrefix(lines[i], strings.Repeat(" ", key.Column-1)+"#"); i-- {
		said = append(said, strings.TrimSpace(strings.TrimLeft(lines[i], " #")))
	}
	slices.Reverse(said)
	line := lines[key.Line-1]
	if column := strings.Index(line, " # "); column >= 0 {
		said = append(said, line[column+3:])
		for _, next := range lines[key.Line:] {
			if !strings.HasPrefix(next, strings.Repeat(" ", column+1)+"# ") {
				break
			}
			said = append(said, next[column+3:])
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.Join(said, " "), "  ", " "))
}

// referenceTable is the reference as a table in Markdown.
func referenceTable(t *testing.T, shipped string) string {
	var b bytes.Buffer
	b.WriteString("\n| key | without it | what |\n|---|---|---|\n")
	defaults := defaultConfig()
	for _, r := range referenceOf(t, uncommented(shipped)) {
		key := strings.TrimSuffix(r.key, ":")
		value := ""
		if key == r.key && !strings.Contains(key, "[]") {
			value = defaultText(field(&defaults, key))
		} else if r.text == "" {
			continue // what is in it says enough
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", key, value, strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(r.text))
	}
	b.WriteString("\n")
	return b.String()
}

func defaultText(v reflect.Value) string {
	switch d, ok := v.Interface().(time.Duration); {
	case ok:
		return "`" + short(d) + "`"
	case v.Kind() == reflect.Slice && v.Len() > 0:
		var list []string
		for i := range v.Len() {
			list = append(list, fmt.Sprint(v.Index(i)))
		}
		return "`" + strings.Join(list, ", ") + "`"
	case v.Kind() == reflect.Bool || v.Kind() == reflect.Int || v.Kind() == reflect.String && v.Len() > 0:
		return fmt.Sprintf("`%v`", v)
	}
	return ""
}
