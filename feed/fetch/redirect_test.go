package fetch_test

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"dateline/feed/fetch"
)

// chain redirects /n to /n+1 with the n-th status, and then gives a feed.
func chain(statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		i := int(r.URL.Path[1] - '0')
		if i == len(statuses) {
			io.WriteString(w, "<rss/>")
			return
		}
		w.Header().Set("Location", "/"+string(rune('0'+i+1)))
		w.WriteHeader(statuses[i])
	}
}

func TestOnlyPermanentRedirectsMoveASource(t *testing.T) {
	for _, tc := range []struct {
		statuses []int
		moved    string
	}{
		{[]int{301}, "/1"}, {[]int{308}, "/1"}, {[]int{302}, ""}, {[]int{303}, ""}, {[]int{307}, ""},
		{[]int{301, 308}, "/2"}, {[]int{301, 302}, "/1"}, {[]int{302, 301}, ""}, {[]int{301, 307, 301}, "/1"}, {nil, ""},
	} {
		s := server(t, chain(tc.statuses...))
		o := get(t, fetcher(t), fetch.Request{URL: s.URL + "/0"})
		if tc.moved != "" {
			tc.moved = s.URL + tc.moved
		}
		if o.Kind != fetch.Fetched || o.Moved != tc.moved || len(o.Hops) != len(tc.statuses) {
			t.Errorf("%v: got %v, moved to %q, %v", tc.statuses, o, o.Moved, o.Hops)
		}
	}
}

func TestHopsTellTheWay(t *testing.T) {
	b := server(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<rss/>") })
	a := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/dir/feed" {
			http.Redirect(w, r, "../other?x=1#fragment", http.StatusFound)
			return
		}
		w.Header().Set("Location", strings.Replace(b.URL, "http://", "HTTP://user:word@", 1)+"/a b/é")
		w.WriteHeader(http.StatusPermanentRedirect)
	})
	o := get(t, fetcher(t), fetch.Request{URL: a.URL + "/dir/feed"})
	want := []fetch.Hop{
		{Status: 302, From: a.URL + "/dir/feed", To: a.URL + "/other?x=1"},
		{Status: 308, From: a.URL + "/other?x=1", To: b.URL + "/a%20b/%C3%A9"},
	}
	if !reflect.DeepEqual(o.Hops, want) || o.URL != want[1].To || o.Kind != fetch.Fetched {
		t.Errorf("got %v, %v", o, o.Hops)
	}
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	for _, tc := range []struct {
		name     string
		location string
		want     string
	}{
		{"to itself", "/", "go round in a circle, {url}/ to {url}/"},
		{"in a circle", "/a", "go round in a circle, {url}/ to {url}/a to {url}/"},
		{"without Location", "", "its answer 302 names no Location"},
		{"to another scheme", "file:///etc/passwd", `follow redirect of 127.0.0.1: address "file:///etc/passwd": only http and https are fetched`},
		{"to no host", "http:///x", "no host"},
		{"to what is no URL", "http://a:b:c/", "its Location is no URL"},
		{"without end", "more", "limit of 10 redirects reached, the last one to {url}/xxxxxxxxxxx"},
	} {
		asked := 0
		s := server(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			location := tc.location
			switch {
			case location == "more":
				location = r.URL.Path + "x"
			case r.URL.Path == location:
				location = "/"
			}
			if location != "" {
				w.Header().Set("Location", location)
			}
			w.WriteHeader(http.StatusFound)
		})
		o := get(t, fetcher(t), fetch.Request{URL: s.URL})
		t.Run(tc.name, func(t *testing.T) {
			mustFail(t, o, strings.ReplaceAll(tc.want, "{url}", s.URL))
			if asked > 11 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

func TestTenRedirectsAreFollowed(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.Path) > 10 {
			io.WriteString(w, "<rss/>")
			return
		}
		http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
	})
	if o := get(t, fetcher(t), fetch.Request{URL: s.URL}); o.Kind != fetch.Fetched || len(o.Hops) != 10 {
		t.Errorf("got %v after %d", o, len(o.Hops))
	}
}

// TestFailureBehindARedirectNamesBoth: whoever looks at the address of the
// source finds nothing wrong there.
func TestFailureBehindARedirectNamesBoth(t *testing.T) {
	dead := server(t, nil)
	dead.Close()
	for path, want := range map[string]string{
		dead.URL + "/feed?key=hush": "connect to 127.0.0.1: connection refused",
		"/broken?key=hush":          "127.0.0.1 answered 500 Internal Server Error",
	} {
		s := server(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/broken" {
				w.WriteHeader(500)
				return
			}
			http.Redirect(w, r, path, http.StatusFound)
		})
		o := get(t, fetcher(t), fetch.Request{URL: s.URL + "/feed?key=hush"})
		to := strings.TrimPrefix(path, "/")
		if to != path {
			to = s.URL + path
		}
		mustFail(t, o, want+"; the redirect of "+s.URL+"/feed?… led to "+strings.TrimSuffix(to, "key=hush")+"…")
		if strings.Contains(o.String(), "hush") {
			t.Errorf("%s tells a secret", o)
		}
	}
}

func TestLoopThatWantsACookieSaysSo(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "consent", Value: "1"})
		http.Redirect(w, r, "/", http.StatusFound)
	})
	if o := get(t, fetcher(t), fetch.Request{URL: s.URL}); !strings.Contains(o.Hint, "cookie") {
		t.Errorf("got %v, hint %q", o, o.Hint)
	}
}

// TestSecretsStayWithTheirOrigin follows redirects within the origin, to
// another one, and back: the other one decides where that is, so nothing is
// sent any more.
func TestSecretsStayWithTheirOrigin(t *testing.T) {
	seen := map[string]http.Header{}
	var a, b string
	record := func(w http.ResponseWriter, r *http.Request) {
		seen[r.URL.Path] = r.Header
		switch r.URL.Path {
		case "/1":
			http.Redirect(w, r, a+"/2", http.StatusFound)
		case "/2":
			http.Redirect(w, r, strings.Replace(b, "//", "//user:word@", 1)+"/3", http.StatusFound)
		case "/3":
			http.Redirect(w, r, a+"/4", http.StatusFound)
		default:
			io.WriteString(w, "<rss/>")
		}
	}
	a, b = server(t, record).URL, server(t, record).URL
	o := get(t, fetcher(t), fetch.Request{URL: a + "/1", User: "u", Password: "p", UserAgent: "Own/2", Accept: "text/html",
		Header: http.Header{"X-Key": {"k"}, "Cookie": {"c=1"}}, ETag: `"1"`, ValidatorsOf: a + "/2"})
	if o.Kind != fetch.Fetched {
		t.Fatal(o)
	}
	for path, own := range map[string]bool{"/1": true, "/2": true, "/3": false, "/4": false} {
		h := seen[path]
		for _, name := range []string{"Authorization", "X-Key", "Cookie"} {
			if (h.Get(name) != "") != own {
				t.Errorf("%s: %s is %q", path, name, h.Get(name))
			}
		}
		if (h.Get("User-Agent") == "Own/2") != own || !own && h.Get("User-Agent") != agent {
			t.Errorf("%s: the user agent is %q", path, h.Get("User-Agent"))
		}
		if h.Get("Accept") != "text/html" || (h.Get("If-None-Match") != "") != (path == "/2") {
			t.Errorf("%s: got %v", path, h)
		}
	}
}

func TestOriginsOfOneServer(t *testing.T) {
	var seen []bool
	var url string
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("X-Key") != "")
		if r.URL.Path == "/" {
			http.Redirect(w, r, url+"/feed", http.StatusFound)
			return
		}
		io.WriteString(w, "<rss/>")
	})
	for _, other := range []struct {
		url string
		own bool
	}{
		{strings.Replace(s.URL, "http", "HTTP", 1), true},
		{strings.Replace(s.URL, "127.0.0.1", "localhost", 1), false},
	} {
		seen, url = nil, other.url
		o := get(t, fetcher(t), fetch.Request{URL: s.URL, AllowPrivate: true, Header: http.Header{"X-Key": {"k"}}})
		if !reflect.DeepEqual(seen, []bool{true, other.own}) {
			t.Errorf("%s: sent %v, %v", url, seen, o)
		}
	}
}
