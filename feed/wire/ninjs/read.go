package ninjs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// Read is the item in data. The error is *store.Invalid, with a fault for
// everything that is wrong, each with the path of the member that it is of.
// What a text or a name must be is left to the store; ninjs takes any. now tells
// the year of a dateline without one, in an item that does not say when it was
// made.
func Read(data []byte, now time.Time) (Item, error) {
	doc, faults := parse(data)
	if doc == nil {
		return Item{}, &store.Invalid{Faults: faults}
	}
	kind, schema := dialect(doc), lenient
	switch kind {
	case v1:
		doc = first(doc)
	case v2:
		doc = second(doc)
	default:
		schema = strict
	}
	if faults = append(faults, schema().check(doc)...); len(faults) > 0 {
		return Item{}, &store.Invalid{Faults: faults}
	}
	in := item(doc, now)
	in.Dialect = kind
	if faults = sizes(doc); len(faults) > 0 {
		return Item{}, &store.Invalid{Faults: faults}
	}
	return in, nil
}

// item is what a document that keeps the schema says.
func item(doc *value, now time.Time) Item {
	in := Item{
		Names: categoryNames(doc), Type: doc.string("type"), Status: status(doc.string("pubStatus")), Version: doc.string("version"),
	}
	in.Created, _ = oldDateTime(doc.string("versionCreated"))
	a := &in.Article
	a.GUID, a.Slug, a.Language = guid(doc), doc.string("slugline"), doc.string("language")
	a.Updated = in.Created
	a.Published, _ = oldDateTime(doc.string("firstCreated"))
	a.Embargo, _ = oldDateTime(doc.string("embargoedUntil"))
	a.Expires, _ = oldDateTime(doc.string("expires"))
	urgency, _ := doc.get("urgency").whole64()
	a.Urgency = int(urgency)
	for _, id := range doc.list("altIds") {
		in.AltIDs = append(in.AltIDs, id.string("value"))
	}
	if in.Status == store.Usable {
		a.EditorNote = doc.string("edNote")
	} else {
		in.Reason = doc.string("edNote")
	}
	a.Headline = cmp.Or(plain(pick(doc.list("headlines"), roleMain)), doc.string("title"))
	a.CorrectionNote = withRole(doc.list("descriptions"), roleCorrection).string("value")
	if a.CorrectionNote != "" && a.EditorNote == correctionLabel+a.CorrectionNote { // said already
		a.EditorNote = ""
	}
	a.Summary = summary(doc)
	a.Credit, a.Rights = credit(doc), rights(doc)
	readBody(a, doc, now)
	readByline(a, doc)
	a.Subjects, a.Tags = filing(doc)
	readMedia(a, doc)
	return in
}

func status(pubStatus string) store.Status {
	switch pubStatus {
	case "withheld":
		return store.Held
	case "canceled":
		return store.Killed
	}
	return store.Usable
}

// guid is the name of the item. A URI that stands for an IRI has that beside
// it.
func guid(doc *value) string {
	uri := doc.string("uri")
	if iri := withRole(doc.list("altIds"), roleIRI).string("value"); iri != "" && uriOf(iri) == uri {
		return iri
	}
	return uri
}

// withRole is the first of a list that has the role, nil when none has.
func withRole(list []*value, role string) *value {
	for _, v := range list {
		if v.string("role") == role {
			return v
		}
	}
	return nil
}

// pick is the one of the texts that has the role, or else the first in plain
// text, or else the first; nil when there is none.
func pick(list []*value, role string) *value {
	if v := withRole(list, role); v != nil {
		return v
	}
	for _, v := range list {
		if !isMarkup(v) {
			return v
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return nil
}

// isMarkup reports whether a text is HTML, by what it says or how it looks.
func isMarkup(v *value) bool {
	if kind := v.string("contentType"); kind != "" {
		return strings.Contains(kind, "html")
	}
	text := strings.TrimSpace(v.string("value"))
	return strings.HasPrefix(text, "<") && strings.Contains(text, "</")
}

// plain is a text without markup.
func plain(v *value) string {
	if isMarkup(v) {
		return clean.Plain(v.string("value"))
	}
	return v.string("value")
}

// summary is the description that readers see in place of the text.
func summary(doc *value) string {
	var list []*value
	for _, d := range doc.list("descriptions") {
		if role := d.string("role"); role != roleCorrection && role != roleNotice {
			list = append(list, d)
		}
	}
	return plain(pick(list, roleSummary))
}

// credit is whom to credit, and who wrote and edited.
func credit(doc *value) (c store.Credit) {
	sources := doc.list("infoSources")
	c.SignOff = withRole(sources, roleSignOff).string("literal")
	if c.Agency = withRole(sources, roleCredit).string("name"); c.Agency != "" {
		return c
	}
	for _, s := range sources {
		if !slices.Contains([]string{roleSignOff, roleOrigin, roleAlsoAt}, s.string("role")) && s.string("name") != "" {
			c.Agency = s.string("name")
			break
		}
	}
	return c
}

// rights is the notice and the terms, or, without them, who holds the
// copyright.
func rights(doc *value) string {
	notice, terms := doc.string("copyrightNotice"), doc.string("usageTerms")
	switch holder := doc.string("copyrightHolder"); {
	case notice == "" && terms == "" && holder != "":
		return "Copyright " + holder
	case notice == "":
		return terms
	case terms == "":
		return notice
	}
	return notice + "\n" + terms
}
