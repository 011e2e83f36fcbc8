package bolt

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// refused opens what must not open, and fails when the text says less than
// want or when the file is another afterwards.
func refused(t *testing.T, path string, o Options, want ...string) {
	t.Helper()
	before := hash(t, path)
	s, err := Open(path, o)
	if err == nil {
		s.Close()
		t.Fatalf("it opened; want an error that says %q", want)
	}
	for _, part := range append(want, path) {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q has more than one line", err)
	}
	if after := hash(t, path); after != before {
		t.Errorf("the file was changed")
	}
}

// hash is that of the bytes of a file; of a folder, of the names in it.
func hash(t *testing.T, path string) [32]byte {
	t.Helper()
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return sha256.Sum256([]byte(strings.Join(names(t, path), "/")))
	}
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// aStore is the path of a closed store with articles of every status.
func aStore(t *testing.T, articles int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dateline.db")
	s := openStore(t, path, Options{Now: now})
	fileMany(t, s, 0, articles)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenMakesTheStoreAndItsFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "var", "lib")
	s := openStore(t, filepath.Join(folder, "dateline.db"), Options{Now: now.Add(1500)})
	stats, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := now.Add(time.Microsecond); stats.Created != want || stats.Schema != schemaVersion || stats.Engine != "bolt" {
		t.Errorf("%+v; want it made %s", stats, want)
	}
	sound(t, s, 0)
	if got := names(t, folder); !slices.Equal(got, []string{"dateline.db"}) {
		t.Errorf("in the folder: %s", got)
	}
	info, err := os.Stat(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others have rights on the file: %s", info.Mode())
	}
}

func TestOpenRefusesAHeldFile(t *testing.T) {
	path := aStore(t, 3)
	writer := openStore(t, path, Options{})
	soon := Options{LockWait: time.Millisecond}
	refused(t, path, soon, "another process holds it")
	refused(t, path, Options{LockWait: time.Millisecond, ReadOnly: true}, "another process holds it")
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	reader := openStore(t, path, Options{ReadOnly: true})
	sound(t, openStore(t, path, Options{ReadOnly: true}), 3)
	refused(t, path, soon, "another process holds it")
	sound(t, reader, 3)
}

func TestOpenRefusesWhatIsNoStore(t *testing.T) {
	put := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		what string
		make func(path string)
		want string
	}{
		{"text", func(path string) { put(path, "The pier at Old Quay is open again.\n") }, "it is not a store"},
		{"long text", func(path string) { put(path, strings.Repeat("The pier is open. ", 10000)) }, "it is not a store"},
		{"nothing", func(path string) { put(path, "") }, "it is empty"},
		{"folder", func(path string) { os.Mkdir(path, 0o700) }, "it is a folder"},
		{"other bbolt file", func(path string) {
			rewrite(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("cats")); return err })
		}, "not a store of dateline"},
		{"bbolt file with a bucket like ours", func(path string) {
			rewrite(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(bucketMeta); return err })
		}, "not a store of dateline"},
	} {
		t.Run(c.what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "dateline.db")
			c.make(path)
			refused(t, path, Options{}, c.want)
			if c.what != "folder" {
				refused(t, path, Options{ReadOnly: true}, c.want)
			}
			if got := names(t, filepath.Dir(path)); !slices.Equal(got, []string{"dateline.db"}) {
				t.Errorf("in the folder: %s", got)
			}
		})
	}
}

// A bbolt file of another program may keep no list of free pages; bbolt writes
// one when it opens such a file.
func TestOpenLeavesForeignFilesAsTheyAre(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cats.db")
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{NoFreelistSync: true})
	if err == nil {
		err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("cats")); return err })
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	refused(t, path, Options{}, "not a store of dateline")
}

func TestOpenRefusesANewerSchema(t *testing.T) {
	path := aStore(t, 3)
	rewrite(t, path, func(tx *bbolt.Tx) error { return putSchema(tx, schemaVersion+1) })
	refused(t, path, Options{}, "a newer dateline wrote it", "schema 2")
	refused(t, path, Options{ReadOnly: true}, "a newer dateline wrote it")
}

// usedBytes is where the pages in use end; what bbolt has set aside follows.
func usedBytes(t *testing.T, path string) (n int64) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(func(tx *bbolt.Tx) error { n = tx.Size(); return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

// The last commit makes the file longer, so that only the newer of the two meta
// pages knows its length; with one commit more before, that is the other one.
func TestOpenRefusesAFileCutShort(t *testing.T) {
	t.Parallel()
	for _, articles := range []int{100, 101} {
		path := aStore(t, articles)
		grow(t, path)
		used := usedBytes(t, path)
		for _, length := range []int64{1, 15, 79, 80, 100, 4095, 4096, 4097, 8192, 8193, 16384, 32768, used / 2, used - 4096, used - 1} {
			want := "it is cut short"
			if length < pageHeader+metaLength { // not even the first meta page is left
				want = "its head is damaged"
			}
			cut := cutAt(t, path, length)
			refused(t, cut, Options{}, want, "restore it from a backup")
			refused(t, cut, Options{ReadOnly: true}, want)
		}
		sound(t, openStore(t, cutAt(t, path, used), Options{}), articles+1)
	}
}

// grow files an article that no free page has room for.
func grow(t *testing.T, path string) {
	t.Helper()
	s := openStore(t, path, Options{})
	a, w := article(1<<20), newWriter(1)
	for len(a.Body) < store.MaxBody/2 {
		a.Body += w.sentence(200) + "\n"
	}
	if _, err := s.File(t.Context(), filing(a)); err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// cutAt is a copy of the beginning of a file.
func cutAt(t *testing.T, path string, length int64) string {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.db")
	if err := os.WriteFile(cut, whole[:length], 0o600); err != nil {
		t.Fatal(err)
	}
	return cut
}

func TestOpenRefusesAFileWhoseHeadIsDamaged(t *testing.T) {
	path := aStore(t, 10)
	damage := func(at int64) {
		t.Helper()
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteAt([]byte("damaged"), at+pageHeader+20); err != nil {
			t.Fatal(err)
		}
	}
	damage(0)
	refused(t, path+".none", Options{ReadOnly: true}, "there is no store yet")
	s := openStore(t, path, Options{}) // the other meta page is whole
	if faults := faults(t, s); faults != nil {
		t.Error(faults)
	}
	s.Close()
	damage(pageSize)
	refused(t, path, Options{}, "its head is damaged", "restore it from a backup")
}

func TestReadOnlyReadsAndLeavesTheFileAsItIs(t *testing.T) {
	path := aStore(t, 20)
	before := hash(t, path)
	s := openStore(t, path, Options{ReadOnly: true})
	sound(t, s, 20)
	page, err := s.Articles(t.Context(), store.Query{Listing: "harbour", Limit: 50})
	if err != nil || len(page.Articles) != 20 {
		t.Errorf("%d articles, error %v; want 20", len(page.Articles), err)
	}
	if lines, err := s.Changes(t.Context(), 0, 100); err != nil || len(lines) != 20 {
		t.Errorf("%d lines, error %v; want 20", len(lines), err)
	}
	if next, err := s.Advance(t.Context(), now); err != nil || !next.IsZero() {
		t.Errorf("advance: next %s, error %v", next, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if hash(t, path) != before {
		t.Error("the file was changed")
	}
}

func TestReadOnlyRefusesWritesAtOnce(t *testing.T) {
	s := openStore(t, aStore(t, 1), Options{ReadOnly: true})
	if _, err := s.File(context.Background(), filing(article(1))); err == nil || !strings.Contains(err.Error(), "read") {
		t.Errorf("file: error %v", err)
	}
	if _, err := s.SetStatus(context.Background(), store.StatusChange{ID: article(0).ID, Status: store.Killed}); err == nil {
		t.Error("set status: no error")
	}
	sound(t, s, 1)
}

func TestReadOnlyMakesNothing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "var", "dateline.db")
	if _, err := Open(path, Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v; want that %s does not exist", err, path)
	}
	if got := names(t, folder); len(got) > 0 {
		t.Errorf("in the folder: %s", got)
	}
}

func TestManyWhoMakeTheStoreMakeOne(t *testing.T) {
	const makers = 8
	path := filepath.Join(t.TempDir(), "var", "dateline.db")
	var all sync.WaitGroup
	for n := range makers {
		all.Go(func() {
			if err := fileOne(path, n); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	onlyStore(t, path, makers)
}

func TestManyProcessesWhoMakeTheStoreMakeOne(t *testing.T) {
	const makers = 4
	path := filepath.Join(t.TempDir(), "var", "dateline.db")
	var all sync.WaitGroup
	for n := range makers {
		all.Go(func() {
			if out, err := process(t, "file one", path, n).CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	all.Wait()
	onlyStore(t, path, makers)
}

// fileOne opens the store, or makes it, and files the nth article.
func fileOne(path string, n int) error {
	s, err := Open(path, Options{LockWait: 5 * time.Minute})
	if err != nil {
		return err
	}
	_, err = s.File(context.Background(), filing(article(n)))
	return errors.Join(err, s.Close())
}

// onlyStore fails when there is anything but a sound store of so many
// articles.
func onlyStore(t *testing.T, path string, articles int) {
	t.Helper()
	sound(t, openStore(t, path, Options{}), articles)
	if got := names(t, filepath.Dir(path)); !slices.Equal(got, []string{filepath.Base(path)}) {
		t.Errorf("in the folder: %s", got)
	}
}

func TestAfterCloseEverythingIsRefused(t *testing.T) {
	s := newStore(t)
	fileMany(t, s, 0, 2)
	var follower sync.WaitGroup
	follower.Go(func() {
		if lines, err := s.Changes(context.Background(), 2, 10); err == nil {
			t.Errorf("changes: %v, no error", lines)
		}
	})
	for range 3 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	follower.Wait()
	if _, err := s.File(t.Context(), filing(article(2))); err == nil {
		t.Error("file: no error")
	}
	if _, err := s.Article(t.Context(), article(0).ID); err == nil {
		t.Error("article: no error")
	}
	if _, err := s.Changes(t.Context(), 0, 10); err == nil {
		t.Error("changes: no error")
	}
}
