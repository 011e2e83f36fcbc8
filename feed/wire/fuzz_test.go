package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"dateline/store"
)

// FuzzRead files any bytes in every form: an article that keeps the store's
// rules, or a fault. What is read out of wire copy can be written as such, and
// is then read again as the same.
func FuzzRead(f *testing.F) {
	f.Add(copyText)
	for _, s := range []string{"World\n\nA\n\nB", `{"headline":"a","body":"b","categories":["world"]}`, "<title>a</title><p>b", "\x00\xff", "By A\n\nLONDON — "} {
		f.Add(s)
	}
	for _, s := range lookalikes {
		f.Add("War\n\n" + s + "\n\n" + s + "\n\nLONDON — It ran.\n\n" + s + "\n" + s)
		f.Add(s + "\n" + s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, form := range []Form{Text, HTML, JSON} {
			r, err := desk.Explain([]byte(s), form, Options{Category: "world", Now: noon})
			for i, found := range r.Finds {
				if last := strings.Count(s, "\n") + strings.Count(s, "\r") + 1; found.Line < 0 || found.Line > last || i > 0 && found.Line < r.Finds[i-1].Line {
					t.Fatalf("%q: line %d of %d", s, found.Line, last)
				}
			}
			if err != nil {
				if !errors.As(err, new(*store.Invalid)) {
					t.Fatal(err)
				}
				continue
			}
			if faults := r.Article.Check(); faults != nil {
				t.Fatalf("%s %q gives an article with faults: %v", form, s, faults)
			}
			if form == Text && !bytes.HasPrefix([]byte(s), []byte("\xff\xfe")) {
				again(t, s, r.Article)
			}
		}
	})
}

// again writes the article and reads it again.
func again(t *testing.T, s string, a store.Article) {
	text, err := Write(a, desk.Categories)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	b, err := desk.Read([]byte(text), Text, Options{Now: noon})
	if err != nil || !a.SameContent(b) || a.GUID != b.GUID {
		t.Fatalf("%q is\n%+v\nwritten as %q, and read again as\n%+v, %v", s, a, text, b, err)
	}
}
