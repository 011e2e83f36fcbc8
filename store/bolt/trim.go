package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"dateline/store"
)

// trimmed is the last line of the log up to which what is gone was left out.
func (tx *tx) trimmed() uint64 {
	v := tx.Bucket(bucketMeta).Get(keyTrimmed)
	if len(v) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(v)
}

// capLines leaves so many lines to an article as are kept: of more, the oldest
// new versions go, but not the first.
func (tx *tx) capLines(lines []uint64) ([]uint64, error) {
	for len(lines) > store.MaxLines {
		out := 1
		for i, sequence := range lines[1 : len(lines)-1] { // the last is about to be written
			key := sequenceKey(sequence)
			line, err := tx.line(key, tx.Bucket(bucketLog).Get(key))
			if err != nil {
				return nil, err
			}
			if line.Kind == store.KindRevised || line.Kind == store.KindMended || line.Kind == store.KindRefiled {
				out = 1 + i
				break
			}
		}
		lines = slices.Delete(slices.Clone(lines), out, out+1)
	}
	return lines, nil
}

// trimLog leaves out of the log what is gone, what is in no article's own log any
// more, and what was found near to what, once that is old. The last line stays: the numbers go on from there.
func (s *Store) trimLog(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	next := at
	next.After = nil
	if r.Log == 0 {
		return next, nil
	}
	before := at.Now.Add(-r.Log)
	err := s.write(ctx, func(tx *tx) error {
		next.After = nil
		trimmed, last, looked := tx.trimmed(), tx.lastChange().sequence, 0
		var old [][]byte
		c := tx.Bucket(bucketLog).Cursor()
		for k, v := c.Seek(sequenceKey(trimmed + 1)); k != nil && keyTime(v).Before(before) && keySequence(k) < last; k, v = c.Next() {
			line, err := tx.line(k, v)
			if err != nil {
				return err
			}
			r, there, err := tx.find(line.ID)
			if err != nil {
				return err
			}
			if _, own := slices.BinarySearch(r.Lines, line.Sequence); !there || !own {
				old = append(old, bytes.Clone(k))
			}
			trimmed = line.Sequence
			if looked++; looked == expungeLook {
				next.After = bytes.Clone(k)
				break
			}
		}
		for _, k := range old {
			if err := tx.Bucket(bucketLog).Delete(k); err != nil {
				return err
			}
		}
		if looked == 0 {
			return nil
		}
		return tx.Bucket(bucketMeta).Put(keyTrimmed, binary.BigEndian.AppendUint64(nil, trimmed))
	})
	return next, err
}

// trimKeys lets go of old idempotency keys.
func (s *Store) trimKeys(ctx context.Context, r store.Retention, at store.Sweep) (store.Sweep, error) {
	if r.Keys == 0 {
		at.After = nil
		return at, nil
	}
	before := at.Now.Add(-r.Keys)
	isOld := func(_ *tx, v []byte) (bool, error) { return len(v) < 8 || keyTime(v[:8]).Before(before), nil }
	return s.dropOld(ctx, bucketKeys, at, isOld, func(tx *tx, k []byte) error { return tx.Bucket(bucketKeys).Delete(k) })
}

// forgetGone forgets what went and no source has carried for long.
func (s *Store) forgetGone(ctx context.Context, _ store.Retention, at store.Sweep) (store.Sweep, error) {
	return s.dropOld(ctx, bucketGone, at, func(tx *tx, v []byte) (bool, error) { return tx.isForgotten(v, at.Now) }, (*tx).forgetRemains)
}

// dropOld drops, of some rows of a bucket, those that are old.
func (s *Store) dropOld(ctx context.Context, bucket []byte, at store.Sweep, isOld func(tx *tx, v []byte) (bool, error), drop func(tx *tx, k []byte) error) (store.Sweep, error) {
	var old [][]byte
	next := at
	next.After = nil
	err := s.view(ctx, func(tx *tx) error {
		c, looked := tx.Bucket(bucket).Cursor(), 0
		for k, v := after(c, at.After); k != nil; k, v = c.Next() {
			is, err := isOld(tx, v)
			if err != nil {
				return err
			} else if is {
				old = append(old, bytes.Clone(k))
			}
			if looked++; looked == expungeLook {
				next.After = bytes.Clone(k)
				return nil
			}
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		return next, err
	}
	return next, s.write(ctx, func(tx *tx) error {
		for _, k := range old {
			v := tx.Bucket(bucket).Get(k)
			if v == nil {
				continue
			}
			if is, err := isOld(tx, v); err != nil {
				return err
			} else if !is { // meanwhile it was used again
				continue
			}
			if err := drop(tx, k); err != nil {
				return err
			}
		}
		return nil
	})
}
