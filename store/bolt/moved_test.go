package bolt

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestFileThatIsMoved: what would go into a file that nobody finds again is
// refused, and told of, until the file is back; what is there is served.
func TestFileThatIsMoved(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("nobody can move a file there that is open")
	}
	path := aStore(t, 2)
	away, other := path+".away", aStore(t, 1)
	s := openStore(t, path, Options{})
	move := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	displaced := func(how string) {
		t.Helper()
		if _, err := s.File(t.Context(), filing(article(9))); err == nil || !strings.Contains(err.Error(), path+" was moved") {
			t.Errorf("%s: filing: %v", how, err)
		}
		if stats, err := s.Stats(t.Context()); err != nil || !strings.Contains(stats.Fault, path) || stats.FaultAt.IsZero() {
			t.Errorf("%s: %+v, %v", how, stats, err)
		}
		sound(t, s, 2)
		f, err := os.Create(filepath.Join(t.TempDir(), "saved.db"))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Backup(t.Context(), f, nil); err != nil {
			t.Errorf("%s: back up: %v", how, err)
		}
		f.Close()
		sound(t, openStore(t, f.Name(), Options{ReadOnly: true}), 2)
	}
	move(path, away)
	if stats, err := s.Stats(t.Context()); err != nil || stats.Fault == "" {
		t.Errorf("nothing is said before something is written: %+v, %v", stats, err)
	}
	displaced("moved")
	move(other, path)
	displaced("replaced")
	move(away, path)
	if _, err := s.File(t.Context(), filing(article(9))); err != nil {
		t.Errorf("it is back: %v", err)
	}
	if stats, err := s.Stats(t.Context()); err != nil || stats.Fault != "" {
		t.Errorf("it is back: %+v, %v", stats, err)
	}
	sound(t, s, 3)
}
