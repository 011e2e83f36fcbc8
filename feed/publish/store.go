package publish

import (
	"context"

	"dateline/store"
)

// Store is what publishing needs of a store.
type Store interface {
	Articles(context.Context, store.Query) (store.Page, error)
	Sequence(context.Context) (uint64, error)
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
}
