package extract

import (
	"errors"
	"strings"
	"testing"
)

const paragraph = "<p>The ferry crossed the Oru again on Monday, with nine people and a goat aboard, said the ferryman, who has done so every morning for thirty years.</p>\n"

func TestArticle(t *testing.T) {
	page := `<!DOCTYPE html><html><head><title>Ferry</title><style>p{}</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<div class="share"><a href="https://social.example/share?u=1">Share</a></div>
<main><article><h1>Ferry</h1>` + strings.Repeat(paragraph, 6) +
		`<figure><img src="/goat.jpg" alt="A goat"><figcaption>The goat</figcaption></figure>
<p onclick="x()">More <a href="../old?utm_source=x">of it</a>, said the goat, which has done so too, and means to do so again, on the Oru.</p>
<script>track()</script><img src="https://t.example/p.gif" width="1" height="1"></article></main>
<aside>Most read</aside><form><input name="mail"></form><footer>© Nobody</footer></body></html>`
	got, err := Article([]byte(page), "text/html; charset=utf-8", "https://a.example/2026/ferry")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"The ferry crossed", `src="https://a.example/goat.jpg"`, `href="https://a.example/old"`, "The goat"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	for _, not := range []string{"script", "onclick", "t.example", "Most read", "Nobody", "Share", "Sport", "input"} {
		if strings.Contains(got, not) {
			t.Errorf("%q is there", not)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestCharacters(t *testing.T) {
	page := "<html><head><meta charset='windows-1252'></head><body><article>" + strings.Repeat(strings.Replace(paragraph, "Oru", "R\xedo", 1), 4) + "</article></body></html>"
	if got, err := Article([]byte(page), "", "https://a.example/1"); err != nil || !strings.Contains(got, "Río") {
		t.Errorf("got %q, error %v", got, err)
	}
}

func TestNoArticle(t *testing.T) {
	for what, c := range map[string]struct {
		page, contentType string
		none              bool
	}{
		"an empty page": {"<html></html>", "text/html", true},
		"a notice":      {"<p>Log in to read on.</p>", "", true},
		"a picture":     {"\x89PNG", "image/png", false},
		"a bad charset": {"<p>x", "text/html; charset=nonsense", false},
		"NUL":           {"<p>x\x00", "text/html", false},
		"nesting":       {strings.Repeat("<div>", 100_000), "text/html", false},
		"elements":      {strings.Repeat("<p>x</p>", 60_000), "text/html", false},
	} {
		got, err := Article([]byte(c.page), c.contentType, "https://a.example/1")
		if err == nil || got != "" || errors.Is(err, ErrNone) != c.none {
			t.Errorf("%s: %q, error %v", what, got, err)
		}
	}
}

func FuzzArticle(f *testing.F) {
	f.Add([]byte("<article>" + paragraph + paragraph + "</article>"))
	f.Add([]byte("<table><tr><td><p>x</td><svg><p><math><mtext></table>"))
	f.Fuzz(func(t *testing.T, page []byte) {
		if got, err := Article(page, "text/html", "https://a.example/1"); err == nil && strings.Contains(got, "<script") {
			t.Errorf("got %q", got)
		}
	})
}
