package clean

import (
	"net/url"
	"strings"
	"testing"

	"dateline/store"
)

func TestHTMLKeepsProseAndDropsTheRest(t *testing.T) {
	base, _ := url.Parse("https://example.com/news/today.html")
	for _, tc := range []struct{ name, in, want string }{
		{"prose", `<p>One <em>two</em> <a href="https://example.com/">three</a>.</p>`, `<p>One <em>two</em> <a href="https://example.com/">three</a>.</p>`},
		{"script", `<p>a</p><script>alert(1)</script><p>b</p>`, `<p>a</p><p>b</p>`},
		{"style", `<style>p{}</style><p style="color:red" class="x" id="y">a</p>`, `<p>a</p>`},
		{"handler", `<p onclick="alert(1)">a</p>`, `<p>a</p>`},
		{"frame", `<iframe src="https://example.com/"></iframe><p>a</p>`, `<p>a</p>`},
		{"form", `<form action="/x"><input name="q">a</form>`, `a`},
		{"comment", `<p>a<!-- secret --></p>`, `<p>a</p>`},
		{"unbalanced", `<p>a <b>b`, `<p>a <b>b</b></p>`},
		{"stray end", `</div><p>a</p></body>`, `<p>a</p>`},
		{"script URL", `<a href="javascript:alert(1)">a</a>`, `a`},
		{"script URL in capitals and spaces", "<a href=\" JaVa\tScRiPt:alert(1)\">a</a>", `a`},
		{"data URL", `<a href="data:text/html,x">a</a>`, `a`},
		{"relative link", `<a href="../b?q=1#f">a</a>`, `<a href="https://example.com/b?q=1#f">a</a>`},
		{"relative picture", `<img src="a.jpg" alt="A">`, `<img src="https://example.com/news/a.jpg" alt="A"/>`},
		{"link without a scheme", `<a href="//cdn.example.com/x">a</a>`, `<a href="https://cdn.example.com/x">a</a>`},
		{"pixel", `<p>a<img src="https://t.example.com/p.gif" width="1" height="1"></p>`, `<p>a</p>`},
		{"picture without an address", `<p>a<img alt="x"></p>`, `<p>a</p>`},
		{"mail", `<a href="mailto:desk@example.com">a</a>`, `<a href="mailto:desk@example.com">a</a>`},
		{"entities", `<p>&nbsp;&eacute;&amp;&lt;</p>`, "<p>\u00a0é&amp;&lt;</p>"},
		{"control characters", "<p>a\x0bb\x00c</p>", `<p>abc</p>`},
		{"svg", `<svg><script>alert(1)</script><a xlink:href="javascript:alert(1)">x</a></svg><p>a</p>`, `<p>a</p>`},
		{"quotes in attributes", `<a href="https://example.com/" title='"onmouseover="alert(1)'>a</a>`, `<a href="https://example.com/" title="&#34;onmouseover=&#34;alert(1)">a</a>`},
		{"table", `<table><tr><td colspan="2">a</td></tr></table>`, `<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>`},
		{"empty", " \n", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := HTML(tc.in, base); got != tc.want {
				t.Errorf("HTML(%q)\n got %q\nwant %q", tc.in, got, tc.want)
			}
		})
	}
}

// TestWhatIsHiddenStaysSo: no text comes out that its author hides.
func TestWhatIsHiddenStaysSo(t *testing.T) {
	for _, hides := range []string{`hidden`, `hidden=""`, `style="display:none"`, `style="color: red; DISPLAY : none !important;"`, `style="visibility:hidden"`, `style="mso-hide:all"`} {
		for _, fragment := range []string{"<p " + hides + ">secret</p><p>shown</p>", "<div " + hides + "><p>secret</p><p>secret</p></div><p>shown</p>", "<p>shown<span " + hides + ">secret</span></p>"} {
			if got := HTML(fragment, nil); got != "<p>shown</p>" {
				t.Errorf("%s: %q", fragment, got)
			}
			if got := Plain(fragment); got != "shown" {
				t.Errorf("%s as text: %q", fragment, got)
			}
		}
	}
	for _, shows := range []string{`hidden="until-found"`, `style="display:block"`, `style="content:'display:none'"`, `title="display:none"`, `class="hidden"`} {
		if got := Plain("<p " + shows + ">shown</p>"); got != "shown" {
			t.Errorf("%s: %q", shows, got)
		}
	}
}

func TestHTMLWithoutBaseDropsRelativeLinks(t *testing.T) {
	if got := HTML(`<p><a href="/x">a</a> <img src="y.png"></p>`, nil); got != `<p>a </p>` {
		t.Errorf("got %q", got)
	}
}

func TestHTMLSurvivesEndlessNesting(t *testing.T) {
	got := HTML(strings.Repeat("<div>", 100_000)+"text", nil)
	if !strings.Contains(got, "text") || strings.Contains(got, "<div>") {
		t.Errorf("got %.100q", got)
	}
}

func TestPlainIsTheTextOfTheBlocks(t *testing.T) {
	in := "<h2>Head</h2><p>One\n two&nbsp;<b>three</b><br>four</p><ul><li>a</li><li>b</li></ul><script>x</script>"
	if got, want := Plain(in), "Head\n\nOne two three\nfour\n\na\n\nb"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParagraphsEscapeAndDivide(t *testing.T) {
	if got, want := Paragraphs("a < b\nc\n\n \n\nd & e\n"), "<p>a &lt; b c</p>\n<p>d &amp; e</p>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadPage(t *testing.T) {
	p, err := ReadPage(`<!doctype html><html lang="pt-BR"><head><title> A  title </title>
		<meta name="Author" content="A. One"><meta property="article:tag" content="x"><meta name="author" content="B. Two">
		<link rel="canonical" href="https://example.com/a/b.html"></head>
		<body><nav>menu</nav><article><h1>Head &amp; line</h1><p>Text</p></article><footer>foot</footer></body></html>`)
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "A title" || p.Heading != "Head & line" || p.Language != "pt-BR" || p.Body != "<p>Text</p>" {
		t.Errorf("got %+v", p)
	}
	if p.Base == nil || p.Base.String() != "https://example.com/a/b.html" {
		t.Errorf("base %v", p.Base)
	}
	if got := strings.Join(p.Meta["author"], ","); got != "A. One,B. Two" {
		t.Errorf("authors %q", got)
	}
}

// FuzzHTML holds HTML to its promises for any bytes.
func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		`<p>a</p>`, `<a href="x">`, `<img src=x onerror=alert(1)>`, `<svg><style><img src=x onerror=alert(1)>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, "<p>\x00\xff\ufffe", `<a href="&#106;avascript:x">`,
		`<textarea><script>alert(1)</script>`, `<plaintext><p>`, `<table><p>x</table>`, `<select><p>x`, "<pre>\n\nx</pre>",
	} {
		f.Add(s)
	}
	for _, vector := range vectors(f) {
		f.Add(vector)
	}
	base, _ := url.Parse("https://example.com/")
	f.Fuzz(func(t *testing.T, s string) {
		once := HTML(s, base)
		if !store.IsLegal(once) {
			t.Fatalf("HTML(%q) has illegal characters: %q", s, once)
		}
		if twice := HTML(once, nil); twice != once {
			t.Fatalf("HTML is not stable:\n   in %q\n once %q\ntwice %q", s, once, twice)
		}
		checkSafe(t, s, once)
		if plain := Plain(s); !store.IsLegal(plain) {
			t.Fatalf("Plain(%q) has illegal characters: %q", s, plain)
		}
	})
}

func TestHTMLGivesMediaTheirControls(t *testing.T) {
	for fragment, want := range map[string]string{
		`<video src="https://m.example/v.mp4"></video>`:          `<video src="https://m.example/v.mp4" controls=""></video>`,
		`<audio controls src="https://m.example/a.mp3"></audio>`: `<audio controls="" src="https://m.example/a.mp3"></audio>`,
	} {
		if got := HTML(fragment, nil); got != want || HTML(got, nil) != got {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// FuzzPage: any page is read, or is no page, and what is read of it can be
// cleaned.
func FuzzPage(f *testing.F) {
	for _, vector := range vectors(f) {
		f.Add("<html lang=en><title>" + vector + "</title><meta name=author content=x><link rel=canonical href=/><body><article><h1>" + vector + "</h1>" + vector + "</article>")
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ReadPage(s)
		if err != nil {
			return
		}
		if Line(p.Title) != p.Title || Line(p.Heading) != p.Heading {
			t.Errorf("title %q, heading %q", p.Title, p.Heading)
		}
		if p.Base != nil && p.Base.Host == "" {
			t.Errorf("base %v", p.Base)
		}
		checkSafe(t, s, HTML(p.Body, p.Base))
	})
}
