package poll

import (
	"context"
	"errors"
	"testing"

	"dateline/store"
)

// fullStore is a store whose disk is full, or is not.
type fullStore struct {
	Store
	full bool
}

func (s *fullStore) Settle(ctx context.Context, list []store.Source) error {
	if s.full {
		return store.ErrFull
	}
	return s.Store.Settle(ctx, list)
}

func (s *fullStore) Harvest(ctx context.Context, h store.Harvest) (store.Yield, error) {
	if s.full {
		return store.Yield{}, store.ErrFull
	}
	return s.Store.Harvest(ctx, h)
}

// TestFullDiskHoldsNoSourceUp: what was being polled when there was no room left
// is given back as soon as there is, and what it brought then comes again.
func TestFullDiskHoldsNoSourceUp(t *testing.T) {
	for how, poll := range map[string]func(*testing.T, *queue){
		"by itself": func(t *testing.T, q *queue) {
			if _, err := q.claim(t.Context()); err != nil {
				t.Fatal(err)
			}
			q.start(t.Context())
			q.end(<-q.ended)
		},
		"asked to": func(t *testing.T, q *queue) {
			if r, err := q.Fetch(t.Context(), "gazette", true); !errors.Is(err, store.ErrFull) {
				t.Fatalf("%+v, %v", r, err)
			}
		},
	} {
		t.Run(how, func(t *testing.T) {
			f := newFarm(t)
			f.say(item("1", "Goat wins"))
			disk := &fullStore{f.store, true}
			f.Poller.Store = disk
			q := newQueue(f.Poller)
			poll(t, q)
			q.takeOwed()
			if err := q.settle(t.Context(), true); !errors.Is(err, store.ErrFull) {
				t.Fatalf("there is no room: %v", err)
			}
			disk.full = false
			if err := q.settle(t.Context(), true); err != nil {
				t.Fatal(err)
			}
			s, err := f.store.Source(t.Context(), "gazette")
			if err != nil || !s.Claimed.IsZero() || s.Released || s.ETag != "" || s.Next.After(f.now.Add(unfiledAgain)) {
				t.Errorf("%+v, %v", s, err)
			}
			f.now = f.now.Add(unfiledAgain)
			if r, err := q.Fetch(t.Context(), "gazette", false); err != nil || r.Yield.New != 1 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
