package bolt

import (
	"context"
	"time"

	"dateline/store"
)

// Stats says what the store holds, at a cost that does not grow with it.
func (s *Store) Stats(ctx context.Context) (stats store.Stats, err error) {
	stats.Engine = "bolt"
	stats.ByStatus, stats.ByCategory, stats.BySource = map[store.Status]int{}, map[string]int{}, map[string]int{}
	err = s.view(ctx, func(tx *tx) error {
		stats.Schema, stats.Created = tx.schema(), tx.created()
		stats.Articles, stats.Sequence = tx.total(), tx.lastChange().sequence
		stats.Trimmed = tx.trimmed()
		for _, status := range statuses {
			if n := tx.count(status); n > 0 {
				stats.ByStatus[status] = n
			}
		}
		return tx.Bucket(bucketListings).ForEach(func(k, v []byte) error {
			l, err := unmarshalListing(v)
			name := string(k[:len(k)-1])
			source, ofSource := store.SourceOf(name)
			switch {
			case name == "":
				stats.Public = int(l.count)
			case ofSource:
				stats.BySource[source] = int(l.count)
			case !store.IsCombination(name):
				stats.ByCategory[name] = int(l.count)
			}
			return err
		})
	})
	if err != nil {
		return stats, err
	}
	stats.Readers, stats.OldestReader = s.readers.oldest()
	free := s.db.Stats()
	stats.Free = int64(free.FreePageN+free.PendingPageN) * int64(s.db.Info().PageSize)
	stats.Room = room(s.db.Path())
	if file, err := s.file.Stat(); err == nil {
		stats.Size = file.Size()
	}
	if f := s.fault.Load(); f != nil {
		stats.Fault, stats.FaultAt = f.err.Error(), f.when
	} else if err := s.inPlace(); err != nil {
		stats.Fault, stats.FaultAt = err.Error(), time.Now()
	}
	return stats, nil
}
