package poll

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/store"
	"dateline/store/bolt"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// farm is a server with one feed that changes, a store, and a poller of both.
type farm struct {
	testing.TB
	*Poller
	store    *bolt.Store
	server   *httptest.Server
	now      time.Time
	answer   http.HandlerFunc
	requests atomic.Int64
}

func newFarm(t testing.TB) *farm {
	s, err := bolt.Open(filepath.Join(t.TempDir(), "s.db"), bolt.Options{Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	f := &farm{TB: t, store: s, now: noon}
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.requests.Add(1)
		f.answer(w, r)
	}))
	t.Cleanup(f.server.Close)
	f.Poller = &Poller{
		Sources: []Source{{Name: "gazette", URL: f.server.URL + "/feed", Category: "world", Republish: feed.RepublishFull, Every: time.Hour}},
		Site:    feed.Site{URL: "https://news.example.com"}, Store: s, Workers: 4, PerHost: 4,
		Fetcher: &fetch.Fetcher{UserAgent: "Dateline (test)", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		Now:     func() time.Time { return f.now }, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	t.Cleanup(f.Fetcher.Close)
	f.adopt()
	return f
}

func (f *farm) adopt() {
	f.Helper()
	if err := f.Adopt(f.Context()); err != nil {
		f.Fatal(err)
	}
}

// say makes the server answer with a feed of these items.
func (f *farm) say(items ...string) { f.answer = feedOf(f.server.URL, items...) }

func feedOf(page string, items ...string) http.HandlerFunc {
	body := `<rss version="2.0" xmlns:at="http://purl.org/atompub/tombstones/1.0"><channel><title>The Gazette</title><link>` + page + `</link>` +
		strings.Join(items, "") + `</channel></rss>`
	return func(w http.ResponseWriter, r *http.Request) {
		tag := `"` + store.Digest(body) + `"`
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(304)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, body)
	}
}

func item(id, title string, more ...string) string {
	return "<item><guid isPermaLink='false'>urn:g:" + id + "</guid><link>https://gazette.example/" + id + "?utm_source=rss</link><title>" + title + "</title>" +
		"<description>&lt;p&gt;It says " + title + ".&lt;/p&gt;</description>" + strings.Join(more, "") + "</item>"
}

// poll runs one cycle of the source, an hour later.
func (f *farm) poll() Result {
	f.Helper()
	f.now = f.now.Add(time.Hour)
	state, err := f.store.Source(f.Context(), "gazette")
	if err != nil {
		f.Fatal(err)
	}
	r := f.Cycle(f.Context(), state)
	if r.Err != nil {
		f.Fatal(r.Err)
	}
	kept, err := f.store.Source(f.Context(), "gazette")
	if err != nil || kept != r.Source {
		f.Fatalf("kept %+v, error %v\nwant %+v", kept, err, r.Source)
	}
	return r
}

func (f *farm) headlines(listing string) string {
	f.Helper()
	page, err := f.store.Articles(f.Context(), store.Query{Listing: listing, Limit: 100})
	if err != nil {
		f.Fatal(err)
	}
	var list []string
	for _, a := range page.Articles {
		list = append(list, a.Headline)
	}
	return strings.Join(list, ", ")
}

func (f *farm) check(what string, y, want store.Yield, headlines string) {
	f.Helper()
	if got := f.headlines("source/gazette"); y != want || got != headlines {
		f.Errorf("%s: %+v, %q; want %+v, %q", what, y, got, want, headlines)
	}
}

// TestDayInTheLifeOfASource: what a source does in a day, and what the store
// has of it.
func TestDayInTheLifeOfASource(t *testing.T) {
	f := newFarm(t)
	f.say(item("2", "Two"), item("1", "One"))
	r := f.poll()
	f.check("the first poll", r.Yield, store.Yield{New: 2}, "Two, One")
	if !r.Source.Next.After(f.now.Add(time.Hour-1)) || r.Source.Title != "The Gazette" || r.Source.Brought != 2 {
		t.Errorf("the source: %+v", r.Source)
	}
	r = f.poll()
	if r.Outcome.Kind != fetch.NotModified || r.Source.Good != f.now {
		t.Errorf("nothing new: %s", r.Outcome)
	}
	f.say(item("3", "Three"), item("2", "Two, edited"), item("1", "One"))
	f.check("an edit and a new one", f.poll().Yield, store.Yield{New: 1, Revised: 1, Unchanged: 1}, "Three, Two, edited, One")

	f.say(item("3", "Three"), item("old", "Backdated", "<pubDate>Sat, 01 Aug 2026 10:00:00 GMT</pubDate>"))
	f.check("a backdated one, while others left the feed", f.poll().Yield, store.Yield{New: 1, Unchanged: 1}, "Three, Two, edited, One, Backdated")

	moved := strings.Replace(item("3", "Three"), "urn:g:3", "urn:g:three", 1)
	f.say(moved)
	f.poll()
	f.check("an ID that moved", store.Yield{}, store.Yield{}, "Three, Two, edited, One, Backdated")

	f.say(moved, item("future", "Tomorrow", "<pubDate>Sat, 01 Aug 2099 10:00:00 GMT</pubDate>"))
	f.poll()
	if a, _ := f.store.Articles(t.Context(), store.Query{Listing: "source/gazette", Limit: 1}); a.Articles[0].Headline != "Tomorrow" || a.Articles[0].Published.After(f.now) {
		t.Errorf("from the future: %+v", a.Articles[0].Published)
	}

	f.answer = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }
	r = f.poll()
	if r.Source.Failures != 1 || r.Source.Error == "" || !r.Source.Next.After(f.now.Add(2*time.Hour-1)) {
		t.Errorf("a failure: %+v", r.Source)
	}
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(429)
	}
	if r = f.poll(); r.Source.Failures != 1 || r.Source.Error != "" || r.Source.Next.Before(f.now.Add(2*time.Hour)) {
		t.Errorf("throttled: %+v", r.Source)
	}
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<html><head><link rel="alternate" type="application/atom+xml" href="/new.atom"></head></html>`)
	}
	if r = f.poll(); !strings.Contains(r.Source.Hint, "/new.atom") || r.Source.ETag != "" {
		t.Errorf("a page: %+v", r.Source)
	}
	f.say(moved)
	if r = f.poll(); r.Source.Failures != 0 || r.Source.Error != "" {
		t.Errorf("well again: %+v", r.Source)
	}
	f.answer = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(410) }
	if r = f.poll(); r.Source.Stopped == "" {
		t.Errorf("gone: %+v", r.Source)
	}
	f.now = f.now.Add(1000 * time.Hour)
	if list, _, err := f.store.Claim(t.Context(), f.now, f.now, 10); err != nil || len(list) > 0 {
		t.Errorf("what is gone is polled again: %v", list)
	}
	f.check("its articles stay", store.Yield{}, store.Yield{}, "Tomorrow, Three, Two, edited, One, Backdated")
}

func TestSourceKnowsItsRhythm(t *testing.T) {
	f := newFarm(t)
	var words []string
	f.Told = func(r Result) { words = append(words, r.Word()) }
	expect := func(what string, lastNew time.Time, gap time.Duration) {
		t.Helper()
		r := f.poll()
		if !r.Source.LastNew.Equal(lastNew) || r.Source.Gap != int64(gap/time.Second) {
			t.Errorf("%s: last new %s, gap %ds; want %s, %s", what, r.Source.LastNew, r.Source.Gap, lastNew, gap)
		}
	}
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	f.say(item("1", "Goat"))
	expect("the first poll", at(1), 0)
	expect("nothing new", at(1), 0)
	f.now = at(10)
	f.say(item("1", "Goat"), item("2", "Ferry"))
	expect("ten hours later", at(11), 10*time.Hour)
	f.say(item("2", "Ferry"), item("3", "Mill"))
	expect("an hour later", at(12), 9*time.Hour)
	f.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }
	if r := f.poll(); !r.Source.Throttled || r.Source.Error != "" {
		t.Errorf("throttled: %+v", r.Source)
	}
	f.answer = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }
	if r := f.poll(); r.Source.Throttled || r.Source.Error == "" {
		t.Errorf("no feed: %+v", r.Source)
	}
	if got, want := fmt.Sprint(words), "[fetched not modified fetched fetched throttled unreadable]"; got != want {
		t.Errorf("told of %s, want %s", got, want)
	}
}

func TestPermanentRedirectIsTakenOverOnceItLasted(t *testing.T) {
	f := newFarm(t)
	f.say(item("1", "One"))
	answer := f.answer
	status := 301
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			http.Redirect(w, r, "/new", status)
			return
		}
		answer(w, r)
	}
	for day := range 4 {
		r := f.poll()
		if moved := r.Source.URL == f.server.URL+"/new"; moved != (day == 3) {
			t.Fatalf("day %d: polled at %s", day, r.Source.URL)
		}
		f.now = f.now.Add(24 * time.Hour)
	}
	f.requests.Store(0)
	if f.poll(); f.requests.Load() != 1 {
		t.Errorf("%d requests once it was taken over", f.requests.Load())
	}
	other := newFarm(t)
	other.say(item("1", "One"))
	answer, status = other.answer, 302
	other.answer = f.answer
	for range 6 {
		if r := other.poll(); strings.HasSuffix(r.Source.URL, "/new") {
			t.Fatal("a temporary redirect was taken over")
		}
		other.now = other.now.Add(24 * time.Hour)
	}
}

// TestSecretsStayWhereTheyBelong: what a source moved to for good is not given
// its password.
func TestSecretsStayWhereTheyBelong(t *testing.T) {
	f := newFarm(t)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" || r.Header.Get("X-Key") != "" {
			t.Errorf("another origin was told %v", r.Header)
		}
		feedOf("https://b.example", item("1", "One"))(w, r)
	}))
	t.Cleanup(other.Close)
	f.Sources[0].User, f.Sources[0].Password, f.Sources[0].Header = "joe", "secret", http.Header{"X-Key": {"k"}}
	told := false
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		told = r.Header.Get("Authorization") != "" && r.Header.Get("X-Key") == "k"
		http.Redirect(w, r, other.URL+"/new", http.StatusMovedPermanently)
	}
	for range 6 {
		f.poll()
		f.now = f.now.Add(24 * time.Hour)
	}
	if s := f.poll().Source; s.URL != other.URL+"/new" || !told {
		t.Errorf("polled at %s; its own origin was told: %v", s.URL, told)
	}
}

// TestReadersSeeNoSecretOfASource: nor what lets somebody in by its address.
func TestReadersSeeNoSecretOfASource(t *testing.T) {
	for address, want := range map[string]string{
		"https://joe:secret@a.example/feed?n=2&token=T": "https://a.example/feed?n=2",
		"https://a.example/feed?API_KEY=x":              "https://a.example/feed",
		"https://a.example/feed?keyword=x":              "https://a.example/feed?keyword=x",
	} {
		if got := publicURL(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// TestOtherRulesReadTheSameAnswerAnew: what may be shown of a source changes
// with the configuration, not with the source.
func TestOtherRulesReadTheSameAnswerAnew(t *testing.T) {
	f := newFarm(t)
	f.say(item("1", "One"), item("2", "Ad: two"))
	f.poll()
	exclude, _ := NewFilter("/^one$/")
	f.Sources[0].Republish, f.Sources[0].Category, f.Sources[0].Exclude = feed.RepublishHeadline, "sport", []Filter{exclude}
	if r := f.poll(); r.Yield.Revised != 1 || f.headlines("sport") != "Ad: two" || f.headlines("world") != "One" {
		t.Errorf("%+v, sport %q", r.Yield, f.headlines("sport"))
	}
	if r := f.poll(); r.Outcome.Kind != fetch.NotModified {
		t.Errorf("once they were applied: %s", r.Outcome)
	}
}

// TestAtomEntryIsAsOldAsItsUpdate: published is optional there.
func TestAtomEntryIsAsOldAsItsUpdate(t *testing.T) {
	f := newFarm(t)
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title><id>urn:g:</id><updated>2026-11-22T00:00:00Z</updated>
			<entry><id>urn:g:1</id><title>Old</title><updated>2019-03-01T00:00:00Z</updated></entry></feed>`)
	}
	f.poll()
	a, _ := f.store.Articles(t.Context(), store.Query{Listing: "source/gazette", Limit: 1})
	if got := a.Articles[0].Published; got.Year() != 2019 {
		t.Errorf("published %s", got)
	}
}

func TestSameBodyIsNothingNew(t *testing.T) {
	f := newFarm(t)
	body := "<rss version='2.0'><channel><title>G</title>" + item("1", "One") + "</channel></rss>"
	f.answer = func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) }
	f.poll()
	before, _ := f.store.Sequence(t.Context())
	r := f.poll()
	if after, _ := f.store.Sequence(t.Context()); r.Outcome.Kind != fetch.Fetched || r.Yield != (store.Yield{}) || after != before {
		t.Errorf("%s, %+v", r.Outcome, r.Yield)
	}
}

func TestFloodWaitsForTheOperator(t *testing.T) {
	f := newFarm(t)
	f.say(item("1", "One"))
	f.poll()
	f.say(item("1", "One"), item("2", "Two"))
	f.poll()
	var many []string
	for n := range 200 {
		many = append(many, item(fmt.Sprint("n", n), fmt.Sprint("Many ", n)))
	}
	f.say(many...)
	for range 2 {
		if r := f.poll(); r.Yield.HeldBack != 200 || r.Source.HeldBack != 200 || !strings.Contains(r.Source.HeldWhy, "more at once") {
			t.Errorf("%+v", r.Source)
		}
	}
	f.check("until it is released", store.Yield{}, store.Yield{}, "Two, One")
	f.release(200)
	f.say(append(many, item("last", "Last"))...)
	if r := f.poll(); r.Source.MostNew != 1 || r.Yield.New != 1 {
		t.Errorf("the next poll: %+v; a flood is no measure of what is usual", r.Source)
	}
}

// release lets through what was held back.
func (f *farm) release(want int) {
	f.Helper()
	r, err := f.Fetch(f.Context(), "gazette", true)
	if err != nil || r.Yield.New != want || r.Source.HeldBack != 0 || r.Source.HeldWhy != "" || r.Source.Released || !r.Source.Claimed.IsZero() {
		f.Errorf("released: %+v, %+v, error %v; want %d new", r.Yield, r.Source, err, want)
	}
}

func TestOtherIDsWaitForTheOperator(t *testing.T) {
	f := newFarm(t)
	f.say(item("3", "Three"), item("2", "Two"), item("1", "One"))
	f.poll()
	f.say(item("c", "Three"), item("b", "Two"), item("a", "One"))
	for range 2 {
		if r := f.poll(); r.Yield.HeldBack != 3 || !strings.Contains(r.Source.HeldWhy, "other IDs") {
			t.Errorf("%+v", r.Source)
		}
	}
	f.check("until it is released", store.Yield{}, store.Yield{}, "Three, Two, One")
	f.release(0)
	f.check("released: they are what they were", store.Yield{}, store.Yield{}, "Three, Two, One")
}

func TestMissedArticlesAreToldOf(t *testing.T) {
	f := newFarm(t)
	f.say(item("1", "One"))
	f.poll()
	f.say(item("3", "Three"), item("2", "Two"))
	if r := f.poll(); !r.Source.Overrun.Equal(f.now) || !strings.Contains(r.Source.Why, "missed") {
		t.Errorf("%+v", r.Source)
	}
	f.say(item("4", "Four"), item("3", "Three"))
	if r := f.poll(); !r.Source.Overrun.IsZero() {
		t.Errorf("%+v", r.Source)
	}
}

// TestArchivesAreWalkedAfterAnOverrun: what left the feed between two polls is
// in its archives, and they are read back to what is known.
func TestArchivesAreWalkedAfterAnOverrun(t *testing.T) {
	feed := func(older string, items ...string) string {
		return "<rss version='2.0' xmlns:a='http://www.w3.org/2005/Atom'><channel><title>G</title><a:link rel='prev-archive' href='" + older + "'/>" + strings.Join(items, "") + "</channel></rss>"
	}
	for _, c := range []struct {
		what     string
		archives map[string]string
		want     string
		asked    int64 // archives
	}{
		{"two archives", map[string]string{"/2": feed("/1", item("5", "Five"), item("4", "Four")), "/1": feed("/0", item("3", "Three"), item("1", "One"))}, "Seven, Six, Five, Four, Three, One", 2},
		{"an archive that is not there", nil, "Seven, Six, One", 1},
		{"a circle", map[string]string{"/2": feed("/2", item("5", "Five"))}, "Seven, Six, Five, One", 1},
		{"an archive that holds nothing", map[string]string{"/2": feed("/1")}, "Seven, Six, One", 1},
	} {
		f := newFarm(t)
		f.say(item("1", "One"))
		f.poll()
		asked := f.requests.Load() + 1
		f.answer = func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed" {
				fmt.Fprint(w, feed("/2", item("7", "Seven"), item("6", "Six")))
			} else if body := c.archives[r.URL.Path]; body != "" {
				fmt.Fprint(w, body)
			} else {
				w.WriteHeader(404)
			}
		}
		r := f.poll()
		if got := f.headlines("source/gazette"); !sameWords(got, c.want) || f.requests.Load()-asked != c.asked || r.Source.Overrun != f.now {
			t.Errorf("%s: %q after %d archives; want %q after %d", c.what, got, f.requests.Load()-asked, c.want, c.asked)
		}
		if r.Source.Brought != strings.Count(c.want, ",")+1 {
			t.Errorf("%s: it brought %d", c.what, r.Source.Brought)
		}
	}
	f := newFarm(t)
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		n := f.requests.Load()
		fmt.Fprint(w, feed(fmt.Sprint("/", n), item(fmt.Sprint(n), "N")))
	}
	f.poll()
	f.poll()
	if got := f.requests.Load(); got != 2+maxWalk {
		t.Errorf("%d requests: archives without end", got)
	}
}

func sameWords(a, b string) bool {
	x, y := strings.Split(a, ", "), strings.Split(b, ", ")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// TestWhatIsOursIsNotFiledAgain: an article that comes back from whoever has it
// from us would go round for ever, with a new name each time.
func TestWhatIsOursIsNotFiledAgain(t *testing.T) {
	f := newFarm(t)
	a := store.Article{
		ID: store.NewID(noon), GUID: "tag:news.example.com,2026-11-22:article/1", Slug: "ours", Headline: "Ours", Body: "<p>Ours.</p>", Categories: []string{"world"},
	}
	if _, err := f.store.File(t.Context(), store.Filing{Article: a, Now: noon}); err != nil {
		t.Fatal(err)
	}
	f.say(strings.Replace(item("1", "Ours"), "urn:g:1", a.GUID, 1),
		strings.Replace(item("2", "Ours too"), "https://gazette.example/2", "https://news.example.com/article/2/x", 1),
		item("3", "Theirs"))
	r := f.poll()
	if got := f.headlines("world"); got != "Theirs, Ours" || r.Yield.New != 1 || r.Yield.Refused != 1 {
		t.Errorf("got %q, %+v", got, r.Yield)
	}
}

func TestRulesOfASource(t *testing.T) {
	f := newFarm(t)
	s := &f.Sources[0]
	s.Map = map[string]string{"football": "sport"}
	exclude, _ := NewFilter("/^ad:/")
	s.Exclude = []Filter{exclude}
	s.Republish = feed.RepublishSummary
	f.say(item("1", "Match", "<category>Football</category><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ana Sá</dc:creator>"),
		item("2", "Ad: buy"), item("3", "&lt;script&gt;x&lt;/script&gt; Vote", "<enclosure url='javascript:x' type='image/png' length='1'/>"))
	f.poll()
	if got := f.headlines("sport"); got != "Match" {
		t.Errorf("mapped: %q", got)
	}
	page, _ := f.store.Articles(t.Context(), store.Query{Listing: "source/gazette", Limit: 10})
	for _, a := range page.Articles {
		if a.Body != "" || a.Summary == "" || strings.Contains(a.Headline, "Ad") || a.Origin.Link == "" || a.Origin.FeedTitle != "The Gazette" || len(a.Enclosures) > 0 {
			t.Errorf("got %+v", a)
		}
	}
	if page.Count != 2 {
		t.Errorf("%d articles", page.Count)
	}
}

func TestRunPollsWhatIsDue(t *testing.T) {
	f := newFarm(t)
	f.say(item("1", "One"))
	results := map[string]int{}
	if err := f.Once(t.Context(), nil, func(r Result) { results[r.Source.Name] += r.Yield.New }); err != nil || results["gazette"] != 1 {
		t.Errorf("%v, error %v", results, err)
	}
	if err := f.Once(t.Context(), nil, func(r Result) { t.Errorf("%s was polled early", r.Source.Name) }); err != nil {
		t.Error(err)
	}
	results = map[string]int{}
	if err := f.Once(t.Context(), []string{"gazette"}, func(r Result) { results[r.Source.Name]++ }); err != nil || results["gazette"] != 1 {
		t.Errorf("by name: %v, error %v", results, err)
	}
}

// TestRunFetchesUntilItIsTold: what is due is polled, what becomes due later
// too, and Run returns when all has ended.
func TestRunFetchesUntilItIsTold(t *testing.T) {
	f := newFarm(t)
	f.say(item("1", "One"))
	f.Now = time.Now
	f.Sources = nil
	for n := range 40 {
		f.Sources = append(f.Sources, Source{Name: fmt.Sprint("s", n), URL: fmt.Sprint(f.server.URL, "/", n), Category: "world", Every: time.Hour})
	}
	f.adopt()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	for n := uint64(0); n < 40; { // one article and 39 other sources that have it
		lines, err := f.store.Changes(t.Context(), n, 100)
		if err != nil {
			t.Fatal(err)
		}
		n = lines[len(lines)-1].Sequence
	}
	stop()
	running.Wait()
	if n := f.requests.Load(); n != 40 {
		t.Errorf("%d requests for 40 sources", n)
	}
	if got := f.headlines("world"); got != "One" {
		t.Errorf("got %q", got)
	}
	list, err := f.store.Schedule(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.Claimed.IsZero() == s.Polled.IsZero() || s.Error != "" {
			t.Errorf("%+v", s)
		}
	}
}

// counted counts the writes of a store that polling makes.
type counted struct {
	Store
	claims, settles atomic.Int64
}

func (c *counted) Claim(ctx context.Context, now, until time.Time, limit int) ([]store.Source, time.Time, error) {
	list, next, err := c.Store.Claim(ctx, now, until, limit)
	if len(list) > 0 {
		c.claims.Add(1)
	}
	return list, next, err
}

func (c *counted) Settle(ctx context.Context, list []store.Source) error {
	c.settles.Add(1)
	return c.Store.Settle(ctx, list)
}

// TestNothingNewIsRecordedTogether: polls that bring nothing are not a write
// each.
func TestNothingNewIsRecordedTogether(t *testing.T) {
	f := newFarm(t)
	f.answer = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }
	f.Sources = nil
	for n := range 600 {
		f.Sources = append(f.Sources, Source{Name: fmt.Sprint("s", n), URL: fmt.Sprint(f.server.URL, "/", n), Category: "world"})
	}
	f.adopt()
	f.now = f.now.Add(time.Hour)
	c := &counted{Store: f.store}
	f.Poller.Store = c
	results := 0
	if err := f.Once(t.Context(), nil, func(r Result) { results++ }); err != nil || results != 600 || f.requests.Load() != 600 {
		t.Errorf("%d results of %d requests, error %v", results, f.requests.Load(), err)
	}
	if n := c.claims.Load() + c.settles.Load(); n > 20 {
		t.Errorf("%d writes for 600 polls", n)
	}
	list, err := f.store.Schedule(t.Context())
	for _, s := range list {
		if !s.Claimed.IsZero() || s.Failures != 1 || err != nil {
			t.Fatalf("%+v, error %v", s, err)
		}
	}
}

// TestSlowHostHoldsNobodyUp: more sources of a host that never answers than
// there is room for do not keep others from being polled.
func TestSlowHostHoldsNobodyUp(t *testing.T) {
	f := newFarm(t)
	other := httptest.NewServer(feedOf("https://b.example", item("b", "Other")))
	t.Cleanup(other.Close)
	f.Sources, f.PerHost, f.Now = nil, 1, time.Now
	for n := range 2 * roomForAll {
		f.Sources = append(f.Sources, Source{Name: fmt.Sprint("s", n), URL: fmt.Sprint(f.server.URL, "/", n), Category: "world"})
	}
	f.Sources = append(f.Sources, Source{Name: "gazette", URL: other.URL, Category: "world"})
	f.adopt()
	ctx, stop := context.WithCancel(t.Context())
	f.answer = func(w http.ResponseWriter, r *http.Request) { <-ctx.Done() }
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	if _, err := f.store.Changes(t.Context(), 0, 1); err != nil { // waits for the other's article
		t.Fatal(err)
	}
	stop()
	running.Wait()
	if got := f.headlines("source/gazette"); got != "Other" {
		t.Errorf("got %q", got)
	}
}

// TestWhatIsNotPolledIsGivenBack: whoever starts next polls it at once.
func TestWhatIsNotPolledIsGivenBack(t *testing.T) {
	f := newFarm(t)
	f.Sources, f.Workers = nil, 2
	for n := range 10 {
		f.Sources = append(f.Sources, Source{Name: fmt.Sprint("s", n), URL: fmt.Sprint(f.server.URL, "/", n), Category: "world"})
	}
	f.adopt()
	before, err := f.store.Schedule(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.now = f.now.Add(time.Hour)
	ctx, stop := context.WithCancel(t.Context())
	var ended atomic.Bool // a request that was given up may arrive yet
	well := feedOf(f.server.URL, item("1", "One"))
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		if ended.Load() {
			well(w, r)
			return
		}
		stop()
		<-r.Context().Done()
	}
	f.Run(ctx)
	if after, err := f.store.Schedule(t.Context()); err != nil || !slices.Equal(after, before) {
		t.Errorf("got %+v, error %v\nwant %+v", after, err, before)
	}
	ended.Store(true)
	if _, err := f.Fetch(t.Context(), "s1", false); err != nil {
		t.Error(err)
	}
	if _, err := f.Fetch(t.Context(), "nobody", false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

// TestHostIsAskedByFewAtATime counts who asks a host at once.
func TestHostIsAskedByFewAtATime(t *testing.T) {
	f := newFarm(t)
	f.PerHost, f.Workers, f.Sources = 2, 16, nil
	var now, most atomic.Int64
	gate := make(chan bool)
	f.say(item("1", "One"))
	answer := f.answer
	f.answer = func(w http.ResponseWriter, r *http.Request) {
		most.Store(max(most.Load(), now.Add(1)))
		gate <- true
		now.Add(-1)
		answer(w, r)
	}
	for n := range 10 {
		f.Sources = append(f.Sources, Source{Name: fmt.Sprint("s", n), URL: fmt.Sprint(f.server.URL, "/", n), Category: "world"})
	}
	f.adopt()
	f.now = f.now.Add(time.Hour)
	var running sync.WaitGroup
	running.Go(func() {
		if err := f.Once(t.Context(), nil, nil); err != nil {
			t.Error(err)
		}
	})
	for range 10 {
		<-gate
	}
	running.Wait()
	if most.Load() > 2 {
		t.Errorf("%d at a time", most.Load())
	}
}
