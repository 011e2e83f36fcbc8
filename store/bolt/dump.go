package bolt

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// Dump writes all that the store keeps, as it is at this moment; see
// store.DumpLine. progress, which may be nil, is told how many of the articles
// and changes are done.
func (s *Store) Dump(ctx context.Context, w io.Writer, progress func(done, all int)) error {
	to := bufio.NewWriterSize(w, 1<<16)
	err := s.view(ctx, func(tx *tx) error {
		d := dumper{tx, store.NewDumpWriter(to), counter{ctx: ctx, tell: progress, all: tx.total() + int(tx.lastChange().sequence)}}
		return d.dump()
	})
	if err != nil {
		return err
	}
	return to.Flush()
}

type dumper struct {
	tx  *tx
	out *store.DumpWriter
	counter
}

func (d *dumper) dump() error {
	if err := d.out.Write(store.DumpLine{Store: d.tx.dumpStore()}); err != nil {
		return err
	}
	rules, err := d.tx.combinations()
	if err != nil {
		return err
	}
	for _, rule := range rules {
		if err := d.out.Write(store.DumpLine{Combination: &rule}); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		bucket []byte
		line   func(k, v []byte) (store.DumpLine, error)
	}{
		{bucketListings, d.listing}, {bucketSources, d.source}, {bucketArticles, d.article}, {bucketLog, d.change}, {bucketKeys, dumpKey}, {bucketGone, d.gone},
	} {
		err := d.tx.Bucket(step.bucket).ForEach(func(k, v []byte) error {
			line, err := step.line(k, v)
			if err != nil {
				return err
			}
			return d.out.Write(line)
		})
		if err != nil {
			return err
		}
	}
	return d.out.Close()
}

func (tx *tx) dumpStore() *store.DumpStore {
	line := &store.DumpStore{Form: store.DumpForm, Created: tx.created(), Related: tx.related(), Trimmed: tx.trimmed()}
	if v := tx.Bucket(bucketMeta).Get(keySettings); len(v) >= 8 {
		line.SettingsSince, line.Settings = keyTime(v), string(v[8:])
	}
	return line
}

func (d *dumper) listing(k, v []byte) (store.DumpLine, error) {
	l, err := unmarshalListing(v)
	return store.DumpLine{Listing: &store.DumpListing{Name: string(k[:len(k)-1]), Places: l.places, Changed: l.changed, Expunged: l.expunged}}, err
}

func (d *dumper) source(k, _ []byte) (store.DumpLine, error) {
	source, _, err := d.tx.source(string(k))
	return store.DumpLine{Source: &source}, err
}

func (d *dumper) article(k, v []byte) (store.DumpLine, error) {
	var r record
	if err := d.tx.coder.unmarshal(v, &r); err != nil {
		return store.DumpLine{}, fmt.Errorf("read article %s: %w", idAt(k), err)
	}
	return store.DumpLine{Article: &r}, d.count()
}

func (d *dumper) change(k, v []byte) (store.DumpLine, error) {
	line, err := d.tx.line(k, v)
	return store.DumpLine{Change: &line}, errors.Join(err, d.count())
}

func dumpKey(k, v []byte) (store.DumpLine, error) {
	if len(v) < 8+16 {
		return store.DumpLine{}, fmt.Errorf("read key %x: it is cut short", k)
	}
	return store.DumpLine{Key: &store.DumpKey{
		Key: hex.EncodeToString(k), Used: keyTime(v[:8]), ID: idAt(v[:8+16]), Fingerprint: hex.EncodeToString(v[8+16:]),
	}}, nil
}

func (d *dumper) gone(k, _ []byte) (store.DumpLine, error) {
	r, _, err := d.tx.remains(idAt(k))
	return store.DumpLine{Gone: &r}, err
}

// counter counts what was done, until ctx ends.
type counter struct {
	ctx       context.Context
	tell      func(done, all int) // may be nil
	done, all int
}

func (c *counter) count() error {
	if c.done++; c.tell != nil && c.done%1000 == 0 {
		c.tell(c.done, c.all)
	}
	return c.ctx.Err()
}

// loadBatch is how many lines are written in one transaction.
const loadBatch = 2000

// Load makes a store at path out of a dump. A dump that is not whole, or whose
// store would not be well, makes none. It fails with fs.ErrExist when there is
// a file at path. progress, which may be nil, is told how many lines are done, and
// checking what Check tells.
func Load(ctx context.Context, path string, r io.Reader, progress func(lines int), checking func(done, all int)) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fmt.Errorf("load into %s: %w: move that away, or name another file", path, fs.ErrExist))
	}
	part := path + ".loading"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a load that died
		return err
	}
	defer os.Remove(part)
	s, err := Open(part, Options{Now: time.UnixMicro(1)})
	if err != nil {
		return err
	}
	err = s.load(ctx, r, progress)
	if err == nil {
		err = s.isWell(ctx, checking)
	}
	if err = errors.Join(err, s.db.Sync(), s.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// isWell fails with the first faults that Check finds.
func (s *Store) isWell(ctx context.Context, progress func(done, all int)) error {
	var faults []error
	err := s.Check(ctx, func(fault string) {
		if len(faults) < 10 {
			faults = append(faults, errors.New(fault))
		}
	}, progress)
	return errors.Join(append(faults, err)...)
}

func (s *Store) load(ctx context.Context, r io.Reader, progress func(lines int)) error {
	s.db.NoSync = true // once at the end is enough: until then it is no store
	defer func() { s.db.NoSync = false }()
	var batch []store.DumpLine
	lines := 0
	flush := func() error {
		lines += len(batch)
		if progress != nil {
			progress(lines)
		}
		err := s.update(func(btx *bbolt.Tx) error {
			tx := &tx{Tx: btx, coder: s.coder}
			for _, line := range batch {
				if err := tx.load(line); err != nil {
					return err
				}
			}
			return nil
		})
		batch = batch[:0]
		return errors.Join(err, ctx.Err())
	}
	err := store.ReadDump(r, func(line store.DumpLine) error {
		if batch = append(batch, line); len(batch) < loadBatch {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// load keeps what a line says.
func (tx *tx) load(line store.DumpLine) error {
	switch {
	case line.Store != nil:
		return tx.loadStore(*line.Store)
	case line.Combination != nil:
		value, err := tx.coder.marshal(line.Combination)
		if err != nil {
			return err
		}
		return tx.put(bucketRules, []byte(line.Combination.Name), value)
	case line.Listing != nil:
		return tx.grow(line.Listing.Name, listing{places: line.Listing.Places, changed: line.Listing.Changed, expunged: line.Listing.Expunged})
	case line.Source != nil:
		return tx.keepSource(*line.Source)
	case line.Article != nil:
		return tx.loadArticle(*line.Article)
	case line.Change != nil:
		return tx.appendLog(*line.Change)
	case line.Key != nil:
		return tx.loadKey(*line.Key)
	case line.Gone != nil:
		return tx.loadGone(*line.Gone)
	}
	return nil
}

func (tx *tx) loadStore(line store.DumpStore) error {
	meta := tx.Bucket(bucketMeta)
	if err := meta.Put(keyCreated, timeKey(line.Created)); err != nil {
		return err
	}
	if line.Trimmed > 0 {
		if err := meta.Put(keyTrimmed, binary.BigEndian.AppendUint64(nil, line.Trimmed)); err != nil {
			return err
		}
	}
	if err := tx.keepRelated(line.Related); err != nil || line.SettingsSince.IsZero() {
		return err
	}
	return meta.Put(keySettings, append(timeKey(line.SettingsSince), line.Settings...))
}

func (tx *tx) loadArticle(r record) error {
	if _, ok := r.Article.ID.Bytes(); !ok {
		return fmt.Errorf("article %q: that is no ID", r.Article.ID)
	}
	if faults := r.Article.Check(); faults != nil && r.Article.Status != store.Killed {
		return fmt.Errorf("article %s: %w", r.Article.ID, &store.Invalid{Faults: faults})
	}
	value, err := tx.coder.marshal(r)
	if err != nil {
		return err
	}
	if err := tx.put(bucketArticles, idKey(r.Article.ID), value); err != nil {
		return err
	}
	if err := tx.recount(nil, r); err != nil {
		return err
	}
	grown, err := tx.reindex(nil, r)
	if err != nil {
		return err
	}
	for name, by := range grown {
		if err := tx.grow(name, by); err != nil {
			return err
		}
	}
	return nil
}

func (tx *tx) loadKey(line store.DumpKey) error {
	key, err := hex.DecodeString(line.Key)
	if err != nil {
		return err
	}
	fingerprint, err := hex.DecodeString(line.Fingerprint)
	if err != nil {
		return err
	}
	if _, ok := line.ID.Bytes(); !ok || len(key) == 0 {
		return fmt.Errorf("key %q: it is none, or has no article", line.Key)
	}
	return tx.put(bucketKeys, key, slices.Concat(timeKey(line.Used), idKey(line.ID), fingerprint))
}

func (tx *tx) loadGone(line store.Remains) error {
	if _, ok := line.ID.Bytes(); !ok {
		return fmt.Errorf("article %q that went: that is no ID", line.ID)
	}
	for _, name := range line.Names {
		if b, err := hex.DecodeString(name); err != nil || len(b) != 8 {
			return fmt.Errorf("article %s that went: %q is no name", line.ID, name)
		}
	}
	return tx.keepRemains(line)
}
