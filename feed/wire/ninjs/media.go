package ninjs

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"dateline/feed/clean"
	"dateline/store"
)

// readMedia takes the media files of an item and what belongs with it. A file
// of which nobody can tell the type, and what has no address on the web, is
// left out.
func readMedia(a *store.Article, doc *value) {
	if isMedia(doc.string("type")) {
		if e, ok := enclosure(doc); ok {
			a.Enclosures = append(a.Enclosures, e)
		}
	}
	for _, v := range doc.list("associations") {
		rel := v.string("rel")
		if rel == relEnclosure || rel != relRelated && isMedia(v.string("type")) {
			if e, ok := enclosure(v); ok {
				a.Enclosures = append(a.Enclosures, e)
			}
		} else if address := pageOf(v); address != "" {
			title := cmp.Or(plain(pick(v.list("headlines"), roleMain)), v.string("title"), address)
			a.Related = append(a.Related, store.Related{Title: title, URL: address})
		}
	}
}

func isMedia(newsType string) bool {
	return slices.Contains([]string{"picture", "graphic", "audio", "video"}, newsType)
}

// pageOf is the address of the page of an item: of its rendition in HTML, or
// else its own name when that is an address.
func pageOf(v *value) string {
	for _, r := range v.list("renditions") {
		if href := httpOnly(r.string("href")); href != "" && r.string("contentType") == textHTML {
			return href
		}
	}
	return httpOnly(v.string("uri"))
}

func httpOnly(address string) string {
	lower := strings.ToLower(address)
	if strings.HasPrefix(lower, "http://") || strings.HasPrefix(lower, "https://") {
		return address
	}
	return ""
}

// enclosure is the media file of an item.
func enclosure(v *value) (e store.Enclosure, ok bool) {
	r := rendition(v)
	if r == nil {
		return e, false
	}
	width, _ := r.get("width").whole64()
	height, _ := r.get("height").whole64()
	e = store.Enclosure{
		URL: r.string("href"), Type: mediaType(r), Width: int(width), Height: int(height),
		Caption: plain(pick(v.list("descriptions"), roleCaption)),
		Credit:  cmp.Or(v.string("by"), withRole(v.list("infoSources"), roleCredit).string("name"), v.string("copyrightHolder")),
	}
	e.Length, _ = r.get("sizeInBytes").whole64()
	return e, true
}

// widest is how wide a picture may be for a page, in pixels. Wider ones are
// for print.
const widest = 2048

// rendition is the one of an item's that is fit for a page: the widest that is
// not too wide, or else the least wide; of equals the first. It is nil when
// there is none with an address and a type.
func rendition(v *value) (best *value) {
	fit := func(r *value) int64 {
		w, _ := r.get("width").whole64()
		if w > widest {
			return -w
		}
		return w
	}
	for _, r := range v.list("renditions") {
		if httpOnly(r.string("href")) == "" || mediaType(r) == "" {
			continue
		}
		if best == nil || fit(r) > fit(best) {
			best = r
		}
	}
	return best
}

// endings are the types of files by the end of their name.
var endings = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
	".avif": "image/avif", ".svg": "image/svg+xml", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav",
	".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".pdf": "application/pdf",
}

// mediaType is that of a rendition, by what it says or by the end of its
// address; empty when neither tells.
func mediaType(r *value) string {
	if kind, _, _ := strings.Cut(r.string("contentType"), ";"); strings.Contains(kind, "/") {
		return strings.ToLower(clean.Line(kind))
	}
	address, _, _ := strings.Cut(r.string("href"), "#")
	address, _, _ = strings.Cut(address, "?")
	return endings[strings.ToLower(path.Ext(address))]
}

// sizes are the faults of measures that are right by the schema, and too large
// for any file.
func sizes(doc *value) (faults []store.Fault) {
	lists := [][]*value{doc.list("renditions")}
	for _, a := range doc.list("associations") {
		lists = append(lists, a.list("renditions"))
	}
	for _, r := range slices.Concat(lists...) {
		for _, name := range []string{"width", "height", "sizeInBytes"} {
			m := r.get(name)
			if n, ok := m.whole64(); m != nil && (!ok || name != "sizeInBytes" && int64(int(n)) != n) {
				faults = append(faults, store.Fault{Field: m.path(), Detail: fmt.Sprintf("is %s, which is out of range", m.text)})
			}
		}
	}
	return faults
}
