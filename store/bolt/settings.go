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
	err = s.write(ctx, func(tx *tx) error {
		if since, same = tx.settings(name); same {
			return nil
		}
		since = tx.stamp(now)
		return tx.put(bucketMeta, keySettings, append(timeKey(since), name...))
	})
	return since, err
}

func (tx *tx) settings(name string) (since time.Time, same bool) {
	v := tx.Bucket(bucketMeta).Get(keySettings)
	if len(v) < 8 || string(v[8:]) != name {
		return time.Time{}, false
	}
	return keyTime(v), true
}
