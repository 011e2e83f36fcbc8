package serve

import (
	"net/http"
	"strings"
	"time"
)

// notModified reports whether the client has this representation already.
func notModified(r *http.Request, etag string, modified time.Time) bool {
	// RFC 9110 §13.2.2: If-None-Match takes the place of If-Modified-Since.
	if tags := r.Header.Values("If-None-Match"); len(tags) > 0 {
		return matches(strings.Join(tags, ","), etag)
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !modified.Truncate(time.Second).After(since)
}

// matches compares weakly (RFC 9110 §8.8.3.2), as If-None-Match does. Our tags
// hold no comma, so that a list can be cut at commas.
func matches(list, etag string) bool {
	for tag := range strings.SplitSeq(list, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
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
