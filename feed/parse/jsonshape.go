package parse

// shape is what a value of JSON Feed has to be.
type shape struct {
	kind    kind
	of      *shape            // of a list: what its members are
	members map[string]*shape // of an object: those that are read
	bare    string            // the member that a text in place of the object stands for
	prose   bool              // of a text: it may have paragraphs
}

type kind int

const (
	jsonText kind = iota
	jsonNumber
	jsonTruth
	jsonList
	jsonObject
)

// The shapes of JSON Feed 1.1. The members that gofeed does not read are kept
// aside.
var (
	anID    = &shape{kind: jsonText}
	aText   = &shape{kind: jsonText}
	aProse  = &shape{kind: jsonText, prose: true}
	aNumber = &shape{kind: jsonNumber}
	authors = &shape{kind: jsonList, of: author}
	author  = &shape{kind: jsonObject, bare: "name", members: map[string]*shape{"name": aText, "url": aText}}
	files   = &shape{kind: jsonList, of: &shape{kind: jsonObject, bare: "url", members: map[string]*shape{
		"url": aText, "mime_type": aText, "title": aText, "size_in_bytes": aNumber,
	}}}
	jsonItem = &shape{kind: jsonObject, members: map[string]*shape{
		"id": anID, "url": aText, "external_url": aText, "title": aText, "content_html": aProse, "content_text": aProse,
		"summary": aProse, "image": aText, "banner_image": aText, "date_published": aText, "date_modified": aText,
		"author": author, "authors": authors, "tags": {kind: jsonList, of: aText}, "language": aText, "attachments": files,
	}}
	jsonRoot = &shape{kind: jsonObject, members: map[string]*shape{
		"version": aText, "title": aText, "home_page_url": aText, "feed_url": aText, "next_url": aText,
		"expired": {kind: jsonTruth}, "language": aText, "author": author, "authors": authors,
		"items": {kind: jsonList, of: jsonItem}, "hubs": hubs, "_dateline": dateline,
	}}
	hubs     = &shape{kind: jsonList, of: &shape{kind: jsonObject, bare: "url", members: map[string]*shape{"url": aText}}}
	dateline = &shape{kind: jsonObject, members: map[string]*shape{
		"tombstones": {kind: jsonList, of: &shape{kind: jsonObject, members: map[string]*shape{
			"id": aText, "when": aText, "reason": aText,
		}}},
	}}
)

// aside is what gofeed does not read of a feed.
type aside struct {
	Hubs     []struct{ URL string }
	Dateline struct {
		Tombstones []struct {
			ID     string
			When   string
			Reason string
		}
	} `json:"_dateline"`
}
