package static

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

var changed = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// site answers with these texts, and with the status of "410" and "301".
type site map[string]string

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch text, ok := s[r.URL.Path]; {
	case !ok:
		w.WriteHeader(404)
		fmt.Fprint(w, "nothing here")
	case text == "410":
		w.WriteHeader(410)
	case text == "301":
		w.WriteHeader(301)
	default:
		w.Header().Set("Last-Modified", changed.Format(http.TimeFormat))
		fmt.Fprint(w, text)
	}
}

func open(t *testing.T, path string, h http.Handler) (*Folder, Mark) {
	t.Helper()
	f, mark, err := Open(path, h)
	if err != nil {
		t.Fatal(err)
	}
	return f, mark
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// files are the names of all that a folder holds, siblings and marks left out.
func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !isSibling(path) && d.Name() != markName {
			name, _ := filepath.Rel(folder, path)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}))
	return names
}

func TestPutWritesFilesThatServersFind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "public")
	text := string(bytes.Repeat([]byte("the ferry crossed again. "), 100))
	f, mark := open(t, dir, site{"/": "front", "/rss.xml": text, "/category/sport": "page", "/article/1/été": "article"})
	if mark != (Mark{}) {
		t.Errorf("mark of a new folder: %+v", mark)
	}
	must(t, f.Put("/"), f.Put("/rss.xml"), f.Put("/category/sport"), f.Put("/article/1/%C3%A9t%C3%A9"), f.PutError(), f.Close(Mark{"a", 7}))
	want := []string{"404.html", "article/1/été/index.html", "category/sport/index.html", "index.html", "rss.xml"}
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if info, err := os.Stat(filepath.Join(dir, "rss.xml")); err != nil || !info.ModTime().Equal(changed) || info.Mode() != 0o644 {
		t.Errorf("rss.xml: %v, error %v", info, err)
	}
	packed, err := os.Open(filepath.Join(dir, "rss.xml.gz"))
	must(t, err)
	defer packed.Close()
	r, err := gzip.NewReader(packed)
	must(t, err)
	if got, err := io.ReadAll(r); err != nil || string(got) != text {
		t.Errorf("its sibling holds %d bytes, error %v", len(got), err)
	}
	for _, extension := range []string{".br", ".zst"} {
		if _, err := os.Stat(filepath.Join(dir, "rss.xml"+extension)); err != nil {
			t.Error(err)
		}
	}
	if _, mark := open(t, dir, site{}); mark != (Mark{"a", 7}) {
		t.Errorf("mark: %+v", mark)
	}
	// A run that did not come to its end leaves no mark to trust.
	if _, mark := open(t, dir, site{}); mark != (Mark{}) {
		t.Errorf("mark after a run without end: %+v", mark)
	}
}

func TestPutWritesOnlyWhatChanged(t *testing.T) {
	dir, s := t.TempDir(), site{"/a.xml": "1", "/b.xml": "1"}
	f, _ := open(t, dir, s)
	must(t, f.Put("/a.xml"), f.Put("/b.xml"))
	before, err := os.Stat(filepath.Join(dir, "a.xml"))
	must(t, err)
	s["/b.xml"] = "2"
	f, _ = open(t, dir, s)
	must(t, f.Put("/a.xml"), f.Put("/b.xml"))
	if f.Report != (Report{Written: 1, Unchanged: 1}) {
		t.Errorf("%+v", f.Report)
	}
	if after, err := os.Stat(filepath.Join(dir, "a.xml")); err != nil || !os.SameFile(before, after) {
		t.Errorf("what did not change was written: error %v", err)
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "b.xml")); string(got) != "2" {
		t.Errorf("got %q", got)
	}
}

func TestPutRemovesWhatIsGone(t *testing.T) {
	dir, s := t.TempDir(), site{"/article/1/x": "secret", "/article/2/y": "here"}
	f, _ := open(t, dir, s)
	must(t, f.Put("/article/1/x"), f.Put("/article/2/y"))
	s["/article/1/x"] = "410"
	delete(s, "/article/2/y")
	must(t, f.Put("/article/1/x"), f.Put("/article/2/y"), f.Put("/article/3/z"))
	filepath.WalkDir(dir, func(path string, d os.DirEntry, _ error) error {
		if !d.IsDir() && d.Name() != markName {
			t.Errorf("%s is still there", path)
		}
		return nil
	})
	if f.Report.Removed != 2 {
		t.Errorf("%+v", f.Report)
	}
	s["/a"] = "301"
	if err := f.Put("/a"); err == nil {
		t.Error("a redirect was written")
	}
}

func TestPruneKeepsWhatWasWrittenAndWhatIsOthers(t *testing.T) {
	dir, s := t.TempDir(), site{"/category/a": "a", "/category/b": "b", "/category/b/rss.xml": "b"}
	f, _ := open(t, dir, s)
	for address := range s {
		must(t, f.Put(address))
	}
	must(t, os.WriteFile(filepath.Join(dir, "robots.txt"), nil, 0o600))
	f, _ = open(t, dir, s)
	must(t, f.Put("/category/a"), f.Prune("/category", "/none"))
	if got, want := files(t, dir), []string{"category/a/index.html", "robots.txt"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "category", "b")); !os.IsNotExist(err) {
		t.Errorf("an empty folder is left: error %v", err)
	}
}

func TestForeignFolderIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o600))
	if _, _, err := Open(dir, site{}); !errors.Is(err, ErrForeign) {
		t.Errorf("error %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("it holds %v", entries)
	}
}

func TestFolderThatIsALinkIsRefused(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	f, _ := open(t, dir, site{"/category/a/rss.xml": "a"})
	must(t, os.Symlink(elsewhere, filepath.Join(dir, "category")))
	if err := f.Put("/category/a/rss.xml"); err == nil {
		t.Error("no error")
	}
	if entries, _ := os.ReadDir(elsewhere); len(entries) > 0 {
		t.Errorf("written elsewhere: %v", entries)
	}
}
