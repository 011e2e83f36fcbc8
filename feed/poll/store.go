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
	ClaimNamed(ctx context.Context, name string, now, until time.Time) (store.Source, error)
	Settle(context.Context, []store.Source) error
	Unfiled(context.Context, store.Harvest) ([]int, error)
	Harvest(context.Context, store.Harvest) (store.Yield, error)
}
