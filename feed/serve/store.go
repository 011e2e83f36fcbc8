package serve

import (
	"context"
	"io"
	"time"

	"dateline/store"
)

// Store is what the handlers need of a store.
type Store interface {
	File(context.Context, store.Filing) (store.Receipt, error)
	SetStatus(context.Context, store.StatusChange) (store.Article, error)
	Article(context.Context, store.ID) (store.Article, error)
	Tombstone(context.Context, store.ID) (store.Tombstone, error)
	Articles(context.Context, store.Query) (store.Page, error)
	Near(ctx context.Context, ids []store.ID, limit int) (map[store.ID][]store.Article, error)
	LeadingTo(ctx context.Context, id store.ID, limit int) ([]store.Article, error)
	Sequence(context.Context) (uint64, error)
	Changes(ctx context.Context, after uint64, limit int) ([]store.Change, error)
	Backup(ctx context.Context, w io.Writer, progress func(done, all int64)) error
	Log(context.Context, store.ID) ([]store.Change, error)
	Expungeable(context.Context, store.Retention, time.Time) (int, error)
}
