// Package ninjs reads and writes news items in ninjs, the JSON of the IPTC. It
// reads 3.x strictly, by the schema of ninjs 3.1, and takes the older 2.x and
// 1.x, and the 1.x of Superdesk, by mapping what they say to the names of 3.x.
// It writes 3.1. Its functions are pure.
//
// # Where each field lands
//
//	article         ninjs 3.1                               also read from
//	GUID            uri (altIds role=iri, where it has      1.x: guid
//	                characters that no URI has)
//	Slug            slugline
//	Version         version                                 (Item.Version)
//	Headline        headlines role=main                     the first headline; title
//	Summary         descriptions role=summary               the first description
//	Body            bodies text/html, with correction       application/xhtml+xml, text/plain
//	                note, dateline and credit in it
//	Dateline        located; in the text                    "LONDON (PA) - " at the head of the text
//	Byline          by; people rel=author, with e-mail      by, as "By A and B"
//	Credit          infoSources role=credit and sign-off;   the first of infoSources; 1.x: source
//	                in the text
//	Language        language (else the site's)
//	Rights          copyrightNotice                         usageTerms, copyrightHolder
//	Categories      subjects rel=category                   (Item.Names)
//	Subjects        subjects rel=about                      any subject with a code
//	Tags            subjects rel=keyword                    1.x: keywords
//	Urgency         urgency                                 1.x: priority
//	Published       firstCreated
//	Updated         versionCreated                          (Item.Created)
//	Embargo         embargoedUntil                          embargoed
//	Expires         expires
//	CorrectionNote  descriptions role=correction;
//	                in edNote and in the text
//	Enclosures      associations rel=enclosure, each        any picture, audio or video;
//	                with one rendition                      renditions of the item itself
//	Related         associations rel=related                any other with an address
//	Origin, AlsoAt  infoSources role=origin and also-at,    not read: who filed an item is known
//	                altIds role=origin                      to the desk, and not said by the item
//	its page        renditions name=web
//	Status          pubStatus; a notice for a text, and     (Item.Status)
//	                in it and in edNote why
//	EditorNote      never                                   edNote of a usable item
//	ID              altIds role=id                          (Item.AltIDs, as all of them)
package ninjs

import (
	"time"

	"dateline/feed"
	"dateline/store"
)

// Item is what a ninjs document says.
type Item struct {
	// Article is the draft: texts unclean, the body as it came (but for what
	// has a field of its own), no ID, no categories, no status. Its GUID is
	// the item's uri, which need not be one that the store takes.
	Article store.Article

	// Names are those by which its categories may be known, of each subject
	// the code first ("medtop:16000000"), then its name and its literal. Most
	// of them are names of no category.
	Names []string

	AltIDs  []string     // other names of it
	Type    string       // "text", "picture", "event"…, empty when it is not given; an event or a planning item is for editors
	Status  store.Status // Usable, Held (withheld) or Killed (canceled)
	Version string       // as given, such as "3"; empty when it is not
	Created time.Time    // of this version; zero when it is not given
	Reason  string       // the editor's note of an item that is not usable: not for readers
	Dialect string       // "3.x", "2.x" or "1.x"
}

// The dialects.
const (
	v3 = "3.x"
	v2 = "2.x"
	v1 = "1.x"
)

// Options are what is said of every item that is written.
type Options struct {
	Site       feed.Site
	Categories []feed.Category // their titles stand in subjects, and the media topic among their aliases

	// Of a list, for WriteFeed: its title, and the path of its page, such as
	// "/category/world". Empty ones are the site's.
	Title string
	Path  string
}

// The vocabularies of the IPTC that codes are of, by the prefix of the code.
const (
	mediaTopics  = "http://cv.iptc.org/newscodes/mediatopic/"
	subjectCodes = "http://cv.iptc.org/newscodes/subjectcode/"
)

// What subjects, people, infoSources, descriptions, bodies and associations
// that we write are to the item, beside the words of the IPTC.
const (
	relAbout     = "about"
	relCategory  = "category"
	relKeyword   = "keyword"
	relAuthor    = "author"
	relEnclosure = "enclosure"
	relRelated   = "related"

	roleMain       = "main"
	roleSummary    = "summary"
	roleCorrection = "correction"
	roleNotice     = "notice"
	roleCaption    = "caption"
	roleCredit     = "credit"
	roleSignOff    = "sign-off"
	roleOrigin     = "origin"
	roleAlsoAt     = "also-at"
	roleIRI        = "iri"
	roleID         = "id"
)

const (
	textHTML  = "text/html"
	textPlain = "text/plain"
)
