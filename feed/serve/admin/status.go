package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/feed/serve/traffic"
	"dateline/store"
)

// Status is how the server is.
type Status struct {
	At       time.Time     `json:"at"`
	Well     bool          `json:"well"`     // nobody has to do anything
	Sentence string        `json:"sentence"` // how it is, in one
	Troubles []Trouble     `json:"troubles"` // what is wrong; those of single sources stand with these
	Counts   map[State]int `json:"counts"`   // of sources
	Sources  []Source      `json:"sources"`  // those that need somebody in front
	Feeds    []Feed        `json:"feeds"`    // that which is asked for most in front

	Store         StoreStatus  `json:"store"`
	Network       Network      `json:"network"`
	Process       Running      `json:"process"`
	Configuration Config       `json:"configuration"`
	Backup        *Backup      `json:"backup,omitempty"` // missing when none are made
	Leaving       *Leaving     `json:"leaving,omitempty"`
	Documents     publish.Kept `json:"documents"`
}

// Trouble is something wrong, and what to do about it.
type Trouble struct {
	What string `json:"what"`
	Do   string `json:"do"`
}

// Feed is how a feed of ours is.
type Feed struct {
	Path     string              `json:"path"` // of its page; empty for that of everything
	Name     string              `json:"name"`
	URL      string              `json:"url"`                // of its page
	Articles *int                `json:"articles,omitempty"` // missing for one that is made out of categories, and counted nowhere
	Sizes    map[feed.Format]int `json:"bytes"`              // of its documents that were asked for of late, without coding
	Changed  time.Time           `json:"last_change,omitzero"`
	Polls    traffic.Feed        `json:"polls"` // of the last day
}

// StoreStatus is how the store is.
type StoreStatus struct {
	Error        string    `json:"error,omitempty"` // why it does not answer; then the rest is zero
	Articles     int       `json:"articles"`
	Sequence     uint64    `json:"sequence"`
	Size         int64     `json:"bytes"`
	Free         int64     `json:"free_bytes"`      // of them, that are free for reuse
	Room         int64     `json:"room_bytes"`      // left on its disk; -1 when that is not known
	Fault        string    `json:"fault,omitempty"` // why the last write came to nothing
	FaultAt      time.Time `json:"fault_at,omitzero"`
	Readers      int       `json:"readers"`
	OldestReader time.Time `json:"oldest_reader,omitzero"` // when it began
	Created      time.Time `json:"created,omitzero"`
}

// Running is how the process is.
type Running struct {
	Process
	Goroutines int    `json:"goroutines"`
	Memory     uint64 `json:"memory_bytes"` // that it has from the system, without the mapped store
	Heap       uint64 `json:"heap_bytes"`   // of it, that is in use
}

// Config is what is known of the configuration.
type Config struct {
	Since   time.Time `json:"since"`           // it is in force
	Fault   string    `json:"fault,omitempty"` // why the file was refused since
	FaultAt time.Time `json:"fault_at,omitzero"`
	Restart []string  `json:"restart,omitempty"` // keys of the file that one would take up
}

const (
	littleRoom = 256 << 20        // bytes on the disk of the store, under which it is told of
	readsFor   = 10 * time.Minute // for how long a read may go on, before it is told of
	lagsFor    = 10 * time.Minute // and for how long a source may be due
)

// status gathers how everything is. Parts that cannot be told are troubles; it
// does not fail.
func (s *Server) status(ctx context.Context, c InForce) Status {
	now := s.Now().UTC()
	v := Status{At: now, Troubles: []Trouble{}, Counts: map[State]int{}, Sources: []Source{}, Feeds: []Feed{}}
	v.Process = Running{Process: s.Process, Goroutines: runtime.NumGoroutine()}
	v.Process.Memory, v.Process.Heap = memory()
	v.Configuration = Config{c.Since, c.Fault, c.FaultAt, c.Restart}
	v.Documents, v.Network = c.Publisher.Kept(), s.Network()
	if err := c.Ready(ctx); err != nil {
		v.trouble("The server is not ready to be asked: "+err.Error()+".", "While it is so, /readyz answers 503, and a balancer should send nobody here.")
	}
	if c.Fault != "" {
		v.trouble(fmt.Sprintf("The configuration file was refused %s; that of before stays in force.", ago(now, c.FaultAt)), "Mend it, and it is taken up at once: "+strings.Join(lines(c.Fault), " · "))
	}
	if len(c.Restart) > 0 {
		v.trouble("The configuration file has another "+strings.Join(c.Restart, ", ")+" than is in force.", "Restart the server when it suits: that is not taken up before.")
	}
	s.lookAtStore(ctx, &v)
	if err := s.lookAtSources(ctx, c, &v); err != nil {
		v.trouble("The sources cannot be read: "+err.Error()+".", "Look at the log and at the disk of the store.")
	}
	if err := s.lookAtFeeds(ctx, c, &v); err != nil {
		v.trouble("The feeds cannot be read: "+err.Error()+".", "Look at the log and at the disk of the store.")
	}
	v.lookAtBackup(c)
	if c.Leaving.Articles > 0 {
		v.Leaving = &c.Leaving
	}
	v.lookAtNetwork()
	v.conclude()
	return v
}

func (v *Status) trouble(what, do string) {
	v.Troubles = append(v.Troubles, Trouble{what, do})
}

func (s *Server) lookAtStore(ctx context.Context, v *Status) {
	stats, err := s.Store.Stats(ctx)
	if err != nil {
		v.Store.Error = err.Error()
		v.trouble("The store does not answer: "+err.Error()+".", "Look whether its disk is there, and run `dateline store check` on it when the server is stopped.")
		return
	}
	v.Store = StoreStatus{
		Articles: stats.Articles, Sequence: stats.Sequence, Size: stats.Size, Free: stats.Free, Room: stats.Room,
		Fault: stats.Fault, FaultAt: stats.FaultAt,
		Readers: stats.Readers, OldestReader: stats.OldestReader, Created: stats.Created,
	}
	if stats.Fault != "" {
		v.trouble(fmt.Sprintf("The store could not be written to %s: %s.", ago(v.At, stats.FaultAt), stats.Fault),
			"What is filed is refused, and sources bring nothing, while it is so; what is there is served. Make room on its disk, or do what it says there: the next write tries again.")
	}
	if stats.Room >= 0 && stats.Room < littleRoom {
		v.trouble(fmt.Sprintf("The disk of the store has %s left.", size(stats.Room)), "Make room there before it is full: then nothing can be filed.")
	}
	if old := stats.OldestReader; !old.IsZero() && v.At.Sub(old) > readsFor {
		v.trouble(fmt.Sprintf("Something has been reading the store for %s, and room that is freed meanwhile is not used again.", length(v.At.Sub(old))),
			"Is a backup to a slow disk going on? It ends by itself.")
	}
}

func (s *Server) lookAtSources(ctx context.Context, c InForce, v *Status) error {
	list, err := c.Sources.Schedule(ctx)
	if err != nil {
		return err
	}
	late, since := 0, v.At
	for _, source := range list {
		one := sourceOf(source, v.At)
		v.Counts[one.State]++
		v.Sources = append(v.Sources, one)
		if due, ok := source.Due(); ok && v.At.Sub(due) > lagsFor {
			late++
			if due.Before(since) {
				since = due
			}
		}
	}
	if late > 0 {
		v.trouble(fmt.Sprintf("Polling lags behind: %s due for more than %s, the first since %s.", isAre(late, "source"), length(lagsFor), ago(v.At, since)),
			"When it stays so, raise fetch.workers, or fetch.per_host when they are of one host.")
	}
	slices.SortFunc(v.Sources, byNeed)
	return nil
}

func (s *Server) lookAtFeeds(ctx context.Context, c InForce, v *Status) error {
	paths, err := c.Publisher.Paths(ctx)
	if err != nil {
		return err
	}
	for _, path := range paths {
		v.Feeds = append(v.Feeds, Feed{Path: path, URL: c.Site.PageURL(path), Polls: s.Traffic.Of(path, v.At)})
	}
	slices.SortStableFunc(v.Feeds, func(a, b Feed) int { return cmp.Compare(b.Polls.Requests, a.Polls.Requests) })
	return nil
}

// describe fills in what the store knows of a feed.
func (s *Server) describe(ctx context.Context, c InForce, f *Feed) error {
	head, err := c.Publisher.Head(ctx, f.Path)
	if err != nil {
		return err
	}
	page, err := s.Store.Articles(ctx, store.Query{Listing: head.Listing, Limit: 1})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	f.Name, f.Changed, f.Sizes = head.Name, page.Changed, c.Publisher.Sizes(f.Path)
	if !store.IsCombination(head.Listing) {
		f.Articles = &page.Count
	}
	return nil
}

// lookAtBackup finds backups that should have been made.
func (v *Status) lookAtBackup(c InForce) {
	if c.Backup == nil {
		return
	}
	b, err := c.Backup()
	v.Backup = &b
	switch {
	case err != nil:
		v.trouble("The backups cannot be read: "+err.Error()+".", "Look whether the disk of backup.folder is there.")
	case b.Fault != "":
		v.trouble(fmt.Sprintf("No backup could be made %s: %s. The last was made %s.", ago(v.At, b.FaultAt), b.Fault, ago(v.At, b.Last)),
			"Look whether the disk of backup.folder has room, and whether the server may write there: it tries again by itself.")
	case b.Last.IsZero() && v.At.Sub(v.Process.Since) > b.Every/2+time.Hour, !b.Last.IsZero() && v.At.Sub(b.Last) > b.Every+b.Every/2:
		v.trouble(fmt.Sprintf("The last backup was made %s, and one is due every %s.", ago(v.At, b.Last), length(b.Every)), "Look for “no backup could be made” in the log.")
	}
}

// conclude says in a sentence how it is.
func (v *Status) conclude() {
	needy, failing := 0, 0
	for _, s := range v.Sources {
		if s.Needs {
			needy++
		} else if s.State == Failing {
			failing++
		}
	}
	v.Well = needy == 0 && len(v.Troubles) == 0
	var parts []string
	if n := len(v.Troubles); n > 0 {
		parts = append(parts, count(n, "thing")+" of the server "+map[bool]string{true: "needs", false: "need"}[n == 1]+" you")
	}
	if needy > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s %s you", number(needy), count(len(v.Sources), "source"), map[bool]string{true: "needs", false: "need"}[needy == 1]))
	}
	if v.Sentence = upper(strings.Join(parts, ", and ")) + "."; v.Well {
		v.Sentence = "All is well."
	}
	if failing > 0 {
		v.Sentence += fmt.Sprintf(" %s at the last poll, and %s tried again.", hasHave(failing, "source"), map[bool]string{true: "is", false: "are"}[failing == 1])
	}
}

func isAre(n int, what string) string {
	if n == 1 {
		return "1 " + what + " is"
	}
	return count(n, what) + " are"
}

func hasHave(n int, what string) string {
	if n == 1 {
		return "1 " + what + " has failed"
	}
	return count(n, what) + " have failed"
}

// memory is what the process has from the system, and what of it is in use.
func memory() (all, heap uint64) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased, m.HeapInuse
}
