package main

import (
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"dateline/feed/poll"
	"dateline/feed/serve"
	"dateline/feed/serve/admin"
	"dateline/feed/serve/traffic"
)

// watch counts what happens, from the start of the server to its end. Its
// metrics are nil until there is something to ask.
type watch struct {
	polls   traffic.Traffic
	limited atomic.Int64 // requests that were answered 429
	metrics atomic.Pointer[admin.Metrics]
}

// begin makes the metrics of a server.
func (w *watch) begin(l *live) {
	w.metrics.Store(admin.NewMetrics(programVersion().Version, admin.Look{
		Stats: l.store.Stats, Schedule: l.store.Schedule, InForce: l.showing, Network: l.network, Now: time.Now,
	}))
}

func (w *watch) committed(writes int, took time.Duration) {
	if m := w.metrics.Load(); m != nil {
		m.Committed(writes, took)
	}
}

// answered counts an answer that was not given at the gate.
func (w *watch) answered(a traffic.Answered) {
	if a.Status == http.StatusTooManyRequests {
		w.limited.Add(1)
	}
	w.metrics.Load().Answered(a)
}

func (w *watch) polled(r poll.Result) {
	if m := w.metrics.Load(); m != nil {
		m.Polled(r.Word(), r.Yield)
	}
}

// asker counts the answers that somebody is given at the gate.
func (w *watch) asker(pattern, path, userAgent string) func(status, bytes int) {
	count := w.metrics.Load().Gate(pattern)
	feed, ok := serve.PolledFeed(path)
	if !ok {
		return count
	}
	asker := w.polls.Asker(feed, userAgent)
	return func(status, bytes int) {
		count(status, bytes)
		asker.Answer(status, bytes, time.Now())
	}
}

// door answers what the gate leaves to the server.
func (l *live) door() *traffic.Door {
	return &traffic.Door{
		Next: l.front, Log: l.log, Level: l.accessLevel, Told: l.watch.answered, Now: time.Now,
	}
}

// adminDoor is the door before the admin listener, whose requests are not counted.
func (l *live) adminDoor(next http.Handler) *traffic.Door {
	return &traffic.Door{Next: next, Log: l.log, Level: l.accessLevel, Told: func(traffic.Answered) {}, Now: time.Now}
}

// accessLevel is at which level requests are logged.
func (l *live) accessLevel() slog.Level {
	if l.access.Load() {
		return max(slog.LevelInfo, l.level.Level())
	}
	return slog.LevelDebug
}

// takes reports whether the gate may answer polls of a path: not while every
// request is logged, which is for the door to do.
func (l *live) takes(path string) bool {
	return serve.IsPolled(path) && l.accessLevel() < l.level.Level()
}
