package wire

import (
	"slices"
	"strings"

	"dateline/feed/wire/ninjs"
	"dateline/store"
)

// ReadItem is a news item in ninjs whose article is ready to be filed. It is
// filed under those of its subjects that are categories here; the others say
// only what it is about. What is withheld or canceled has no article but its
// GUID. The error is *store.Invalid, with every fault there is.
func (d Desk) ReadItem(data []byte, o Options) (ninjs.Item, error) {
	item, err := ninjs.Read(data, o.Now)
	if err != nil {
		return ninjs.Item{}, err
	}
	if item.Status != store.Usable {
		return item, nil
	}
	in := draft{Article: item.Article}
	if item.Type == "event" || item.Type == "planning" {
		in.fault("type", "%q is for editors, and no article", item.Type)
	}
	for _, name := range item.Names {
		if d.has(name) {
			in.Categories = append(in.Categories, name)
		}
	}
	if len(in.Categories) == 0 && o.Category == "" {
		in.Categories = slices.Clip(item.Names)
		if len(in.Categories) > 1 { // one will do to say what is near
			in.Categories = in.Categories[:1]
		}
	}
	item.Article = d.finish(&in, o)
	if len(in.faults) > 0 {
		for i, f := range in.faults {
			in.faults[i].Field = memberOf(f.Field)
		}
		return ninjs.Item{}, &store.Invalid{Faults: in.faults}
	}
	return item, nil
}

// memberOf is the member of an item that becomes the field of an article.
func memberOf(field string) string {
	name := field
	if i := strings.IndexAny(field, ".["); i >= 0 {
		name = field[:i]
	}
	if member := members[name]; member != "" {
		return member
	}
	return field
}

// members are those of ninjs 3.1 that fields of an article are read from.
var members = map[string]string{
	"guid": "uri", "slug": "slugline", "headline": "headlines", "summary": "descriptions", "correction_note": "descriptions", "body": "bodies",
	"dateline": "located", "byline": "by", "credit": "infoSources", "rights": "copyrightNotice", "categories": "subjects", "subjects": "subjects", "tags": "subjects",
	"published": "firstCreated", "updated": "versionCreated", "embargo": "embargoedUntil", "enclosures": "associations", "related": "associations", "editor_note": "edNote",
}
