package bolt

import (
	"testing"
	"time"

	"dateline/store"
)

// Without a rule for articles none is looked at, however many there are.
func TestNoRuleLooksAtNoArticle(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	s.db.NoSync = true // nothing dies here
	fileMany(t, s, 0, expungeLook+1)
	at := store.Sweep{Now: now.Add(1000 * time.Hour)}
	for range 5 { // one step of each stage
		var err error
		if at, err = s.Expunge(t.Context(), store.Retention{Log: 2000 * time.Hour, Keys: 2000 * time.Hour}, at); err != nil {
			t.Fatal(err)
		}
	}
	if !at.Done || at.Removed > 0 {
		t.Errorf("after a step of each stage: %+v", at)
	}
}

// A sweep looks at what is old, and not at the many that stay.
func TestSweepLooksAtNothingNew(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	s.db.NoSync = true // nothing dies here
	for n := range 2 * expungeLook {
		if _, err := s.File(t.Context(), filing(article(n))); err != nil {
			t.Fatal(err)
		}
	}
	at := store.Sweep{Now: now.Add(1000 * time.Hour)}
	for range 5 { // one step of each stage
		var err error
		if at, err = s.Expunge(t.Context(), store.Retention{Default: store.Keep{Number: 2*expungeLook - 3}}, at); err != nil {
			t.Fatal(err)
		}
	}
	if !at.Done || at.Removed != 3 {
		t.Errorf("after a step of each stage: done %t, %d removed", at.Done, at.Removed)
	}
}
