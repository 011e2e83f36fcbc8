package poll

import (
	"context"
	"time"

	"dateline/store"
)

// Store is what polling needs of a store.
type Store interface {
	Adopt(context.Context, []store.Source) error
	Schedule(context.Context) ([]store.Source, error)
	Claim(ctx context.Context, now, until time.Time, limit int) (list []store.Source, next time.Time, err error)
	Settle(context.Context, []store.Source) error
	Harvest(context.Context, store.Harvest) (store.Yield, error)
}
