// Package static keeps a folder of files that any web server can serve in
// place of ours: what a handler answers at its addresses, each with its
// compressed siblings. A file is written only when its content changed, and is
// whole at every moment.
package static

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/publish"
)

// Folder is a folder that is being written. It is for one goroutine.
type Folder struct {
	path    string
	handler http.Handler
	written map[string]bool // files that this run wrote, or found as they should be
	Report  Report
}

// Report counts files, compressed siblings not among them.
type Report struct {
	Written   int `json:"written"`
	Unchanged int `json:"unchanged"`
	Removed   int `json:"removed"`
}

// Mark says what a folder was written from, so that the next run need write
// only what changed since.
type Mark struct {
	Settings string `json:"settings"` // names all that is not in the store
	Sequence uint64 `json:"sequence"` // of the last change in it
}

// markName is the file that holds the mark. It shows that the folder is ours.
const markName = ".dateline.json"

// ErrForeign: the folder holds something, and no mark of ours.
var ErrForeign = errors.New("the folder holds files that are not ours: name one that is empty, or new")

// Open takes a folder for what handler answers, and makes it when it is not
// there. The mark is that of the last run, zero when there was none. It fails
// with ErrForeign.
func Open(path string, handler http.Handler) (*Folder, Mark, error) {
	var mark Mark
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, mark, err
	}
	data, err := os.ReadFile(filepath.Join(path, markName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if entries, err := os.ReadDir(path); err != nil || len(entries) > 0 {
			return nil, mark, errors.Join(err, ErrForeign)
		}
	case err != nil:
		return nil, mark, err
	case json.Unmarshal(data, &mark) != nil:
		mark = Mark{} // it was cut short: all is written anew
	}
	f := &Folder{path: path, handler: handler, written: map[string]bool{}}
	// Ours from now on, should this run not come to its end.
	return f, mark, f.writeMark(Mark{})
}

// Close leaves the mark. Without it the next run writes everything anew.
func (f *Folder) Close(mark Mark) error { return f.writeMark(mark) }

func (f *Folder) writeMark(mark Mark) error {
	data, err := json.Marshal(mark)
	if err != nil {
		return err
	}
	return replace(filepath.Join(f.path, markName), append(data, '\n'), time.Time{})
}

// Put writes what the handler answers at an address, a URL path. What is not
// there or gone is removed.
func (f *Folder) Put(address string) error {
	a, err := ask(f.handler, address)
	if err != nil {
		return err
	}
	switch a.status {
	case http.StatusOK:
		return f.write(f.file(a.path), a.body.Bytes(), a.modified)
	case http.StatusNotFound, http.StatusGone:
		return f.remove(f.file(a.path))
	}
	return fmt.Errorf("write %s: the answer was %d %s", address, a.status, http.StatusText(a.status))
}

// PutError writes the page of an address that is not there, as web servers
// look for it.
func (f *Folder) PutError() error {
	a, err := ask(f.handler, "/404")
	if err != nil {
		return err
	}
	return f.write(filepath.Join(f.path, "404.html"), a.body.Bytes(), time.Time{})
}

// Prune removes all files below these addresses that this run did not write.
func (f *Folder) Prune(addresses ...string) error {
	for _, address := range addresses {
		if err := f.sweep(filepath.Join(f.path, filepath.FromSlash(address))); err != nil {
			return err
		}
	}
	return nil
}

// keeps reports whether this run wrote the file, or that which it is a
// compressed sibling of.
func (f *Folder) keeps(file string) bool {
	for _, extension := range extensions {
		file = strings.TrimSuffix(file, extension)
	}
	return f.written[file]
}

// sweep removes the files below a folder that this run did not write, and the
// folders that are empty then.
func (f *Folder) sweep(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	for _, e := range entries {
		name := filepath.Join(folder, e.Name())
		if e.IsDir() {
			if err := f.sweep(name); err != nil {
				return err
			}
		} else if !f.keeps(name) {
			if err := os.Remove(name); err != nil {
				return err
			}
			if !isSibling(name) {
				f.Report.Removed++
			}
		}
	}
	if err := os.Remove(folder); err != nil && !isNotEmpty(folder) {
		return err
	}
	return nil
}

func isNotEmpty(folder string) bool {
	entries, err := os.ReadDir(folder)
	return err == nil && len(entries) > 0
}

// file is where what stands at a path is kept. What has no extension is a
// page, which web servers look for as the index of a folder.
func (f *Folder) file(path string) string {
	if filepath.Ext(path) == "" || strings.HasSuffix(path, "/") {
		path = strings.TrimSuffix(path, "/") + "/index.html"
	}
	return filepath.Join(f.path, filepath.FromSlash(path))
}

// extensions are those of the compressed siblings, as web servers look for
// them.
var extensions = map[feed.Encoding]string{feed.Gzip: ".gz", feed.Brotli: ".br", feed.Zstd: ".zst"}

func isSibling(name string) bool {
	for _, extension := range extensions {
		if strings.HasSuffix(name, extension) {
			return true
		}
	}
	return false
}

// write replaces a file and its siblings when its content is another. The file
// itself comes last: as long as it is the old one, the next run writes all.
func (f *Folder) write(file string, body []byte, modified time.Time) error {
	f.written[file] = true
	if old, err := os.ReadFile(file); err == nil && bytes.Equal(old, body) {
		f.Report.Unchanged++
		return nil
	}
	f.Report.Written++
	if err := f.folderOf(file); err != nil {
		return err
	}
	for encoding, extension := range extensions {
		d, err := publish.NewDocument(body, encoding)
		if err != nil {
			return err
		}
		if err := replace(file+extension, d.Body, modified); err != nil {
			return err
		}
	}
	return replace(file, body, modified)
}

// folderOf makes the folder of a file. One that is a link to elsewhere is
// refused: what is there is not ours.
func (f *Folder) folderOf(file string) error {
	folder := filepath.Dir(file)
	for at := folder; len(at) > len(f.path); at = filepath.Dir(at) {
		if info, err := os.Lstat(at); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is no folder of ours: remove it", at)
		}
	}
	return os.MkdirAll(folder, 0o755)
}

// remove removes a file and its siblings.
func (f *Folder) remove(file string) error {
	err := os.Remove(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	f.Report.Removed++
	for _, extension := range extensions {
		if err := os.Remove(file + extension); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// replace puts a whole file in the place of another. modified is its time,
// which web servers make Last-Modified of; zero is now.
func replace(file string, body []byte, modified time.Time) error {
	t, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(t.Name())
	_, err = t.Write(body)
	if err == nil {
		err = t.Chmod(0o644)
	}
	if err = errors.Join(err, t.Close()); err != nil {
		return err
	}
	if !modified.IsZero() {
		if err := os.Chtimes(t.Name(), modified, modified); err != nil {
			return err
		}
	}
	return os.Rename(t.Name(), file)
}
