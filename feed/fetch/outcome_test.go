package fetch_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/feed/fetch"
)

func TestOutcomeOfAStatus(t *testing.T) {
	retry := http.Header{"Retry-After": {"90"}}
	for _, tc := range []struct {
		status int
		header http.Header
		want   fetch.Kind
	}{
		{200, nil, fetch.Fetched}, {226, nil, fetch.Fetched}, {201, nil, fetch.Failed}, {204, nil, fetch.Failed}, {206, nil, fetch.Failed},
		{300, http.Header{"Location": {"/x"}}, fetch.Failed}, {305, http.Header{"Location": {"/x"}}, fetch.Failed},
		{400, nil, fetch.Failed}, {401, nil, fetch.Refused}, {403, nil, fetch.Refused}, {404, nil, fetch.Missing}, {410, nil, fetch.Gone},
		{418, nil, fetch.Failed}, {429, nil, fetch.Throttled}, {429, retry, fetch.Throttled}, {500, retry, fetch.Failed}, {502, nil, fetch.Failed},
		{503, nil, fetch.Failed}, {503, http.Header{"Retry-After": {"soon"}}, fetch.Failed}, {503, retry, fetch.Throttled}, {599, nil, fetch.Failed},
	} {
		s := server(t, func(w http.ResponseWriter, r *http.Request) {
			for name, values := range tc.header {
				w.Header()[name] = values
			}
			w.WriteHeader(tc.status)
			if tc.status != 204 {
				io.WriteString(w, "<rss/>")
			}
		})
		o := get(t, fetcher(t), fetch.Request{URL: s.URL})
		if o.Kind != tc.want || o.Status != tc.status || (o.Err != nil) != (tc.want == fetch.Failed) || (o.Body != nil) != (tc.want == fetch.Fetched) {
			t.Errorf("%d %v: got %+v", tc.status, tc.header, o)
		}
		if tc.want == fetch.Failed && !strings.HasPrefix(o.Err.Error(), fmt.Sprintf("127.0.0.1 answered %d", tc.status)) {
			t.Errorf("%d: got %q", tc.status, o.Err)
		}
		if tc.header.Get("Retry-After") == "90" && o.RetryAfter != 90*time.Second {
			t.Errorf("%d: retry after %s", tc.status, o.RetryAfter)
		}
	}
}

func TestOutcomeHasWhatTheAnswerSays(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "application/rss+xml; Charset=ISO-8859-1")
		h.Set("ETag", `W/"a b"`)
		h.Set("Last-Modified", "yesterday, about noon")
		h.Set("Cache-Control", "max-age=600")
		h.Add("Link", `</hub>; rel=hub`)
		h.Set("X-Own", "kept")
		io.WriteString(w, "<rss>\xe9</rss>")
	})
	o := get(t, fetcher(t), fetch.Request{URL: strings.ToUpper(s.URL[:4]) + s.URL[4:] + "#fragment"})
	if o.Header.Get("X-Own") != "kept" {
		t.Errorf("header %v", o.Header)
	}
	o.Header = nil
	want := fetch.Outcome{
		Kind: fetch.Fetched, URL: s.URL + "/", Status: 200, ContentType: "application/rss+xml; Charset=ISO-8859-1", Body: []byte("<rss>\xe9</rss>"),
		ETag: `W/"a b"`, LastModified: "yesterday, about noon", MaxAge: 10 * time.Minute, Links: []fetch.Link{{Rel: "hub", URL: s.URL + "/hub"}},
	}
	if !reflect.DeepEqual(o, want) {
		t.Errorf("got  %+v\nwant %+v", o, want)
	}
}

func TestEmptyBodyIsAFailure(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("ETag", `"1"`) })
	o := get(t, fetcher(t), fetch.Request{URL: s.URL})
	mustFail(t, o, "127.0.0.1 answered 200 OK with an empty body")
	if o.Hint == "" {
		t.Error("no hint")
	}
}

func TestHints(t *testing.T) {
	status, challenge := 0, ""
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if challenge != "" {
			w.Header().Set("Cf-Mitigated", challenge)
		}
		w.WriteHeader(status)
	})
	away := server(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, s.URL, http.StatusFound) })
	for _, tc := range []struct {
		status    int
		challenge string
		request   fetch.Request
		want      string // empty means no hint
	}{
		{403, "challenge", fetch.Request{URL: s.URL}, "Cloudflare"},
		{503, "challenge", fetch.Request{URL: s.URL}, "Cloudflare"},
		{403, "", fetch.Request{URL: s.URL}, ""},
		{401, "", fetch.Request{URL: s.URL}, "needs a user and a password"},
		{401, "", fetch.Request{URL: s.URL, User: "u"}, "whether the source's user and password are right"},
		{401, "", fetch.Request{URL: away.URL, User: "u"}, s.URL},
		{403, "", fetch.Request{URL: away.URL, UserAgent: "Own/2"}, s.URL},
		{403, "", fetch.Request{URL: away.URL}, ""},
		{500, "", fetch.Request{URL: s.URL}, ""},
	} {
		status, challenge = tc.status, tc.challenge
		o := get(t, fetcher(t), tc.request)
		if !strings.Contains(o.Hint, tc.want) || tc.want == "" && o.Hint != "" {
			t.Errorf("%d %+v: got hint %q", tc.status, tc.request, o.Hint)
		}
	}
}

func TestOutcomeInWords(t *testing.T) {
	for want, o := range map[string]fetch.Outcome{
		"fetched 6 bytes from http://a/":                                 {Kind: fetch.Fetched, URL: "http://a/", Status: 200, Body: []byte("<rss/>")},
		"http://a/ answered 304 Not Modified":                            {Kind: fetch.NotModified, URL: "http://a/", Status: 304},
		"http://a/ answered 429 Too Many Requests, to come back in 1m0s": {Kind: fetch.Throttled, URL: "http://a/", Status: 429, RetryAfter: time.Minute},
		"connect to a: connection refused":                               {Kind: fetch.Failed, URL: "http://a/", Err: errors.New("connect to a: connection refused")},
	} {
		if got := o.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
