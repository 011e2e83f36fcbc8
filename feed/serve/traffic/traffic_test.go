package traffic

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)

func TestWhoPollsAFeedIsCounted(t *testing.T) {
	var tr Traffic
	feedly := tr.Asker("/category/world", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; )")
	feedly.Answer(200, 1000, noon)
	feedly.Answer(304, 0, noon.Add(time.Hour))
	tr.Asker("/category/world", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 17 subscribers; )").Answer(304, 0, noon.Add(2*time.Hour))
	tr.Asker("/category/world", "newsboat/2.21").Answer(200, 500, noon)
	tr.Asker("", "newsboat/2.21").Answer(200, 1, noon)
	f := tr.Of("/category/world", noon.Add(2*time.Hour))
	if f.Requests != 4 || f.NotModified != 2 || f.Bytes != 1500 || f.Others != 0 || f.Subscribers != 17 || f.Share() != 0.5 {
		t.Errorf("%+v", f)
	}
	want := `[{Feedly/1.0 (+http://www.feedly.com/fetcher.html; N subscribers; ) 3 17 2026-11-22 14:30:00 +0000 UTC} {newsboat/2.21 1 0 2026-11-22 12:30:00 +0000 UTC}]`
	if got := fmt.Sprint(f.Agents); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if f := tr.Of("/category/none", noon); f.Requests != 0 || f.Agents == nil || f.Share() != 0 {
		t.Errorf("of no feed: %+v", f)
	}
}

func TestDaySlides(t *testing.T) {
	var tr Traffic
	for hour := range 30 {
		tr.Asker("/a", fmt.Sprint("early ", min(hour, 3))).Answer(200, 10, noon.Add(time.Duration(hour)*time.Hour))
	}
	f := tr.Of("/a", noon.Add(29*time.Hour))
	if f.Requests != 24 || f.Bytes != 240 || len(f.Agents) != 1 || f.Others != 0 {
		t.Errorf("after 30 hours: %+v", f)
	}
	if f := tr.Of("/a", noon.Add(40*time.Hour)); f.Requests != 13 {
		t.Errorf("11 hours of nothing later: %+v", f)
	}
	if f := tr.Of("/a", noon.Add(90*time.Hour)); f.Requests != 0 || len(f.Agents) != 0 {
		t.Errorf("days later: %+v", f)
	}
	tr.Asker("/b", "x").Answer(200, 10, noon.Add(90*time.Hour))
	if len(tr.feeds) != 1 || tr.agents != 1 {
		t.Errorf("%d feeds and %d agents are still known", len(tr.feeds), tr.agents)
	}
	tr.Asker("/b", "x").Answer(200, 10, noon.Add(89*time.Hour)) // the clock was put back
	if f := tr.Of("/b", noon.Add(89*time.Hour)); f.Requests != 2 {
		t.Errorf("with the clock put back: %+v", f)
	}
}

func TestDaySlidesWhenTheClockJumps(t *testing.T) {
	const year = 365 * 24 * time.Hour
	for _, jump := range []time.Duration{time.Hour, -time.Hour, year, -year} {
		var tr Traffic
		ask := func(path string, from time.Time, hours int) {
			for hour := range hours {
				tr.Asker(path, "x").Answer(200, 10, from.Add(time.Duration(hour)*time.Hour))
			}
		}
		ask("/gone", noon, 3)
		ask("/a", noon, 30)
		ask("/a", noon.Add(29*time.Hour+jump), 50)
		if f := tr.Of("/a", noon.Add(78*time.Hour+jump)); f.Requests != 24 || f.Agents[0].Requests != 24 {
			t.Errorf("%s: %+v", jump, f)
		}
		if len(tr.feeds) != 1 || tr.agents != 1 {
			t.Errorf("%s: %d feeds and %d agents are still known", jump, len(tr.feeds), tr.agents)
		}
	}
}

func TestMemoryIsBoundedAndTheFrequentStay(t *testing.T) {
	var tr Traffic
	for i := range 50 * maxAgents {
		if i%10 == 0 {
			tr.Asker("/a", "Feedbin feed-id:1 - 8 subscribers").Answer(304, 0, noon)
		}
		tr.Asker("/a", fmt.Sprint("stranger ", i)).Answer(304, 0, noon)
	}
	f := tr.Of("/a", noon)
	if len(f.Agents) != maxAgents || f.Agents[0].Name != "Feedbin feed-id:1 - N subscribers" || f.Agents[0].Requests != 5*maxAgents {
		t.Errorf("%d agents, the first %+v", len(f.Agents), f.Agents[0])
	}
	if want := f.Requests - 5*maxAgents - (maxAgents - 1); f.Others != want {
		t.Errorf("%d requests of others, want %d", f.Others, want)
	}
	kept := tr.Asker("/a", "one that stays connected") // and is forgotten meanwhile
	kept.Answer(304, 0, noon)
	for i := range 10 * maxAgents {
		tr.Asker("/a", fmt.Sprint("another ", i)).Answer(304, 0, noon)
	}
	kept.Answer(304, 0, noon)
	if f := tr.Of("/a", noon); f.Agents[len(f.Agents)-1].Requests < 1 || !strings.Contains(fmt.Sprint(f.Agents), "{one that stays connected 1 ") {
		t.Error("who was forgotten and asks again is not counted")
	}
	for i := range maxFeeds + 10 {
		for range 3 {
			tr.Asker(fmt.Sprint("/f", i), fmt.Sprint("agent ", i)).Answer(200, 1, noon)
		}
		for n := range 3 {
			tr.Asker(fmt.Sprint("/f", i), fmt.Sprint("agent ", i, n)).Answer(200, 1, noon)
		}
	}
	if len(tr.feeds) > maxFeeds || tr.agents > allAgents {
		t.Errorf("%d feeds, %d agents", len(tr.feeds), tr.agents)
	}
	n := 0
	for _, p := range tr.feeds {
		n += len(p.agents)
	}
	if n != tr.agents {
		t.Errorf("%d agents are known, and %d counted", n, tr.agents)
	}
}

// The forms are those that services have been seen to use.
func TestAnnouncedSubscribers(t *testing.T) {
	for userAgent, want := range map[string]int{
		"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 462 subscribers; )":                                     462,
		"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 1 subscribers; like FeedFetcher-Google)":                1,
		"Feedly/1.0 (poller; 131 subscribers;)":                                                                   131,
		"Feedbin feed-id:1697787 - 102 subscribers":                                                               102,
		"NewsBlur Feed Fetcher - 27 subscribers - https://www.newsblur.com/site/7704055/x (\"Mozilla/5.0\")":      27,
		"NewsBlur Page Fetcher - 1 subscriber - http://www.newsblur.com/site/1/x":                                 1,
		"Mozilla/5.0 (compatible; inoreader.com; 114 subscribers)":                                                114,
		"Mozilla/5.0 (compatible; theoldreader.com; 1 subscribers; feed-id=cead6c3a837650eeefd8fe4a)":             1,
		"Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 5 subscribers)":                        5,
		"Dreamwidth Studios (webmaster@dreamwidth.org; for https://www.dreamwidth.org/users/x_feed/; 2 readers)":  2,
		"LiveJournal.com_(webmaster@livejournal.com;_for_http://x/;_1_readers)":                                   1,
		"Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 167 subscribers; feed-id=123)":             167,
		"Bloglines/3.1+(http://www.bloglines.com;+154+subscribers)":                                               154,
		"Mozilla/5.0 (X11; U; Linux i686) Rojo 1.0; Aggregating on behalf of 15 subscriber(s) online at http://x": 15,
		"YahooFeedSeeker/1.0 (compatible; Mozilla 4.0; MSIE 5.5; http://my.yahoo.com/s/p.html; users 2; views 9)": 2,
		"ThePort_Web/1.0; subscribers 3":                                                                          3,
		"kinjabot (; 1 Readers)":                                                                                  1,
		"newsboat/2.21 (Linux x86_64)":                                                                            0,
		"Miniflux/2.2.1":                                                                                          0,
		"":                                                                                                        0,
		"many subscribers 99999999999999":                                                                         0,
		"x\x00\x1b[31m 3 subscribers":                                                                             3,
		strings.Repeat("9", 3000) + " subscribers":                                                                0,
		"Mozilla/5.0 (compatible; reader for 2026 users' groups; +http://x/2024)":                                 0,
	} {
		name, n := announced(userAgent)
		if n != want {
			t.Errorf("%.100q announces %d; want %d", userAgent, n, want)
		}
		more := strings.ReplaceAll(userAgent, fmt.Sprint(" ", want, " "), fmt.Sprint(" ", want+7, " "))
		if other, n := announced(more); want > 0 && other != name || more != userAgent && n != want+7 {
			t.Errorf("with seven subscribers more it is another program: %q, %q, %d", name, other, n)
		}
		if strings.ContainsAny(name, "\x00\x1b") || len(name) > maxName {
			t.Errorf("name %q", name)
		}
	}
}

func TestWatchCountsTheDocumentsOfFeeds(t *testing.T) {
	var tr Traffic
	path := func(p string) (string, bool) { return strings.CutSuffix(p, "/rss.xml") }
	server := httptest.NewServer(tr.Watch(path, func() time.Time { return noon }, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("status") {
			w.WriteHeader(http.StatusNotFound)
		}
		io.WriteString(w, "12345")
	})))
	defer server.Close()
	for _, path := range []string{"/a/rss.xml", "/a/rss.xml?status=404", "/a/page"} {
		resp, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if f := tr.Of("/a", noon); f.Requests != 1 || f.Bytes != 5 || f.Agents[0].Name != "Go-http-client/1.1" {
		t.Errorf("%+v", f)
	}
}

func TestManyCountAtOnce(t *testing.T) {
	var tr Traffic
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			a := tr.Asker("/a", fmt.Sprint("agent ", i%2))
			for range 500 {
				a.Answer(304, 0, noon)
				tr.Of("/a", noon)
			}
		})
	}
	all.Wait()
	if f := tr.Of("/a", noon); f.Requests != 4000 || f.Agents[0].Requests != 2000 {
		t.Errorf("%+v", f)
	}
}

func BenchmarkAnswer(b *testing.B) {
	var tr Traffic
	b.RunParallel(func(pb *testing.PB) {
		a := tr.Asker("/a", "agent")
		for pb.Next() {
			a.Answer(304, 0, noon)
		}
	})
}
