package bolt

import (
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFlippedBitsEndNoProcess: whatever bit of whatever page is another one, the
// store is refused, or answers with an error, or does as if nothing were. A wild
// read that nobody catches would end this test.
func TestFlippedBitsEndNoProcess(t *testing.T) {
	original := aStore(t, 60)
	f, err := os.Open(original)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _ := newestMeta(f)
	whole := make([]byte, m.size()) // without the room that the file has beyond
	if _, err := io.ReadFull(f, whole); err != nil {
		t.Fatal(err)
	}
	folder, random := t.TempDir(), rand.New(rand.NewPCG(7, 7))
	refused, found := 0, 0
	for range 60 {
		at := 2*pageSize + random.IntN(len(whole)-2*pageSize)
		switch page := at / pageSize * pageSize; random.IntN(3) {
		case 0: // what a page says of itself, and what is in it
			at = page + random.IntN(400)
		case 1: // how far away an entry is
			at = page + pageHeader + random.IntN(8)*entryLength + 7
		}
		path, damaged := filepath.Join(folder, "x.db"), slices.Clone(whole)
		damaged[at] ^= 1 << random.IntN(8)
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(path, Options{})
		if err != nil {
			refused++
			continue
		}
		said := 0
		if s.Check(t.Context(), func(string) { said++ }, nil); said > 0 {
			found++
		}
		s.Dump(t.Context(), io.Discard, nil)
		s.File(t.Context(), filing(article(1000)))
		s.Close()
		Compact(t.Context(), path, nil, nil)
		os.Remove(path)
	}
	if refused+found < 10 {
		t.Errorf("%d of 60 were refused, and %d found: the test flips where nothing is", refused, found)
	}
}

// TestDamagedPagesAreNamed, all of them.
func TestDamagedPagesAreNamed(t *testing.T) {
	path := aStore(t, 300)
	var leaves []int
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, path, Options{ReadOnly: true})
	p := pages{file: s.file, size: pageSize, count: uint64(len(whole) / pageSize), seen: map[uint64]bool{}, found: func(fault string) { t.Error(fault) }}
	s.view(t.Context(), func(tx *tx) error {
		p.walk(uint64(tx.Cursor().Bucket().Root()), 0)
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for id := range p.seen {
		if whole[int(id)*pageSize+8] == leafPage {
			leaves = append(leaves, int(id))
		}
	}
	slices.Sort(leaves)
	if len(leaves) < 6 {
		t.Fatalf("%d leaves", len(leaves))
	}
	leaves = leaves[:3] // the last is the root, which leads to the others
	clear(whole[leaves[0]*pageSize : (leaves[0]+1)*pageSize])
	whole[leaves[1]*pageSize+8] = 0x10     // another kind
	whole[leaves[2]*pageSize+16+4+3] = 0x7 // where its first entry is
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	var said []string
	if s, err := Open(path, Options{ReadOnly: true}); err != nil {
		said = strings.Split(err.Error(), "; ")
	} else {
		said = faults(t, s)
		s.Close()
	}
	for i, want := range []string{"it says that it is page 0", "of a kind that belongs somewhere else", "its entry 1 leads out of it"} {
		if !slices.ContainsFunc(said, func(fault string) bool { return strings.Contains(fault, want) }) {
			t.Errorf("page %d: nobody says that %s: %q", leaves[i], want, said)
		}
	}
}
