package clean

import (
	"errors"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// errCostly: a parser would make far more of a text than is in it.
var errCostly = errors.New("its markup grows out of all proportion when it is read")

// A text may become this many nodes and copied attributes when it is parsed:
// some for each of its bytes, many more than prose has, and no more than fit
// into the memory of one text among others.
const (
	leastCost   = 4_000
	costPerByte = 4
	mostCost    = 300_000
	cheap       = 512 // bytes of a text that cannot cost more
)

// Parseable fails for a text that would cost an HTML parser memory and time
// out of proportion. The HTML Standard makes a parser repeat elements such as
// <b> that are open where a paragraph ends, with all their attributes, in
// every paragraph that follows (§13.2.4.3), so that a few kilobytes can become
// gigabytes.
func Parseable(text string) error {
	_, err := costOf(text)
	return err
}

// costOf is what a parser makes of a text, 0 for a short one. It fails as
// Parseable does.
func costOf(text string) (int, error) {
	if len(text) <= cheap {
		return 0, nil
	}
	most := mostFor(text)
	c := cost{left: map[atom.Atom]int{}}
	z := html.NewTokenizer(strings.NewReader(text))
	for c.total <= most {
		kind := z.Next()
		if kind == html.ErrorToken {
			return c.total, nil
		}
		c.total += 1 + c.repeated
		// Whether a text is raw depends on where it stands. As markup it
		// costs more.
		z.NextIsNotRawText()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			c.start(z)
		case html.EndTagToken:
			c.end(z)
		case html.CommentToken:
			if c.within == atom.Svg { // it may be a text there (<![CDATA[), and end elsewhere
				c.hide(forEver)
			}
		}
	}
	return c.total, errCostly
}

func mostFor(text string) int { return min(leastCost+costPerByte*len(text), mostCost) }

// cost is what a parser makes of the tokens so far, and rather too much.
type cost struct {
	total    int
	open     []formatting // that may be repeated; also some that are closed
	repeated int          // what they cost at every token
	blocks   int          // start tags other than those of formatting
	root     int          // attributes that html and body have gathered
	within   atom.Atom    // an open element of enclosing; 0 for none
	before   int          // how many were open where it begins
	left     map[atom.Atom]int
}

// formatting is an element that is repeated until its end tag.
type formatting struct {
	kind   atom.Atom
	weight int
	blocks int // start tags before it
	hidden int // above 0, end tags do not reach it
}

// forEver is how often an element is hidden from end tags that may never reach
// it again.
const forEver = 1 << 20

func (c *cost) start(z *html.Tokenizer) {
	name, more := z.TagName()
	kind, weight := atom.Lookup(name), 1
	for more {
		_, _, more = z.TagAttr()
		weight++
	}
	c.total += weight
	switch {
	case formattings[kind]:
		if kind == atom.A { // none stands in another
			c.close(kind)
		}
		if weight > 1 || c.count(kind) < 3 { // at most three that are alike are repeated
			c.open = append(c.open, formatting{kind, weight, c.blocks, 0})
			c.repeated += weight
		}
		return
	case kind == atom.Html || kind == atom.Body: // one element gets the attributes of all
		c.root += weight
		c.total += c.root
	case c.within == atom.Svg && shapes[string(name)], c.within != atom.Svg && prosaic[kind]:
	case c.within == 0 && enclosing[kind]:
		c.within, c.before = kind, len(c.open)
		c.hide(1)
	default: // scopes, lists and foreign markup
		c.hide(forEver)
	}
	c.blocks++
}

// hide hides what is open from end tags.
func (c *cost) hide(times int) {
	for i := range c.open {
		c.open[i].hidden += times
	}
}

// maxAdopted is how many blocks within an element its end tag deals with (HTML
// Standard §13.2.6.4.7, the adoption agency algorithm).
const maxAdopted = 8

// maxLeft is how many elements of a kind, with fewer attributes than that, stay
// open where their end tags had to deal with more blocks than they do: with the
// next one the earlier are closed.
const maxLeft = 3

func (c *cost) end(z *html.Tokenizer) {
	name, _ := z.TagName()
	kind := atom.Lookup(name)
	switch {
	case formattings[kind]:
		c.close(kind)
	case kind != 0 && kind == c.within:
		c.within = 0
		for i := range c.before {
			c.open[i].hidden--
		}
	}
}

// close ends the innermost open element of that kind, if that is sure.
func (c *cost) close(kind atom.Atom) {
	for i := len(c.open) - 1; i >= 0; i-- {
		f := c.open[i]
		if f.kind != kind {
			continue
		}
		if f.hidden > 0 || c.blocks > f.blocks {
			c.total += maxAdopted * c.repeated
		}
		switch {
		case f.hidden > 0:
		case c.blocks-f.blocks >= maxAdopted && (f.weight > maxLeft || c.left[kind] < maxLeft):
			c.left[kind]++ // a copy of it may stay open
			c.open[i].hidden = forEver
		default:
			c.open = append(c.open[:i], c.open[i+1:]...)
			c.repeated -= f.weight
		}
		return
	}
}

// count is how many open elements of that kind have no attributes, and no scope
// of their own before the place at hand.
func (c *cost) count(kind atom.Atom) (n int) {
	for _, f := range c.open {
		if f.kind == kind && f.weight == 1 && f.hidden == 0 {
			n++
		}
	}
	return n
}

var formattings = map[atom.Atom]bool{
	atom.A: true, atom.B: true, atom.Big: true, atom.Code: true, atom.Em: true, atom.Font: true, atom.I: true,
	atom.Nobr: true, atom.S: true, atom.Small: true, atom.Strike: true, atom.Strong: true, atom.Tt: true, atom.U: true,
}

// prosaic are elements through which the end tags of formatting reach.
var prosaic = map[atom.Atom]bool{
	atom.P: true, atom.Br: true, atom.Hr: true, atom.Img: true, atom.Div: true, atom.Span: true, atom.Wbr: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
	atom.Blockquote: true, atom.Pre: true, atom.Section: true, atom.Article: true, atom.Aside: true,
	atom.Header: true, atom.Footer: true, atom.Nav: true, atom.Main: true, atom.Figure: true, atom.Figcaption: true,
	atom.Sub: true, atom.Sup: true, atom.Mark: true, atom.Q: true, atom.Cite: true, atom.Abbr: true, atom.Time: true,
	atom.Ins: true, atom.Del: true, atom.Label: true, atom.Center: true, atom.Address: true, atom.Kbd: true,
	atom.Samp: true, atom.Var: true, atom.Dfn: true, atom.Bdi: true, atom.Bdo: true, atom.Data: true, atom.Ruby: true,
	atom.Picture: true, atom.Source: true, atom.Video: true, atom.Audio: true, atom.Track: true, atom.Embed: true,
	atom.Details: true, atom.Summary: true, atom.Hgroup: true, atom.Menu: true, atom.Meta: true, atom.Link: true,
}

// enclosing are elements that hide what is open from the end tags in them, and
// whose own end tag is sure: raw text, and pictures of shapes alone.
var enclosing = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Iframe: true, atom.Noscript: true, atom.Textarea: true, atom.Title: true,
	atom.Svg: true,
}

// shapes are what a picture of shapes is made of.
var shapes = set("path g use circle rect line polygon polyline ellipse defs symbol lineargradient radialgradient stop clippath mask")
