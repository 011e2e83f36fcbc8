package clean

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dateline/store"
)

// HTML is a fragment of HTML as it may stand in a page or a feed: balanced,
// with the elements and attributes of prose, pictures, tables and media only,
// with absolute http, https and mailto URLs (relative ones are resolved
// against base, and dropped when base is nil), without scripts, styles, forms,
// frames, identifiers, tracking pixels or trackers in links, and with legal
// characters.
func HTML(fragment string, base *url.URL) string {
	fragment = characters(fragment)
	cost, err := costOf(fragment)
	if err != nil { // no prose
		return Paragraphs(words(fragment))
	}
	nodes, err := parse(fragment)
	if err != nil { // nested deeper than any prose
		return Paragraphs(words(fragment))
	}
	var b strings.Builder
	p := preparer{base, store.MaxBody}
	for _, n := range nodes {
		p.prepare(n)
		if !isInvisible(n) {
			html.Render(&b, n) // to a Builder: cannot fail
		}
	}
	// The sanitiser comes last: nothing that it let through is changed.
	cleaned := strings.TrimSpace(policy().Sanitize(b.String()))
	// With all its end tags it may cost more than without them.
	if cost > mostFor(cleaned)/maxGrowth && Parseable(cleaned) != nil {
		return Paragraphs(words(fragment))
	}
	return cleaned
}

// maxGrowth is how many times more what is cleaned may cost than what was
// written.
const maxGrowth = 16

// Paragraphs is plain text as HTML: blank lines divide paragraphs, and each
// stands in a p element. Lines within a paragraph are joined.
func Paragraphs(text string) string {
	var b strings.Builder
	for _, p := range blankLines.Split(Text(text), -1) {
		if p = Line(p); p != "" {
			b.WriteString("<p>" + html.EscapeString(p) + "</p>\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n`)

// Plain is the text of a fragment of HTML, its blocks divided by blank lines.
func Plain(fragment string) string {
	fragment = characters(fragment)
	if Parseable(fragment) != nil {
		return Text(words(fragment))
	}
	nodes, err := parse(fragment)
	if err != nil {
		return Text(words(fragment))
	}
	var b strings.Builder
	for _, n := range nodes {
		plain(&b, n)
	}
	var text strings.Builder
	gap := false // a blank line came before
	for line := range strings.SplitSeq(b.String(), "\n") {
		if strings.Trim(line, " \t") == "" {
			gap = true
			continue
		}
		if line = Line(line); line == "" {
			continue
		}
		switch {
		case text.Len() == 0:
		case gap:
			text.WriteString("\n\n")
		default:
			text.WriteString("\n")
		}
		text.WriteString(line)
		gap = false
	}
	return text.String()
}

// words is the text of what cannot be parsed.
func words(fragment string) string {
	return html.UnescapeString(bluemonday.StrictPolicy().AddSpaceWhenStrippingTag(true).Sanitize(fragment))
}

// plain writes the text of a node. White space in it is one space, as a
// browser shows it; only blocks and br break lines.
func plain(b *strings.Builder, n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		b.WriteString(strings.ReplaceAll(n.Data, "\n", " "))
	case n.Type != html.ElementNode:
	case raw[n.DataAtom] || isConcealed(n):
	case n.DataAtom == atom.Br:
		b.WriteString("\n")
	default:
		divide := blocks[n.DataAtom]
		if divide {
			b.WriteString("\n\n")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			plain(b, c)
		}
		if divide {
			b.WriteString("\n\n")
		}
	}
}

// blocks are the elements that stand on lines of their own.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Aside: true,
	atom.Blockquote: true, atom.Pre: true, atom.Ul: true, atom.Ol: true, atom.Li: true,
	atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Table: true, atom.Tr: true, atom.Caption: true,
	atom.Figure: true, atom.Figcaption: true, atom.Hr: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
}

func parse(fragment string) ([]*html.Node, error) {
	return html.ParseFragment(strings.NewReader(fragment), &html.Node{
		Type: html.ElementNode, Data: "body", DataAtom: atom.Body,
	})
}

// preparer makes a tree ready for the sanitiser.
type preparer struct {
	base *url.URL
	room int // bytes that addresses may still have: a short reference may become a long one
}

// prepare resolves the URLs at and below n, takes out what cannot be seen, and
// cleans the characters that were written as entities.
func (p *preparer) prepare(n *html.Node) {
	if n.Type == html.TextNode {
		n.Data = characters(n.Data)
	}
	if n.DataAtom == atom.Video || n.DataAtom == atom.Audio { // no script of its page is there to play it
		n.Attr = append(n.Attr, html.Attribute{Key: "controls"})
	}
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		if a.Val = p.value(a); a.Val != "" || !addresses[a.Key] {
			kept = append(kept, a)
		}
	}
	n.Attr = kept
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if p.prepare(c); isInvisible(c) {
			n.RemoveChild(c)
		}
		c = next
	}
}

// addresses are the attributes that hold one. The sanitiser looks into some of
// them only, and not into all that is in one.
var addresses = map[string]bool{"href": true, "src": true, "cite": true, "poster": true}

// value is what an attribute holds, in its clean form.
func (p *preparer) value(a html.Attribute) string {
	if !addresses[a.Key] {
		return characters(a.Val)
	}
	address := p.resolve(a.Val)
	switch {
	case a.Key == "href":
		return Link(address)
	case a.Key != "cite" && strings.HasPrefix(address, "mailto:"): // no file
		return ""
	}
	return address
}

// resolve is the absolute form of a reference, empty where there is none and
// when there is no more room.
func (p *preparer) resolve(ref string) string {
	if p.room < 0 {
		return ""
	}
	address := resolve(characters(ref), p.base)
	p.room -= len(address)
	return address
}

// resolve is the absolute form of a reference, empty where there is none with
// a scheme that may stand in a text.
func resolve(ref string, base *url.URL) string {
	u, err := url.Parse(strings.TrimSpace(ref))
	if err != nil {
		return ""
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme == "mailto" || (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return notInURL.Replace(u.String())
	}
	return ""
}

// notInURL are characters that url.URL leaves in a query as they are.
var notInURL = strings.NewReplacer(" ", "%20", `"`, "%22", "<", "%3C", ">", "%3E", "`", "%60")

// isInvisible reports whether a reader sees nothing of n: a comment, what its
// author hides, markup of another language or of no prose (which a second parser may read otherwise
// than the first), a picture without an address, or one too small to be seen,
// as those of trackers are.
func isInvisible(n *html.Node) bool {
	switch {
	case n.Type == html.TextNode:
		return false
	case n.Type != html.ElementNode || n.Namespace != "":
		return true
	case raw[n.DataAtom] || isConcealed(n):
		return true
	case n.DataAtom != atom.Img:
		return false
	}
	return attr(n, "src") == "" || IsPixel(attr(n, "width"), attr(n, "height"), attr(n, "style"))
}

// isConcealed reports whether the attributes of an element hide it: text that no
// reader was to see may not be published by taking its style away.
func isConcealed(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "hidden" && !strings.EqualFold(a.Val, "until-found") {
			return true
		}
		if a.Key == "style" {
			for property, value := range declarations(a.Val) {
				if hides(property, value) {
					return true
				}
			}
		}
	}
	return false
}

// raw are the elements whose content is no markup, or not shown.
var raw = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Iframe: true, atom.Noscript: true,
	atom.Noembed: true, atom.Noframes: true, atom.Plaintext: true, atom.Xmp: true, atom.Textarea: true,
	atom.Title: true, atom.Select: true, atom.Object: true, atom.Frameset: true,
}

// policy is what HTML lets through.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.RequireParseableURLs(true)
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowElements(
		"p", "br", "hr", "div", "span", "wbr", "section", "article", "aside", "blockquote",
		"h1", "h2", "h3", "h4", "h5", "h6", "pre", "code", "kbd", "samp", "var", "tt",
		"b", "strong", "i", "em", "u", "s", "strike", "small", "sub", "sup", "mark", "abbr", "cite", "dfn", "q",
		"ins", "del", "ruby", "rb", "rt", "rp", "bdi", "address", "center",
		"ul", "li", "dl", "dt", "dd", "figure", "figcaption", "details", "summary",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "colgroup",
	)
	number := regexp.MustCompile(`^[0-9]{1,5}%?$`)
	p.AllowAttrs("dir").Matching(bluemonday.Direction).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)).Globally()
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("cite").OnElements("blockquote", "q", "ins", "del")
	p.AllowAttrs("datetime").Matching(bluemonday.ISO8601).OnElements("time", "ins", "del")
	p.AllowNoAttrs().OnElements("time", "bdo", "ol")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("reversed").Matching(regexp.MustCompile(`^(reversed)?$`)).OnElements("ol")
	p.AllowAttrs("colspan", "rowspan").Matching(number).OnElements("td", "th")
	p.AllowNoAttrs().OnElements("td", "th", "col")
	p.AllowAttrs("span").Matching(number).OnElements("col", "colgroup")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^(row|col|rowgroup|colgroup)$`)).OnElements("th")
	p.AllowAttrs("src").OnElements("img", "audio", "video", "source", "track")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(number).OnElements("img", "video")
	p.AllowAttrs("poster").OnElements("video")
	p.AllowAttrs("controls").Matching(regexp.MustCompile(`^(controls)?$`)).OnElements("audio", "video")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^(audio|video)/[a-z0-9.+-]+$`)).OnElements("source")
	return p
})

// Escape is plain text as HTML, not divided into paragraphs.
func Escape(text string) string { return html.EscapeString(text) }
