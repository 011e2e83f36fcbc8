package clean

import (
	"cmp"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Page is what a whole HTML page says of itself, as it was written: clean what
// you keep.
type Page struct {
	Title    string
	Heading  string              // text of the first h1 of the body
	Language string              // of the html element
	Base     *url.URL            // what its relative URLs are resolved against; nil when it does not say
	Address  string              // its canonical address; empty when it does not say
	Meta     map[string][]string // content of its meta elements, by name or property in lower case
	Body     string              // HTML of its article, or else main, or else body element, without Heading
}

// ReadPage reads an HTML page. Any text is one: browsers reject nothing. It
// fails only for what is nested deeper than a page can be, or not Parseable.
func ReadPage(text string) (Page, error) {
	text = characters(text)
	if err := Parseable(text); err != nil {
		return Page{}, err
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return Page{}, err
	}
	p := Page{Meta: map[string][]string{}}
	p.read(doc)
	body := find(doc, atom.Article)
	if body == nil {
		body = find(doc, atom.Main)
	}
	if body == nil {
		body = find(doc, atom.Body)
	}
	if body == nil { // it has a frameset in its place
		return p, nil
	}
	if h1 := find(body, atom.H1); h1 != nil {
		p.Heading = nodeText(h1)
		h1.Parent.RemoveChild(h1)
	}
	var b strings.Builder
	for c := body.FirstChild; c != nil; c = c.NextSibling {
		html.Render(&b, c) // to a Builder: cannot fail
	}
	p.Body = strings.TrimSpace(b.String())
	return p, nil
}

// read gathers what stands in the head, wherever it stands.
func (p *Page) read(n *html.Node) {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Html:
			p.Language = attr(n, "lang")
		case atom.Title:
			if p.Title == "" && n.Namespace == "" {
				p.Title = nodeText(n)
			}
		case atom.Base:
			p.setBase(attr(n, "href"))
		case atom.Link:
			if strings.EqualFold(attr(n, "rel"), "canonical") {
				p.Address = cmp.Or(p.Address, strings.TrimSpace(attr(n, "href")))
				p.setBase(p.Address)
			}
		case atom.Meta:
			for _, key := range []string{"name", "property"} {
				if name := strings.ToLower(attr(n, key)); name != "" {
					p.Meta[name] = append(p.Meta[name], attr(n, "content"))
				}
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.read(c)
	}
}

// setBase takes the first absolute address that the page gives.
func (p *Page) setBase(href string) {
	u, err := url.Parse(strings.TrimSpace(href))
	if p.Base == nil && err == nil && u.IsAbs() && u.Host != "" {
		p.Base = u
	}
}

// find is the first element of that kind at or below n, nil when there is
// none.
func find(n *html.Node, kind atom.Atom) *html.Node {
	if n.Type == html.ElementNode && n.DataAtom == kind && n.Namespace == "" {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if found := find(c, kind); found != nil {
			return found
		}
	}
	return nil
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// nodeText is the text below n on one line.
func nodeText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return Line(b.String())
}
