package poll

import (
	"testing"
	"time"

	"dateline/store"
)

// TestGoneStaysGoneWhileItsSourceIsSilent: a source that says for long that
// nothing is new has its entries still, and then brings only what is new.
func TestGoneStaysGoneWhileItsSourceIsSilent(t *testing.T) {
	f := newFarm(t)
	one, two := item("1", "One"), item("2", "Two")
	f.say(two, one)
	if r := f.poll(); r.Yield.New != 2 {
		t.Fatalf("at first %+v", r.Yield)
	}
	for range 4 { // as months go by
		f.now = f.now.Add(60 * 24 * time.Hour)
		at := store.Sweep{Now: f.now}
		for !at.Done {
			var err error
			if at, err = f.store.Expunge(t.Context(), store.Retention{Default: store.Keep{Age: 30 * 24 * time.Hour}}, at); err != nil {
				t.Fatal(err)
			}
		}
		f.poll() // its server says that nothing is new
	}
	if text := f.headlines("source/gazette"); text != "" {
		t.Errorf("there are %s", text)
	}
	f.say(item("3", "Three"), two, one)
	if r := f.poll(); r.Yield.New != 1 || f.headlines("source/gazette") != "Three" {
		t.Errorf("once it says more: %+v: %s", r.Yield, f.headlines("source/gazette"))
	}
}
