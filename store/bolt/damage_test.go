package bolt

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/store"
)

// TestDamagedPagesAreAnErrorAndNoPanic fills all pages but the first ones with
// garbage: what is read or written then fails, and the process lives on.
func TestDamagedPagesAreAnErrorAndNoPanic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dateline.db")
	s := openStore(t, path, Options{})
	for n := range 200 {
		if _, err := s.File(t.Context(), store.Filing{Article: article(n), Now: now}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 4 * pageSize; at < len(data); at += pageSize {
		copy(data[at+8:], bytes.Repeat([]byte{0xa5}, pageSize-8))
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = Open(path, Options{Now: now})
	if err != nil {
		return // seen already: as well
	}
	t.Cleanup(func() { s.Close() })
	if _, err := s.Articles(t.Context(), store.Query{Limit: 500}); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("reading: error %v", err)
	}
	if _, err := s.File(t.Context(), store.Filing{Article: article(1000), Now: now}); err == nil {
		t.Error("filing: no error")
	}
}
