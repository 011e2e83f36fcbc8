package parse

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	maxItems    = 10_000
	maxDepth    = 100
	maxElements = 200_000 // of all items together
	maxPerItem  = 2_000
	maxProse    = 2 << 20  // bytes of a text with paragraphs
	maxLine     = 64 << 10 // and of any other
)

// note is what gofeed has no place for.
type note struct {
	id       string // Atom's id, which gofeed takes for a reference and rewrites
	sourceID string // likewise
	about    string // rdf:about
	lang     string // xml:lang
	base     *url.URL
}

// mended is a feed that gofeed can read: well-formed, with the elements that
// we read and no others, in the vocabularies' short names, dates as RFC 3339
// and references resolved against xml:base where there is one. In place of a
// text stands its number: gofeed would take most of its time to unescape it.
type mended struct {
	xml     []byte
	texts   []string // as HTML, in order
	name    string   // of the root element
	version string   // as the root element gives it, or its namespace
	note    note     // of the feed
	items   []note   // one for each item, in order
}

// mender makes a mended feed of a document.
type mender struct {
	lexer
	language language
	native   map[string]element
	feedURL  *url.URL
	w        *warnings
	out      mended

	stack   []frame
	bound   map[string]string // the vocabulary that each prefix stands for
	own     string            // the vocabulary of the format
	root    string            // the one that elements without a prefix have in the root element
	prose   *prose            // of the open element that holds text
	value   []byte            // of the open element that holds a line
	over    int               // how many elements are open that lie too deep
	inItem  int               // elements written of the open item
	seen    []string          // of those, the names that an item has once
	count   int               // and of all
	settled bool              // the open item's language and base are those of its full text
	dropped int               // items beyond the limit
	grown   int               // bytes of resolved references

	deep, crossed, stray, many, long tally
}

// frame is an open element.
type frame struct {
	element        // name empty: not written
	tag     string // as the feed writes it
	begun   int    // where in the mended feed it begins
	leaf    bool   // it holds text, or is markup in such
	base    *url.URL
	lang    string
	hidden  []binding // what its own declarations hide
}

type binding struct{ prefix, vocabulary string }

// mend reads the document of that language which begins at that offset.
func mend(data []byte, d document, feedURL *url.URL, w *warnings) mended {
	m := mender{
		lexer: lexer{in: data, pos: d.at}, language: d.language, feedURL: feedURL, w: w,
		native: rssElements, own: "rss", bound: map[string]string{},
	}
	start, end := "<rss><channel>", "</channel></rss>"
	if d.language == atomXML {
		m.native, m.own = atomElements, "atom"
		start, end = "<feed>", "</feed>"
	}
	if d.entities > 0 {
		w.add("the DOCTYPE declares entities, which are not expanded (%d)", d.entities)
	}
	m.out.xml = append(make([]byte, 0, len(data)+len(data)/8+64), start...)
	m.read()
	m.out.xml = append(m.out.xml, end...)
	m.report()
	return m.out
}

// read reads up to the end of the root element, of the input or of the limit.
func (m *mender) read() {
	for {
		t := m.next()
		switch t.kind {
		case startTag:
			m.start(t)
		case endTag:
			m.end(t)
		case charData:
			m.text(t)
		case eof:
			m.cut("the feed is cut off", t.offset)
			return
		}
		switch {
		case len(m.stack) == 0:
			return
		case m.count > maxElements:
			m.cut("more than "+strconv.Itoa(maxElements)+" elements, the rest is left out", t.offset)
			return
		}
	}
}

// cut ends the feed where it is, without the item or the text that is open.
func (m *mender) cut(why string, offset int) {
	in := ""
	for _, f := range m.stack {
		if f.name == "" {
			continue
		}
		if m.out.xml = m.out.xml[:f.begun]; f.holds == item {
			in = fmt.Sprintf(" within item %d, which is left out", len(m.out.items))
			m.out.items = m.out.items[:len(m.out.items)-1]
		}
		break
	}
	m.w.add("%s at byte %d%s", why, offset, in)
}

func (m *mender) report() {
	m.ampersands.report(m.w, "an ampersand that is not escaped", "ampersands that are not escaped")
	m.entities.report(m.w, "an entity that only HTML has", "entities that only HTML has")
	m.controls.report(m.w, "a character that XML does not allow is left out,", "characters that XML does not allow are left out")
	m.brackets.report(m.w, "a < that is not escaped", "< that are not escaped")
	m.crossed.report(m.w, "an element that is not closed", "elements that are not closed")
	m.stray.report(m.w, "an end tag without a start", "end tags without a start")
	m.deep.report(m.w, "an element nested too deep is left out", "elements nested too deep are left out")
	m.long.report(m.w, "a text is cut that is too long", "texts are cut that are too long")
	m.many.report(m.w, "an element beyond what an item may have is left out", "elements beyond what an item may have are left out")
	if m.grown > maxResolved {
		m.w.add("the references with their xml:base are longer than %d bytes together: the rest is not resolved", maxResolved)
	}
	if m.dropped > 0 {
		m.w.add("%d items beyond the first %d are left out", m.dropped, maxItems)
	}
}

// top is the innermost open element, nil outside the root.
func (m *mender) top() *frame {
	if len(m.stack) == 0 {
		return nil
	}
	return &m.stack[len(m.stack)-1]
}

// start opens the element of a start tag.
func (m *mender) start(t token) {
	m.liftItem(t)
	if m.over > 0 || len(m.stack) >= maxDepth {
		if m.deep.at(t.offset); !t.empty {
			m.over++
		}
		return
	}
	if top := m.top(); top != nil && top.leaf {
		m.markup(t)
		return
	}
	f := m.frame(t)
	m.place(t, &f)
	if m.stack = append(m.stack, f); f.name != "" {
		m.write(t)
	}
	if t.empty {
		m.pop()
	}
}

// place decides what the element is where it stands.
func (m *mender) place(t token, f *frame) {
	top := m.top()
	if top == nil {
		m.rootElement(t)
	}
	f.element = m.element(t.name)
	f.begun = len(m.out.xml)
	isPart := f.holds == outer || f.holds == item // of the feed, not of an item
	switch {
	case top != nil && top.name == "" && top.holds != outer, // what is in a foreign element is foreign
		top != nil && top.holds != outer && isPart:
		f.element = element{}
	case f.holds == item && len(m.out.items) == maxItems:
		m.dropped++
		f.element = element{}
	case f.holds == item:
		m.out.items = append(m.out.items, note{about: about(t), lang: f.lang, base: f.base})
		m.inItem, m.settled, m.seen = 0, false, m.seen[:0]
	case f.holds == outer:
		f.name = ""
		m.out.note.lang = f.lang
	case m.inItem > maxPerItem:
		m.many.at(t.offset)
		f.element = element{}
	case top.holds == item && single[f.name]:
		if slices.Contains(m.seen, f.name) {
			f.element = element{}
		} else {
			m.seen = append(m.seen, f.name)
		}
	}
	f.leaf = f.holds == text || f.holds == line || f.holds == address || f.holds == moment
}

// about is the rdf:about of an item of RSS 1.0.
func about(t token) string {
	for _, a := range t.attrs {
		if localName(a.name) == "about" {
			return a.value
		}
	}
	return ""
}

// liftItem closes what is open where an item begins within an item or its
// texts: an end tag is missing.
func (m *mender) liftItem(t token) {
	top := m.top()
	if top == nil || top.holds == outer || m.prose != nil && m.prose.form == inline {
		return
	}
	if m.native[strings.ToLower(localName(t.name))].holds != item || m.element(t.name).holds != item {
		return
	}
	keep, inside := 0, false
	for i, f := range m.stack {
		switch {
		case f.holds == outer:
			keep = i + 1
		case f.holds == item:
			inside = true
		case !f.leaf && inside: // it may hold items of its own
			return
		}
	}
	if keep == 0 { // the root is an entry
		return
	}
	m.crossed.at(t.offset)
	m.over = 0
	for len(m.stack) > keep {
		m.pop()
	}
}

// end closes the element of an end tag and all that is open in it.
func (m *mender) end(t token) {
	i := len(m.stack) - 1
	for i >= 0 && !strings.EqualFold(m.stack[i].tag, t.name) {
		i--
	}
	switch {
	case i < 0 && m.over > 0: // one of those that lie too deep
		m.over--
		return
	case i < 0:
		if !isVoid(strings.ToLower(t.name)) {
			m.stray.at(t.offset)
		}
		return
	case i < len(m.stack)-1 || m.over > 0:
		m.crossed.at(t.offset)
	}
	m.over = 0
	for len(m.stack) > i {
		m.pop()
	}
}

// pop closes the innermost open element.
func (m *mender) pop() {
	f := m.top()
	switch {
	case f.leaf && f.name == "":
		if m.prose != nil {
			m.prose.end(f.tag)
		}
	case f.holds == text:
		if text := m.prose.html(); text != "" {
			m.out.xml = strconv.AppendInt(m.out.xml, int64(len(m.out.texts)), 10)
			m.out.texts = append(m.out.texts, text)
		}
		m.prose = nil
	case f.leaf:
		m.endValue(f)
	}
	if f.name != "" {
		m.out.xml = append(append(append(m.out.xml, "</"...), f.name...), '>')
	}
	for _, b := range slices.Backward(f.hidden) {
		m.bound[b.prefix] = b.vocabulary
	}
	m.stack = m.stack[:len(m.stack)-1]
}
