package bolt_test

import (
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
	storetest.Run(t, func(t testing.TB, dir string) storetest.Store {
		s, err := bolt.Open(filepath.Join(dir, "dateline.db"), bolt.Options{Now: made})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
