package bolt

import (
	"context"
	"time"
)

// Settings keeps the name of the settings by which readers see the store, and
// says since when it is that one: readers who go by dates must learn of new
// settings too.
func (s *Store) Settings(ctx context.Context, name string, now time.Time) (since time.Time, err error) {
	same := false
	err = s.view(ctx, func(tx *tx) error {
		since, same = tx.settings(name)
		return nil
	})
	if err != nil || same {
		return since, err
	}
	var kept time.Time // not the result itself: when ctx ends, the write may go on without its caller
	err = s.write(ctx, func(tx *tx) error {
		var ok bool
		if kept, ok = tx.settings(name); ok {
			return nil
		}
		kept = tx.stamp(now)
		return tx.put(bucketMeta, keySettings, append(timeKey(kept), name...))
	})
	if err != nil {
		return time.Time{}, err
	}
	return kept, nil
}

func (tx *tx) settings(name string) (since time.Time, same bool) {
	v := tx.Bucket(bucketMeta).Get(keySettings)
	if len(v) < 8 || string(v[8:]) != name {
		return time.Time{}, false
	}
	return keyTime(v), true
}
