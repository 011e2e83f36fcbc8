package bolt

import (
	"io"
	"testing"
	"time"

	"dateline/store"
)

func TestStatsTellWhoReads(t *testing.T) {
	s, begun := newStore(t), time.Now()
	tell := func() store.Stats {
		t.Helper()
		stats, err := s.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return stats
	}
	if stats := tell(); stats.Readers != 0 || !stats.OldestReader.IsZero() {
		t.Errorf("nobody reads, and %d are told of since %s", stats.Readers, stats.OldestReader)
	}
	told := 0
	s.Backup(t.Context(), io.Discard, func(done, all int64) {
		told++
		if stats := tell(); stats.Readers != 1 || stats.OldestReader.Before(begun) || stats.OldestReader.After(time.Now()) {
			t.Errorf("a backup reads, and %d are told of since %s", stats.Readers, stats.OldestReader)
		}
	})
	if stats := tell(); told == 0 || stats.Readers != 0 {
		t.Errorf("after the backup %d read", stats.Readers)
	}
}

func TestCommitsAreToldOf(t *testing.T) {
	commits, writes := 0, 0
	s := openStore(t, t.TempDir()+"/s.db", Options{Now: now, Committed: func(n int, took time.Duration) {
		if took <= 0 {
			t.Errorf("a commit took %s", took)
		}
		commits++
		writes += n
	}})
	fileMany(t, s, 0, 5)
	if _, err := s.File(t.Context(), store.Filing{}); err == nil {
		t.Error("nothing was filed")
	}
	s.Close() // the last commit is told of
	if commits < 5 || writes < 5 {
		t.Errorf("told of %d commits of %d writes", commits, writes)
	}
}
