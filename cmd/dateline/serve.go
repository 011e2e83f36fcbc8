package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve"
	"dateline/feed/serve/gate"
	"dateline/feed/serve/page"
	"dateline/feed/serve/traffic"
	"dateline/store"
	"dateline/store/bolt"
)

func serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "serve",
		Short:   "Run the server",
		Example: `  dateline serve --config /etc/dateline/config.yaml`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := cmd.Flags().GetString("config")
			if err != nil {
				return err
			}
			c, warnings, err := loadToServe(path)
			if err != nil {
				return err
			}
			warnOfConfig(newLog(c, cmd.ErrOrStderr(), c.logLevel()), warnings)
			return serveSite(cmd.Context(), c, path, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
}

// shutdownWait is how long requests in flight may take to end.
const shutdownWait = 10 * time.Second

// serveSite runs the server until ctx ends, and takes up the configuration at
// path when that changes. It prints where it is once it answers.
func serveSite(ctx context.Context, c config, path string, stdout, stderr io.Writer) (err error) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	var level slog.LevelVar
	level.Set(c.logLevel())
	log := newLog(c, stderr, &level)
	listener, err := net.Listen("tcp", c.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: another program has this address: stop it, or change `listen` in the configuration", c.Listen)
	} else if err != nil {
		return fmt.Errorf("listen on %s: %w: change `listen` in the configuration", c.Listen, err)
	}
	defer listener.Close()
	aside, err := c.openAdmin(log)
	if err != nil {
		return err
	}
	if aside != nil {
		defer aside.Close()
	}
	w := &watch{}
	s, err := bolt.Open(c.storePath(), bolt.Options{Committed: w.committed})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	local, err := c.makeLocalToken()
	if err != nil {
		return err
	}
	stats, err := s.Stats(ctx)
	if err != nil {
		return err
	}
	if c.Samples && stats.Sequence == 0 {
		err := fileSamples(ctx, s, c.desk(), time.Now())
		if err == nil { // at once: who looks at them sees them as they stay
			err = newRelater(s, time.Now).catchUp(ctx)
		}
		if err != nil {
			return fmt.Errorf("fill the empty store with samples: %w", err)
		}
	}
	if err := giveBack(ctx, s, time.Now().Add(time.Minute)); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	l := &live{store: s, watch: w, local: local, log: log, level: &level}
	w.begin(l)
	if err := l.take(ctx, c); err != nil {
		stop()
		return err
	}
	var work sync.WaitGroup
	work.Go(func() { advance(ctx, s, log) })
	work.Go(func() { newRelater(s, time.Now).run(ctx, log) })
	work.Go(func() { watchConfig(ctx, path, c.text, hup, log, func() { l.reload(ctx, path) }) })
	if aside != nil {
		work.Go(func() { serveAdmin(ctx, aside, l.adminDoor(adminServer(l, log).Handler()), log) })
	}
	defer l.stop()
	defer work.Wait()
	defer stop()
	printAddresses(stdout, c, listener.Addr(), aside)
	log.Info("serving", "listen", listener.Addr().String(), "store", s.Path())
	return listen(ctx, listener.(*net.TCPListener), l, log)
}

// followConfig makes the store follow what the configuration says of
// categories and combinations. It must be done before anything is read.
func followConfig(ctx context.Context, c config, s *bolt.Store, now func() time.Time, log *slog.Logger) error {
	var rules []store.Combination
	for _, combination := range c.combinations() {
		rules = append(rules, combination.Combination)
	}
	if err := s.Declare(ctx, rules, now()); err != nil {
		return fmt.Errorf("declare the feeds of the configuration: %w", err)
	}
	for _, category := range c.categories() {
		for _, was := range category.Was {
			n, err := s.Refile(ctx, was, category.Slug, now())
			if err != nil {
				return fmt.Errorf("file under %s what was filed under %s: %w", category.Slug, was, err)
			}
			if n > 0 {
				log.Info("category renamed", "from", was, "to", category.Slug, "articles", n)
			}
		}
	}
	return warnOfUndeclared(ctx, c, s, log)
}

// warnOfUndeclared tells of categories that have articles and are not in the
// configuration: whoever follows them gets 404.
func warnOfUndeclared(ctx context.Context, c config, s *bolt.Store, log *slog.Logger) error {
	stats, err := s.Stats(ctx)
	if err != nil {
		return err
	}
	declared := slices.Clone(c.Retired)
	for _, category := range c.Categories {
		declared = append(declared, category.Slug)
	}
	for _, slug := range slices.Sorted(maps.Keys(stats.ByCategory)) {
		if n := stats.ByCategory[slug]; n > 0 && !slices.Contains(declared, slug) {
			log.Warn("a category with articles is not in the configuration, and its readers get 404: name it under `was` of the one that takes its place, or under `retired`", "category", slug, "articles", n)
		}
	}
	return nil
}

// newServer is the server of a site. It lets nobody in.
func newServer(ctx context.Context, c config, s *bolt.Store, stats store.Stats, log *slog.Logger) (*serve.Server, error) {
	name, err := settingsName(c, stats)
	if err != nil {
		return nil, err
	}
	settled, err := s.Settings(ctx, name, time.Now())
	if err != nil {
		return nil, err
	}
	return &serve.Server{
		Publisher: &publish.Publisher{
			Site: c.site(), Categories: c.categories(), Combinations: c.combinations(), Retired: c.Retired, Store: s,
			Window: c.Output.Window, KeepFor: c.Output.KeepFor, NoticeFor: c.Output.Notice, Content: feed.Content(c.Output.Content), MaxAge: c.Output.MaxAge,
			Deltas: c.Output.Delta, Settled: settled, Since: stats.Created,
		},
		Pages: page.New(c.site(), c.categories()),
		Desk:  c.desk(),
		Store: s,
		Rate:  serve.Rate{PerSecond: float64(c.API.Rate), Burst: c.API.Burst},
		Now:   time.Now,
		Log:   log,
	}, nil
}

// listen answers requests until ctx ends, and then those in flight. An answer
// to a poll may be given again while the sequence of l stays the same.
func listen(ctx context.Context, listener *net.TCPListener, l *live, log *slog.Logger) error {
	server := &http.Server{
		Handler:           l.door(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	door, err := gate.Listen(listener, server, gate.Rules{Handler: l, Sequence: l.sequence, Takes: l.takes, Asker: l.watch.asker})
	if err != nil {
		return fmt.Errorf("serve %s: %w", listener.Addr(), err)
	}
	var serving sync.WaitGroup
	ended := make(chan error, 1)
	serving.Go(func() { ended <- server.Serve(door) })
	select {
	case err = <-ended:
		err = fmt.Errorf("serve %s: %w", listener.Addr(), err)
	case <-ctx.Done():
		log.Info("shutting down")
	}
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
	defer cancel()
	if errors.Join(server.Shutdown(wait), door.Wait(wait)) != nil {
		err = errors.Join(err, fmt.Errorf("requests in flight did not end within %s", shutdownWait), server.Close())
	}
	serving.Wait()
	return err
}

// warnOfConfig logs what may be wrong with the configuration.
func warnOfConfig(log *slog.Logger, warnings []string) {
	for _, line := range warnings {
		log.Warn("the configuration may not do what its writer wants: see `dateline config check`", "warning", line)
	}
}

func newLog(c config, w io.Writer, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(w, options)
	if c.Log.Format == "json" {
		handler = slog.NewJSONHandler(w, options)
	}
	return slog.New(traffic.Named(handler))
}

// printAddresses says what there is to open.
func printAddresses(w io.Writer, c config, listening net.Addr, aside net.Listener) {
	site := c.site()
	fmt.Fprintf(w, "%s is open. Front page:\n\n  %s\n\nFeeds, each as RSS, Atom and JSON Feed:\n\n", site.Title, site.PageURL(""))
	for _, f := range feed.Formats() {
		fmt.Fprintf(w, "  %s\n", site.FeedURL("", f))
	}
	for _, category := range c.categories() {
		fmt.Fprintf(w, "  %s\n", site.FeedURL(feed.CategoryPath(category.Slug), feed.RSS))
	}
	for _, combination := range c.combinations() {
		fmt.Fprintf(w, "  %s\n", site.FeedURL(feed.CombinationPath(combination.Name), feed.RSS))
	}
	if aside != nil {
		fmt.Fprintf(w, "\nHow it is:\n\n  http://%s/status\n", aside.Addr())
	}
	fmt.Fprintf(w, "\nListening on %s. File wire copy with `dateline publish FILE`; stop with Ctrl-C.\n", listening)
}
