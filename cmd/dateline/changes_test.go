package main

import "testing"

func TestLacking(t *testing.T) {
	with := func(sources ...string) (c config) {
		for _, name := range sources {
			c.Sources = append(c.Sources, sourceConfig{Name: name})
		}
		return c
	}
	before := with("a", "b", "c", "d", "e", "f")
	for _, tc := range []struct {
		after config
		held  []string
		want  string
	}{
		{with("a", "b", "c", "d", "e", "f", "g"), []string{"a"}, ""},
		{with("a", "b", "c"), nil, ""}, // half of them
		{with("a", "b"), nil, "4 of 6 sources"},
		{with(), nil, "6 of 6 sources"},
		{with("a", "b", "d", "e", "f"), []string{"a"}, ""},
		{with("b", "c", "d", "e", "f"), []string{"a"}, "source a, of which articles are held back"},
	} {
		if got := lacking(before, tc.after, tc.held); got != tc.want {
			t.Errorf("%d are left: %q, want %q", len(tc.after.Sources), got, tc.want)
		}
	}
	if got := lacking(with("a", "b"), with(), nil); got != "" {
		t.Errorf("two are few: %q", got)
	}
	c := with("a")
	c.Categories = []categoryConfig{{Slug: "x"}, {Slug: "y"}, {Slug: "z"}}
	after := with("a")
	after.Categories = []categoryConfig{{Slug: "new", Was: []string{"x", "y"}}}
	after.Retired = []string{"z"}
	if got := lacking(c, after, nil); got != "" {
		t.Errorf("renamed and given up: %q", got)
	}
	after.Retired, after.Categories[0].Was = nil, nil
	if got := lacking(c, after, nil); got != "3 of 3 categories" {
		t.Errorf("categories: %q", got)
	}
}
