package bolt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"dateline/store"
)

func TestBackupIsTheStoreOfItsMoment(t *testing.T) {
	s := newStore(t)
	fileMany(t, s, 0, 200)
	path := filepath.Join(t.TempDir(), "copy.db")
	told := []int64{}
	stats, err := Keep(t.Context(), path, func(w io.Writer) error {
		return s.Backup(t.Context(), w, func(done, all int64) {
			if len(told) == 0 { // what is filed meanwhile is not in it
				fileMany(t, s, 200, 210)
			}
			told = append(told, done)
		})
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Articles != 200 || stats.Sequence != 200 {
		t.Errorf("the copy has %d articles at %d", stats.Articles, stats.Sequence)
	}
	if size, _ := sizeOf(path); told[0] != 0 || told[len(told)-1] != size {
		t.Errorf("told of %d to %d bytes of %d", told[0], told[len(told)-1], size)
	}
	restored := openStore(t, path, Options{})
	var dump, want bytes.Buffer
	if err := restored.Dump(t.Context(), &dump, nil); err != nil {
		t.Fatal(err)
	}
	other := newStore(t)
	fileMany(t, other, 0, 200)
	if err := other.Dump(t.Context(), &want, nil); err != nil {
		t.Fatal(err)
	}
	if dump.String() != want.String() {
		t.Error("it is not the store as it was")
	}
}

func TestKeepKeepsNothingBroken(t *testing.T) {
	s := newStore(t)
	fileMany(t, s, 0, 50)
	var whole bytes.Buffer
	if err := s.Backup(t.Context(), &whole, nil); err != nil {
		t.Fatal(err)
	}
	broke := errors.New("it broke off")
	for name, write := range map[string]func(io.Writer) error{
		"an error": func(w io.Writer) error { w.Write(whole.Bytes()); return broke },
		"half":     func(w io.Writer) error { w.Write(whole.Bytes()[:whole.Len()/2]); return nil },
		"nothing":  func(io.Writer) error { return nil },
		"garbage":  func(w io.Writer) error { w.Write(bytes.Repeat([]byte("x"), 100_000)); return nil },
		"no index": func(w io.Writer) error { return backupWithout(t, w, bucketPublished) },
	} {
		dir := t.TempDir()
		if _, err := Keep(t.Context(), filepath.Join(dir, "copy.db"), write, nil); err == nil {
			t.Errorf("%s was kept", name)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s left %s", name, left[0].Name())
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ended, io.Discard, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("ended: %v", err)
	}
}

// backupWithout is a copy of a store in which an index is empty.
func backupWithout(t *testing.T, w io.Writer, index []byte) error {
	s := newStore(t)
	fileMany(t, s, 0, 5)
	err := s.write(t.Context(), func(tx *tx) error {
		b := tx.Bucket(index)
		k, _ := b.Cursor().First()
		return b.Delete(k)
	})
	return errors.Join(err, s.Backup(t.Context(), w, nil))
}

func TestCompactKeepsAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dateline.db")
	s := openStore(t, path, Options{Now: now})
	fileMany(t, s, 0, 1000)
	for n := range 900 { // their texts go, and leave room
		if _, err := s.SetStatus(t.Context(), store.StatusChange{ID: article(n).ID, Status: store.Killed, Now: now}); err != nil {
			t.Fatal(err)
		}
	}
	var before, after bytes.Buffer
	if err := s.Dump(t.Context(), &before, nil); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Compact(t.Context(), path, nil, nil); !errors.Is(err, ErrHeld) {
		t.Errorf("while it is open: %v", err)
	}
	s.Close()
	free := func() int64 {
		reading := openStore(t, path, Options{ReadOnly: true})
		defer reading.Close()
		stats, err := reading.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return stats.Free
	}
	freed := free()
	checked, all := 0, 0
	from, to, err := Compact(t.Context(), path, func(int64, int64) {}, func(done, of int) { checked, all = done, of })
	if err != nil || to >= from/2 {
		t.Fatalf("from %d to %d bytes: %v", from, to, err)
	}
	if left := free(); freed < 100_000 || left > 100_000 {
		t.Errorf("%d bytes were free, and now %d", freed, left)
	}
	if err := openStore(t, path, Options{}).Dump(t.Context(), &after, nil); err != nil {
		t.Fatal(err)
	}
	if checked != 2000 || all != 2900 { // of 1000 at a time
		t.Errorf("told that %d of %d were checked", checked, all)
	}
	if before.String() != after.String() {
		t.Error("it is another store")
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("it left %v", left)
	}
}
