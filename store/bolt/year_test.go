package bolt

import (
	"context"
	"fmt"
	"os"
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
		sources, perDay, carried = 5, 6, 60 // entries
		days                     = 365
	)
	path := filepath.Join(t.TempDir(), "dateline.db")
	s := openStore(t, path, Options{})
	s.db.NoSync = true // no power fails here
	defer s.Close()
	ctx := t.Context()
	retention := store.Retention{Default: store.Keep{Age: 30 * 24 * time.Hour}, Log: 40 * 24 * time.Hour, Keys: 30 * 24 * time.Hour}
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	entry := func(source, n int) store.Gathered {
		at := now.Add(time.Duration(n) * 24 * time.Hour / perDay)
		a := article(n*sources + source)
		a.ID, a.GUID, a.Published = store.NewID(at), fmt.Sprintf("tag:source-%d.example,2026:%d", source, n), at
		a.Origin = store.Origin{Source: fmt.Sprintf("source-%d", source), FeedURL: "https://source.example/feed", EntryID: fmt.Sprint(n)}
		return store.Gathered{Article: a, Minted: "urn:minted:" + string(a.ID), Hash: fmt.Sprint(n), Link: fmt.Sprintf("source-%d.example/%d", source, n)}
	}
	var after [days]int64
	brought, expected := 0, 0
	for day := range days {
		at := now.Add(time.Duration(day+1) * 24 * time.Hour)
		for source := range sources {
			var items []store.Gathered
			// One carries its entries for longer than they are kept here.
			first := max(0, (day+1)*perDay-carried)
			if source == 0 {
				first = max(0, (day+1)*perDay-4*carried)
			}
			for n := first; n < (day+1)*perDay; n++ {
				items = append(items, entry(source, n))
			}
			y, err := s.Harvest(ctx, store.Harvest{Source: fmt.Sprintf("source-%d", source), Now: at, Items: items})
			if err != nil {
				t.Fatal(err)
			}
			brought, expected = brought+y.New, expected+perDay
		}
		for n := range 4 {
			a := article(1_000_000 + 10*day + n)
			a.ID, a.GUID = store.NewID(at), fmt.Sprintf("tag:wire.example,2026:%d-%d", day, n)
			f := store.Filing{Article: a, Now: at, By: "desk", Key: fmt.Sprint(day, n), Fingerprint: "x"}
			if _, err := s.File(ctx, f); err != nil {
				t.Fatal(err)
			}
			f.Article.Headline, f.Key = "Corrected", ""
			if _, err := s.File(ctx, f); err != nil {
				t.Fatal(err)
			}
			if n == 0 && day%10 == 0 {
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
		after[day] = size()
	}
	if brought != expected {
		t.Errorf("%d entries were new, want %d: what went came back", brought, expected)
	}
	stats, err := s.Stats(ctx)
	if err != nil {
		t.Fatal(err)
	}
	quarter, year := after[90], after[days-1]
	t.Logf("after 3 months %d KiB, after 12 %d KiB with %d free; %d articles, %d changes", quarter>>10, year>>10, stats.Free>>10, stats.Articles, stats.Sequence)
	if year > quarter*5/4 {
		t.Errorf("the file grew from %d to %d bytes between the third and the twelfth month", quarter, year)
	}
	if err := s.Check(context.Background(), func(fault string) { t.Error(fault) }); err != nil {
		t.Fatal(err)
	}
}
