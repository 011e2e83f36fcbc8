// Package traffic knows who asks: it counts the polls of each feed within the
// last day, and the programs that poll it with the subscribers that they
// announce. What it keeps is bounded, whoever asks and however often, and is
// forgotten when the process ends. It also names requests, so that what is
// logged of one can be found (request.go).
package traffic

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	maxFeeds  = 10_000 // that are counted
	maxAgents = 200    // of one feed that are known by name,
	allAgents = 20_000 // and of all feeds together
)

// Traffic counts the polls of feeds. The zero value is ready, and safe for use
// by many goroutines.
type Traffic struct {
	mu     sync.Mutex
	feeds  map[string]*polls // by path; guarded by mu, as all below
	agents int               // of all feeds
	hour   int64             // of the last sweep
}

// polls are those of one feed.
type polls struct {
	requests, same ring[uint32]
	bytes          ring[uint64]
	agents         map[string]*agent
}

// agent is a program that polls a feed.
type agent struct {
	requests    ring[uint32]
	subscribers int
	last        time.Time
	forgotten   bool // it is in no map any more
}

// Feed is who polled a feed within the last day.
type Feed struct {
	Requests    int     `json:"requests"`
	NotModified int     `json:"not_modified"` // of them, those that were told so
	Bytes       int64   `json:"bytes"`        // of the bodies that were sent
	Agents      []Agent `json:"agents"`       // that which asks most in front
	Others      int     `json:"others"`       // requests of programs that are not among Agents
	Subscribers int     `json:"subscribers"`  // that all of Agents announce
}

// Agent is a program that polls a feed: a reader, or a service that does so for
// many.
type Agent struct {
	Name        string    `json:"name"` // as it calls itself, but for the number of its subscribers; empty when it does not
	Requests    int       `json:"requests"`
	Subscribers int       `json:"subscribers"` // that it announces; 0 when it says nothing of that
	Last        time.Time `json:"last"`
}

// Share is the share of requests that were told that nothing has changed, from
// 0 to 1.
func (f Feed) Share() float64 { return float64(f.NotModified) / float64(max(f.Requests, 1)) }

// Asker is one program that polls one feed. It is for one goroutine at a time.
type Asker struct {
	t           *Traffic
	path, name  string
	subscribers int
	feed        *polls // as it was found last, as is agent
	agent       *agent
}

// Asker is who asks for the feed at path, by what it calls itself.
func (t *Traffic) Asker(path, userAgent string) *Asker {
	name, subscribers := announced(userAgent)
	return &Asker{t: t, path: path, name: name, subscribers: subscribers}
}

// Answer counts an answer that it was given, with so many bytes of body.
func (a *Asker) Answer(status, bytes int, now time.Time) {
	t, hour := a.t, now.Unix()/3600
	t.mu.Lock()
	defer t.mu.Unlock()
	if hour > t.hour || hour <= t.hour-24 { // the latter when the clock was put back
		t.sweep(hour)
	}
	if a.feed == nil || t.feeds[a.path] != a.feed {
		a.feed, a.agent = t.feed(a.path), nil
	}
	if a.feed == nil {
		return
	}
	p := a.feed
	p.requests.add(hour, 1)
	p.bytes.add(hour, uint64(bytes))
	if status == http.StatusNotModified {
		p.same.add(hour, 1)
	}
	if a.agent == nil || a.agent.forgotten {
		a.agent = t.agent(p, a.name, hour)
	}
	if g := a.agent; g != nil {
		g.requests.add(hour, 1)
		g.last, g.subscribers = now, a.subscribers
	}
}

// feed are the polls of the feed at path; nil when there are too many to count
// them. The caller holds mu, as for all below.
func (t *Traffic) feed(path string) *polls {
	p := t.feeds[path]
	if p == nil && len(t.feeds) < maxFeeds {
		if t.feeds == nil {
			t.feeds = map[string]*polls{}
		}
		p = &polls{agents: map[string]*agent{}}
		t.feeds[path] = p
	}
	return p
}

// agent is that of a name. When there are too many it takes the place of the
// one that asks least; of those that ask as little, of the one that asked first.
// It is nil when there is none whose place it could take.
func (t *Traffic) agent(p *polls, name string, hour int64) *agent {
	g := p.agents[name]
	if g != nil {
		return g
	}
	if len(p.agents) >= maxAgents || t.agents >= allAgents {
		var least string
		for name, other := range p.agents {
			of := p.agents[least]
			if of == nil || cmp.Or(cmp.Compare(other.requests.sum(hour), of.requests.sum(hour)), other.last.Compare(of.last)) < 0 {
				least = name
			}
		}
		if p.agents[least] == nil {
			return nil
		}
		t.forget(p, least)
	}
	g = &agent{}
	p.agents[name] = g
	t.agents++
	return g
}

func (t *Traffic) forget(p *polls, name string) {
	p.agents[name].forgotten = true
	delete(p.agents, name)
	t.agents--
}

// sweep forgets whoever has not asked for a day, once an hour.
func (t *Traffic) sweep(hour int64) {
	t.hour = hour
	for path, p := range t.feeds {
		for name, g := range p.agents {
			if g.requests.sum(hour) == 0 {
				t.forget(p, name)
			}
		}
		if p.requests.sum(hour) == 0 {
			delete(t.feeds, path)
		}
	}
}

// Of is who polled the feed at path within the day before now.
func (t *Traffic) Of(path string, now time.Time) Feed {
	hour := now.Unix() / 3600
	t.mu.Lock()
	defer t.mu.Unlock()
	f := Feed{Agents: []Agent{}}
	p := t.feeds[path]
	if p == nil {
		return f
	}
	f.Requests, f.NotModified, f.Bytes = int(p.requests.sum(hour)), int(p.same.sum(hour)), int64(p.bytes.sum(hour))
	f.Others = f.Requests
	for name, g := range p.agents {
		if n := int(g.requests.sum(hour)); n > 0 {
			f.Agents = append(f.Agents, Agent{name, n, g.subscribers, g.last.UTC()})
			f.Others -= n
			f.Subscribers += g.subscribers
		}
	}
	slices.SortFunc(f.Agents, func(a, b Agent) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Name, b.Name))
	})
	return f
}

// Watch has next answer, and then counts the answer if it is the document of a
// feed: pathOf tells of which.
func (t *Traffic) Watch(pathOf func(path string) (feed string, ok bool), now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		feed, ok := pathOf(r.URL.Path)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		m := Meter(w)
		next.ServeHTTP(m, r)
		switch m.Status {
		case http.StatusOK, http.StatusIMUsed, http.StatusNotModified:
			t.Asker(feed, r.UserAgent()).Answer(m.Status, m.Bytes, now())
		}
	})
}
