package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bbolt "go.etcd.io/bbolt"
)

// migrations[i] brings a store from schema i+1 to schema i+2. There is one
// schema so far.
var migrations []func(*bbolt.Tx) error

// makeSchema lays out an empty store.
func makeSchema(tx *bbolt.Tx, now time.Time) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	if err := putSchema(tx, schemaVersion); err != nil {
		return err
	}
	return tx.Bucket(bucketMeta).Put(keyCreated, timeKey(now))
}

func putSchema(tx *bbolt.Tx, version int) error {
	return tx.Bucket(bucketMeta).Put(keySchema, binary.BigEndian.AppendUint32(nil, uint32(version)))
}

// schemaOf is the schema of a file; 0 when it is none of ours.
func schemaOf(tx *bbolt.Tx) int {
	b := tx.Bucket(bucketMeta)
	if b == nil {
		return 0
	}
	v := b.Get(keySchema)
	if len(v) != 4 {
		return 0
	}
	return int(binary.BigEndian.Uint32(v))
}

// schemaError says why a store of that schema cannot be used as it is.
func schemaError(version int) error {
	switch {
	case version == 0:
		return errors.New("it is a bbolt file, but not a store of dateline, or its head is damaged: name another file, or restore it from a backup")
	case version > schemaVersion:
		return fmt.Errorf("a newer dateline wrote it (schema %d; this one knows up to %d): use that one or a newer one", version, schemaVersion)
	}
	return fmt.Errorf("it has the older schema %d: run `dateline serve` once, which brings it to %d", version, schemaVersion)
}

// migrate brings the store to the schema after the last of steps, in one
// transaction, having copied the file beside itself. A store of that schema is
// not touched, and neither is one that is none of ours or newer.
func migrate(db *bbolt.DB, path string, steps []func(*bbolt.Tx) error) error {
	var from int
	if err := db.View(func(tx *bbolt.Tx) error { from = schemaOf(tx); return nil }); err != nil {
		return err
	}
	to := len(steps) + 1
	if from == 0 || from > to {
		return schemaError(from)
	}
	if from == to {
		return nil
	}
	backup := fmt.Sprintf("%s.schema-%d", path, from)
	if err := copyTo(db, backup); err != nil {
		return fmt.Errorf("copy it to %s before bringing it from schema %d to %d: %w", backup, from, to, err)
	}
	return db.Update(func(tx *bbolt.Tx) error {
		for n := from; n < to; n++ {
			if err := steps[n-1](tx); err != nil {
				return fmt.Errorf("bring it from schema %d to %d: %w; nothing was changed, and a copy is at %s", n, n+1, err, backup)
			}
		}
		return putSchema(tx, to)
	})
}

// copyTo writes the whole store to a new file, which is there only when it is
// whole and on the disk.
func copyTo(db *bbolt.DB, path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = db.View(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(f)
		return err
	})
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
