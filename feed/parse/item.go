package parse

import (
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// setBase sets what references in the content are relative to.
func (r *reader) setBase(it *Item, n note) {
	if it.Base = n.base; it.Base == nil && it.Link != "" {
		it.Base = resolve(nil, it.Link)
	}
	if it.Base == nil {
		it.Base = r.from
	}
}

// either is the first of the strings that has more than white space.
func either(list ...string) string {
	for _, s := range list {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// own is the language of an item where that is not only the feed's.
func own(lang string, f Feed) string {
	if strings.EqualFold(clean.Line(lang), f.Language) {
		return ""
	}
	return lang
}

// firstDate is the first of the dates that is one.
func firstDate(dates ...string) time.Time {
	for _, s := range dates {
		if t, ok := readDate(s); ok {
			return t
		}
	}
	return time.Time{}
}

// language is a BCP 47 tag, empty with a warning for what is none.
func (r *reader) language(tag string) string {
	tag = strings.ReplaceAll(clean.Line(tag), "_", "-")
	if tag == "" {
		return ""
	}
	for part := range strings.SplitSeq(tag, "-") {
		if part == "" || len(part) > 8 || strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			r.warn("%.50q is no language", tag)
			return ""
		}
	}
	if strings.Trim(strings.ToLower(tag[:1]), "abcdefghijklmnopqrstuvwxyz") != "" || len(tag) > 40 {
		r.warn("%.50q is no language", tag)
		return ""
	}
	return tag
}

// addCategory adds a category once.
func addCategory(list []Category, c Category) []Category {
	c = Category{Term: name(c.Term), Scheme: clean.Excerpt(c.Scheme, maxName), Label: name(c.Label)}
	if c.Term == "" {
		c.Term = c.Label
	}
	if c.Term == "" || len(list) == store.MaxList {
		return list
	}
	for _, known := range list {
		if known.Term == c.Term && known.Scheme == c.Scheme {
			return list
		}
	}
	return append(list, c)
}
