package parse

import "strings"

// The vocabularies that are read have one short name each, whatever prefix a
// feed gives them; gofeed knows them by the same names.
var vocabularies = func() map[string]string {
	m := map[string]string{}
	for name, namespaces := range map[string]string{
		"at":      "purl.org/atompub/tombstones/1.0",
		"atom":    "www.w3.org/2005/atom purl.org/atom/ns", // 1.0, 0.3
		"content": "purl.org/rss/1.0/modules/content",
		"dc":      "purl.org/dc/elements/1.1 purl.org/dc/elements/1.0",
		"dcterms": "purl.org/dc/terms",
		"fh":      "purl.org/syndication/history/1.0",
		"itunes":  "www.itunes.com/dtds/podcast-1.0.dtd",
		"media":   "search.yahoo.com/mrss video.search.yahoo.com/mrss",
		"prism": `prismstandard.org/namespaces/1.2/basic prismstandard.org/namespaces/2.0/basic
			prismstandard.org/namespaces/basic/2.0 prismstandard.org/namespaces/basic/2.1 purl.org/rss/1.0/modules/prism`,
		"rdf": "www.w3.org/1999/02/22-rdf-syntax-ns",
		"rss": `purl.org/rss/1.0 purl.org/net/rss1.1 my.netscape.com/rdf/simple/0.9 channel.netscape.com/rdf/simple/0.9
			backend.userland.com/rss backend.userland.com/rss2 backend.userland.com/rss091 backend.userland.com/rss092
			blogs.law.harvard.edu/tech/rss cyber.law.harvard.edu/rss www.rssboard.org/rss-specification`,
		"feedburner": "rssnamespace.org/feedburner/ext/1.0",
		"sy":         "purl.org/rss/1.0/modules/syndication",
		"xhtml":      "www.w3.org/1999/xhtml",
	} {
		for namespace := range strings.FieldsSeq(namespaces) {
			m[namespace] = name
		}
	}
	return m
}()

// vocabulary is the short name of a namespace; the namespace itself behind a
// question mark when it is none that is read. Small slips in the address do
// not matter.
func vocabulary(namespace string) string {
	key := strings.ToLower(strings.TrimSpace(namespace))
	key = strings.TrimPrefix(strings.TrimPrefix(key, "http://"), "https://")
	if v, ok := vocabularies[strings.TrimRight(key, "/#")]; ok {
		return v
	}
	if key == "" {
		return ""
	}
	return "?" + namespace
}

// holds is what an element has in it.
type holds int

const (
	others  holds = iota // other elements
	line                 // a value
	address              // a reference, relative to xml:base
	moment               // a date
	text                 // prose
	outer                // the feed itself: the elements around items
	item                 // one item
)

// element is an element that is read: its name as gofeed knows it.
type element struct {
	name  string
	holds holds
}

// rssElements are those of RSS in any version, by name in lower case.
var rssElements = elements(map[holds]string{
	outer:   "rss rdf channel",
	item:    "item",
	others:  "skipHours skipDays",
	line:    "language ttl hour day author source enclosure guid category name",
	address: "link comments",
	moment:  "pubDate lastBuildDate",
	text:    "title description copyright",
})

// atomElements are those of Atom 1.0 and 0.3.
var atomElements = elements(map[holds]string{
	outer:   "feed",
	item:    "entry",
	others:  "author source",
	line:    "id link category name email",
	address: "uri url homepage",
	moment:  "updated modified published issued",
	text:    "title summary content rights copyright",
})

// extensionElements are those of other vocabularies in either.
var extensionElements = elements(map[holds]string{
	others: "at:deleted-entry at:by atom:author media:group media:content",
	line: `atom:link atom:id atom:name atom:email dc:creator dc:author dc:language dc:subject dcterms:creator
		feedburner:origLink fh:archive fh:complete itunes:author itunes:image itunes:keywords
		media:keywords media:category media:credit media:thumbnail sy:updatePeriod sy:updateFrequency`,
	address: "atom:uri",
	moment:  `atom:updated atom:published dc:date dcterms:modified dcterms:created dcterms:issued prism:publicationDate`,
	text: `at:comment atom:title atom:summary atom:content content:encoded dc:title dc:description dc:rights dcterms:abstract
		itunes:summary media:title media:description`,
})

// fullText are the names that the full text of an item of RSS goes by beside
// content:encoded.
var fullText = map[string]bool{"body": true, "fullitem": true, "xhtml:body": true, "xhtml:div": true}

// single are the elements of which an item has one; only the first is read.
var single = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`title guid description content:encoded comments source id summary content rights`) {
		m[name] = true
	}
	return m
}()

func elements(list map[holds]string) map[string]element {
	m := map[string]element{}
	for h, names := range list {
		for name := range strings.FieldsSeq(names) {
			m[strings.ToLower(name)] = element{name, h}
		}
	}
	return m
}

// attributeNames are the attributes that are read, by name in lower case. All
// others are left out.
var attributeNames = func() map[string]string {
	m := map[string]string{}
	for name := range strings.FieldsSeq(`href rel type title hreflang length url domain isPermaLink term scheme label src
		width height fileSize medium role ref when`) {
		m[strings.ToLower(name)] = name
	}
	return m
}()
