package ninjs

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dateline/feed"
	"dateline/store"
)

// FuzzRead holds Read to an item or faults, each of which says where and what.
// What it takes can be written, once the store has taken it.
func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/read/*.json", "testdata/write/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Add([]byte(`{"uri":"a:b","located":"A","bodies":[{"value":"<p>A (B) - c"}],"by":"By , and ","subjects":[{"literal":"a:"}]}`))
	f.Add([]byte(`{"guid":"a","headline_":"","body_html":"<!doctype html><title>","associations":{"":{"":null}},"embargoed":"2026-11-22T10:00:00+0000"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := Read(data, noon)
		var invalid *store.Invalid
		switch {
		case errors.As(err, &invalid):
			for _, fault := range invalid.Faults {
				if fault.Field == "" || fault.Detail == "" {
					t.Fatalf("fault %+v", fault)
				}
			}
			if len(invalid.Faults) == 0 {
				t.Fatal("an error without a fault")
			}
			return
		case err != nil:
			t.Fatalf("error %T: %v", err, err)
		}
		if in.Status == "" || in.Dialect == "" {
			t.Fatalf("%+v", in)
		}
		a := in.Article
		a.ID, a.Categories, a.Status = "01ARZ3NDEKTSV4RRFFQ69G5FAV", []string{"harbour"}, store.Usable
		if a.Slug = "x"; len(a.Check()) > 0 {
			return
		}
		out, err := Write(feed.Article{Article: a}, options)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read(out, noon)
		if err != nil || again.Article.GUID != a.GUID || again.Article.Headline != a.Headline {
			t.Fatalf("read %+v, error %v, of %s", again, err, out)
		}
	})
}
