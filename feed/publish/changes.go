package publish

import (
	"context"
	"sync"
)

// changes knows when each listing last changed, from the change log: every
// line is read once, when somebody first asks for what is as new as it.
type changes struct {
	mu       sync.Mutex
	begun    bool              // guarded by mu, as all below
	known    uint64            // the last line that was read
	begin    uint64            // what changed before this is not known
	listings map[string]uint64 // the last change of each listing since
}

// batch is how many lines are read at a time.
const batch = 1000

// last is the sequence of the last change of a listing, as of sequence; that
// at which the following began for one that has not changed since.
func (c *changes) last(ctx context.Context, s Store, listing string, sequence uint64) (uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.begun {
		c.begun, c.known, c.begin, c.listings = true, sequence, sequence, map[string]uint64{}
	}
	for c.known < sequence {
		lines, err := s.Changes(ctx, c.known, batch)
		if err != nil {
			return 0, err
		}
		for _, line := range lines {
			if line.Sequence != c.known+1 { // nobody asked for so long that there is a gap
				c.begin, c.listings = sequence, map[string]uint64{}
			}
			for _, slug := range line.Listings {
				c.listings[slug] = line.Sequence
				c.listings[""] = line.Sequence
			}
			c.known = line.Sequence
		}
	}
	if last, ok := c.listings[listing]; ok {
		return last, nil
	}
	return c.begin, nil
}
