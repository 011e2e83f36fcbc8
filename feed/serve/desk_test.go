package serve_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/feed/poll"
	"dateline/feed/serve"
	"dateline/store"
)

// desk is a site with an article of each status and a source, where a token may
// do everything.
type desk struct {
	*site
	log                  *journal
	usable, held, killed store.ID // each is version 1, but for the killed one
	gone                 store.ID // it was let go of
	filed                int
}

const chiefToken = "chief-token-0123456789"

// gatherer is what cmd/dateline makes of a poller, too.
type gatherer struct{ *poll.Poller }

func (g gatherer) Schedule(ctx context.Context) ([]store.Source, error) { return g.Store.Schedule(ctx) }

func (g gatherer) Fetch(ctx context.Context, name string, release bool) (serve.Polled, error) {
	if name == "busy" { // a poller says so after half a minute
		return serve.Polled{}, store.ErrConflict
	}
	r, err := g.Poller.Fetch(ctx, name, release)
	return serve.Polled{Source: r.Source.Name, Outcome: string(r.Outcome.Kind), New: r.Yield.New, Next: r.Source.Next, Warnings: append([]string{}, r.Warnings...)}, err
}

// journal keeps what is logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func newDesk(t testing.TB) *desk {
	d := &desk{site: newSite(t), log: &journal{}}
	gazette := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<rss version="2.0"><channel><title>The Gazette</title><item><guid isPermaLink="false">urn:gazette:1</guid><title>A goat</title><description>It swam.</description></item></channel></rss>`)
	}))
	t.Cleanup(gazette.Close)
	log := slog.New(slog.NewTextHandler(io.MultiWriter(d.log, t.Output()), &slog.HandlerOptions{Level: slog.LevelDebug}))
	p := &poll.Poller{
		Sources: []poll.Source{{Name: "gazette", URL: gazette.URL, Category: "sport", Republish: feed.RepublishFull}},
		Site:    d.server.Publisher.Site, Category: d.server.Desk.Slug, Store: d.store, Workers: 1, PerHost: 1,
		Fetcher: &fetch.Fetcher{UserAgent: "Dateline (test)", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		Now:     d.server.Now, Log: log,
	}
	t.Cleanup(p.Fetcher.Close)
	if err := p.Adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.server.Sources, d.server.Log = gatherer{p}, log
	d.server.InForce = func(context.Context, string) (serve.InForce, error) {
		return serve.InForce{Config: map[string]any{}, Since: noon, Categories: map[string]int{}, Sources: map[string]int{}}, nil
	}
	d.server.Tokens = append(d.server.Tokens,
		serve.Token{Name: "chief", Secret: chiefToken, May: serve.Rights()},
		serve.Token{Name: "printer", Secret: "printer-token-0123456789", May: []string{"publish"}})
	d.http.Config.Handler = d.server.Handler()
	d.gone = d.receipt(d.file(`{"headline":"Gone","body":"<p>B</p>","categories":["sport"]}`)).ID
	d.expunge(d.now.Add(48*time.Hour), 0)
	d.fill()
	return d
}

// fill files the articles anew.
func (d *desk) fill() {
	d.Helper()
	one := func(status store.Status) store.ID {
		d.filed++
		r := d.receipt(d.file(fmt.Sprintf(`{"guid":"urn:desk:%d","headline":"H %[1]d","body":"<p>B</p>","categories":["sport"]}`, d.filed)))
		if status != store.Usable {
			if _, err := d.store.SetStatus(d.Context(), store.StatusChange{ID: r.ID, Status: status, Now: d.now, Reason: "test"}); err != nil {
				d.Fatal(err)
			}
		}
		return r.ID
	}
	d.usable, d.held, d.killed = one(store.Usable), one(store.Held), one(store.Killed)
}

// request is one that is sent to a desk.
type request struct {
	method, target, body string
	header               http.Header
}

// with is the request with another value of a header field; "" removes it.
func (q request) with(name string, values ...string) request {
	q.header = maps.Clone(q.header)
	q.header.Del(name)
	for _, v := range values {
		q.header.Add(name, v)
	}
	return q
}

func (q request) sending(body string) request { q.body = body; return q }

// asking is the request with something more in its query.
func (q request) asking(query string) request {
	if strings.Contains(q.target, "?") {
		query = "&" + query
	} else {
		query = "?" + query
	}
	q.target += query
	return q
}

// good is a request of an operation that is done when it is sent.
func (d *desk) good(o operation) request {
	id, tag := d.usable, `"v1"`
	if o.OperationID == "releaseArticle" {
		id, tag = d.held, `"v2"`
	}
	q := request{o.method, strings.NewReplacer("{id}", string(id), "{name}", "gazette").Replace(o.path), "", http.Header{}}
	if len(o.Security) > 0 {
		q.header.Set("Authorization", "Bearer "+chiefToken)
	}
	for _, p := range o.Parameters {
		if p.Name == "If-Match" {
			q.header.Set("If-Match", tag)
		}
	}
	if o.RequestBody.Content == nil {
		return q
	}
	q.header.Set("Content-Type", "application/json")
	switch {
	case strings.HasSuffix(o.path, "/ninjs"):
		q.header.Del("If-Match")
		q.body = news(1, "usable", o.OperationID)
	case o.takes("text/plain"):
		q.body = `{"headline":"` + o.OperationID + `","body":"<p>B</p>","categories":["sport"]}`
	default:
		q.body = `{"reason":"It has to be."}`
	}
	return q
}

func (o operation) takes(mediaType string) bool {
	return o.RequestBody.Content[mediaType].Schema.Description != ""
}

// has finds a parameter.
func (o operation) has(name string) (p parameter, ok bool) {
	i := slices.IndexFunc(o.Parameters, func(p parameter) bool { return p.Name == name })
	if i < 0 {
		return p, false
	}
	return o.Parameters[i], true
}

func (d *desk) ask(q request) answer {
	d.Helper()
	req, err := http.NewRequest(q.method, d.http.URL+q.target, strings.NewReader(q.body))
	if err != nil {
		d.Fatal(err)
	}
	req.Header = maps.Clone(q.header)
	return d.send(req, q.body)
}

// picture is all that a refused request must leave as it is.
func (d *desk) picture() string {
	d.Helper()
	stats, err := d.store.Stats(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	stats.Size, stats.Free, stats.Room = 0, 0, 0
	stats.Readers, stats.OldestReader = 0, stats.Created // who reads now changes nothing
	sources, err := d.store.Schedule(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	return fmt.Sprintf("%+v %+v", stats, sources)
}

// secrets are those that stand in a text.
func (d *desk) secrets(text string) (found []string) {
	for _, t := range d.server.Tokens {
		if strings.Contains(text, t.Secret) {
			found = append(found, t.Name)
		}
	}
	return found
}
