package store

import "time"

// Keep says how long articles of a listing are kept. What either calls for goes.
type Keep struct {
	Age    time.Duration // since they were published; 0 is for ever
	Number int           // the newest of them; 0 is all
}

// Retention says what a store keeps. The zero value keeps everything.
//
// An article goes when each of its categories lets it go, and each source that
// it was gathered from and that has a Keep of its own. Where a source has one,
// Default says nothing of it. What is held, killed or under embargo stays, and
// so does what changed within a day.
type Retention struct {
	Default Keep            // of categories without one of their own
	Of      map[string]Keep // of the listings of categories and sources

	Log  time.Duration // how long the change log tells of what is gone, and of relations; 0 is for ever
	Keys time.Duration // how long idempotency keys are kept; 0 is for ever
}

// Sweep is how far a store has come with what a retention lets go. The first has
// Now and nothing else.
type Sweep struct {
	Now     time.Time
	Removed int // articles, so far
	Done    bool

	Cutoffs map[string]Cutoff // by listing, from the first step on
	Stage   int               // for the engine, as is After
	After   []byte
}

// Cutoff is a place in the order of Newer: what stands behind it goes.
type Cutoff struct {
	Published time.Time
	ID        ID
}

func (c Cutoff) passes(a Article) bool {
	return c != Cutoff{} && Newer(a, Article{Published: c.Published, ID: c.ID}) > 0
}

const (
	// Lately is how long an article that was changed stays, however old it is.
	Lately = 24 * time.Hour
	// GoneFor is how long it is known of an article that went that it was here:
	// from then on, or from when a source had it last; see Remains.
	GoneFor = 90 * 24 * time.Hour
	// MaxWindow is how many articles a feed may hold by their number: removals
	// from among so many show.
	MaxWindow = 500
)

// Later is the cutoff of the two that lets more go.
func (c Cutoff) Later(d Cutoff) Cutoff {
	if c == (Cutoff{}) || d != (Cutoff{}) && Newer(Article{Published: d.Published, ID: d.ID}, Article{Published: c.Published, ID: c.ID}) < 0 {
		return d
	}
	return c
}

// LetsGo reports whether an article that changed last at changed goes.
func (r Retention) LetsGo(a Article, changed time.Time, s Sweep) bool {
	if a.Status != Expired && !a.Public() || s.Now.Sub(changed) < Lately {
		return false
	}
	own := false // a source has a Keep
	for _, name := range a.Listings() {
		if _, ofSource := SourceOf(name); !ofSource {
			continue
		}
		if _, ok := r.Of[name]; ok {
			if own = true; !s.Cutoffs[name].passes(a) {
				return false
			}
		}
	}
	for _, name := range a.Categories {
		if _, ok := r.Of[name]; !ok && own {
			continue
		}
		if !s.Cutoffs[name].passes(a) {
			return false
		}
	}
	return true
}
