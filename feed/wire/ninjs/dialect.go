package ninjs

import (
	"regexp"
	"slices"
	"strings"
)

// dialect is the version that a document is written in, by the names of its
// members: those of 3.x are in camel case, those of 2.x in lower case, and 1.x
// has others. A document that has only names that all of them share is of the
// version that it says, or else 3.x.
func dialect(doc *value) string {
	camel, lower := names()
	switch {
	case slices.ContainsFunc(doc.names, func(n string) bool { return camel[n] }):
		return v3
	case !slices.ContainsFunc(doc.names, isPlural) && slices.ContainsFunc(doc.names, isFirst), isObjectAt(doc, "renditions"), isObjectAt(doc, "associations"), isObjectAt(doc, "altids"),
		doc.string("representationtype") == "complete", doc.string("representationtype") == "incomplete":
		return v1
	case slices.ContainsFunc(doc.names, func(n string) bool { return lower[n] }), hasBelow(doc, lower):
		return v2
	}
	switch said := doc.get("standard"); {
	case says(said, "2."):
		return v2
	case says(said, "1."):
		return v1
	}
	return v3
}

// says reports whether a standard names a version that begins so, by itself or
// in the name of its schema: "ninjs-schema_2.0.json".
func says(standard *value, version string) bool {
	return strings.HasPrefix(standard.string("version"), version) || strings.Contains(standard.string("schema"), "_"+version)
}

// names are those of 3.x in camel case, and the same in lower case, as 2.x has
// them.
func names() (camel, lower map[string]bool) {
	camel, lower = map[string]bool{}, map[string]bool{"embargoed": true}
	for _, name := range []string{
		"representationType", "firstCreated", "versionCreated", "contentCreated", "embargoedUntil", "pubStatus",
		"copyrightHolder", "copyrightNotice", "usageTerms", "edNote", "infoSources", "altIds", "trustIndicators",
		"rightsInfo", "digitalSourceType", "eventDetails", "plannedCoverage",
		"contentType", "charCount", "wordCount", "sizeInBytes", "contactInfo", "geoJSON",
	} {
		camel[name], lower[strings.ToLower(name)] = true, true
	}
	return camel, lower
}

// hasBelow reports whether a member of the lists of a document has one of the
// names.
func hasBelow(doc *value, names map[string]bool) bool {
	for _, list := range doc.members {
		for _, element := range list.members {
			if list.kind == isArray && slices.ContainsFunc(element.names, func(n string) bool { return names[n] }) {
				return true
			}
		}
	}
	return false
}

// firstNames are those that only 1.x has, Superdesk's among them.
var firstNames = []string{
	"$standard", "mimetype", "byline", "headline", "person", "organisation", "place", "subject", "event", "object",
	"infosource", "genre", "trustindicator", "charcount", "wordcount",
	"guid", "priority", "service", "evolvedfrom", "source", "signal", "keywords",
}

var firstPattern = regexp.MustCompile(`^(description|body|headline)_[a-zA-Z0-9_]+$`)

// isFirst reports whether only 1.x has a member of that name.
func isFirst(name string) bool {
	return slices.Contains(firstNames, name) || firstPattern.MatchString(name)
}

// isPlural reports whether 2.x and 3.x have a member of that name, and 1.x has
// not.
func isPlural(name string) bool {
	return slices.Contains([]string{
		"headlines", "bodies", "descriptions", "people", "organisations", "places", "subjects", "events", "objects", "genres", "by",
	}, name)
}

func isObjectAt(doc *value, name string) bool {
	m := doc.get(name)
	return m != nil && m.kind == isObject
}
