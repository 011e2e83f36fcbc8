package parse

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"

	"dateline/feed/clean"
	"dateline/store"
)

// file is a media file as an item names it.
type file struct {
	url, kind, medium     string // kind is the media type
	length, width, height string
	caption, credit       string
}

// enclose adds a file to the item, once. What is said of it later fills in
// what was not said before.
func (r *reader) enclose(it *Item, f file) {
	ref := r.link("the media file", f.url)
	if ref == "" || len(ref) > store.MaxLine || len(it.Enclosures) == store.MaxList {
		return
	}
	e := store.Enclosure{
		URL: ref, Type: mediaType(f.kind, f.medium, ref),
		Length: size(f.length), Width: int(min(size(f.width), 1e6)), Height: int(min(size(f.height), 1e6)),
		Caption: limited(clean.Text(f.caption)), Credit: clean.Excerpt(f.credit, maxName),
	}
	for i, known := range it.Enclosures {
		if known.URL == e.URL {
			it.Enclosures[i] = merged(known, e)
			return
		}
	}
	it.Enclosures = append(it.Enclosures, e)
}

// limited is a text as long as the store takes it.
func limited(s string) string {
	if len(s) > store.MaxText {
		return clean.Excerpt(s, store.MaxText/4)
	}
	return s
}

func merged(a, b store.Enclosure) store.Enclosure {
	if a.Length == 0 {
		a.Length = b.Length
	}
	if a.Width == 0 && a.Height == 0 {
		a.Width, a.Height = b.Width, b.Height
	}
	if a.Caption == "" {
		a.Caption = b.Caption
	}
	if a.Credit == "" {
		a.Credit = b.Credit
	}
	return a
}

func hasPicture(it Item) bool {
	for _, e := range it.Enclosures {
		if strings.HasPrefix(e.Type, "image/") {
			return true
		}
	}
	return false
}

// size is a number of bytes or pixels; 0 for what is none.
func size(s string) int64 {
	s, _, _ = strings.Cut(strings.TrimSuffix(strings.TrimSpace(s), "px"), ".")
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

var mediaShape = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$`)

// mediaType is the type of a file: what is declared when that is one, else
// what the file's name tells, else what its medium is mostly.
func mediaType(declared, medium, ref string) string {
	kind, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(declared)), ";")
	kind = strings.TrimSpace(kind)
	switch kind {
	case "image/jpg", "image/pjpeg", "jpg", "jpeg":
		return "image/jpeg"
	case "audio/mp3", "audio/mpeg3", "audio/x-mp3", "mp3":
		return "audio/mpeg"
	case "application/octet-stream", "binary/octet-stream": // said of anything
		kind = ""
	}
	if mediaShape.MatchString(kind) {
		return kind
	}
	if kind == "image" || kind == "audio" || kind == "video" {
		medium = kind
	}
	if guess := typeByName(ref); guess != "" {
		return guess
	}
	switch medium {
	case "image":
		return "image/jpeg"
	case "audio":
		return "audio/mpeg"
	case "video":
		return "video/mp4"
	}
	return "application/octet-stream"
}

// typeByName is the media type of a file by the end of its name. The table is
// our own: that of the system differs from machine to machine.
func typeByName(ref string) string {
	u, err := url.Parse(ref)
	if err != nil {
		return ""
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".gif":
		return "image/gif"
	case ".webp":
		return "image/webp"
	case ".avif":
		return "image/avif"
	case ".svg":
		return "image/svg+xml"
	case ".mp3":
		return "audio/mpeg"
	case ".m4a":
		return "audio/mp4"
	case ".ogg", ".oga", ".opus":
		return "audio/ogg"
	case ".mp4", ".m4v":
		return "video/mp4"
	case ".webm":
		return "video/webm"
	case ".mov":
		return "video/quicktime"
	case ".pdf":
		return "application/pdf"
	}
	return ""
}

// mediaRSS adds what Media RSS says of an item's files: those that stand
// alone, those in groups, and a thumbnail when there is no other picture. What
// is said of the group or the item holds for what says nothing of itself
// (Media RSS, "Optional Elements").
func (r *reader) mediaRSS(it *Item, media map[string][]ext.Extension) {
	var said file
	r.say(&said, media, it.Title)
	for _, c := range media["content"] {
		r.mediaContent(it, c, said)
	}
	for _, g := range media["group"] {
		ofGroup := said
		r.say(&ofGroup, g.Children, it.Title)
		for _, c := range g.Children["content"] {
			r.mediaContent(it, c, ofGroup)
		}
	}
	if hasPicture(*it) {
		return
	}
	r.thumbnails(it, media, said)
	for _, in := range [][]ext.Extension{media["content"], media["group"]} {
		for _, e := range in {
			r.thumbnails(it, e.Children, said)
			for _, c := range e.Children["content"] {
				r.thumbnails(it, c.Children, said)
			}
		}
	}
}

func (r *reader) mediaContent(it *Item, c ext.Extension, f file) {
	a := c.Attrs
	f.url, f.kind, f.medium = a["url"], a["type"], a["medium"]
	f.length, f.width, f.height = a["fileSize"], a["width"], a["height"]
	r.say(&f, c.Children, it.Title)
	r.enclose(it, f)
}

func (r *reader) thumbnails(it *Item, media map[string][]ext.Extension, f file) {
	for _, t := range media["thumbnail"] {
		f.url, f.medium, f.width, f.height = t.Attrs["url"], "image", t.Attrs["width"], t.Attrs["height"]
		r.enclose(it, f)
	}
}

// say takes over what the elements beside or in a file say of it.
func (r *reader) say(f *file, media map[string][]ext.Extension, title string) {
	if c := r.caption(media, title); c != "" {
		f.caption = c
	}
	if c := credit(media); c != "" {
		f.credit = c
	}
}

// caption is the description of a file, else its title unless that only says
// again what the item's says.
func (r *reader) caption(media map[string][]ext.Extension, title string) string {
	for _, key := range []string{"description", "title"} {
		for _, e := range media[key] {
			if text := textOf(r.text(e.Value)); text != "" && text != title {
				return text
			}
		}
	}
	return ""
}

func credit(media map[string][]ext.Extension) string {
	var names []string
	for _, e := range media["credit"] {
		if n := name(e.Value); n != "" && len(names) < 10 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// media adds the files that other vocabularies name. A video's description is
// the text of an item that has no other.
func (r *reader) media(it *Item, x ext.Extensions) {
	r.mediaRSS(it, x["media"])
	if it.Content == "" {
		r.describe(it, x)
	}
	if hasPicture(*it) {
		return
	}
	for _, e := range x["itunes"]["image"] {
		if ref := e.Attrs["href"]; ref != "" {
			r.enclose(it, file{url: ref, medium: "image"})
		}
	}
}

func (r *reader) describe(it *Item, x ext.Extensions) {
	text := value(x, "media", "description")
	for _, g := range x["media"]["group"] {
		for _, d := range g.Children["description"] {
			text = either(text, d.Value)
		}
	}
	it.Content = r.text(text)
	it.Summary = textOf(it.Content)
	for i, e := range it.Enclosures {
		if e.Caption == it.Summary {
			it.Enclosures[i].Caption = ""
		}
	}
}
