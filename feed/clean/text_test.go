package clean

import (
	"strings"
	"testing"
	"unicode/utf8"

	"dateline/store"
)

func TestText(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"line ends", "a\r\nb\rc\n", "a\nb\nc"},
		{"control characters", "a\x00\x0b\x1fb\ufffe\uffffc", "abc"},
		{"windows-1252 bytes", "it\x92s 5\x80", "it’s 5€"},
		{"C1 characters", "it\u0092s", "it’s"},
		{"what another program could not read", "a\ufffdb", "ab"},
		{"byte order mark", "\ufeffa", "a"},
		{"decomposed", "e\u0301", "é"},
		{"lone surrogate bytes", "a\xed\xa0\x80b", "aí\u00a0€b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Text(tc.in); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestLineStandsOnOneLine(t *testing.T) {
	for in, want := range map[string]string{
		" a\n\tb\u00a0 c ":      "a b c",
		"a\u202eb\u200bc\u2066": "abc",
		"نمی\u200cخواهم":        "نمی\u200cخواهم",
	} {
		if got := Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, tc := range []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 10, "short"},
		{"one two three four", 10, "one two…"},
		{"one, two three", 6, "one…"},
		{"A sentence here. And another one that is long", 25, "A sentence here."},
		{"endlesswordwithoutspaces", 8, "endless…"},
		{"ééééé ééééé", 8, "ééééé…"},
	} {
		if got := Excerpt(tc.in, tc.limit); got != tc.want {
			t.Errorf("Excerpt(%q, %d) = %q, want %q", tc.in, tc.limit, got, tc.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Kazakhstan’s ‘coup’ foiled, order restored": "kazakhstans-coup-foiled-order-restored",
		"Été à Zürich":              "ete-a-zurich",
		"Война и мир":               "война-и-мир",
		"हिन्दी समाचार":             "हिन्दी-समाचार",
		"!!!":                       "article",
		"a & b":                     "a-b",
		strings.Repeat("x", 200):    strings.Repeat("x", 80),
		strings.Repeat("word ", 40): strings.TrimSuffix(strings.Repeat("word-", 16), "-"),
	} {
		if got := Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLineTwiceIsLineOnce(t *testing.T) {
	for _, s := range []string{"A\u200b\u030f", "e\u2060\u0301 \u00a0x", "\u1100\u200e\u1161"} {
		if once := Line(s); Line(once) != once {
			t.Errorf("%+q becomes %+q and then %+q", s, once, Line(once))
		}
	}
}

// FuzzText holds the functions on plain text to their promises for any bytes.
func FuzzText(f *testing.F) {
	f.Add("a\r\n\x00b\xff", 5)
	f.Add("\u200d\u0301 e\u0301", 1)
	f.Add("ﬁ — İstanbul’da", 3)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		for name, clean := range map[string]func(string) string{"Text": Text, "Line": Line} {
			once := clean(s)
			if !store.IsLegal(once) || clean(once) != once {
				t.Fatalf("%s(%q) = %q, then %q", name, s, once, clean(once))
			}
		}
		if !store.IsSlug(Slug(s)) {
			t.Fatalf("Slug(%q) = %q", s, Slug(s))
		}
		limit = 2 + abs(limit)%500
		if e := Excerpt(s, limit); utf8.RuneCountInString(e) > limit || !store.IsLegal(e) {
			t.Fatalf("Excerpt(%q, %d) = %q", s, limit, e)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
