package bolt_test

import (
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"

	"dateline/store/bolt"
	"dateline/store/storetest"
)

// made is when the stores of these tests were made.
var made = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestStoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	at := func(dir string) string { return filepath.Join(dir, "dateline.db") }
	storetest.Run(t, storetest.Engine{
		Open: func(t testing.TB, dir string) storetest.Store {
			s, err := bolt.Open(at(dir), bolt.Options{Now: made})
			if err != nil {
				t.Fatal(err)
			}
			return s
		},
		Load: func(ctx context.Context, dir string, dump io.Reader) error {
			return bolt.Load(ctx, at(dir), dump, nil, nil)
		},
	})
}
