package clean

import (
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"
)

// numbered repeats a text with a number in it until there are n bytes.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// bombs are texts of about n bytes that a parser would make far more of.
var bombs = map[string]func(n int) string{
	"formatting in every paragraph": func(n int) string {
		return "<p>" + numbered(n/3, "<b a%d>") + strings.Repeat("<p>x", n/6)
	},
	"formatting in every item": func(n int) string {
		return "<ul><li>" + numbered(min(n/3, 3000), "<i a%d>") + strings.Repeat("<li>x", n/7)
	},
	"attributes in every paragraph": func(n int) string {
		return "<p><b" + numbered(n/2, " a%d") + ">" + strings.Repeat("<p>x", n/8)
	},
	"attributes of html":                func(n int) string { return numbered(n, "<html a%d>") },
	"attributes of body":                func(n int) string { return "<html><body>" + numbered(n, "<body a%d>") },
	"adoption":                          func(n int) string { return strings.Repeat("<a><b><p></a>", n/13) },
	"end tags out of scope":             func(n int) string { return scoped(n, "<table>", "</table>") },
	"end tags in raw text":              func(n int) string { return scoped(n, "<style>", "</style>") },
	"end tags in CDATA":                 func(n int) string { return scoped(n, "<svg><![CDATA[>", "]]></svg>") },
	"end tags in a description":         func(n int) string { return scoped(n, "<svg><desc></svg>", "") },
	"end tags in raw text of a picture": func(n int) string { return scoped(n, "<svg><style></svg>", "</style>") },
	"end tags in a title of a picture":  func(n int) string { return scoped(n, "<svg><title></svg>", "</title>") },
	"foster parents": func(n int) string {
		return "<table>" + numbered(min(n/3, 1000), "<b a%d><svg><desc></svg></b>") + "<tr></table>" + strings.Repeat("<p>x", n/8)
	},
	"end tags in a list": func(n int) string { return scoped(n, "<select>", "</select>") },
	"raw text that is none": func(n int) string {
		return "<p><svg><title><p>" + numbered(n/3, "<b a%d>") + strings.Repeat("<p>x", n/6)
	},
	"blocks in formatting": func(n int) string {
		return numbered(min(n/2, 5000), "<b a%d>"+strings.Repeat("<div>", 12)+"</b>"+strings.Repeat("</div>", 12)) + strings.Repeat("<p>x", n/8)
	},
	"blocks in many formattings": func(n int) string {
		return numbered(min(n/2, 5000), "<b a%d><b><i><em c><u><b d><i>"+strings.Repeat("<div>", 12)+"</b></i></u></b></em></i></b>"+strings.Repeat("</div>", 12)) + strings.Repeat("<p>x", n/8)
	},
	"blocks in attributes": func(n int) string {
		return "<b" + numbered(min(n/4, 500), " a%d") + ">" + strings.Repeat("<div>", 12) + "</b>" + strings.Repeat("</div>", 12) + strings.Repeat("<p>x", n/8)
	},
	"blocks in blocks in formatting": func(n int) string {
		return numbered(min(n/2, 5000), "<b a%d>"+strings.Repeat("<div>", 9)+"</b>") + strings.Repeat("</div><p>x", n/20)
	},
	"cells": func(n int) string { return numbered(n, "<table><tr><td><b a%d>") },
}

// scoped hides the end tags of formatting in an element.
func scoped(n int, start, end string) string {
	return "<p>" + numbered(min(n/4, 400), "<b a%d>") + start + strings.Repeat("</b>", 60) + end + strings.Repeat("<p>x", n/8)
}

// TestMarkupBombs: whatever of them is parsed is no more than its length
// allows, and HTML and Plain give something for all.
func TestMarkupBombs(t *testing.T) {
	base, _ := url.Parse("https://example.com/" + strings.Repeat("a", 8000) + "/")
	bombs := map[string]func(n int) string{"short references": func(n int) string { return strings.Repeat("<a href=x>x</a>", n/15) }}
	for name, bomb := range bombsAnd(bombs) {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{600, 6_000, 60_000} {
				text := bomb(n)
				checkCost(t, text)
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				HTML(text, base)
				Plain(text)
				runtime.ReadMemStats(&after)
				if most := uint64(40<<20 + 4000*len(text)); after.TotalAlloc-before.TotalAlloc > most {
					t.Errorf("%d bytes for %d, more than %d", after.TotalAlloc-before.TotalAlloc, len(text), most)
				}
			}
		})
	}
}

func bombsAnd(more map[string]func(n int) string) map[string]func(n int) string {
	for name, bomb := range bombs {
		more[name] = bomb
	}
	return more
}

// checkCost checks that what is Parseable becomes no more nodes and attributes
// than it may.
func checkCost(t *testing.T, text string) {
	if Parseable(text) != nil {
		return
	}
	nodes, err := parse(text)
	if err != nil {
		return
	}
	n := 0
	for _, node := range nodes {
		n += 1 + len(node.Attr)
		for c := range node.Descendants() {
			n += 1 + len(c.Attr)
		}
	}
	most := min(leastCost+costPerByte*len(text), mostCost)
	if len(text) <= cheap {
		most = cheap * cheap / 16
	}
	if n > most {
		t.Errorf("%d nodes and attributes of %d bytes, more than %d: %.200q", n, len(text), most, text)
	}
}

// FuzzParseable: what Parseable lets through is not much when it is parsed.
func FuzzParseable(f *testing.F) {
	for _, bomb := range bombs {
		f.Add(bomb(600))
		f.Add(bomb(3000))
	}
	f.Fuzz(checkCost)
}

// TestProseIsParseable: what people write is far from the limit, though they
// forget an end tag here and there.
func TestProseIsParseable(t *testing.T) {
	for name, text := range map[string]string{
		"links":          strings.Repeat(`<p>One <b>two</b> <a href="https://example.com/">three</a> <em>four</em>.</p>`, 5000),
		"dense":          strings.Repeat(`<b>x</b>`, 20_000),
		"a table":        "<table>" + strings.Repeat("<tr><td><b>x</b></td><td><a href='/y'>y</a></td></tr>", 2000) + "</table>",
		"anchors":        strings.Repeat(`<a name="x"><p>One two three four five six seven.</p>`, 200),
		"bold for ever":  strings.Repeat(`<p><b>One two three four five six seven eight.</p>`, 200),
		"nested blocks":  strings.Repeat(`<div><div><section><b><p>One</p></b></section></div></div>`, 2000),
		"icons":          strings.Repeat(`<li><a href="/x"><svg viewBox="0 0 1 1"><g><path d="M0 0"/><use href="#x"></use></g></svg> One</a></li>`, 2000),
		"pictures":       strings.Repeat(`<p><a href="/x"><picture><source srcset="x"><img src="x"></picture><noscript><img src="x"></noscript></a></p>`, 2000),
		"cards":          strings.Repeat(`<a href="/x"><div><div><h3>One</h3><p>Two</p><p>Three</p><p>Four</p><p>Five</p><p>Six</p><p>Seven</p></div></div></a>`, 500),
		"scripts":        strings.Repeat(`<a href="/x">One<script>x = "<b>" + y</script></a> two three four five six seven`, 20),
		"an open island": "<p><b>" + strings.Repeat(`<p>One two three four five six seven eight nine ten.</p>`, 5000),
	} {
		if err := Parseable(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, want := HTML(bombs["attributes of html"](1000)+"A &amp; B &lt;p&gt;<br>C", nil), "<p>A &amp; B &lt;p&gt; C</p>"; got != want {
		t.Errorf("what cannot be parsed: got %q, want %q", got, want)
	}
}

func TestSlugOfAnEndlessWord(t *testing.T) {
	if got := Slug(strings.Repeat("é", 5_000_000)); got != strings.Repeat("e", 80) {
		t.Errorf("got %q", got)
	}
	if got := Slug(strings.Repeat("語", 5_000_000)); len([]rune(got)) > 80 {
		t.Errorf("got %q", got)
	}
}
