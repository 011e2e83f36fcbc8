package parse

import (
	"bytes"
	"strings"

	"dateline/feed/clean"
)

// hash is an item's Hash. The link counts without trackers, of a file only its
// address and words.
func hash(it Item) string {
	parts := []string{it.Title, it.Canonical, essence(it.Content)}
	if it.Full { // else the summary is the content
		parts = append(parts, strings.Join(strings.Fields(it.Summary), " "))
	}
	for _, e := range it.Enclosures {
		parts = append(parts, canonicalFile(e.URL), e.Caption, e.Credit)
	}
	return digest(parts...)
}

// essence is what readers see of a fragment of HTML: its words, and where its
// links, pictures and media lead.
func essence(fragment string) string {
	var b strings.Builder
	l := lexer{in: []byte(fragment)}
	hidden := "" // the element whose text is not shown
	for {
		t := l.next()
		tag := strings.ToLower(t.name)
		switch {
		case t.kind == eof:
			return b.String()
		case t.kind == charData && hidden == "":
			for word := range bytes.FieldsSeq(t.text) {
				b.Write(word)
				b.WriteByte(' ')
			}
		case t.kind == endTag && tag == hidden:
			hidden = ""
		case t.kind != startTag:
		case tag == "a" || tag == "img" || tag == "audio" || tag == "video" || tag == "source":
			reference(&b, t)
		case tag == "script" || tag == "style" || tag == "noscript" || tag == "iframe" || tag == "template":
			hidden = tag
		}
	}
}

// reference writes where the tag leads. Pictures that cannot be seen are those
// of trackers, and differ from one request to the next.
func reference(b *strings.Builder, t token) {
	ref := ""
	for _, a := range t.attrs {
		switch strings.ToLower(a.name) {
		case "href", "src":
			ref = strings.TrimSpace(a.value)
		}
	}
	if strings.EqualFold(t.name, "img") && clean.IsPixel(t.attr("width"), t.attr("height"), t.attr("style")) {
		return
	}
	if ref != "" {
		b.WriteString("<" + canonicalFile(ref) + "> ")
	}
}

// canonicalFile is canonical for files too, whose addresses may be signed anew
// for every request.
func canonicalFile(ref string) string {
	address, query, _ := strings.Cut(clean.Canonical(ref), "?")
	if query == "" {
		return address
	}
	var kept []string
	for param := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(strings.ToLower(param), "=")
		switch name {
		case "expires", "signature", "key-pair-id", "policy", "hdnts", "hdnea", "_nc_ohc", "oh", "oe", "token", "sig":
		default:
			if !strings.HasPrefix(name, "x-amz-") && !strings.HasPrefix(name, "x-goog-") {
				kept = append(kept, param)
			}
		}
	}
	if len(kept) == 0 {
		return address
	}
	return address + "?" + strings.Join(kept, "&")
}
