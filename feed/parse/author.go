package parse

import (
	"slices"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"dateline/feed/clean"
	"dateline/store"
)

// addAuthor adds an author once. A name is found for one who has only an
// address.
func addAuthor(list []store.Author, a store.Author) []store.Author {
	a.Name, a.Email = name(a.Name), strings.TrimPrefix(clean.Line(a.Email), "mailto:")
	if !isMail(a.Email) || len(a.Email) > store.MaxLine {
		a.Email = ""
	}
	if len(a.URL) > store.MaxLine {
		a.URL = ""
	}
	if a.Name == "" {
		a.Name, _, _ = strings.Cut(a.Email, "@")
	}
	if a.Name == "" || len(list) == store.MaxList {
		return list
	}
	for _, known := range list {
		if known.Name == a.Name {
			return list
		}
	}
	return append(list, a)
}

// mailbox reads an author as RSS writes one: an address, a name, or both in
// either order.
func mailbox(s string) store.Author {
	s = name(s)
	before, after, ok := strings.Cut(s, "(")
	if !ok {
		before, after, ok = strings.Cut(s, "<")
	}
	after = strings.TrimRight(after, ")> ")
	before = strings.TrimSpace(before)
	switch {
	case ok && isMail(before):
		return store.Author{Name: after, Email: before}
	case ok && isMail(after):
		return store.Author{Name: before, Email: after}
	case isMail(s):
		return store.Author{Email: s}
	}
	return store.Author{Name: s}
}

func isMail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t,;")
}

// rssAuthors are those that dc:creator names, else what author says, which
// should be an address and mostly is a name.
func (r *reader) rssAuthors(in *rss.Item) (list []store.Author) {
	x := in.Extensions
	for _, e := range slices.Concat(x["dc"]["creator"], x["dc"]["author"]) {
		list = addAuthor(list, mailbox(e.Value))
	}
	for _, e := range x["atom"]["author"] {
		list = addAuthor(list, r.atomAuthor(e))
	}
	for _, s := range []string{in.Author, value(x, "itunes", "author"), value(x, "dcterms", "creator")} {
		if len(list) == 0 {
			list = addAuthor(list, mailbox(s))
		}
	}
	return list
}

func (r *reader) atomAuthor(e ext.Extension) store.Author {
	first := func(name string) string {
		for _, c := range e.Children[name] {
			return c.Value
		}
		return ""
	}
	return store.Author{Name: first("name"), Email: first("email"), URL: absolute(r.base, first("uri"))}
}
