package bolt

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"dateline/store"
)

// TestYearDoesNotGrowTheFile is a year of traffic, scaled down: sources that
// carry their newest entries, wire copy with keys that is corrected, held and
// killed, relations, and a retention of a month. The file must not grow once
// that month is full, and nothing that went may come back.
func TestYearDoesNotGrowTheFile(t *testing.T) {
	t.Parallel()
	const (
		sources, perWeek, carried = 4, 40, 80 // entries
		weeks                     = 52
		week                      = 7 * 24 * time.Hour
	)
	path := filepath.Join(t.TempDir(), "dateline.db")
	s := openStore(t, path, Options{})
	s.db.NoSync = true // no power fails here
	defer s.Close()
	ctx := t.Context()
	retention := store.Retention{Default: store.Keep{Age: 30 * 24 * time.Hour}, Log: 40 * 24 * time.Hour, Keys: 30 * 24 * time.Hour}
	size := func() (bytes int64) { // that were ever in use: the file grows ahead of them
		if err := s.view(ctx, func(tx *tx) error { bytes = tx.Size(); return nil }); err != nil {
			t.Fatal(err)
		}
		return bytes
	}
	entry := func(source, n int) store.Gathered {
		at := now.Add(time.Duration(n) * week / perWeek)
		a := article(n*sources + source)
		a.ID, a.GUID, a.Published = store.NewID(at), fmt.Sprintf("tag:source-%d.example,2026:%d", source, n), at
		a.Origin = store.Origin{Source: fmt.Sprintf("source-%d", source), FeedURL: "https://source.example/feed", EntryID: fmt.Sprint(n)}
		return store.Gathered{Article: a, Minted: "urn:minted:" + string(a.ID), Hash: fmt.Sprint(n), Link: fmt.Sprintf("source-%d.example/%d", source, n)}
	}
	var after [weeks]int64
	brought, expected := 0, 0
	for round := range weeks {
		at := now.Add(time.Duration(round+1) * week)
		for source := range sources {
			var items []store.Gathered
			// One carries its entries for longer than they are kept here.
			first := max(0, (round+1)*perWeek-carried)
			if source == 0 {
				first = max(0, (round+1)*perWeek-4*carried)
			}
			for n := first; n < (round+1)*perWeek; n++ {
				items = append(items, entry(source, n))
			}
			y, err := s.Harvest(ctx, store.Harvest{Source: fmt.Sprintf("source-%d", source), Now: at, Items: items})
			if err != nil {
				t.Fatal(err)
			}
			brought, expected = brought+y.New, expected+perWeek
		}
		for n := range 10 {
			a := article(1_000_000 + 100*round + n)
			a.ID, a.GUID = store.NewID(at), fmt.Sprintf("tag:wire.example,2026:%d-%d", round, n)
			f := store.Filing{Article: a, Now: at, By: "desk", Key: fmt.Sprint(round, n), Fingerprint: "x"}
			if _, err := s.File(ctx, f); err != nil {
				t.Fatal(err)
			}
			f.Article.Headline, f.Key = "Corrected", ""
			if _, err := s.File(ctx, f); err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				if _, err := s.SetStatus(ctx, store.StatusChange{ID: a.ID, Status: store.Killed, Now: at}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for sweep := (store.Sweep{Now: at}); !sweep.Done; {
			var err error
			if sweep, err = s.Expunge(ctx, retention, sweep); err != nil {
				t.Fatal(err)
			}
		}
		after[round] = size()
	}
	if brought != expected {
		t.Errorf("%d entries were new, want %d: what went came back", brought, expected)
	}
	stats, err := s.Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	quarter, year := after[13], after[weeks-1]
	t.Logf("after 3 months %d KiB, after 12 %d KiB with %d free; %d articles, %d changes", quarter>>10, year>>10, stats.Free>>10, stats.Articles, stats.Sequence)
	if year > quarter*5/4 {
		t.Errorf("the file grew from %d to %d bytes between the third and the twelfth month", quarter, year)
	}
	if err := s.Check(context.Background(), func(fault string) { t.Error(fault) }, nil); err != nil {
		t.Fatal(err)
	}
}
