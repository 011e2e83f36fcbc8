package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// notUTF8 is the fault of such bytes (RFC 8259 §8.1).
const notUTF8 = "is not UTF-8, in which JSON has to be"

// readJSON reads an article as JSON. Each field is read by itself, so that
// every one that is wrong is named.
func readJSON(data []byte) (in draft) {
	a := &in.Article
	if !utf8.Valid(data) {
		in.fault(whole, notUTF8)
		return in
	}
	in.object("", data, map[string]any{
		"guid": &a.GUID, "slug": &a.Slug,
		"headline": &a.Headline, "summary": &a.Summary, "body": &a.Body,
		"dateline": fields{"place": &a.Dateline.Place, "date": &a.Dateline.Date, "agency": &a.Dateline.Agency},
		"byline":   list(&a.Byline, authorFields), "credit": fields{"agency": &a.Credit.Agency, "sign_off": &a.Credit.SignOff},
		"language": &a.Language, "enclosures": list(&a.Enclosures, enclosureFields), "rights": &a.Rights,
		"categories": &a.Categories, "tags": &a.Tags, "subjects": &a.Subjects, "urgency": &a.Urgency,
		"published": &a.Published, "updated": &a.Updated, "embargo": &a.Embargo, "expires": &a.Expires,
		"correction_note": &a.CorrectionNote, "editor_note": &a.EditorNote,
		"id": name{&in.altIDs}, "url": name{&in.altIDs}, "version": given{}, "status": &in.said,
		"related": list(&a.Related, relatedFields), "origin": originFields(&a.Origin), "also_at": list(&a.AlsoAt, originFields),
	})
	return in
}

func authorFields(a *store.Author) fields {
	return fields{"name": &a.Name, "email": &a.Email, "url": &a.URL}
}

func enclosureFields(e *store.Enclosure) fields {
	return fields{
		"url": &e.URL, "type": &e.Type, "length": &e.Length, "width": &e.Width,
		"height": &e.Height, "caption": &e.Caption, "credit": &e.Credit,
	}
}

func relatedFields(r *store.Related) fields {
	return fields{"title": &r.Title, "url": &r.URL, "id": given{}}
}

func originFields(o *store.Origin) fields {
	return fields{
		"source": &o.Source, "feed_url": &o.FeedURL, "feed_id": &o.FeedID, "feed_title": &o.FeedTitle,
		"entry_id": &o.EntryID, "link": &o.Link,
	}
}

// fields are the members of a JSON object: where each goes, by name. A target
// is a pointer, fields for an object, or an array of objects.
type fields map[string]any

// given is the target of what the API gives with an article and decides by
// itself: an article that was read there can be sent back.
type given struct{}

// name is the target of what is given too, and names the article.
type name struct{ to *[]string }

// array reads a JSON array of objects: add makes room for one more and gives
// its fields.
type array struct{ add func() fields }

func list[T any](to *[]T, members func(*T) fields) array {
	return array{func() fields {
		*to = append(*to, *new(T))
		return members(&(*to)[len(*to)-1])
	}}
}

// object reads a JSON object into its targets.
func (in *draft) object(path string, data []byte, to fields) {
	if path != "" && string(data) == "null" {
		return
	}
	names, members, err := split(data)
	if err != nil {
		in.fault(objectName(path), "%s", err)
		return
	}
	seen := map[string]bool{}
	for i, name := range names {
		field := name
		if path != "" {
			field = path + "." + name
		}
		target, ok := to[name]
		switch {
		case !ok:
			in.unknownField(field, name, to)
		case seen[name]:
			in.fault(field, "is there twice")
		default:
			in.value(field, members[i], target)
		}
		seen[name] = true
	}
}

func (in *draft) value(field string, data []byte, target any) {
	switch target := target.(type) {
	case given:
	case name:
		var text string
		if json.Unmarshal(data, &text) == nil {
			*target.to = append(*target.to, text)
		}
	case fields:
		in.object(field, data, target)
	case array:
		var elements []json.RawMessage
		if err := json.Unmarshal(data, &elements); err != nil {
			in.fault(field, "must be an array of objects")
		}
		for i, element := range elements {
			in.object(fmt.Sprintf("%s[%d]", field, i), element, target.add())
		}
	default:
		if err := json.Unmarshal(data, target); err != nil {
			in.fault(field, "%s", must(target))
		} else if clean.HasHalf(data) {
			in.fault(field, "has half of a character: a \\ud800 to \\udfff without its other half")
		}
	}
}

// must says what the value of a target has to be.
func must(target any) string {
	switch target.(type) {
	case *string:
		return "must be a string"
	case *[]string:
		return "must be an array of strings"
	case *int, *int64:
		return "must be a whole number"
	}
	return `must be a date and time as in RFC 3339, such as "2026-11-22T10:00:00Z"`
}

// maxHints is for how many faults the nearest name is looked for: whoever has
// more sent something else than an article.
const maxHints = 100

func (in *draft) unknownField(field, name string, to fields) {
	if len(in.faults) >= maxHints {
		in.fault(field, "is no field here")
		return
	}
	var known []string
	for k := range to {
		known = append(known, k)
	}
	slices.Sort(known)
	if slices.Contains([]string{"id", "version", "status"}, field) {
		in.fault(field, "is set by the store: leave it out")
	} else if near := feed.Nearest(name, known); near != "" {
		in.fault(field, "is no field here: did you mean %q?", near)
	} else {
		in.fault(field, "is no field here")
	}
}

// objectName is what a fault of a whole object is said of.
func objectName(path string) string {
	if path == "" {
		return whole
	}
	return path
}

// split is the members of one JSON object, in their order.
func split(data []byte) (names []string, members []json.RawMessage, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, errors.New("must be a JSON object")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, nil, syntax(d, err)
		}
		var member json.RawMessage
		if err := d.Decode(&member); err != nil {
			return nil, nil, syntax(d, err)
		}
		names, members = append(names, name.(string)), append(members, member)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, syntax(d, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, errors.New("is followed by something else: send one at a time")
	}
	return names, members, nil
}

func syntax(d *json.Decoder, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	return fmt.Errorf("is not valid JSON near byte %d: %w", d.InputOffset(), err)
}
