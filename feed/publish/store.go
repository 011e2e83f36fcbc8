package publish

import (
	"context"

	"dateline/store"
)

// Store is what publishing needs of a store.
type Store interface {
	Articles(context.Context, store.Query) (store.Page, error)
}
