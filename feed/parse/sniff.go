package parse

import (
	"bytes"
	"strings"

	"dateline/feed/clean"
)

// language is what a document is written in.
type language int

const (
	noFeed language = iota
	rssXML          // RSS 0.9x and 2.0, and RSS 1.0, which is RDF
	atomXML
	jsonFeed
)

// document is what text was found to be.
type document struct {
	language language
	at       int    // where the root element or the object begins
	entities int    // how many a DOCTYPE before it declares
	what     string // of what is no feed
	page     bool   // it is an HTML page
	odd      string // what stands before the feed and should not
}

// searched is how far into a document that begins with something else a feed
// is looked for, in bytes.
const searched = 64 << 10

// sniff finds out what text is by its first bytes, whatever a server calls it.
func sniff(text []byte) document {
	trimmed := bytes.TrimLeft(text, " \t\r\n\x00\uFEFF")
	at := len(text) - len(trimmed)
	switch {
	case len(trimmed) == 0:
		return document{what: "an empty document"}
	case trimmed[0] == '{':
		return document{language: jsonFeed, at: at}
	case trimmed[0] == '[':
		return document{what: "a JSON array"}
	case bytes.HasPrefix(trimmed, []byte("\x1f\u2039")): // its first two bytes, as decode reads them
		return document{what: "gzip data"}
	}
	return sniffXML(text)
}

// sniffXML looks for the root element of a feed. Before it may stand text and
// markup such as programs write when something went wrong, but no page.
func sniffXML(text []byte) document {
	l := lexer{in: text}
	first, odd := "", ""
	if isSpace(text[0]) && bytes.HasPrefix(bytes.TrimSpace(text[:min(len(text), 200)]), []byte("<?xml")) {
		odd = "white space before the XML declaration"
	}
	for {
		t := l.next()
		switch {
		case t.kind == eof || t.offset > searched:
			return notFeed(first, text)
		case t.kind == charData && len(bytes.Trim(t.text, " \t\n\uFEFF")) > 0:
			odd = "text before the feed"
			continue
		case t.kind != startTag:
			continue
		}
		if language := rootLanguage(t.name); language != noFeed {
			return document{language: language, at: t.offset, entities: l.declares, odd: odd}
		}
		name := strings.ToLower(t.name)
		if odd = "markup before the feed"; first == "" {
			first = name
		}
		if !isHTML(name) || name == "html" || name == "head" || name == "body" {
			return notFeed(first, text)
		}
	}
}

// rootLanguage is that of a document whose root element has this name.
func rootLanguage(name string) language {
	switch strings.ToLower(localName(name)) {
	case "rss", "rdf", "channel":
		return rssXML
	case "feed", "entry": // RFC 4287 §2: a document may be a lone entry
		return atomXML
	}
	return noFeed
}

func notFeed(first string, text []byte) document {
	head := strings.ToLower(string(text[:min(len(text), 1024)]))
	switch {
	case isHTML(first) || strings.Contains(head, "<!doctype html"):
		return document{what: "an HTML page", page: true}
	case first != "":
		return document{what: "an XML document with the root element " + clean.Excerpt(first, maxName)}
	case strings.HasPrefix(strings.TrimLeft(head, " \t\r\n"), "<?xml"):
		return document{what: "an XML document without elements"}
	}
	return document{what: "plain text"}
}

func localName(name string) string {
	if i := strings.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}
