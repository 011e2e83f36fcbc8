package serve_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve"
	"dateline/feed/serve/page"
	"dateline/feed/wire"
	"dateline/store"
	"dateline/store/bolt"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// site is the real handler over a real store, on a real connection.
type site struct {
	testing.TB
	store   *bolt.Store
	http    *httptest.Server
	handler http.Handler
	server  *serve.Server
	now     time.Time
}

const (
	deskToken   = "desk-token-0123456789"
	readerToken = "reader-token-0123456789"
)

func newSite(t testing.TB) *site {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "s.db"), bolt.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	about := feed.Site{Title: "Wire", URL: "https://news.example.com", Language: "en", Publisher: feed.Publisher{Name: "Desk"}}
	categories := []feed.Category{{Slug: "conflicts-war", Title: "Conflicts & War", Was: []string{"war", "fights"}}, {Slug: "sport", Title: "Sport"}}
	top := feed.Combination{Combination: store.Combination{Name: "top", MaxUrgency: 3}, Title: "Top stories"}
	if err := s.Declare(t.Context(), []store.Combination{top.Combination}, noon); err != nil {
		t.Fatal(err)
	}
	st := &site{TB: t, store: s, now: noon}
	server := &serve.Server{
		Publisher: &publish.Publisher{
			Site: about, Categories: categories, Combinations: []feed.Combination{top}, Retired: []string{"chess"},
			Store: s, Window: 50, NoticeFor: 30 * 24 * time.Hour, MaxAge: 5 * time.Minute, Since: noon,
		},
		Pages: page.New(about, categories),
		Desk:  wire.Desk{Site: about, Categories: categories},
		Store: s,
		Tokens: []serve.Token{
			{Name: "desk", Secret: deskToken, May: []string{"publish", "read"}},
			{Name: "reader", Secret: readerToken, May: []string{"read"}},
		},
		Now: func() time.Time { return st.now },
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		InForce: func(context.Context, string) (serve.InForce, error) {
			return serve.InForce{Config: map[string]any{}, Since: noon, Categories: map[string]int{}, Sources: map[string]int{}}, nil
		},
	}
	st.server, st.handler = server, server.Handler()
	st.http = httptest.NewServer(st.handler)
	t.Cleanup(st.http.Close)
	return st
}

type answer struct {
	*http.Response
	body string
}

// plain follows no redirect and asks for no coding by itself.
var plain = &http.Transport{DisableCompression: true}

// do sends a request; header is name, value, name, value …
func (s *site) do(method, path, body string, header ...string) answer {
	s.Helper()
	req, err := http.NewRequest(method, s.http.URL+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] != "" {
			req.Header.Set(header[i], header[i+1])
		}
	}
	return s.send(req, body)
}

// send sends a request with that body, and holds the answer to openapi.json.
func (s *site) send(req *http.Request, body string) answer {
	s.Helper()
	resp, err := plain.RoundTrip(req)
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	a := answer{resp, string(data)}
	if strings.HasPrefix(req.URL.Path, "/api/") {
		if err := mustSpec(s).hold(req, body, a); err != nil {
			s.Errorf("%s %s is not as openapi.json says: %v", req.Method, req.URL, err)
		}
	}
	return a
}

func (s *site) get(path string) answer { s.Helper(); return s.do("GET", path, "") }

// file files an article as JSON.
func (s *site) file(body string, header ...string) answer {
	s.Helper()
	return s.do("POST", "/api/v1/articles", body, append([]string{"Content-Type", "application/json", "Authorization", "Bearer " + deskToken}, header...)...)
}

func (s *site) receipt(a answer) (r serve.Receipt) {
	s.Helper()
	if err := json.Unmarshal([]byte(a.body), &r); err != nil || a.StatusCode >= 300 {
		s.Fatalf("%s %s %v", a.Status, a.body, err)
	}
	return r
}

// path is that of an absolute address of the site.
func (s *site) path(address string) string {
	s.Helper()
	path, ok := strings.CutPrefix(address, "https://news.example.com")
	if !ok {
		s.Fatalf("%q does not begin with the site's URL", address)
	}
	return path
}

func TestFiledArticleIsInTheNextAnswer(t *testing.T) {
	s := newSite(t)
	a := s.file(`{"headline":"Shots & calm","body":"<p>Copy.</p>","categories":["Conflicts & War"]}`)
	r := s.receipt(a)
	if a.StatusCode != http.StatusCreated || a.Header.Get("Location") != r.URL || r.Outcome != store.Filed || r.Version != 1 || r.Sequence != 2 {
		t.Fatalf("%s %s", a.Status, a.body)
	}
	var want []string
	for _, path := range []string{"/category/conflicts-war", ""} {
		for _, f := range feed.Formats() {
			want = append(want, "https://news.example.com"+path+"/"+string(f))
		}
	}
	if !slices.Equal(r.Feeds, want) {
		t.Errorf("feeds %q", r.Feeds)
	}
	for _, address := range r.Feeds {
		if got := s.get(s.path(address)); got.StatusCode != 200 || !strings.Contains(got.body, r.GUID) || !strings.Contains(got.body, r.URL) {
			t.Errorf("%s: %s\n%s", address, got.Status, got.body)
		}
	}
	for _, path := range []string{"/", "/category/conflicts-war", s.path(r.URL)} {
		if got := s.get(path); got.StatusCode != 200 || !strings.Contains(got.body, "Shots &amp; calm") {
			t.Errorf("%s: %s", path, got.Status)
		}
	}
	if got := s.get("/category/sport/rss.xml"); got.StatusCode != 200 || strings.Contains(got.body, "<item>") {
		t.Errorf("the empty category: %s\n%s", got.Status, got.body)
	}
}

func TestEveryFormOfCopy(t *testing.T) {
	s := newSite(t)
	for mediaType, body := range map[string]string{
		"text/plain; charset=utf-8": "Sport\n\nA head\n\nOSLO — Copy.\n",
		"text/html":                 `<title>A head</title><meta name="category" content="sport"><p>Copy.`,
		"application/json":          `{"headline":"A head","body":"Copy.","categories":["sport"]}`,
	} {
		r := s.receipt(s.do("POST", "/api/v1/articles", body, "Content-Type", mediaType, "Authorization", "Bearer "+deskToken))
		if got, err := s.store.Article(t.Context(), r.ID); err != nil || got.Headline != "A head" || !slices.Equal(got.Categories, []string{"sport"}) {
			t.Errorf("%s: %+v %v", mediaType, got, err)
		}
	}
	r := s.receipt(s.do("POST", "/api/v1/articles?category=conflicts-war", "Sport\n\nA head\n\nOSLO — Copy.\n", "Content-Type", "text/plain", "Authorization", "Bearer "+deskToken))
	if got, _ := s.store.Article(t.Context(), r.ID); got.Categories[0] != "conflicts-war" {
		t.Errorf("with ?category=: %+v", got)
	}
}

func TestTheSameThingTwiceIsOneArticle(t *testing.T) {
	s := newSite(t)
	body := `{"headline":"H","body":"<p>B</p>","categories":["sport"]}`
	first := s.receipt(s.file(body, "Idempotency-Key", "k1"))
	again := s.file(body, "Idempotency-Key", "k1")
	if r := s.receipt(again); again.StatusCode != http.StatusOK || r.ID != first.ID || r.Outcome != store.Repeated {
		t.Errorf("same key: %s %+v", again.Status, r)
	}
	if a := s.file(`{"headline":"Other","body":"<p>B</p>","categories":["sport"]}`, "Idempotency-Key", "k1"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("same key, other content: %s %s", a.Status, a.body)
	}
	named := `{"guid":"urn:test:1","headline":"H","body":"<p>B</p>","categories":["sport"]}`
	first = s.receipt(s.file(named))
	if r := s.receipt(s.file(named)); r.ID != first.ID || r.Outcome != store.Repeated || r.Version != 1 {
		t.Errorf("same GUID and content: %+v", r)
	}
	s.now = noon.Add(time.Hour)
	if r := s.receipt(s.file(strings.Replace(named, "<p>B", "<p>C", 1))); r.ID != first.ID || r.Outcome != store.Revised || r.Version != 2 {
		t.Errorf("same GUID, other content: %+v", r)
	}
	if page, _ := s.store.Articles(t.Context(), store.Query{Limit: 10}); page.Count != 2 {
		t.Errorf("%d articles", page.Count)
	}
}

// problemBody is RFC 9457.
type problemBody struct {
	Title, Detail string
	Status        int
	Errors        []struct{ Field, Detail string }
}

func (s *site) problem(a answer) (p problemBody) {
	s.Helper()
	if ct := a.Header.Get("Content-Type"); ct != "application/problem+json" {
		s.Fatalf("%s: content type %q, body %s", a.Status, ct, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != a.StatusCode || p.Title == "" || p.Detail == "" {
		s.Fatalf("%s: %s", a.Status, a.body)
	}
	return p
}

func TestEveryFaultIsNamedAndNothingStored(t *testing.T) {
	s := newSite(t)
	a := s.file(`{"headlin":"x","body":5,"categories":["sprot"],"urgency":77,"language":"?"}`)
	p := s.problem(a)
	var fields []string
	for _, f := range p.Errors {
		fields = append(fields, f.Field)
	}
	slices.Sort(fields)
	if want := []string{"body", "categories", "headlin", "headline", "language", "urgency"}; a.StatusCode != 422 || !slices.Equal(fields, want) {
		t.Errorf("%s, fields %q", a.Status, fields)
	}
	if n, _ := s.store.Sequence(t.Context()); n != 1 { // the declaration of a combination
		t.Errorf("sequence %d", n)
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	s := newSite(t)
	good := `{"headline":"H","body":"<p>B</p>","categories":["sport"]}`
	for _, tc := range []struct {
		name, method, path, body string
		header                   []string
		want                     int
	}{
		{"no token", "POST", "/api/v1/articles", good, []string{"Content-Type", "application/json"}, 401},
		{"wrong token", "POST", "/api/v1/articles", good, []string{"Content-Type", "application/json", "Authorization", "Bearer nonsense-nonsense"}, 401},
		{"another scheme", "POST", "/api/v1/articles", good, []string{"Content-Type", "application/json", "Authorization", "Basic " + deskToken}, 401},
		{"no right", "POST", "/api/v1/articles", good, []string{"Content-Type", "application/json", "Authorization", "Bearer " + readerToken}, 403},
		{"no media type", "POST", "/api/v1/articles", good, []string{"Authorization", "Bearer " + deskToken}, 415},
		{"another media type", "POST", "/api/v1/articles", good, []string{"Content-Type", "image/png", "Authorization", "Bearer " + deskToken}, 415},
		{"too large", "POST", "/api/v1/articles", strings.Repeat("x", 5<<20), []string{"Content-Type", "text/plain", "Authorization", "Bearer " + deskToken}, 413},
		{"a long key", "POST", "/api/v1/articles", good, []string{"Content-Type", "application/json", "Authorization", "Bearer " + deskToken, "Idempotency-Key", strings.Repeat("k", 300)}, 400},
		{"another method", "DELETE", "/api/v1/articles", "", nil, 405},
		{"no such address", "GET", "/api/v1/nothing", "", nil, 404},
		{"no such article", "GET", "/api/v1/articles/01JD000000000000000000000A", "", []string{"Authorization", "Bearer " + readerToken}, 404},
		{"no ID", "GET", "/api/v1/articles/x", "", []string{"Authorization", "Bearer " + readerToken}, 404},
		{"a bad limit", "GET", "/api/v1/articles?limit=0", "", []string{"Authorization", "Bearer " + readerToken}, 400},
		{"a bad cursor", "GET", "/api/v1/articles?after=x", "", []string{"Authorization", "Bearer " + readerToken}, 400},
		{"an unknown category", "GET", "/api/v1/articles?category=x", "", []string{"Authorization", "Bearer " + readerToken}, 404},
		{"listing without a token", "GET", "/api/v1/articles", "", nil, 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := s.do(tc.method, tc.path, tc.body, tc.header...)
			s.problem(a)
			if a.StatusCode != tc.want {
				t.Errorf("got %s, want %d: %s", a.Status, tc.want, a.body)
			}
			if tc.want == 401 && a.Header.Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate") // RFC 9110 §15.5.2
			}
			if tc.want == 405 && !strings.Contains(a.Header.Get("Allow"), "POST") {
				t.Errorf("Allow %q", a.Header.Get("Allow")) // RFC 9110 §15.5.6
			}
		})
	}
	if n, _ := s.store.Sequence(t.Context()); n != 1 { // the declaration of a combination
		t.Errorf("something was stored: sequence %d", n)
	}
}

func TestUnknownAddressesAre404(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{
		"/category/none", "/category/none/rss.xml", "/category/none/atom.xml", "/category/none/feed.json", "/category/sport/x.xml",
		"/article/x/y", "/article/01JD000000000000000000000A/y", "/nothing", "/category", "/articles.xml",
	} {
		if a := s.get(path); a.StatusCode != 404 || a.body == "" {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	if a := s.do("POST", "/rss.xml", ""); a.StatusCode != 405 || a.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST to a feed: %s, Allow %q", a.Status, a.Header.Get("Allow"))
	}
}

func TestFeedsAsAReaderPollsThem(t *testing.T) {
	s := newSite(t)
	s.receipt(s.file(`{"headline":"H","body":"<p>B</p>","categories":["sport"]}`))
	s.now = noon.Add(time.Minute) // the second of the change is over
	for _, f := range feed.Formats() {
		path := "/category/sport/" + string(f)
		a := s.get(path)
		if a.Header.Get("Content-Type") != f.ContentType() || !strings.HasPrefix(a.Header.Get("Cache-Control"), "public, max-age=300, s-maxage=60,") ||
			a.ContentLength != int64(len(a.body)) || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, a.Header)
		}
		if !strings.Contains(a.body, "https://news.example.com"+path) {
			t.Errorf("%s does not name itself", path)
		}
		for _, header := range [][]string{
			{"If-None-Match", a.Header.Get("ETag")},
			{"If-Modified-Since", a.Header.Get("Last-Modified")}, // all that Thunderbird sends
			{"If-None-Match", `"x", W/` + a.Header.Get("ETag")},
		} {
			if got := s.do("GET", path, "", header...); got.StatusCode != 304 || got.body != "" || got.Header.Get("ETag") != a.Header.Get("ETag") {
				t.Errorf("%s with %q: %s", path, header, got.Status)
			}
		}
		if got := s.do("GET", path, "", "If-None-Match", `"x"`, "If-Modified-Since", a.Header.Get("Last-Modified")); got.StatusCode != 200 {
			t.Errorf("%s: another ETag, same date: %s", path, got.Status) // RFC 9110 §13.2.2
		}
		if got := s.do("HEAD", path, ""); got.StatusCode != 200 || got.body != "" || got.ContentLength != int64(len(a.body)) {
			t.Errorf("HEAD %s: %s, %d bytes", path, got.Status, got.ContentLength)
		}
	}
}

func TestFeedsInEveryCoding(t *testing.T) {
	s := newSite(t)
	s.receipt(s.file(`{"headline":"H","body":"<p>B</p>","categories":["sport"]}`))
	s.now = noon.Add(time.Minute)
	tags := map[string]string{}
	for accept, coding := range map[string]string{"": "", "gzip": "gzip", "gzip, deflate, br": "br", "zstd": "zstd"} {
		a := s.do("GET", "/rss.xml", "", "Accept-Encoding", accept)
		if a.StatusCode != 200 || a.Header.Get("Content-Encoding") != coding || !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%q: %s %v", accept, a.Status, a.Header)
		}
		if other, taken := tags[a.Header.Get("ETag")]; taken {
			t.Errorf("%q has the ETag of %q", coding, other)
		}
		tags[a.Header.Get("ETag")] = coding
	}
	for tag := range tags { // the content is the same, whatever coding it was kept in
		a := s.do("GET", "/rss.xml", "", "Accept-Encoding", "gzip", "If-None-Match", tag)
		if a.StatusCode != 304 || a.Header.Get("Content-Encoding") != "" || a.Header.Get("Content-Type") != "" {
			t.Errorf("%s: %s %v", tag, a.Status, a.Header)
		}
		for _, owed := range []string{"Cache-Control", "ETag", "Vary", "Date", "Link"} { // RFC 9110 §15.4.5
			if a.Header.Get(owed) == "" {
				t.Errorf("304 without %s", owed)
			}
		}
	}
	if a := s.do("GET", "/rss.xml", "", "Accept-Encoding", "identity;q=0"); a.StatusCode != 406 {
		t.Errorf("all refused: %s", a.Status)
	}
}

func TestBrowserIsSentToThePage(t *testing.T) {
	s := newSite(t)
	navigate := []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}
	for path, want := range map[string]string{"/rss.xml": "/#subscribe", "/category/sport/atom.xml": "/category/sport#subscribe"} {
		a := s.do("GET", path, "", navigate...)
		if a.StatusCode != 303 || a.Header.Get("Location") != want || !strings.Contains(a.Header.Get("Vary"), "Sec-Fetch-Mode") {
			t.Errorf("%s: %s to %q", path, a.Status, a.Header.Get("Location"))
		}
		if a := s.do("GET", path+"?raw=1", "", navigate...); a.StatusCode != 200 {
			t.Errorf("%s?raw=1: %s", path, a.Status)
		}
		// What readers send that a browser sends too.
		if a := s.do("GET", path, "", "Accept", "text/html,*/*;q=0.8", "User-Agent", "Mozilla/5.0", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"); a.StatusCode != 200 {
			t.Errorf("%s for a program: %s", path, a.Status)
		}
	}
	if a := s.do("GET", "/category/none/rss.xml", "", navigate...); a.StatusCode != 404 {
		t.Errorf("no such feed: %s", a.Status)
	}
}

func TestScriptsOfOtherSitesMayRead(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/feed.json", "/category/sport/rss.xml"} {
		a := s.do("OPTIONS", path, "", "Origin", "https://other.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match")
		if a.StatusCode != 204 || a.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
			t.Errorf("preflight of %s: %s %v", path, a.Status, a.Header)
		}
		if a := s.do("GET", path, "", "Origin", "https://other.example"); a.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.Header.Get("Access-Control-Expose-Headers"), "ETag") {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
}

func TestArchivesAreServed(t *testing.T) {
	s := newSite(t)
	for i := range 101 { // the window and every archive hold 50
		s.now = noon.Add(time.Duration(i) * time.Minute)
		s.receipt(s.file(fmt.Sprintf(`{"headline":"Number %d.","body":"<p>B</p>","categories":["sport"]}`, i)))
	}
	a := s.get("/category/sport/archive/1/atom.xml")
	if a.StatusCode != 200 || !strings.Contains(a.body, "Number 0.") || !strings.Contains(a.body, "<fh:archive>") ||
		!strings.HasPrefix(a.Header.Get("Cache-Control"), "public, max-age=86400") {
		t.Errorf("%s %v", a.Status, a.Header)
	}
	if a := s.get("/category/sport/archive/1/feed.json"); a.StatusCode != 200 {
		t.Errorf("as JSON Feed: %s", a.Status)
	}
	for _, path := range []string{"/category/sport/archive/2/atom.xml", "/category/sport/archive/1/rss.xml", "/category/none/archive/1/atom.xml"} {
		if a := s.get(path); a.StatusCode != 404 {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	if a := s.do("GET", "/category/sport/archive/1/atom.xml", "", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"); a.Header.Get("Location") != "/category/sport/archive/1#subscribe" {
		t.Errorf("a browser is sent to %q", a.Header.Get("Location"))
	}
}

func TestUnknownQueryIsIgnored(t *testing.T) {
	s := newSite(t)
	plain, junk := s.get("/rss.xml"), s.get("/rss.xml?null&utm_source=x")
	if junk.StatusCode != 200 || junk.body != plain.body || junk.Header.Get("ETag") != plain.Header.Get("ETag") {
		t.Errorf("%s", junk.Status)
	}
}

func TestEmbargoedArticleIsNowhere(t *testing.T) {
	s := newSite(t)
	s.now = noon.Add(time.Minute)
	before := map[string]string{}
	paths := []string{
		"/", "/category/sport", "/rss.xml", "/atom.xml", "/feed.json", "/ninjs.json", "/category/sport/rss.xml", "/category/sport/atom.xml",
		"/category/sport/feed.json", "/category/sport/ninjs.json", "/category/sport/archive/1/atom.xml", "/feed/top/feed.json", "/feeds.opml",
	}
	for _, path := range paths {
		a := s.get(path)
		before[path] = a.body + a.Header.Get("ETag") + a.Header.Get("Last-Modified")
	}
	r := s.receipt(s.file(`{"headline":"Secret","body":"<p>B</p>","categories":["sport"],"embargo":"2026-11-22T13:00:00Z"}`))
	if len(r.Feeds) != 0 || r.Embargo.IsZero() {
		t.Errorf("receipt %+v", r)
	}
	for _, path := range paths {
		a := s.get(path)
		if now := a.body + a.Header.Get("ETag") + a.Header.Get("Last-Modified"); now != before[path] {
			t.Errorf("%s changed", path)
		}
	}
	if a := s.get("/article/" + string(r.ID) + "/ninjs.json"); a.StatusCode != 404 {
		t.Errorf("as a news item: %s", a.Status)
	}
	if a, none := s.get(s.path(r.URL)), s.get("/article/01JD000000000000000000000A/secret"); a.StatusCode != 404 ||
		strings.ReplaceAll(a.body, string(r.ID), "") != strings.ReplaceAll(none.body, "01JD000000000000000000000A", "") {
		t.Errorf("its page: %s\n%s", a.Status, a.body)
	}
	if _, err := s.store.Advance(t.Context(), noon.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if a := s.get("/category/sport/rss.xml"); !strings.Contains(a.body, "Secret") || !strings.Contains(a.body, "<pubDate>Sun, 22 Nov 2026 13:00:00 +0000</pubDate>") {
		t.Errorf("after its end:\n%s", a.body)
	}
}

func TestArticleHasOneAddress(t *testing.T) {
	s := newSite(t)
	r := s.receipt(s.file(`{"headline":"Été à Oslo","body":"<p>B</p>","categories":["sport"]}`))
	own := s.path(r.URL)
	if !strings.HasSuffix(own, "/ete-a-oslo") {
		t.Errorf("address %s", own)
	}
	for _, path := range []string{"/article/" + string(r.ID), "/article/" + string(r.ID) + "/other", "/article/" + strings.ToLower(string(r.ID)) + "/ete-a-oslo"} {
		if a := s.get(path); a.StatusCode != 302 || a.Header.Get("Location") != r.URL || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s to %q", path, a.Status, a.Header.Get("Location"))
		}
	}
	if a := s.get(own); a.StatusCode != 200 || !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%s: %s", own, a.Status)
	}
}

func TestWithdrawnArticlePages(t *testing.T) {
	s := newSite(t)
	r := s.receipt(s.file(`{"headline":"Wrong","body":"<p>B</p>","categories":["sport"]}`))
	for _, step := range []struct {
		status store.Status
		want   int
	}{{store.Held, 404}, {store.Killed, 410}} {
		if _, err := s.store.SetStatus(t.Context(), store.StatusChange{ID: r.ID, Status: step.status, Now: noon, Reason: "The source withdrew it."}); err != nil {
			t.Fatal(err)
		}
		if a := s.get(s.path(r.URL)); a.StatusCode != step.want || !strings.Contains(a.body, "The source withdrew it.") || strings.Contains(a.body, "<p>B</p>") {
			t.Errorf("%s: %s\n%s", step.status, a.Status, a.body)
		}
		if a := s.get("/rss.xml"); strings.Contains(a.body, "Wrong") {
			t.Errorf("%s: it is still in the feed", step.status)
		}
	}
}

func TestOlderArticlesAreReachedFromTheCategory(t *testing.T) {
	s := newSite(t)
	for i := range 65 {
		s.now = noon.Add(time.Duration(i) * time.Minute)
		s.receipt(s.file(fmt.Sprintf(`{"headline":"Number %d.","body":"<p>B</p>","categories":["sport"]}`, i)))
	}
	seen, path := 0, "/category/sport"
	for path != "" {
		a := s.get(path)
		for i := range 65 {
			if strings.Contains(a.body, fmt.Sprintf("Number %d.", i)) {
				seen++
			}
		}
		_, rest, _ := strings.Cut(a.body, `class="older" href="https://news.example.com`)
		path, _, _ = strings.Cut(rest, `"`)
		if !strings.Contains(rest, `"`) {
			path = ""
		}
	}
	if seen != 65 {
		t.Errorf("saw %d articles of 65", seen)
	}
}

// TestEveryFeedHasItsPage: of a combination and of a source as of a category,
// all listed in the outline and on the front page.
func TestEveryFeedHasItsPage(t *testing.T) {
	s := newSite(t)
	s.receipt(s.file(`{"headline":"Urgent one","body":"<p>B</p>","categories":["sport"],"urgency":1,
		"origin":{"source":"gazette","feed_url":"https://gazette.example/f","feed_title":"The Gazette","link":"https://gazette.example/1"}}`))
	s.receipt(s.file(`{"headline":"Slow one","body":"<p>B</p>","categories":["sport"],"urgency":8}`))
	outline, front := s.get("/feeds.opml").body, s.get("/").body
	for path, name := range map[string]string{"/feed/top": "Top stories", "/source/gazette": "The Gazette"} {
		for _, f := range []string{"/rss.xml", "/atom.xml", "/feed.json"} {
			a := s.get(path + f)
			if a.StatusCode != 200 || !strings.Contains(a.body, "Urgent one") || strings.Contains(a.body, "Slow one") || !strings.Contains(a.body, "Wire: "+name) {
				t.Errorf("%s%s: %s\n%s", path, f, a.Status, a.body)
			}
		}
		if a := s.get(path); a.StatusCode != 200 || !strings.Contains(a.body, "Urgent one") || !strings.Contains(a.body, "<h1>"+name) {
			t.Errorf("%s: %s\n%s", path, a.Status, a.body)
		}
		if !strings.Contains(outline, path+"/rss.xml") || !strings.Contains(front, path+"/rss.xml") {
			t.Errorf("%s is not in the outline or on the front page", path)
		}
	}
	for _, path := range []string{"/feed/none", "/source/none", "/source/none/rss.xml", "/feed/none/rss.xml", "/source/None/rss.xml", "/feed/top/archive/1/atom.xml"} {
		if a := s.get(path); a.StatusCode != 404 {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	s.receipt(s.file(`{"headline":"A second one","body":"<p>B</p>","categories":["sport"],"urgency":2}`))
	if a := s.get("/feed/top/rss.xml"); !strings.Contains(a.body, "A second one") {
		t.Error("an acknowledged article is not in the combination")
	}
}

func TestRenamedCategoryRedirects(t *testing.T) {
	s := newSite(t)
	for from, to := range map[string]string{
		"/category/war":                    "/category/conflicts-war",
		"/category/war/rss.xml":            "/category/conflicts-war/rss.xml",
		"/category/war/atom.xml?raw=1":     "/category/conflicts-war/atom.xml?raw=1",
		"/category/fights/feed.json":       "/category/conflicts-war/feed.json",
		"/category/war/archive/3/atom.xml": "/category/conflicts-war/atom.xml",
		"/category/war/archive/3":          "/category/conflicts-war",
	} {
		if a := s.get(from); a.StatusCode != 301 || a.Header.Get("Location") != "https://news.example.com"+to {
			t.Errorf("%s: %s to %q", from, a.Status, a.Header.Get("Location"))
		}
	}
	a := s.get("/category/conflicts-war/atom.xml")
	if !strings.Contains(a.body, "<id>tag:news.example.com,2026-11-22:feed/category/war</id>") {
		t.Errorf("the feed has another id than it had at first:\n%s", a.body)
	}
}

func TestRetiredCategoryIsGone(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/category/chess", "/category/chess/rss.xml", "/category/chess/archive/1/feed.json"} {
		if a := s.get(path); a.StatusCode != 410 || !strings.Contains(a.body, "given up") {
			t.Errorf("%s: %s %q", path, a.Status, a.body)
		}
	}
}

func TestNearlyRightAddressesRedirect(t *testing.T) {
	s := newSite(t)
	for from, to := range map[string]string{
		"/category/sport/": "/category/sport", "/category/sport/rss.xml/?x=1": "/category/sport/rss.xml?x=1",
		"/feed": "/rss.xml", "/feed/": "/rss.xml", "/index.xml": "/rss.xml", "//evil.example/": "/evil.example",
	} {
		a := s.get(from)
		for a.StatusCode == 307 { // the standard library cleans a path first
			a = s.get(a.Header.Get("Location"))
		}
		if a.StatusCode != 301 || a.Header.Get("Location") != "https://news.example.com"+to {
			t.Errorf("%s: %s to %q", from, a.Status, a.Header.Get("Location"))
		}
	}
	if a := s.do("POST", "/category/sport/", ""); a.StatusCode != 404 {
		t.Errorf("POST: %s", a.Status)
	}
}

// broken is a store whose every reading fails in a way that nobody foresaw.
type broken struct{ *bolt.Store }

func (broken) Articles(context.Context, store.Query) (store.Page, error) { panic("no such page") }

func TestFailedHandlerIsAnswered(t *testing.T) {
	s := newSite(t)
	server := &serve.Server{
		Publisher: &publish.Publisher{Site: feed.Site{URL: "https://news.example.com"}}, Pages: page.New(feed.Site{}, nil),
		Store: broken{s.store}, Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	for path, want := range map[string]int{"/": 500, "/readyz": 503} {
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want || strings.Contains(w.Body.String(), "no such page") {
			t.Errorf("%s: %d %q", path, w.Code, w.Body)
		}
	}
}

// TestDeltaHoldsWhatIsNew: RFC 3229, for a client that asks for it where the
// operator allows it.
func TestDeltaHoldsWhatIsNew(t *testing.T) {
	s := newSite(t)
	s.server.Publisher.Deltas = true
	file := func(guid, headline string) {
		s.now = s.now.Add(time.Minute)
		s.receipt(s.file(fmt.Sprintf(`{"guid":"urn:test:%s","headline":%q,"body":"<p>B</p>","categories":["sport"]}`, guid, headline)))
	}
	const path = "/category/sport/atom.xml"
	ask := func(tag string, header ...string) answer {
		return s.do("GET", path, "", append([]string{"If-None-Match", tag, "A-IM", "gzip, feed"}, header...)...)
	}
	file("1", "First one")
	file("2", "Second one")
	first := s.get(path).Header.Get("ETag")
	if a := ask(first); a.StatusCode != 304 {
		t.Errorf("nothing is new: %s", a.Status)
	}
	file("1", "First one, corrected")
	file("3", "Third one")
	whole := s.get(path)
	if v := whole.Header.Get("Vary"); !strings.Contains(v, "A-IM") {
		t.Errorf("the whole varies by %q", v)
	}
	a := ask(`W/"x", ` + first)
	if a.StatusCode != 226 || a.Header.Get("IM") != "feed" || a.Header.Get("Delta-Base") != first || a.Header.Get("ETag") != whole.Header.Get("ETag") ||
		!strings.HasPrefix(a.Header.Get("Cache-Control"), "private") || !strings.Contains(a.Header.Get("Vary"), "If-None-Match") {
		t.Errorf("%s %v", a.Status, a.Header)
	}
	if !strings.Contains(a.body, "First one, corrected") || !strings.Contains(a.body, "Third one") || strings.Contains(a.body, "Second one") {
		t.Errorf("it holds\n%s", a.body)
	}
	if a := ask(a.Header.Get("ETag")); a.StatusCode != 304 {
		t.Errorf("after it: %s", a.Status)
	}
	for what, a := range map[string]answer{
		"an unknown tag":  ask(`"0123456789"`),
		"no tag":          ask(""),
		"another method":  s.do("HEAD", path, "", "If-None-Match", first, "A-IM", "feed"),
		"not wanted":      s.do("GET", path, "", "If-None-Match", first, "A-IM", "feed;q=0"),
		"not asked for":   s.do("GET", path, "", "If-None-Match", first),
		"another feed":    s.do("GET", "/feed/top/atom.xml", "", "If-None-Match", first, "A-IM", "feed"),
		"another format":  s.do("GET", "/category/sport/rss.xml", "", "If-None-Match", first, "A-IM", "feed"),
		"a switched path": s.do("GET", "/rss.xml", "", "If-None-Match", first, "A-IM", "feed"),
	} {
		if a.StatusCode != 200 || a.Header.Get("IM") != "" {
			t.Errorf("%s: %s %v", what, a.Status, a.Header)
		}
	}
	packed := ask(first, "Accept-Encoding", "gzip")
	if packed.StatusCode != 226 || packed.Header.Get("Content-Encoding") != "gzip" || !strings.HasSuffix(packed.Header.Get("ETag"), `-gzip"`) {
		t.Errorf("compressed: %s %v", packed.Status, packed.Header)
	}

	s.server.Publisher.Deltas = false
	if a := ask(first); a.StatusCode != 200 || strings.Contains(a.Header.Get("Vary"), "A-IM") {
		t.Errorf("switched off: %s %v", a.Status, a.Header)
	}
}

// TestPagesAreCheapToAskAgain: pages and the outline have a tag and a coding.
func TestPagesAreCheapToAskAgain(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/category/sport", "/feeds.opml", "/docs/json-feed"} {
		a := s.do("GET", path, "", "Accept-Encoding", "gzip, br")
		tag := a.Header.Get("ETag")
		if a.StatusCode != 200 || a.Header.Get("Content-Encoding") != "gzip" || tag == "" || a.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %s %v", path, a.Status, a.Header)
		}
		if a := s.do("GET", path, "", "If-None-Match", tag); a.StatusCode != 304 || a.body != "" || a.Header.Get("ETag") == "" {
			t.Errorf("%s again: %s %v", path, a.Status, a.Header)
		}
		if a := s.do("GET", path, "", "If-Modified-Since", noon.Add(time.Hour).Format(http.TimeFormat)); a.StatusCode != 200 {
			t.Errorf("%s, which has no date: %s", path, a.Status)
		}
	}
}

func TestListingForTokens(t *testing.T) {
	s := newSite(t)
	s.receipt(s.file(`{"headline":"One","body":"<p>B</p>","categories":["sport"],"editor_note":"check it"}`))
	s.now = noon.Add(time.Minute)
	hidden := s.receipt(s.file(`{"headline":"Two","body":"<p>B</p>","categories":["sport"],"embargo":"2027-01-01T00:00:00Z"}`))
	list := func(query string) (l serve.Listing) {
		a := s.do("GET", "/api/v1/articles"+query, "", "Authorization", "bearer "+readerToken)
		if err := json.Unmarshal([]byte(a.body), &l); err != nil || a.StatusCode != 200 {
			t.Fatalf("%s %s", a.Status, a.body)
		}
		return l
	}
	if l := list("?category=sport"); len(l.Articles) != 1 || l.Count != 1 || l.Articles[0].EditorNote != "check it" {
		t.Errorf("public: %+v", l)
	}
	l := list("?all=true&limit=1")
	if len(l.Articles) != 1 || l.Articles[0].ID != hidden.ID || l.Count != 2 || l.Next == "" {
		t.Errorf("all: %+v", l)
	}
	if l = list("?all=true&limit=1&after=" + string(l.Next)); len(l.Articles) != 1 || l.Articles[0].Headline != "One" || l.Next != "" {
		t.Errorf("the next: %+v", l)
	}
	a := s.do("GET", "/api/v1/articles/"+string(hidden.ID), "", "Authorization", "Bearer "+readerToken)
	if a.StatusCode != 200 || !strings.Contains(a.body, `"headline": "Two"`) || !strings.Contains(a.body, hidden.URL) {
		t.Errorf("show: %s %s", a.Status, a.body)
	}
}

func TestOutlineListsEveryFeed(t *testing.T) {
	s := newSite(t)
	a := s.get("/feeds.opml")
	if a.StatusCode != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/x-opml") {
		t.Fatalf("%s %v", a.Status, a.Header)
	}
	for _, path := range []string{"/rss.xml", "/category/conflicts-war/rss.xml", "/category/sport/rss.xml"} {
		if !strings.Contains(a.body, `xmlUrl="https://news.example.com`+path+`"`) {
			t.Errorf("%s is missing:\n%s", path, a.body)
		}
	}
}

func TestProbes(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := s.get(path); a.StatusCode != 200 || !strings.HasPrefix(a.body, "ok") {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
}
