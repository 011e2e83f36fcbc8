package bolt

import (
	"context"
	"fmt"
	"time"

	"dateline/store"
)

// place is where the log stands.
type place struct {
	sequence uint64
	time     time.Time
}

// lastChange is the place of the last line; zero when there is none.
func (tx *tx) lastChange() place {
	k, v := tx.Bucket(bucketLog).Cursor().Last()
	if k == nil {
		return place{}
	}
	return place{keySequence(k), keyTime(v)}
}

// stamp is the time of the next change: now, or just after the last change
// when the clock is not past that.
func (tx *tx) stamp(now time.Time) time.Time {
	now = now.UTC().Truncate(time.Microsecond)
	if last := tx.lastChange().time; !now.After(last) {
		return last.Add(time.Microsecond)
	}
	return now
}

// logLine is what the log keeps of a change beside its key and its time.
type logLine struct {
	Kind     store.Kind `json:"k"`
	ID       store.ID   `json:"i,omitempty"`
	Version  int        `json:"v,omitempty"`
	By       string     `json:"b,omitempty"`
	Reason   string     `json:"r,omitempty"`
	Listings []string   `json:"l,omitempty"`
}

func (tx *tx) appendLog(line store.Change) error {
	value, err := tx.coder.marshal(logLine{line.Kind, line.ID, line.Version, line.By, line.Reason, line.Listings})
	if err != nil {
		return err
	}
	return tx.put(bucketLog, sequenceKey(line.Sequence), append(timeKey(line.Time), value...))
}

// Sequence is that of the last change; 0 when there was none. It is cheap
// enough to be asked with every request.
func (s *Store) Sequence(ctx context.Context) (uint64, error) {
	return s.sequence.Load(), ctx.Err()
}

// Changes are the lines of the change log after the given sequence, oldest
// first, at most limit. When there is none it waits for the next, or until
// ctx ends, which is then its error.
func (s *Store) Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error) {
	for {
		news := s.news.wait()
		// No line beyond the number that Sequence gives: a commit is read before
		// that is set, and who follows the log asks from there on.
		if last := s.sequence.Load(); last > after {
			return s.changes(ctx, after, int(min(uint64(max(limit, 0)), last-after)))
		}
		select {
		case <-news:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.closing:
			return nil, errClosed
		}
	}
}

func (s *Store) changes(ctx context.Context, after uint64, limit int) (list []store.Change, err error) {
	err = s.view(ctx, func(tx *tx) error {
		c := tx.Bucket(bucketLog).Cursor()
		for k, v := c.Seek(sequenceKey(after + 1)); k != nil && len(list) < limit; k, v = c.Next() {
			line, err := tx.line(k, v)
			if err != nil {
				return err
			}
			list = append(list, line)
		}
		return nil
	})
	return list, err
}

// line reads one line of the log.
func (tx *tx) line(k, v []byte) (line store.Change, err error) {
	if len(k) != 8 || len(v) < 8 {
		return line, fmt.Errorf("read change %x: the line is cut short", k)
	}
	var l logLine
	if err := tx.coder.unmarshal(v[8:], &l); err != nil {
		return line, fmt.Errorf("read change %d: %w", keySequence(k), err)
	}
	return store.Change{
		Sequence: keySequence(k), Time: keyTime(v), Kind: l.Kind, ID: l.ID,
		Version: l.Version, By: l.By, Reason: l.Reason, Listings: l.Listings,
	}, nil
}

// Log is what was done to an article, the lines of the change log that are
// about it but for those of KindRelated, oldest first; or store.ErrNotFound, or
// store.ErrExpunged.
func (s *Store) Log(ctx context.Context, id store.ID) (list []store.Change, err error) {
	err = s.view(ctx, func(tx *tx) error {
		r, ok, err := tx.find(id)
		if err != nil {
			return err
		}
		if !ok {
			return tx.missing(id)
		}
		for _, sequence := range r.Lines {
			key := sequenceKey(sequence)
			line, err := tx.line(key, tx.Bucket(bucketLog).Get(key))
			if err != nil {
				return err
			}
			list = append(list, line)
		}
		return nil
	})
	return list, err
}
