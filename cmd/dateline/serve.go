package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	standard "log"
	"log/slog"
	"maps"
	"net"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve"
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

// serveSite runs the server until ctx ends, and takes up the configuration at
// path when that changes. It prints where it is once it answers.
func serveSite(ctx context.Context, c config, path string, stdout, stderr io.Writer) (err error) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	var level slog.LevelVar
	level.Set(c.logLevel())
	log := newLog(c, stderr, &level)
	adoptStandardLog(log)
	open, err := openSockets(c)
	if err != nil {
		return err
	}
	defer open.close()
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
	clock, err := newTrust(ctx, s, time.Now(), log)
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
	certs, err := c.certificates(ctx, log)
	if err != nil {
		stop()
		return err
	}
	l := &live{store: s, watch: w, local: local, log: log, level: &level, reach: newReach(c, open, certs, log), clock: clock}
	w.begin(l)
	l.front = newFront(c, w.polls.Watch(serve.PolledFeed, time.Now, l), certs, log)
	if err := l.take(ctx, c); err != nil {
		stop()
		return err
	}
	var work sync.WaitGroup
	work.Go(func() { advance(ctx, s, time.Now, log) })
	work.Go(func() { newRelater(s, time.Now).run(ctx, log) })
	state := "STATUS=Serving on " + open.String()
	work.Go(func() {
		watchFiles(ctx, []string{path}, c.text, hup, log, func(asked bool) {
			tell(log, reloading()...)
			l.reload(ctx, path, asked)
			tell(log, daemon.SdNotifyReady, state)
		})
	})
	work.Go(func() { watchdog(ctx, l.answers, log) })
	if certs != nil {
		work.Go(func() { certs.run(ctx) })
	}
	if aside != nil {
		work.Go(func() { serveAdmin(ctx, aside, l.adminDoor(adminServer(l, log).Handler()), log) })
	}
	defer l.stop()
	defer work.Wait()
	defer stop()
	printAddresses(stdout, c, open, aside)
	log.Info("serving", "listen", open.String(), "store", s.Path(), "connections", c.mostConnections())
	tell(log, daemon.SdNotifyReady, state)
	return l.reach.serve(ctx, c, l, log)
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
		Until: ctx,
	}, nil
}

// warnOfConfig logs what may be wrong with the configuration.
func warnOfConfig(log *slog.Logger, warnings []string) {
	for _, line := range warnings {
		log.Warn("the configuration may not do what its writer wants: see `dateline config check`", "warning", line)
	}
}

func newLog(c config, w io.Writer, level slog.Leveler) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Value.Kind() == slog.KindDuration {
			a.Value = slog.StringValue(a.Value.String()) // in JSON it would be a number without a unit
		}
		return a
	}}
	var handler slog.Handler = slog.NewTextHandler(w, options)
	if c.Log.Format == "json" {
		handler = slog.NewJSONHandler(w, options)
	}
	return slog.New(traffic.Named(handler))
}

// adoptStandardLog makes what libraries print by themselves, with the log
// package of Go, lines of log, of the lowest level: some of it is what servers
// of others say.
func adoptStandardLog(log *slog.Logger) {
	standard.SetFlags(0)
	standard.SetOutput(slog.NewLogLogger(log.Handler(), slog.LevelDebug).Writer())
}

// serverLog is where an http.Server says what it noticed. Half of the Internet
// knocks at port 443 without speaking TLS.
func serverLog(log *slog.Logger) *standard.Logger {
	return standard.New(lineWriter(func(line string) {
		level := slog.LevelWarn
		if strings.HasPrefix(line, "http: TLS handshake error") {
			level = slog.LevelDebug
		}
		log.Log(context.Background(), level, line)
	}), "", 0)
}

// lineWriter is called with each line that is written, without its end.
type lineWriter func(line string)

func (f lineWriter) Write(data []byte) (int, error) {
	f(strings.TrimSpace(string(data)))
	return len(data), nil
}

// printAddresses says what there is to open.
func printAddresses(w io.Writer, c config, listening sockets, aside net.Listener) {
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
		fmt.Fprintf(w, "\nHow it is:\n\n  %s\n", statusAt(aside))
	}
	fmt.Fprintf(w, "\nListening on %s. File wire copy with `dateline publish FILE`; stop with Ctrl-C.\n", listening)
}
