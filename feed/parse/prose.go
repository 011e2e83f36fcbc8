package parse

import (
	"bytes"
	"encoding/base64"
	"html"
	"strings"

	"dateline/feed/clean"
	"dateline/store"
)

// form is how a text of a feed is written.
type form int

const (
	unsaid  form = iota // RSS does not say: HTML if it looks like it
	plain               // plain text
	escaped             // HTML, escaped or as CDATA
	inline              // HTML as elements of the feed itself (XHTML)
	foreign             // something that cannot be shown
)

// prose gathers a text with its markup, in whatever form, and gives it as
// HTML. So what reads the text later need not know the form.
type prose struct {
	form    form
	base64  bool
	block   bool // it may have paragraphs: a text and no title
	out     []byte
	open    int  // elements of inline markup that are open
	marked  bool // it has inline markup
	wrapped bool // an element around all of it was left out
}

// start adds the start tag of inline markup. Attributes with a prefix mean
// nothing in HTML.
func (p *prose) start(t token, closed bool) {
	if p.form == foreign {
		return
	}
	name := strings.ToLower(localName(t.name))
	if p.form == plain {
		p.out = append(p.out, ' ')
		return
	}
	isFirst := !p.marked
	p.marked = true
	if !closed {
		p.open++
	}
	// RFC 4287 §3.1.1.3: the div around XHTML is no part of it.
	if isFirst && p.form == inline && name == "div" && !closed && len(bytes.TrimSpace(p.out)) == 0 {
		p.wrapped = true
		return
	}
	p.out = append(append(p.out, '<'), name...)
	for _, a := range t.attrs {
		if !strings.Contains(a.name, ":") && a.name != "xmlns" {
			p.out = append(append(p.out, ' '), a.name...)
			p.out = append(append(append(p.out, `="`...), html.EscapeString(a.value)...), '"')
		}
	}
	p.out = append(p.out, '>')
	if closed && !isVoid(name) {
		p.out = append(append(append(p.out, "</"...), name...), '>')
	}
}

// end adds the end tag of the innermost open element of inline markup.
func (p *prose) end(tag string) {
	if p.form == foreign || p.form == plain {
		return
	}
	p.open--
	if p.open == 0 && p.wrapped {
		p.wrapped = false
		return
	}
	p.out = append(append(append(p.out, "</"...), strings.ToLower(localName(tag))...), '>')
}

func (p *prose) text(b []byte) {
	switch {
	case p.form == foreign:
	case p.form == inline || p.form == unsaid && p.open > 0: // text between elements is text
		p.out = append(p.out, html.EscapeString(string(b))...)
	default:
		p.out = append(p.out, b...)
	}
}

// html is the whole text as HTML, without space around it.
func (p *prose) html() string {
	text := strings.TrimSpace(string(p.out))
	form := p.form
	if p.base64 {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return ""
		}
		text = string(raw)
	}
	if form == unsaid && !p.marked && !looksLikeHTML(text) {
		form = plain
	}
	switch {
	case form == foreign:
		return ""
	case form != plain:
		return text
	case p.block:
		return clean.Paragraphs(text)
	}
	return html.EscapeString(text)
}

// isVoid reports whether an element of that name has no content and no end
// tag in HTML.
func isVoid(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr":
		return true
	}
	return false
}

// isHTML reports whether HTML has an element of that name, in lower case, that
// feeds do not have too.
func isHTML(name string) bool { return htmlNames[name] }

var htmlNames = func() map[string]bool {
	names := map[string]bool{}
	for name := range strings.FieldsSeq(`a abbr acronym address article aside audio b bdi bdo big blockquote body br button
		canvas center cite code col colgroup dd del details dfn dir div dl dt em embed fieldset figcaption figure font
		footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li main
		mark meta nav nobr noscript object ol option p param picture pre q s samp script section select small span
		strike strong style sub sup svg table tbody td textarea tfoot th thead time tr tt u ul var video wbr`) {
		names[name] = true
	}
	return names
}()

// looksLikeHTML reports whether a text of which nothing is said is HTML: it has
// an entity, an end tag, or the tag of an element that needs no end. So
// "if a <b" and "how to use <b>" stay what they are.
func looksLikeHTML(s string) bool {
	for {
		i := strings.IndexAny(s, "<&")
		if i < 0 {
			return false
		}
		if s[i] == '&' && hasEntity(s[i:]) || s[i] == '<' && hasTag(s[i+1:]) {
			return true
		}
		s = s[i+1:]
	}
}

// hasEntity reports whether s, which begins with an ampersand, begins with an
// entity of HTML.
func hasEntity(s string) bool {
	end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
	if end < 2 {
		return false
	}
	if s[1] == '#' {
		_, ok := codePoint(s[2:end])
		return ok
	}
	_, ok := namedEntity(s[1:end])
	return ok
}

// hasTag reports whether s, which stands behind a <, shows by itself that this
// is markup.
func hasTag(s string) bool {
	rest, isEnd := strings.CutPrefix(s, "/")
	n := 0
	for n < len(rest) && n < 12 && isName(rest[n]) {
		n++
	}
	name := strings.ToLower(rest[:n])
	if n == len(rest) || !isHTML(name) {
		return false
	}
	next := rest[n]
	switch {
	case isEnd:
		return next == '>' || isSpace(next)
	case name == "br" || name == "hr" || name == "p":
		return next == '>' || next == '/' || isSpace(next)
	case name == "img" || name == "iframe" || name == "a":
		return isSpace(next) && strings.Contains(rest[:min(len(rest), 200)], "=")
	}
	return false
}

// lineOf is the text of HTML on one line.
func lineOf(fragment string) string {
	if !strings.ContainsRune(fragment, '<') {
		return clean.Line(html.UnescapeString(fragment))
	}
	return clean.Line(clean.Plain(fragment))
}

// textOf is the text of HTML, its blocks divided by blank lines.
func textOf(fragment string) string {
	if !strings.ContainsRune(fragment, '<') {
		return clean.Line(html.UnescapeString(fragment))
	}
	return clean.Plain(fragment)
}

// maxName is the length of the longest name that is kept whole, in characters:
// the store takes it in any script.
const maxName = store.MaxLine / 4

// name is a short text that should be plain, but is escaped twice by many.
func name(s string) string {
	if looksLikeHTML(s) {
		s = lineOf(s)
	}
	return clean.Excerpt(s, maxName)
}
