package serve

import (
	"net/http"
	"strings"
	"time"

	"dateline/feed"
)

// notModified reports whether the client has this document already, in
// whatever coding.
func notModified(r *http.Request, d feed.Document, now time.Time) bool {
	// RFC 9110 §13.2.2: If-None-Match takes the place of If-Modified-Since.
	if tags := r.Header.Values("If-None-Match"); len(tags) > 0 {
		return matches(strings.Join(tags, ","), d.Tag)
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	// RFC 9110 §13.1.3: a date that has not come yet is none.
	return err == nil && !since.After(now) && !d.Modified.IsZero() && !d.Modified.Truncate(time.Second).After(since)
}

// matches compares weakly (RFC 9110 §8.8.3.2), as If-None-Match does, and
// whatever the coding.
func matches(list, tag string) bool {
	for _, bare := range bareTags([]string{list}) {
		if bare == "*" || bare == tag {
			return true
		}
	}
	return false
}

// bareTags are the tags of a list without weakness, quotes and coding: the tag
// of each coding is that of the content with the coding behind a hyphen.
// Neither holds a comma, so that a list can be cut at commas.
func bareTags(lists []string) (tags []string) {
	for _, list := range lists {
		for member := range strings.SplitSeq(list, ",") {
			member = strings.TrimPrefix(strings.TrimSpace(member), "W/")
			bare, _, _ := strings.Cut(strings.Trim(member, `"`), "-")
			tags = append(tags, bare)
		}
	}
	return tags
}

// lastModified is the date to tell for what changed at modified. As long as
// that second lasts it may change again within it, and a client that goes by
// the date alone would never learn of that; so the second before is told.
func lastModified(modified, now time.Time) time.Time {
	if modified = modified.Truncate(time.Second); !modified.Before(now.Truncate(time.Second)) {
		modified = now.Truncate(time.Second).Add(-time.Second)
	}
	return modified
}
