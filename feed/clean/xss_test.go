package clean

import (
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dateline/store"
)

// vectors are the attacks in testdata/xss.txt.
func vectors(t testing.TB) (list []string) {
	t.Helper()
	data, err := os.ReadFile("testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			list = append(list, escaped.ReplaceAllStringFunc(line, unescape))
		}
	}
	if len(list) < 250 {
		t.Fatalf("%d attacks", len(list))
	}
	return list
}

var escaped = regexp.MustCompile(`\\x[0-9a-f]{2}|\\u[0-9a-f]{4}`)

func unescape(s string) string {
	n, _ := strconv.ParseUint(s[2:], 16, 16) // the pattern holds digits
	if s[1] == 'x' {
		return string([]byte{byte(n)})
	}
	return string(rune(n))
}

// disguises are the ways in which an attack is put into a text.
func disguises(vector string) []string {
	quoted := strings.NewReplacer(`&`, "&amp;", `"`, "&quot;", "'", "&#39;", "<", "&lt;", ">", "&gt;").Replace(vector)
	return []string{
		vector, strings.ToUpper(vector), "<p>" + vector, "<table><tr><td>" + vector + "</table>", "<pre>\n" + vector + "</pre>", "<svg>" + vector, "<math><mtext>" + vector,
		"<noscript>" + vector + "</noscript>", "<ul><li><b><i>" + vector + "</ul>" + vector, vector + vector, html.EscapeString(vector), `<p title="` + vector + `">`, "<!--" + vector,
		`<a href="` + vector + `">x</a>`, `<a href='` + vector + `'>x</a>`, "<a href=" + vector + ">x</a>",
		`<a href="` + quoted + `">x</a>`, `<img src="` + quoted + `">`, `<img alt="` + quoted + `" src="/x.png">`, `<video src="/x" poster="` + quoted + `"></video>`, `<q cite="` + quoted + `">x</q>`,
		`<p lang="` + quoted + `" dir="` + quoted + `">x`, `<ol start="` + quoted + `"><li>x</ol>`, `<td colspan="` + quoted + `">x`, `<time datetime="` + quoted + `">x</time>`,
	}
}

// TestAttacks: nothing of an attack is left that could run, load or look like
// anything but text, however often what is left is read and written.
func TestAttacks(t *testing.T) {
	base, _ := url.Parse("https://base.example/dir/")
	checked := map[string]bool{}
	check := func(text, made string) {
		if !checked[made] {
			checked[made] = true
			checkSafe(t, text, made)
		}
	}
	for _, vector := range vectors(t) {
		for _, text := range disguises(vector) {
			once := HTML(text, base)
			if again := HTML(once, nil); again != once {
				t.Errorf("%q is not stable:\n once %q\ntwice %q", text, once, again)
			}
			check(text, once)
			check(text, Escape(Plain(text)))
		}
		check(vector, Paragraphs(vector))
		check(vector, Escape(Line(vector)))
		if line := Line(vector); strings.ContainsAny(line, "\n\r\t\x00\u202e\u2028\ufeff") || !store.IsLegal(line) {
			t.Errorf("line %q of %q", line, vector)
		}
		if slug := Slug(vector); !store.IsSlug(slug) {
			t.Errorf("slug %q of %q", slug, vector)
		}
		if u := Link(resolve(vector, base)); u != "" {
			check(vector, `<a href="`+Escape(u)+`">x</a>`)
		}
	}
}

// checkSafe reads what was made of a text as browsers may, in every place
// where it may stand, and again after it was written by a parser.
func checkSafe(t *testing.T, text, made string) {
	t.Helper()
	if !store.IsLegal(made) {
		t.Errorf("%q becomes %q, which is not legal", text, made)
	}
	for _, context := range []atom.Atom{atom.Body, atom.Div, atom.Td, atom.Noscript, atom.Svg} {
		for _, scripting := range []bool{true, false} {
			if scripting && context != atom.Noscript {
				continue // what is made has no element that depends on it
			}
			in := made
			for range 2 {
				if in = reread(t, text, made, in, context, scripting); t.Failed() {
					return
				}
			}
		}
	}
}

// reread parses what was made of a text in a context, checks all of it, and
// writes it again.
func reread(t *testing.T, text, made, in string, context atom.Atom, scripting bool) string {
	t.Helper()
	around := &html.Node{Type: html.ElementNode, Data: context.String(), DataAtom: context}
	if context == atom.Svg { // an element of HTML takes it out of there
		around = &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		in = "<svg></svg>" + in
	}
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(in), around, html.ParseOptionEnableScripting(scripting))
	if err != nil {
		t.Errorf("%q becomes %q: %v", text, made, err)
	}
	var b strings.Builder
	for _, n := range nodes {
		if n.DataAtom == atom.Svg && context == atom.Svg && n.FirstChild == nil {
			continue
		}
		if fault := faultIn(n); fault != "" {
			t.Errorf("%q becomes %q in <%s>, with %s", text, made, context, fault)
		}
		for c := range n.Descendants() {
			if fault := faultIn(c); fault != "" {
				t.Errorf("%q becomes %q in <%s>, with %s", text, made, context, fault)
			}
		}
		html.Render(&b, n)
	}
	return b.String()
}

// allowedElements and allowedAttributes are written here once more, apart from
// the policy: what is not in them is a fault even if the policy allows it.
var (
	allowedElements = set(`p br hr div span wbr section article aside blockquote h1 h2 h3 h4 h5 h6 pre code kbd samp var tt
		b strong i em u s strike small sub sup mark abbr cite dfn q ins del ruby rb rt rp bdi bdo address center time
		ul ol li dl dt dd figure figcaption details summary table caption thead tbody tfoot tr td th col colgroup
		a img audio video source track`)
	allowedAttributes = set(`dir lang title href cite datetime start reversed colspan rowspan span scope src alt width height poster controls type`)
	plainValue        = regexp.MustCompile(`^[A-Za-z0-9:.+%/-]*$`)
)

// faultIn says what is wrong with a node; empty when nothing is.
func faultIn(n *html.Node) string {
	switch {
	case n.Type == html.TextNode:
		return ""
	case n.Type != html.ElementNode:
		return "a comment or a declaration"
	case n.Namespace != "" || !allowedElements[n.Data]:
		return "the element " + n.Namespace + " " + n.Data
	}
	for _, a := range n.Attr {
		switch {
		case a.Namespace != "" || !allowedAttributes[a.Key]:
			return "the attribute " + a.Key
		case a.Key == "href" || a.Key == "src" || a.Key == "cite" || a.Key == "poster":
			u, err := url.Parse(a.Val)
			if err != nil || strings.ContainsAny(a.Val, " \t\n\r\"<>`") ||
				!(u.Scheme == "mailto" && a.Key != "src" && a.Key != "poster") && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
				return "the address " + a.Val
			}
		case a.Key != "title" && a.Key != "alt" && !plainValue.MatchString(a.Val):
			return "the value " + a.Val
		}
	}
	return ""
}
