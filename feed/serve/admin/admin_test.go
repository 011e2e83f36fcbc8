package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve/traffic"
	"dateline/store"
	"dateline/store/bolt"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// house is an admin listener over a real store.
type house struct {
	testing.TB
	store   *bolt.Store
	polls   traffic.Traffic
	inForce InForce
	network Network
	now     time.Time
	acts    []string
	refusal error // of Act
	url     string
}

func (h *house) Schedule(ctx context.Context) ([]store.Source, error) { return h.store.Schedule(ctx) }

func (h *house) Act(_ context.Context, name string, release bool) (string, error) {
	h.acts = append(h.acts, fmt.Sprint(name, " ", release))
	return name + ": 3 new <b>articles</b>", h.refusal
}

func newHouse(t testing.TB, sources ...store.Source) *house {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "s.db"), bolt.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	h := &house{TB: t, store: s, now: noon}
	for i := range sources {
		sources[i].Configured = "https://" + sources[i].Name + ".example/feed.xml"
		sources[i].URL = sources[i].Configured
		if sources[i].Next.IsZero() {
			sources[i].Next = noon.Add(30 * time.Minute)
		}
	}
	if err := errors.Join(s.Adopt(t.Context(), sources), s.Settle(t.Context(), sources)); err != nil {
		t.Fatal(err)
	}
	site := feed.Site{Title: "The Dateline Wire", URL: "https://wire.example"}
	categories := []feed.Category{{Slug: "world", Title: "World"}, {Slug: "sport", Title: "Sport"}}
	h.inForce = InForce{
		Site: site, Sources: h, Since: noon.Add(-time.Hour), Ready: func(context.Context) error { return nil },
		Publisher: &publish.Publisher{Site: site, Categories: categories, Store: s, Window: 50, NoticeFor: time.Hour, Since: noon},
	}
	server := &Server{
		InForce: func() InForce { return h.inForce }, Store: s, Traffic: &h.polls, Metrics: http.NotFoundHandler(), Network: func() Network { return h.network }, Now: func() time.Time { return h.now },
		Process: Process{Version: "v1.2.3", Go: "go1.26", ID: 7, Since: noon.Add(-26 * time.Hour)}, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	listening := httptest.NewServer(server.Handler())
	t.Cleanup(listening.Close)
	h.url = listening.URL
	return h
}

// do asks; header is name, value, name, value …
func (h *house) do(method, path string, form url.Values, header ...string) (int, string) {
	h.Helper()
	req, err := http.NewRequest(method, h.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		if req.Header.Set(header[i], header[i+1]); header[i] == "Host" {
			req.Host = header[i+1]
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		h.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func (h *house) status() (v Status) {
	h.Helper()
	code, body := h.do("GET", "/status.json", nil)
	if err := json.Unmarshal([]byte(body), &v); code != 200 || err != nil {
		h.Fatalf("%d, %v: %s", code, err, body)
	}
	return v
}

func (h *house) has(path string, want ...string) {
	h.Helper()
	_, body := h.do("GET", path, nil)
	for _, text := range want {
		if !strings.Contains(body, text) {
			h.Errorf("%s has no %q:\n%s", path, text, body)
		}
	}
}

func well(name string) store.Source {
	return store.Source{Name: name, Polled: noon.Add(-time.Minute), Good: noon.Add(-time.Minute), Brought: 12, Why: "as often as it may be"}
}

func failing(name string, n int, why string) store.Source {
	s := well(name)
	s.Good, s.Failures, s.Error = noon.Add(-30*time.Hour), n, why
	return s
}

func TestWellIsSaidInASentence(t *testing.T) {
	h := newHouse(t, well("gazette"), well("herald"), failing("courier", 1, "503"))
	v := h.status()
	if !v.Well || v.Sentence != "All is well. 1 source has failed at the last poll, and is tried again." {
		t.Errorf("%v %q", v.Well, v.Sentence)
	}
	h.has("/status", "<h1 id=\"verdict\">All is well. 1 source", "26 h ago", "v1.2.3", "as often as it may be", "12 articles", "in 30 min")
}

func TestStatesOfSources(t *testing.T) {
	held := well("held")
	held.HeldBack, held.HeldWhy = 180, "180 articles wait: that is far more at once than the source ever brought"
	gone := well("gone")
	gone.Stopped, gone.Error = "its server says that it is gone for good (410)", "410"
	throttled := well("throttled")
	throttled.Throttled = true
	quiet := well("quiet")
	quiet.LastNew, quiet.Gap = noon.Add(-50*time.Hour), int64(5*3600)
	slow := well("slow") // it often pauses for a day
	slow.LastNew, slow.Gap = noon.Add(-50*time.Hour), int64(24*3600)
	fresh := store.Source{Name: "new"}
	mistyped := failing("mistyped", 1, "mistyped.example answered 404 Not Found")
	mistyped.Good, mistyped.Hint = time.Time{}, "it may have moved"
	down := failing("down", 1, "down.example answered 502 Bad Gateway")
	down.Good = time.Time{}
	h := newHouse(t, well("well"), held, gone, throttled, quiet, slow, fresh, failing("failing", 3, "connect to x: refused"), failing("once", 1, "x"), mistyped, down)
	v := h.status()
	got := ""
	for _, s := range v.Sources {
		got += fmt.Sprintf("%s: %s %v; ", s.Name, s.State, s.Needs)
		if s.State != Well && s.State != New && (s.Since == "" || s.Do == "") {
			t.Errorf("of %s it is not said what is the matter and what to do: %+v", s.Name, s)
		}
	}
	want := "gone: gone true; held: held back true; failing: failing true; mistyped: failing true; quiet: quiet true; down: failing false; once: failing false; " +
		"throttled: throttled false; new: new false; slow: well false; well: well false; "
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if v.Well || v.Sentence != "5 of 11 sources need you. 2 sources have failed at the last poll, and are tried again." || v.Counts[Failing] != 4 {
		t.Errorf("%q, %v", v.Sentence, v.Counts)
	}
	h.has("/status", "Release 180 articles", "of late it never paused for longer than 5 h", "connect to x: refused")
	h.has("/status?state=need", "5 sources of 11", `id="source-quiet"`)
	if _, body := h.do("GET", "/status?state=gone&q=GONE.ex", nil); strings.Contains(body, `id="source-held"`) || !strings.Contains(body, `id="source-gone"`) {
		t.Error("the filter lets another through")
	}
}

func TestTroublesOfTheServer(t *testing.T) {
	late := well("late")
	late.Next = noon.Add(-20 * time.Minute)
	h := newHouse(t, late)
	h.inForce.Fault, h.inForce.FaultAt = "config.yaml:3:1: unknown key <i>\nconfig.yaml:4: too", noon.Add(-5*time.Minute)
	h.backUp(noon.Add(-40 * time.Hour))
	h.inForce.Ready = func(context.Context) error { return errors.New("no source has been well since 2026") }
	v := h.status()
	if v.Well || v.Sentence != "4 things of the server need you." {
		t.Errorf("%q", v.Sentence)
	}
	h.has("/status", "The configuration file was refused 5 min ago", "config.yaml:3:1: unknown key &lt;i&gt;", "The last backup was made 40 h ago",
		"Polling lags behind: 1 source is due for more than 10 min, the first since 20 min ago", "not ready to be asked")
	if code, body := h.do("GET", "/readyz", nil); code != 503 || !strings.Contains(body, "no source has been well") {
		t.Errorf("/readyz: %d %s", code, body)
	}
	h.store.Close()
	if v := h.status(); v.Store.Error == "" || !strings.Contains(v.Sentence, "need you") {
		t.Errorf("of a store that does not answer: %+v", v)
	}
	h.has("/status", "The store does not answer")
}

// TestBackupThatFailsIsTold long before the next would be overdue.
func TestBackupThatFailsIsTold(t *testing.T) {
	h := newHouse(t)
	h.inForce.Backup = func() (Backup, error) {
		return Backup{Every: 24 * time.Hour, Last: noon.Add(-24 * time.Hour), Fault: "no space left on device", FaultAt: noon.Add(-time.Minute)}, nil
	}
	if v := h.status(); v.Well || len(v.Troubles) != 1 || v.Troubles[0].What != "No backup could be made 1 min ago: no space left on device. The last was made 24 h ago." {
		t.Errorf("%+v", v.Troubles)
	}
}

// TestLeavingArticlesShow before they go.
func TestLeavingArticlesShow(t *testing.T) {
	h := newHouse(t)
	if v := h.status(); v.Leaving != nil {
		t.Errorf("%+v", v.Leaving)
	}
	h.inForce.Leaving = Leaving{16, noon.Add(50 * time.Minute)}
	if v := h.status(); v.Leaving == nil || !v.Well {
		t.Errorf("%+v", v)
	}
	h.has("/status", "<dt>Leaving</dt> <dd>16 articles within a day, for good, the first <time", "in 50 min")
}

const goat store.ID = "01JDABCDEFGHJKMNPQRSTVWXYZ"

func TestFeedsAreShownWithWhoPollsThem(t *testing.T) {
	h := newHouse(t)
	receipt, err := h.store.File(t.Context(), store.Filing{Article: store.Article{Headline: "Goat <wins>", Body: "<p>x</p>", Categories: []string{"sport"}, Slug: "goat", ID: goat, GUID: "tag:wire.example,2026:goat"}, Now: noon, By: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.inForce.Publisher.Document(t.Context(), "/category/sport", feed.RSS, feed.Gzip); err != nil {
		t.Fatal(err)
	}
	a := h.polls.Asker("/category/sport", "Feedbin feed-id:1 - 8 subscribers")
	a.Answer(200, 1000, noon)
	a.Answer(304, 0, noon)
	h.polls.Asker("/category/sport", "<script>alert(1)</script>").Answer(200, 1, noon)
	h.now = noon.Add(time.Hour)
	f := h.status().Feeds[0]
	if f.Path != "/category/sport" || f.Name != "Sport" || *f.Articles != 1 || f.Polls.Requests != 3 || f.Polls.Subscribers != 8 || f.Sizes[feed.RSS] == 0 || !f.Changed.Equal(noon) {
		t.Errorf("%+v", f)
	}
	h.has("/status", "3 polls in the last day, 33 % not modified, 1.0 kB sent; services announce <strong>8 subscribers", "Feedbin feed-id:1 - N subscribers", "&lt;script&gt;alert")
	h.has("/feed?path=/category/sport", "Feedbin feed-id:1 - N subscribers", "last <time")
	if code, _ := h.do("GET", "/feed?path=/category/none", nil); code != 404 {
		t.Errorf("no such feed: %d", code)
	}
	for _, id := range []string{string(receipt.Article.ID), "https://wire.example/article/" + string(receipt.Article.ID) + "/goat"} {
		h.has("/article?id="+url.QueryEscape(id), "Goat &lt;wins&gt;", "filed", "desk", "version 1")
	}
	for text, want := range map[string]int{"": 400, "no-id": 400, "01JDABCDEFGHJKMNPQRSTVWXY0": 404} {
		if code, _ := h.do("GET", "/article?id="+text, nil); code != want {
			t.Errorf("article %q: %d, want %d", text, code, want)
		}
	}
}

func TestButtonsAct(t *testing.T) {
	h := newHouse(t, well("gazette"))
	form := url.Values{"source": {"gazette"}}
	if code, body := h.do("POST", "/fetch", form); code != 200 || !strings.Contains(body, "gazette: 3 new &lt;b&gt;articles") {
		t.Errorf("%d %s", code, body)
	}
	h.do("POST", "/release", form, "Sec-Fetch-Site", "same-origin")
	for _, header := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Host", "evil.example"}, {"Host", "evil.example:8081", "Sec-Fetch-Site", "same-origin"}} {
		if code, _ := h.do("POST", "/fetch", form, header...); code != 403 && code != 421 {
			t.Errorf("%v: %d", header, code)
		}
	}
	if code, _ := h.do("GET", "/fetch?source=gazette", nil); code != 405 {
		t.Errorf("GET: %d", code)
	}
	if got := strings.Join(h.acts, ", "); got != "gazette false, gazette true" {
		t.Errorf("acts: %s", got)
	}
	for err, want := range map[error]int{store.ErrNotFound: 404, store.ErrConflict: 409, errors.New("x"): 500} {
		h.refusal = err
		if code, _ := h.do("POST", "/fetch", form); code != want {
			t.Errorf("%v: %d, want %d", err, code, want)
		}
	}
}

func TestNamesThatAreOurs(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1:8081": true, "[::1]:8081": true, "[::1]": true, "localhost": true, "LOCALHOST.:8081": true, "a.localhost:1": true, "10.0.0.7:8081": true,
		"dateline.internal": true, "Dateline.Internal:8081": true,
		"evil.example": false, "127.0.0.1.evil.example": false, "localhost.evil.example:80": false, "": false, "evil.example:127.0.0.1": false,
	} {
		if got := isOurs(host, []string{"dateline.internal"}); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

func TestTokenIsAskedForWhenOneIsNeeded(t *testing.T) {
	h := newHouse(t)
	h.inForce.May = func(secret string) bool { return secret == "moderator-0123456789" }
	for _, path := range []string{"/status", "/status.json", "/debug/pprof/", "/metrics", "/debug/pprof/heap"} {
		if code, _ := h.do("GET", path, nil); code != 401 {
			t.Errorf("%s without a token: %d", path, code)
		}
	}
	for header, want := range map[string]int{
		"Bearer moderator-0123456789": 200, "bearer  moderator-0123456789 ": 200, "Basic bWU6bW9kZXJhdG9yLTAxMjM0NTY3ODk=": 200,
		"Bearer wrong": 401, "Basic bWU6d3Jvbmc=": 401, "moderator-0123456789": 401, "Basic %": 401,
	} {
		if code, _ := h.do("GET", "/status", nil, "Authorization", header); code != want {
			t.Errorf("%q: %d, want %d", header, code, want)
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} { // for probes, by whatever name
		if code, _ := h.do("GET", path, nil, "Host", "probe.example"); code != 200 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestEverythingHostileIsEscaped(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>` + "\x1b[31m\u202e"
	s := failing("gazette", 4, "it is no feed: "+evil)
	s.Title, s.Hint, s.Why = evil, "the page announces https://evil.example/"+evil, evil
	h := newHouse(t, s)
	h.polls.Asker("/category/world", evil).Answer(200, 1, noon)
	h.inForce.Fault = evil
	for _, path := range []string{"/status", "/status?q=" + url.QueryEscape(evil), "/status?state=" + url.QueryEscape(evil), "/feed?path=/category/world",
		"/feed?path=" + url.QueryEscape(evil), "/article?id=" + url.QueryEscape(evil)} {
		_, body := h.do("GET", path, nil)
		if strings.Contains(body, "<script") || strings.Contains(body, "<img") || strings.ContainsAny(body, "\x1b\u202e") {
			t.Errorf("%s:\n%s", path, body)
		}
	}
}

func TestManySourcesStayReadable(t *testing.T) {
	h := newHouse(t, many(2000)...)
	v := h.status()
	if len(v.Sources) != 2000 || v.Sentence != "27 of 2,000 sources need you. 20 sources have failed at the last poll, and are tried again." {
		t.Errorf("%d sources: %s", len(v.Sources), v.Sentence)
	}
	_, body := h.do("GET", "/status", nil)
	if n := strings.Count(body, `id="source-`); n != sourcesPerPage || len(body) > 200_000 {
		t.Errorf("%d sources in %d bytes", n, len(body))
	}
	if !strings.Contains(body, "page=2#sources") || !strings.Contains(body, "need you</a> 27") {
		t.Error("there is no way to the others")
	}
	seen := map[string]bool{}
	for page := 1; page <= 40; page++ {
		_, body := h.do("GET", fmt.Sprint("/status?page=", page), nil)
		for _, part := range strings.Split(body, `id="source-`)[1:] {
			name, _, _ := strings.Cut(part, `"`)
			seen[name] = true
		}
	}
	if len(seen) != 2000 {
		t.Errorf("%d of 2000 sources are on some page", len(seen))
	}
	h.has("/status?q=source-1234", `id="source-source-1234"`, "1 source of 2,000")
	h.has("/status?page=9999999", `id="source-source-1999"`)
}

// many are sources of which a few are not well.
func many(n int) (list []store.Source) {
	for i := range n {
		s := well(fmt.Sprintf("source-%04d", i))
		s.LastNew, s.Gap, s.Title = noon.Add(-time.Hour), 3600, fmt.Sprintf("The Gazette of Town %d", i)
		switch {
		case i%100 == 7:
			s.Failures, s.Error, s.Hint = 5, "connect to "+s.Name+".example: no answer within 10s", ""
		case i%100 == 8:
			s.Failures, s.Error = 1, "https://"+s.Name+".example/feed.xml answered 503 Service Unavailable"
		case i%500 == 9:
			s.HeldBack, s.HeldWhy = 212, "212 articles wait: that is far more at once than the source ever brought"
		case i%700 == 10:
			s.Stopped = "its server says that it is gone for good (410)"
		}
		list = append(list, s)
	}
	return list
}
