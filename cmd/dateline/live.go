package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"

	"dateline/feed/poll"
	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

// live is the server under the configuration that is in force. Handlers and
// poller are made anew for each, and take the place of those before.
type live struct {
	store *bolt.Store
	local serve.Token
	log   *slog.Logger
	level *slog.LevelVar

	taking  sync.Mutex // one configuration at a time
	config  config
	polling *polling
	taken   atomic.Uint64 // configurations, so far
	handler atomic.Pointer[http.Handler]
}

// polling is what is done without being asked: a poller runs, and perhaps an
// inbox and backups.
type polling struct {
	*poll.Poller
	inbox  *inbox   // nil when there is none
	copies *backups // likewise
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

func startPolling(ctx context.Context, p *poll.Poller, box *inbox, copies *backups) *polling {
	ctx, cancel := context.WithCancel(ctx)
	run := &polling{Poller: p, inbox: box, copies: copies, cancel: cancel}
	run.ended.Go(func() { p.Run(ctx) })
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
	if err := followConfig(ctx, c, l.store, time.Now, l.log); err != nil {
		return err
	}
	server, err := newServer(ctx, c, l.store, stats, l.log)
	if err != nil {
		return err
	}
	own := newInboxToken()
	server.Tokens, server.Sources = append(tokens, l.local, own), gatherer{poller, c}
	handler := server.Handler()
	var box *inbox
	if c.Inbox.Path != "" {
		box = &inbox{folder: c.file(c.Inbox.Path), category: c.Inbox.Category, secret: own.Secret, handler: handler, log: l.log}
		if err := box.makeFolders(); err != nil {
			return fmt.Errorf("make the inbox: %w: change `inbox.path` in the configuration", err)
		}
	}
	var copies *backups
	if c.Backup.Folder != "" {
		copies = &backups{store: l.store, folder: c.file(c.Backup.Folder), every: c.Backup.Every, keep: c.Backup.Keep, now: time.Now, log: l.log}
		if _, err := copies.list(); err != nil {
			return fmt.Errorf("read the backups: %w: change `backup.folder` in the configuration", err)
		}
	}
	if l.polling != nil {
		l.polling.stop()
	}
	if err := poller.Adopt(ctx); err != nil {
		if l.polling != nil {
			l.polling = startPolling(ctx, l.polling.Poller, l.polling.inbox, l.polling.copies)
		}
		return err
	}
	l.config, l.polling = c, startPolling(ctx, poller, box, copies)
	l.level.Set(c.logLevel())
	l.handler.Store(&handler)
	l.taken.Add(1)
	return nil
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

// sequence is another number whenever an answer may be another.
func (l *live) sequence() (uint64, error) {
	n, err := l.store.Sequence(context.Background())
	return n + l.taken.Load()<<48, err
}

// reload takes up the configuration file. A bad one changes nothing.
func (l *live) reload(ctx context.Context, path string) {
	before := l.config
	c, warnings, err := loadToServe(path)
	warnOfConfig(l.log, warnings)
	if err == nil {
		c.keepFixed(before, l.log)
		err = l.take(ctx, c)
	}
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			l.log.Error("the configuration cannot be taken up, and that of before stays in force", "fault", strings.TrimSpace(line))
		}
		return
	}
	added, removed, changed := sourceChanges(before, c)
	l.log.Info("the configuration was taken up", "sources_added", len(added), "sources_removed", len(removed), "sources_changed", len(changed))
}

// keepFixed gives the keys that need a restart their values of before, and
// tells of each that is another.
func (c *config) keepFixed(before config, log *slog.Logger) {
	for key, values := range map[string][2]*string{
		"listen":     {&c.Listen, &before.Listen},
		"store.path": {&c.Store.Path, &before.Store.Path},
		"log.format": {&c.Log.Format, &before.Log.Format},
	} {
		if *values[0] != *values[1] {
			log.Warn("a change of the configuration needs a restart", "key", key, "from", *values[1], "to", *values[0])
			*values[0] = *values[1]
		}
	}
}

// sourceChanges are the names of the sources in which two configurations
// differ, in the order of the files.
func sourceChanges(before, after config) (added, removed, changed []string) {
	old := map[string]sourceConfig{}
	for _, s := range before.Sources {
		old[s.Name] = s
	}
	for _, s := range after.Sources {
		if was, ok := old[s.Name]; !ok {
			added = append(added, s.Name)
		} else if !reflect.DeepEqual(was, s) {
			changed = append(changed, s.Name)
		}
		delete(old, s.Name)
	}
	for _, s := range before.Sources {
		if _, ok := old[s.Name]; ok {
			removed = append(removed, s.Name)
		}
	}
	return added, removed, changed
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

// quiet is how long a configuration file must stay the same to be taken for
// whole: an editor may write it in parts.
const quiet = 300 * time.Millisecond

// watchConfig calls changed when the file at path says something else than
// before, or hup is told of a SIGHUP, until ctx ends.
func watchConfig(ctx context.Context, path string, hup <-chan os.Signal, log *slog.Logger, changed func()) {
	var events chan fsnotify.Event
	watcher, err := fsnotify.NewWatcher()
	if err == nil {
		defer watcher.Close()
		// The folder: editors put a new file into the place of the old one. The
		// file may be a link into another.
		err, events = watcher.Add(filepath.Dir(path)), watcher.Events
		if target, linked := filepath.EvalSymlinks(path); err == nil && linked == nil {
			err = watcher.Add(filepath.Dir(target))
		}
	}
	if err != nil {
		log.Warn("the configuration file cannot be watched: send SIGHUP when it has changed", "error", err)
	}
	taken := content(path)
	seen, look := taken, time.NewTimer(0)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
			taken = content(path)
			changed()
		case e := <-events:
			if mayBe(path, e.Name) {
				look.Reset(quiet)
			}
		case <-look.C:
			switch now := content(path); now {
			case taken:
			case seen:
				taken = now
				changed()
			default:
				seen = now
				look.Reset(quiet)
			}
		}
	}
}

// mayBe reports whether a change of a file may be one of that at path: it has
// its name, or that of what it is a link to, or is one of those links that
// change for many files at once ("..data").
func mayBe(path, changed string) bool {
	name := filepath.Base(changed)
	target, err := filepath.EvalSymlinks(path)
	return name == filepath.Base(path) || err == nil && name == filepath.Base(target) || strings.HasPrefix(name, "..")
}

// content is that of a file, or why it cannot be read.
func content(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
