package publish

import (
	"context"
	"time"

	"dateline/store"
)

// Store is what publishing needs of a store.
type Store interface {
	Window(context.Context, store.Window) (store.Page, error)
	Archive(context.Context, store.Archive) (store.Page, error)
	Tombstones(ctx context.Context, listing string, since time.Time) ([]store.Tombstone, error)
	Article(context.Context, store.ID) (store.Article, error)
	Articles(context.Context, store.Query) (store.Page, error)
	Near(ctx context.Context, ids []store.ID, limit int) (map[store.ID][]store.Article, error)
	Sources(context.Context) ([]string, error)
	Sequence(context.Context) (uint64, error)
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
}
