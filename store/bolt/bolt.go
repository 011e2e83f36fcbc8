// Package bolt is the embedded engine of package store: one bbolt file, one
// process. It keeps the guarantees that package store describes; schema.go
// draws what stands in the file.
//
// Writes are committed in groups: all that wait while the disk syncs share the
// next sync (write.go). Reads take a short read transaction, copy what they
// need and let go of it, so they wait for no writer and hold no pages.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Options say how to open a store. The zero value is good for a server.
type Options struct {
	// Now stamps a store that is made. The zero time means the present.
	Now time.Time
	// LockWait is how long to wait for another process to let go of the
	// file. Zero means two seconds.
	LockWait time.Duration
	// ReadOnly opens an existing file for reading, beside other readers.
	ReadOnly bool
	// Committed, which may be nil, is told of every transaction that was
	// written: how many writes shared it, and how long it took until it was on
	// the disk. It must not wait for anything.
	Committed func(writes int, took time.Duration)
}

// ErrHeld: another process has the file open.
var ErrHeld = errors.New("another process holds it: is a server running on it? Stop that, or ask it instead")

// Store is an open store. Its methods are safe for use by many goroutines.
type Store struct {
	db    *bbolt.DB
	file  *os.File // that db has open
	coder *coder
	memo  memo

	sequence atomic.Uint64 // of the last committed change
	news     broadcast     // told at every commit that appended to the log
	readers  readers
	fault    atomic.Pointer[fault] // of the last write; nil when it was done

	committed func(writes int, took time.Duration) // may be nil

	writes  chan *write
	closing chan struct{}
	done    sync.WaitGroup
	closed  sync.Once
}

// mapSize is the address space, not memory, that is set aside for the file, so
// that growing it seldom has to wait for readers.
const mapSize = 4 << 30

// pageSize, in bytes, holds several articles: of the usual 4 KiB a quarter would
// stay empty.
const pageSize = 8 << 10

// Open opens the store in the file at path, and makes it, with the folder it
// stands in, when there is none. It refuses, and leaves untouched, a file that
// another process holds (ErrHeld), that is no store, that is cut short or that a newer
// program wrote; a store of an older schema is copied beside itself and then
// brought up to date. Close must be called.
func Open(path string, o Options) (*Store, error) {
	if o.LockWait == 0 {
		o.LockWait = 2 * time.Second
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if err := Inspect(path); errors.Is(err, fs.ErrNotExist) && !o.ReadOnly {
		if err := create(path, o); err != nil {
			return nil, fmt.Errorf("make store %s: %w", path, err)
		}
	} else if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open store %s: %w: there is no store yet; `dateline serve` makes one", path, fs.ErrNotExist)
	} else if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	s, err := open(path, o)
	if errors.Is(err, errDamaged) {
		err = damages(path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return s, nil
}

func open(path string, o Options) (*Store, error) {
	db, file, err := openDB(path, o)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, file: file, committed: o.Committed, writes: make(chan *write), closing: make(chan struct{})}
	if s.coder, err = newCoder(); err == nil {
		err = s.start(path, o)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	if !o.ReadOnly {
		s.done.Go(s.commitLoop)
	}
	return s, nil
}

// start brings the schema up to date and reads where the log stands.
func (s *Store) start(path string, o Options) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer damaged(path, &err)
	if !o.ReadOnly {
		if err := migrate(s.db, path, migrations); err != nil {
			return err
		}
	}
	return s.view(context.Background(), func(tx *tx) error {
		if v := tx.schema(); v != schemaVersion {
			return schemaError(v)
		}
		for _, name := range buckets {
			if tx.Bucket(name) == nil {
				return fmt.Errorf("its bucket %q is missing: an unfinished dateline wrote it, or it is damaged: restore it from a backup, or name another file", name)
			}
		}
		if k, v := tx.Bucket(bucketLog).Cursor().Last(); k != nil && (len(k) != 8 || len(v) < 8) {
			return errors.New("its change log is damaged at its end: restore it from a backup")
		}
		s.sequence.Store(tx.lastChange().sequence)
		return nil
	})
}

// openDB opens a file of bbolt, which closes it too.
func openDB(path string, o Options) (db *bbolt.DB, file *os.File, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer damaged(path, &err)
	options := &bbolt.Options{
		Timeout:      o.LockWait,
		ReadOnly:     o.ReadOnly,
		FreelistType: bbolt.FreelistMapType,
		PageSize:     pageSize, // of a file that is made

		PreLoadFreelist: true, // Stats tells of it, of a file that is only read too

		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	}
	if runtime.GOOS != "windows" && !o.ReadOnly { // there the file itself would grow
		options.InitialMmapSize = mapSize
	}
	db, err = bbolt.Open(path, 0o600, options)
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, nil, ErrHeld
	case errors.Is(err, fs.ErrPermission):
		return nil, nil, fmt.Errorf("%w: give this user the right to read and write the file", err)
	}
	return db, file, err
}

// create makes an empty store beside path and moves it there when it is
// whole, so that a death in between leaves nothing that looks like a store.
func create(path string, o Options) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	f.Close()
	defer os.Remove(f.Name())
	db, _, err := openDB(f.Name(), o)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error { return makeSchema(tx, o.Now) })
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	// A link fails when another process made the store in the meantime;
	// then that one is the store.
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		// A file system without links.
		if err := os.Rename(f.Name(), path); err != nil {
			return err
		}
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && runtime.GOOS != "windows" {
		return err
	}
	return nil
}

// Close waits for the writes that were accepted and closes the file. Calls
// after the first do nothing.
func (s *Store) Close() error {
	var err error
	s.closed.Do(func() {
		close(s.closing)
		s.done.Wait()
		s.news.tell()
		err = s.db.Close()
		s.coder.close()
	})
	return err
}

// Path is the file that the store is in.
func (s *Store) Path() string { return s.db.Path() }

// broadcast wakes all that wait.
type broadcast struct {
	mu sync.Mutex
	ch chan struct{} // closed at the next news; guarded by mu
}

// wait returns a channel that is closed at the next tell.
func (b *broadcast) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *broadcast) tell() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
