package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"

	"dateline/feed/fetch"
)

func TestRequestNamesItselfAndNothingElse(t *testing.T) {
	var got http.Header
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		io.WriteString(w, "<rss/>")
	})
	get(t, fetcher(t), fetch.Request{URL: s.URL})
	want := http.Header{"User-Agent": {agent}, "Accept": {fetch.Accept}, "Accept-Encoding": {"gzip, br"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	get(t, fetcher(t), fetch.Request{URL: s.URL, Accept: "text/html", UserAgent: "Own/2", User: "u", Password: "p",
		Header: http.Header{"x-key": {"k"}, "accept-language": {"en"}}})
	want = http.Header{"User-Agent": {"Own/2"}, "Accept": {"text/html"}, "Accept-Encoding": {"gzip, br"},
		"Authorization": {"Basic dTpw"}, "X-Key": {"k"}, "Accept-Language": {"en"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	get(t, fetcher(t), fetch.Request{URL: strings.Replace(s.URL, "//", "//u:p@", 1)})
	if got.Get("Authorization") != "Basic dTpw" {
		t.Errorf("user and password of the URL: got %v", got)
	}
	get(t, &fetch.Fetcher{Allow: fetcher(t).Allow}, fetch.Request{URL: s.URL})
	if got.Get("User-Agent") != "Dateline" {
		t.Errorf("without a user agent: got %v", got)
	}
}

func TestNeitherCookiesNorReferer(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("%s: got %v", r.URL, r.Header)
		}
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/feed", http.StatusFound)
			return
		}
		io.WriteString(w, "<rss/>")
	})
	f := fetcher(t)
	for range 2 {
		if o := get(t, f, fetch.Request{URL: s.URL}); o.Kind != fetch.Fetched {
			t.Errorf("got %v", o)
		}
	}
}

func TestConditionalRequest(t *testing.T) {
	var got http.Header
	answer := http.Header{}
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		for name, values := range answer {
			w.Header()[name] = values
		}
		w.WriteHeader(http.StatusNotModified)
	})
	f := fetcher(t)
	r := fetch.Request{URL: s.URL, ETag: `W/"odd, 'tag' \"`, LastModified: "Tue Nov  3 05:00 2026"}
	o := get(t, f, r)
	if o.Kind != fetch.NotModified || o.Err != nil || o.ETag != r.ETag || o.LastModified != r.LastModified {
		t.Errorf("got %+v", o)
	}
	if got.Get("If-None-Match") != r.ETag || got.Get("If-Modified-Since") != r.LastModified {
		t.Errorf("sent %v", got)
	}
	answer.Set("ETag", `"new"`)
	if o = get(t, f, r); o.ETag != `"new"` || o.LastModified != r.LastModified {
		t.Errorf("a 304 with a new tag: got %+v", o)
	}
	for _, r := range []fetch.Request{
		{URL: s.URL},
		{URL: s.URL, ETag: `"a"`, ValidatorsOf: s.URL + "/elsewhere"},
		{URL: s.URL, ETag: "\"a\x01\"", LastModified: strings.Repeat("x", 10_000)}, // no server would take them
	} {
		mustFail(t, get(t, f, r), "127.0.0.1 answered 304 Not Modified to a request without conditions")
		if got.Get("If-None-Match") != "" || got.Get("If-Modified-Since") != "" {
			t.Errorf("%v: sent %v", r, got)
		}
	}
}

func TestValidatorsGoWhereTheyCameFrom(t *testing.T) {
	sent := map[string]string{}
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		sent[r.URL.Path] = r.Header.Get("If-None-Match")
		switch {
		case r.URL.Path == "/old":
			http.Redirect(w, r, "/new", http.StatusMovedPermanently)
		case r.Header.Get("If-None-Match") == `"1"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"1"`)
			io.WriteString(w, "<rss/>")
		}
	})
	f := fetcher(t)
	first := get(t, f, fetch.Request{URL: s.URL + "/old"})
	second := get(t, f, fetch.Request{URL: s.URL + "/old", ETag: first.ETag, ValidatorsOf: first.URL})
	if second.Kind != fetch.NotModified || sent["/old"] != "" || sent["/new"] != `"1"` {
		t.Errorf("got %v, sent %v", second, sent)
	}
	third := get(t, f, fetch.Request{URL: s.URL + "/old", ETag: `"of the old"`})
	if third.Kind != fetch.Fetched || sent["/old"] != `"of the old"` || sent["/new"] != "" {
		t.Errorf("got %v, sent %v", third, sent)
	}
}

func TestValidatorsThatCannotBeSentBackAreNotKept(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", strings.Repeat("x", 5000))
		w.Header().Set("Last-Modified", strings.Repeat("x", 5000))
		io.WriteString(w, "<rss/>")
	})
	if o := get(t, fetcher(t), fetch.Request{URL: s.URL}); o.Kind != fetch.Fetched || o.ETag != "" || o.LastModified != "" {
		t.Errorf("got %+v", o)
	}
}

func TestHTTP2(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Proto)
	}))
	s.EnableHTTP2 = true
	f := trusting(t, s)
	if o := get(t, f, fetch.Request{URL: s.URL}); string(o.Body) != "HTTP/2.0" {
		t.Errorf("got %v %s", o, o.Body)
	}
}

func TestContextThatEnds(t *testing.T) {
	for _, begun := range []bool{false, true} { // its answer, when the context ends
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s := server(t, func(w http.ResponseWriter, r *http.Request) {
			if begun {
				io.WriteString(w, "<rss>")
				w.(http.Flusher).Flush()
			}
			cancel()
			<-r.Context().Done()
		})
		for range 2 { // the second time it has ended before
			o := fetcher(t).Fetch(ctx, fetch.Request{URL: s.URL}, noon)
			mustFail(t, o, "context canceled")
			if !errors.Is(o.Err, context.Canceled) {
				t.Errorf("got %v", o.Err)
			}
		}
	}
}

// TestCheckSaysWhatCannotBeFetched, and Fetch says the same.
func TestCheckSaysWhatCannotBeFetched(t *testing.T) {
	ok := "https://news.example.com/"
	for _, tc := range []struct {
		request fetch.Request
		want    string
	}{
		{fetch.Request{}, "no scheme"},
		{fetch.Request{URL: "news.example.com/feed"}, "no scheme"},
		{fetch.Request{URL: "feed://news.example.com/"}, "only http and https"},
		{fetch.Request{URL: "file:///etc/passwd"}, "only http and https"},
		{fetch.Request{URL: "http:news.example.com"}, "no host"},
		{fetch.Request{URL: "http:///feed"}, "no host"},
		{fetch.Request{URL: "http://:80/feed"}, "no host"},
		{fetch.Request{URL: "http://a:0/"}, "port"},
		{fetch.Request{URL: "http://a:65536/"}, "port"},
		{fetch.Request{URL: "http://a:b/"}, "cannot be read"},
		{fetch.Request{URL: "http://a/\x7f"}, "cannot be read"},
		{fetch.Request{URL: "http://\u2100\u2121-\u00b7/"}, "no such host name"},
		{fetch.Request{URL: ok, Proxy: "ftp://proxy/"}, "proxy"},
		{fetch.Request{URL: ok, Proxy: "proxy:3128"}, "proxy"},
		{fetch.Request{URL: ok, Header: http.Header{"X Y": {"v"}}}, `"X Y"`},
		{fetch.Request{URL: ok, Header: http.Header{"X-Key": {"a\r\nb"}}}, "X-Key: its value"},
		{fetch.Request{URL: ok, Header: http.Header{"accept-encoding": {"zstd"}}}, "Accept-Encoding: a source cannot set it"},
		{fetch.Request{URL: ok, Header: http.Header{"host": {"b"}}}, "Host: a source cannot set it"},
		{fetch.Request{URL: ok, Header: http.Header{"te": {"trailers"}}}, "a source cannot set it"},
		{fetch.Request{URL: ok, UserAgent: "a\nb"}, "user agent"},
	} {
		err := tc.request.Check()
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%+v: got %v, want %q", tc.request, err, tc.want)
			continue
		}
		if o := get(t, fetcher(t), tc.request); o.Kind != fetch.Failed || o.Err.Error() != err.Error() {
			t.Errorf("%+v: Check says %q, Fetch %v", tc.request, err, o.Err)
		}
	}
	for _, url := range []string{ok, "HTTPS://news.example.com", "http://bücher.example/", "http://[2606:4700::1]:8080/a?b#c", "https://u:p@news.example.com:8443/"} {
		if err := (fetch.Request{URL: url, Proxy: "socks5://u:p@127.0.0.1:1080", Header: http.Header{"Cookie": {"a=b"}}}).Check(); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/feed?"+r.URL.RawQuery, http.StatusFound)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(gzipped([]byte(strings.Repeat(r.URL.RawQuery, 1000))))
	})
	f := fetcher(t)
	var done sync.WaitGroup
	for i := range 32 {
		done.Go(func() {
			path := []string{"/feed", "/away"}[i%2]
			o := get(t, f, fetch.Request{URL: fmt.Sprintf("%s%s?%d", s.URL, path, i), AllowPrivate: i%3 == 0})
			if string(o.Body) != strings.Repeat(fmt.Sprint(i), 1000) {
				t.Errorf("%d: got %v", i, o)
			}
		})
	}
	done.Wait()
}

func TestCloseLetsGoOfConnections(t *testing.T) {
	closed := make(chan struct{}, 10)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<rss/>") }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	s.Start()
	defer s.Close()
	f := fetcher(t)
	for range 2 { // on one connection
		if o := get(t, f, fetch.Request{URL: s.URL}); o.Kind != fetch.Fetched {
			t.Fatal(o)
		}
	}
	f.Close()
	<-closed
}
