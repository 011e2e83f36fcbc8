package serve

import (
	"net/http"
	"testing"
	"time"

	"dateline/feed"
)

func TestNotModified(t *testing.T) {
	modified := time.Date(2026, 11, 22, 12, 0, 0, 700_000_000, time.UTC)
	at := func(d time.Duration) string { return modified.Add(d).Format(http.TimeFormat) }
	for _, tc := range []struct {
		name, inm, ims string
		want           bool
	}{
		{"no condition", "", "", false},
		{"same tag", `"abc"`, "", true},
		{"weak tag", `W/"abc"`, "", true},
		{"list", `"x", W/"y" ,"abc"`, "", true},
		{"star", "*", "", true},
		{"tag of a coding", `"abc-gzip"`, "", true},
		{"weak tag of a coding", `W/"abc-br"`, "", true},
		{"bare tag", `abc`, "", true}, // from clients that drop the quotes
		{"other tag", `"abd"`, "", false},
		{"part of a tag", `"ab"`, "", false},
		{"other tag, same date", `"x"`, at(0), false},
		{"same tag, older date", `"abc"`, at(-time.Hour), true},
		{"same date", "", at(0), true},
		{"later date", "", at(time.Hour), true},
		{"a date that has not come yet", "", at(3 * time.Hour), false},
		{"a second before", "", at(-time.Second), false},
		{"no date", "", "yesterday", false},
	} {
		r := &http.Request{Header: http.Header{}}
		if tc.inm != "" {
			r.Header.Set("If-None-Match", tc.inm)
		}
		if tc.ims != "" {
			r.Header.Set("If-Modified-Since", tc.ims)
		}
		if got := notModified(r, feed.Document{Tag: "abc", Modified: modified}, modified.Add(2*time.Hour)); got != tc.want {
			t.Errorf("%s: got %v", tc.name, got)
		}
	}
}

// TestNoChangeIsHiddenByItsSecond: a client polls between two changes of one
// second, and goes by the date alone.
func TestNoChangeIsHiddenByItsSecond(t *testing.T) {
	second := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	first, later := second.Add(200*time.Millisecond), second.Add(700*time.Millisecond)
	told := lastModified(first, second.Add(300*time.Millisecond))
	r := &http.Request{Header: http.Header{"If-Modified-Since": {told.Format(http.TimeFormat)}}}
	if notModified(r, feed.Document{Tag: "abc", Modified: later}, second.Add(time.Minute)) {
		t.Error("the second change is hidden from If-Modified-Since")
	}
	// libcurl drops a body that is no newer than what it has.
	if again := lastModified(later, second.Add(time.Minute)); !again.After(told) {
		t.Errorf("told %s, and then %s", told, again)
	}
	if told.After(second) {
		t.Error("told a date in the future")
	}
}
