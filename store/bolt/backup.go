package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// Backup writes the whole store to w, as it is at this moment, in the form of
// its file. Until it ends, pages that are freed are not used again. progress,
// which may be nil, is told how many bytes are written, first of all 0.
func (s *Store) Backup(ctx context.Context, w io.Writer, progress func(done, all int64)) error {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	return s.view(ctx, func(tx *tx) error {
		progress(0, tx.Size())
		_, err := tx.WriteTo(&meter{ctx: ctx, to: w, all: tx.Size(), tell: progress})
		return err
	})
}

// meter passes bytes on until ctx ends.
type meter struct {
	ctx       context.Context
	to        io.Writer
	done, all int64
	tell      func(done, all int64)
}

func (m *meter) Write(b []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.to.Write(b)
	m.done += int64(n)
	m.tell(m.done, m.all)
	return n, err
}

// Keep makes the file at path out of what write writes, when that is a store
// in which Check finds nothing, and says what is in it. Until then there is
// nothing at path, and neither is there when it fails; a file that is there
// already is replaced. checking, which may be nil, is told what Check tells.
func Keep(ctx context.Context, path string, write func(io.Writer) error, checking func(done, all int)) (stats store.Stats, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return stats, err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return stats, err
	}
	if stats, err = verify(ctx, f.Name(), checking); err != nil {
		return stats, fmt.Errorf("check what was written: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return stats, err
	}
	return stats, syncDir(filepath.Dir(path))
}

// verify says what is in the store at path, and fails when it is not well.
func verify(ctx context.Context, path string, progress func(done, all int)) (stats store.Stats, err error) {
	s, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		return stats, err
	}
	defer s.Close()
	if err := s.isWell(ctx, progress); err != nil {
		return stats, err
	}
	return s.Stats(ctx)
}

// Compact writes the store at path anew, without its free pages, and says how
// many bytes it took before and after. Nobody else may have it open. What was
// there stays until the new file was checked. copying, which may be nil, is told
// now and then how many bytes are written of at most how many, and checking what
// Check tells.
func Compact(ctx context.Context, path string, copying func(done, all int64), checking func(done, all int)) (before, after int64, err error) {
	if before, err = sizeOf(path); err != nil {
		return 0, 0, fmt.Errorf("there is no store to compact: %w", err)
	}
	old, err := Open(path, Options{LockWait: 100 * time.Millisecond})
	if err != nil {
		return 0, 0, err
	}
	defer old.Close()
	part := path + ".compacting"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // of one that died
		return 0, 0, err
	}
	defer os.Remove(part)
	watched := watch(part, before, copying)
	err = compact(ctx, old.db, part)
	watched()
	if err != nil {
		return 0, 0, err
	}
	if _, err := verify(ctx, part, checking); err != nil {
		return 0, 0, err
	}
	if after, err = sizeOf(part); err != nil {
		return 0, 0, err
	}
	if err := os.Rename(part, path); err != nil {
		return 0, 0, err
	}
	return before, after, syncDir(filepath.Dir(path))
}

// compactBatch is how many bytes are written in one transaction.
const compactBatch = 16 << 20

func compact(ctx context.Context, from *bbolt.DB, path string) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer damaged(from.Path(), &err)
	to, _, err := openDB(path, Options{LockWait: time.Second})
	if err != nil {
		return err
	}
	to.AllocSize = pageSize // it grows by what is needed, and no more
	err = bbolt.Compact(to, from, compactBatch)
	return errors.Join(err, to.Close(), ctx.Err())
}

// watch tells how much of a file is there, until it is told to stop: bbolt does
// not tell.
func watch(path string, all int64, tell func(done, all int64)) (stop func()) {
	if tell == nil {
		return func() {}
	}
	ended, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(200 * time.Millisecond)
		defer ticker.Stop()
		for {
			if n, err := sizeOf(path); err == nil {
				tell(min(n, all), all)
			}
			select {
			case <-ticker.C:
			case <-ended:
				return
			}
		}
	}()
	return func() { close(ended); <-stopped }
}

func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
