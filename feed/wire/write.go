package wire

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"reflect"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// Write is an article as wire copy. Reading that back gives the same article
// in all that copy can carry: everything but ID, Version and Status, which the
// store sets. It is written as a newsroom would, and what reads otherwise in
// that form is written in a form that cannot be mistaken: header lines, and
// backslashes before the paragraphs. The error names what wire copy cannot
// carry, such as markup other than paragraphs.
func Write(a store.Article, categories []feed.Category) (string, error) {
	if err := writable(a); err != nil {
		return "", fmt.Errorf("write article as wire copy: %w", err)
	}
	w := writer{desk: Desk{Site: feed.Site{URL: siteOf(a)}, Categories: categories}, a: a}
	w.paragraphs, _ = paragraphsOf(a.Body)
	for _, w.plain = range []style{
		{head: true, foot: true, copy: true}, {head: true, copy: true}, {foot: true, copy: true}, {copy: true}, {},
	} {
		text := w.write()
		again, err := w.desk.Read([]byte(text), Text, Options{Now: w.now()})
		if err == nil {
			err = sameCopy(a, again)
		}
		if err == nil {
			return text, nil
		}
		if w.plain == (style{}) {
			return "", fmt.Errorf("write article as wire copy: %w", err)
		}
	}
	panic("unreachable")
}

// siteOf is the address of the site that an article is at, as far as it shows.
func siteOf(a store.Article) string {
	for _, r := range a.Related {
		if site, _, ok := strings.Cut(r.URL, "/article/"+string(r.ID)); ok && r.ID != "" {
			return site
		}
	}
	return "http://localhost"
}

// style says which parts are written as a newsroom would, and not so that they
// cannot be mistaken.
type style struct{ head, foot, copy bool }

// writable is an error for what has no form in wire copy.
func writable(a store.Article) error {
	if a.Headline == "" {
		return errors.New("headline is missing")
	}
	if a.Status == store.Killed {
		return errors.New("status is killed: what was withdrawn is not written out")
	}
	if a.Origin != (store.Origin{}) {
		return errors.New("origin has no place in wire copy")
	}
	if len(a.AlsoAt) > 0 {
		return errors.New("also_at has no place in wire copy")
	}
	if _, ok := paragraphsOf(a.Body); !ok {
		return errors.New("body has more than paragraphs of plain text, or spaces that copy does not keep: write the article as JSON")
	}
	if a.Summary == "" && a.Body != "" && summary(a.Body) != "" {
		return errors.New("summary is empty, and wire copy without one gets the first paragraph for it")
	}
	return nil
}

// paragraphsOf are the paragraphs of a body in plain text; ok is false when it
// has anything else.
func paragraphsOf(body string) (list []string, ok bool) {
	if body == "" {
		return nil, true
	}
	inner, opened := strings.CutPrefix(body, "<p>")
	inner, closed := strings.CutSuffix(inner, "</p>")
	if !opened || !closed {
		return nil, false
	}
	for p := range strings.SplitSeq(inner, "</p>\n<p>") {
		list = append(list, html.UnescapeString(p))
	}
	return list, clean.HTML(clean.Paragraphs(strings.Join(list, "\n\n")), nil) == body
}

// now is a time at which the article could have been filed.
func (w *writer) now() time.Time {
	if w.a.Expires.IsZero() {
		return cmp.Or(w.a.Published, time.Unix(0, 0))
	}
	return w.a.Expires.Add(-time.Nanosecond)
}

// sameCopy is an error that names a field in which the article that was read
// again differs, of those that copy carries.
func sameCopy(a, again store.Article) error {
	again.ID, again.Version, again.Status = a.ID, a.Version, a.Status
	if a.GUID == "" {
		again.GUID = ""
	}
	for _, t := range []*time.Time{&a.Published, &a.Updated, &a.Embargo, &a.Expires, &again.Published, &again.Updated, &again.Embargo, &again.Expires} {
		if *t = t.UTC(); t.IsZero() {
			*t = time.Time{}
		}
	}
	was, is := reflect.ValueOf(a), reflect.ValueOf(again)
	for i := range was.NumField() {
		old, new := was.Field(i), is.Field(i)
		if old.Kind() == reflect.Slice && old.Len() == 0 && new.Len() == 0 || reflect.DeepEqual(old.Interface(), new.Interface()) {
			continue
		}
		name, _, _ := strings.Cut(was.Type().Field(i).Tag.Get("json"), ",")
		return fmt.Errorf("%s cannot be written: it is read again as %.80q", name, fmt.Sprint(new.Interface()))
	}
	return nil
}
