package main

import (
	"os"
	"strings"
	"testing"
)

// Whatever stands in the file, it is read or refused with a place that it has,
// and what was read is a tree.
func FuzzConfig(f *testing.F) {
	shipped, err := os.ReadFile("../../config.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(shipped))
	f.Add(uncommented(string(shipped)))
	for _, text := range []string{
		"", "~", "- a", "site: &x {publisher: *x}", "sources: &s [*s]", "sources: [&a {headers: *a, <<: *a}]", "? [a]\n: b",
		"<<: &m {<<: *m}", "<<: [&m {}, *m, [*m]]", "site:\n\ttitle: x", "a: \xff", "categories: [{slug: a, slug: b}]", "&a a: *a", "!!merge x: y",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, doc := defaultConfig(), document{path: "config.yaml"}
		if doc.decode([]byte(text), &c); doc.parsed {
			c.check(&doc)
			c.advise(&doc)
		}
		lines := 1
		for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} { // YAML 1.1 §4.2
			lines += strings.Count(text, end)
		}
		for _, fault := range append(doc.faults, doc.warnings...) {
			if fault.Line < 1 || fault.Line > lines+1 || fault.Column < 1 || strings.TrimSpace(fault.Text) == "" {
				t.Errorf("%+v in a text of %d lines", fault, lines)
			}
		}
		if len(doc.faults) == 0 && !doc.parsed {
			t.Error("it was neither read nor refused")
		}
		treeOf(c, hidden)
	})
}
