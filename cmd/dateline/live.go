package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/feed/poll"
	"dateline/feed/serve"
	"dateline/feed/serve/admin"
	"dateline/store"
	"dateline/store/bolt"
)

// live is the server under the configuration that is in force. Handlers and
// poller are made anew for each, and take the place of those before.
type live struct {
	store *bolt.Store
	watch *watch
	local serve.Token
	front *front // nil while there is none
	reach reach
	clock *trust
	log   *slog.Logger
	level *slog.LevelVar

	taking  sync.Mutex // one configuration at a time
	config  config
	polling *polling
	since   time.Time     // config is in force
	taken   atomic.Uint64 // configurations, so far
	fault   atomic.Pointer[refusal]
	leaving atomic.Pointer[admin.Leaving] // by the retention in force
	restart atomic.Pointer[[]string]      // keys of the file that need one to be taken up
	shown   atomic.Pointer[admin.InForce] // on the admin listener
	access  atomic.Bool                   // a line is logged for each request, at whatever level
	handler atomic.Pointer[http.Handler]
}

// polling is what is done without being asked: a poller runs, what is old goes,
// and perhaps there are an inbox and backups.
type polling struct {
	*poll.Poller
	inbox  *inbox                // nil when there is none
	copies *backups              // likewise
	sweep  func(context.Context) // lets go of what is not kept
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

func startPolling(ctx context.Context, p *poll.Poller, box *inbox, copies *backups, sweep func(context.Context)) *polling {
	ctx, cancel := context.WithCancel(ctx)
	run := &polling{Poller: p, inbox: box, copies: copies, sweep: sweep, cancel: cancel}
	run.ended.Go(func() { p.Run(ctx) })
	run.ended.Go(func() { sweep(ctx) })
	if box != nil {
		run.ended.Go(func() { box.run(ctx) })
	}
	if copies != nil {
		run.ended.Go(func() { copies.run(ctx) })
	}
	return run
}

// stop ends it, and waits for that.
func (p *polling) stop() {
	p.cancel()
	p.ended.Wait()
	p.Fetcher.Close()
}

// take puts a configuration into force. When it fails, that of before stays.
func (l *live) take(ctx context.Context, c config) error {
	l.taking.Lock()
	defer l.taking.Unlock()
	tokens, err := c.tokens()
	if err != nil {
		return err
	}
	poller, err := c.poller(l.store, l.log)
	if err != nil {
		return err
	}
	stats, err := l.store.Stats(ctx)
	if err != nil {
		return err
	}
	box, copies, err := l.folders(c)
	if err != nil {
		return err
	}
	if err := followConfig(ctx, c, l.store, time.Now, l.log); err != nil {
		return err
	}
	server, err := newServer(ctx, c, l.store, stats, l.log)
	if err != nil {
		return err
	}
	own := newInboxToken()
	server.Tokens, server.Sources = append(tokens, l.local, own), gatherer{poller, c}
	server.InForce = l.inForce
	server.ReadyWithin, server.Since = c.Admin.ReadyWithin, time.Now()
	poller.Told = l.watch.polled
	handler := server.Handler()
	if box != nil {
		box.secret, box.handler = own.Secret, handler
	}
	if l.polling != nil {
		l.polling.stop()
	}
	if err := poller.Adopt(ctx); err != nil {
		if l.polling != nil {
			l.polling = startPolling(ctx, l.polling.Poller, l.polling.inbox, l.polling.copies, l.polling.sweep)
		}
		return err
	}
	l.config, l.polling, l.since = c, startPolling(ctx, poller, box, copies, l.sweep(c)), time.Now()
	l.level.Set(c.logLevel())
	l.access.Store(c.Log.Requests)
	if l.front != nil {
		l.front.askers.Store(c.askers())
	}
	l.handler.Store(&handler)
	l.shown.Store(shownOf(c, server, gatherer{poller, c}, copies))
	l.taken.Add(1)
	return nil
}

// sweep lets go of what a configuration does not keep.
func (l *live) sweep(c config) func(context.Context) {
	return func(ctx context.Context) {
		retain(ctx, l.store, c.retention(), l.clock, l.log, func(going admin.Leaving) { l.leaving.Store(&going) })
	}
}

// folders are what works on folders, each nil when the configuration names none.
func (l *live) folders(c config) (box *inbox, copies *backups, err error) {
	if c.Inbox.Path != "" {
		box = &inbox{folder: c.file(c.Inbox.Path), category: c.Inbox.Category, settle: c.Inbox.Settle, writers: writersOf, log: l.log}
		if err := box.makeFolders(); err != nil {
			return nil, nil, fmt.Errorf("make the inbox: %w: change `inbox.path` in the configuration", err)
		}
	}
	if c.Backup.Folder != "" {
		copies = &backups{store: l.store, folder: c.file(c.Backup.Folder), every: c.Backup.Every, keep: c.Backup.Keep, now: time.Now, log: l.log}
		if _, err := copies.list(); err != nil {
			return nil, nil, fmt.Errorf("read the backups: %w: change `backup.folder` in the configuration", err)
		}
	}
	return box, copies, nil
}

// stop ends the polling.
func (l *live) stop() {
	l.taking.Lock()
	defer l.taking.Unlock()
	l.polling.stop()
}

// ServeHTTP answers as the configuration in force says.
func (l *live) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*l.handler.Load()).ServeHTTP(w, r)
}

// answers fails when the store does not answer.
func (l *live) answers(ctx context.Context) error {
	_, err := l.store.Articles(ctx, store.Query{Limit: 1})
	return err
}

// sequence is another number whenever an answer may be another.
func (l *live) sequence() (uint64, error) {
	n, err := l.store.Sequence(context.Background())
	return n + l.taken.Load()<<48, err
}

// reload takes up the configuration file. A bad one changes nothing, and neither
// does one that lacks much of what is there, unless somebody asked for it.
func (l *live) reload(ctx context.Context, path string, asked bool) {
	before := l.config
	c, warnings, err := loadToServe(path)
	warnOfConfig(l.log, warnings)
	var fixed []keyChange
	if lacks := lacking(before, c, l.heldBack(ctx)); err == nil && !asked && lacks != "" {
		err = fmt.Errorf("%s: it lacks %s: was it cut off? If that is meant, send SIGHUP (`systemctl reload`), or restart", path, lacks)
	}
	if err == nil {
		fixed = c.keepFixed(before)
		for _, k := range fixed {
			l.log.Warn("a change of the configuration needs a restart", "key", k.Key, "from", k.From, "to", k.To)
		}
		err = l.take(ctx, c)
	}
	if err != nil {
		l.fault.Store(&refusal{err.Error(), time.Now()})
		for line := range strings.Lines(err.Error()) {
			l.log.Error("the configuration cannot be taken up, and that of before stays in force", "fault", strings.TrimSpace(line))
		}
		return
	}
	l.fault.Store(nil)
	var keys []string
	for _, k := range fixed {
		keys = append(keys, k.Key)
	}
	l.restart.Store(&keys)
	n, gone := map[string]int{}, []string{}
	for _, change := range changesOf(before, c, counts{}, plain, plain) {
		if n[change.What+" "+change.Act]++; change.Act == "removed" && len(gone) < 20 { // names enough
			gone = append(gone, change.What+" "+change.Name)
		}
	}
	args := []any{"sources_added", n["source added"], "sources_removed", n["source removed"], "sources_changed", n["source changed"]}
	if len(gone) > 0 {
		args = append(args, "removed", strings.Join(gone, ", "))
	}
	l.log.Info("the configuration was taken up", args...)
}

// heldBack are the names of the sources whose articles wait for being released.
func (l *live) heldBack(ctx context.Context) (names []string) {
	list, _ := l.store.Schedule(ctx)
	for _, s := range list {
		if s.HeldBack > 0 {
			names = append(names, s.Name)
		}
	}
	return names
}

// refusal is why a configuration was not taken up.
type refusal struct {
	text string
	at   time.Time
}

// Fault is why the configuration file was refused when it was looked at last,
// a line for each fault, and when that was. The text is empty while the file is
// in force.
func (l *live) Fault() (text string, at time.Time) {
	if f := l.fault.Load(); f != nil {
		return f.text, f.at
	}
	return "", time.Time{}
}

// gatherer polls sources for the handlers.
type gatherer struct {
	poller *poll.Poller
	config config
}

func (g gatherer) Schedule(ctx context.Context) ([]store.Source, error) {
	return g.poller.Store.Schedule(ctx)
}

func (g gatherer) Fetch(ctx context.Context, name string, release bool) (serve.Polled, error) {
	if slices.Contains(g.config.Outlines, name) { // as it is written there
		name = g.config.outline(name).Address
	}
	r, err := g.poller.Fetch(ctx, name, release)
	return polledOf(r), err
}
