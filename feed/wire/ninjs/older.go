package ninjs

import (
	"slices"
	"strings"
)

// second is a document of 2.x with the names of 3.x, which differ in their
// case. What 3.x does not know is dropped.
func second(doc *value) *value { return rename(doc, lenient()) }

func rename(v *value, s *shape) *value {
	switch {
	case v.kind == isArray && s.kind == isArray && s.element != nil:
		out := *v
		out.members = make([]*value, len(v.members))
		for i, m := range v.members {
			out.members[i] = rename(m, s.element)
		}
		return &out
	case v.kind != isObject || s.kind != isObject || s.open:
		return v
	}
	known := map[string]string{}
	for name := range s.members {
		known[strings.ToLower(name)] = name
	}
	if s.members["embargoedUntil"] != nil {
		known["embargoed"] = "embargoedUntil"
	}
	out := from(v)
	for i, name := range v.names {
		if to := known[strings.ToLower(name)]; to != "" && v.members[i].kind != isNull {
			out.add(to, rename(v.members[i], s.members[to]))
		}
	}
	return out
}

// from is an empty object that stands where v does.
func from(v *value) *value {
	return &value{kind: isObject, parent: v.parent, name: v.name, position: v.position}
}

// add gives an object a member, unless it has one of that name or there is
// none to give. The member goes on standing where it stood.
func (v *value) add(name string, member *value) {
	if member != nil && member.kind != isNull && !slices.Contains(v.names, name) {
		v.names, v.members = append(v.names, name), append(v.members, member)
	}
}

// put appends to the list of that name.
func (v *value) put(list string, element *value) {
	v.add(list, &value{kind: isArray, parent: v, name: list})
	to := v.get(list)
	to.members = append(to.members, element)
}

func textOf(s string) *value { return &value{kind: isString, text: s} }

// same are the members of 1.x that 3.x has by another name, or the same one.
// Of two for one name the first that is there counts.
var same = []struct{ from, to string }{
	{"guid", "uri"}, // Superdesk's name of an item; its uri is that of a resource
	{"uri", "uri"}, {"type", "type"}, {"version", "version"}, {"title", "title"}, {"profile", "profile"},
	{"firstcreated", "firstCreated"}, {"versioncreated", "versionCreated"}, {"contentcreated", "contentCreated"},
	{"embargoed", "embargoedUntil"}, {"expires", "expires"}, {"pubstatus", "pubStatus"},
	{"urgency", "urgency"}, {"priority", "urgency"},
	{"copyrightholder", "copyrightHolder"}, {"copyrightnotice", "copyrightNotice"}, {"usageterms", "usageTerms"},
	{"ednote", "edNote"}, {"language", "language"}, {"byline", "by"}, {"slugline", "slugline"}, {"located", "located"},
}

// first is a document of 1.x with the names of 3.x. What it has no use for is
// dropped.
func first(doc *value) *value {
	out := from(doc)
	for _, s := range same {
		if m := doc.get(s.from); m == nil || s.from != "guid" || m.text != "" {
			out.add(s.to, m)
		}
	}
	for i, name := range doc.names {
		firstText(out, name, doc.members[i])
	}
	firstSubjects(out, doc)
	for _, a := range doc.list("authors") {
		firstAuthor(out, a)
	}
	firstConcepts(out, "infoSources", doc.get("infosource"), "")
	if source := doc.string("source"); source != "" {
		out.put("infoSources", named(source, "role", roleCredit))
	}
	firstMedia(out, doc)
	return out
}

// firstText reads the members whose names are patterns: "headline_main",
// "body_html", "description_text".
func firstText(out *value, name string, m *value) {
	kind, role, _ := strings.Cut(name, "_")
	list, known := map[string]string{"headline": "headlines", "body": "bodies", "description": "descriptions"}[kind]
	if !known || m.kind == isNull || name != "headline" && !firstPattern.MatchString(name) {
		return
	}
	text := &value{kind: isObject, parent: m.parent}
	if text.add("value", m); role != "" {
		text.add("role", textOf(role))
	}
	switch role = strings.ToLower(role); {
	case strings.Contains(role, "html"):
		text.add("contentType", textOf(textHTML))
	case role == "text":
		text.add("contentType", textOf(textPlain))
	}
	out.put(list, text)
}

// firstSubjects reads what an item is about. The services of Superdesk are its
// categories.
func firstSubjects(out, doc *value) {
	firstConcepts(out, "subjects", doc.get("service"), relCategory)
	firstConcepts(out, "subjects", doc.get("subject"), "")
	for _, word := range doc.list("keywords") {
		if word.kind == isString && word.text != "" {
			out.put("subjects", named(word.text, "rel", relKeyword))
		}
	}
}

// firstConcepts reads an array of concepts, each of which is rel to the item.
func firstConcepts(out *value, list string, v *value, rel string) {
	if v == nil || v.kind != isArray {
		out.add(list, v) // where it is found to be none
		return
	}
	for _, m := range v.members {
		c := firstConcept(m)
		if c.kind == isObject && rel != "" {
			c.add("rel", textOf(rel))
		}
		if list == "infoSources" { // what 3.x calls a role
			c = roleForRel(c)
		}
		out.put(list, c)
	}
}

func roleForRel(v *value) *value {
	if i := slices.Index(v.names, "rel"); i >= 0 {
		v.names[i] = "role"
	}
	return v
}

// firstConcept is an object with name, scheme and code as one with name, uri
// and literal.
func firstConcept(v *value) *value {
	if v.kind != isObject {
		return v
	}
	out := from(v)
	for _, name := range []string{"name", "rel"} {
		out.add(name, v.get(name))
	}
	code, scheme := v.get("code"), v.string("scheme")
	if code == nil || code.kind == isNull {
		code = v.get("qcode")
	}
	if code == nil {
		return out
	}
	out.add("literal", code)
	if code.kind == isString && code.text != "" {
		if uri := scheme + code.text; isURI(uri) {
			out.add("uri", textOf(uri))
		}
	}
	return out
}

// firstAuthor reads one of Superdesk's authors, among whom are editors and
// photographers too.
func firstAuthor(out, v *value) {
	writers := []string{"", "author", "writer", "reporter", "correspondent"}
	if v.string("name") != "" && slices.Contains(writers, strings.ToLower(v.string("role"))) {
		out.put("people", named(v.string("name"), "rel", relAuthor))
	}
}

// named is an object with a name and one other member.
func named(name, member, text string) *value {
	v := &value{kind: isObject}
	v.add("name", textOf(name))
	v.add(member, textOf(text))
	return v
}

// firstMedia reads renditions and associations, which 1.x has as objects by
// their names.
func firstMedia(out, doc *value) {
	if r := doc.get("renditions"); r != nil {
		out.add("renditions", byName(r, firstRendition))
	}
	if a := doc.get("associations"); a != nil {
		out.add("associations", byName(a, func(v *value) *value {
			out := first(v)
			out.add("uri", textOf(""))
			return out
		}))
	}
}

// byName is the members of an object as an array, each with its name.
func byName(v *value, read func(*value) *value) *value {
	if v.kind != isObject {
		return v
	}
	list := &value{kind: isArray, parent: v.parent, name: v.name}
	for i, name := range v.names {
		m := v.members[i]
		switch m.kind {
		case isNull:
			continue
		case isObject:
			m = read(m)
			m.add("name", textOf(name))
		}
		list.members = append(list.members, m)
	}
	return list
}

func firstRendition(v *value) *value {
	out := from(v)
	for _, s := range []struct{ from, to string }{
		{"href", "href"}, {"mimetype", "contentType"}, {"title", "title"},
		{"width", "width"}, {"height", "height"}, {"sizeinbytes", "sizeInBytes"},
	} {
		out.add(s.to, v.get(s.from))
	}
	return out
}
