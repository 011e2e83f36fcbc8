package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dateline/feed/wire"
)

// When a file that comes into a folder is whole nothing says for certain, but
// that it was given its name there when it was written to its end. Else it is
// taken for whole when nobody has it open for writing and it has been the same
// for a while: a program may open it again to write more. Where it cannot be
// known whether somebody has it open, that while is longer.

// writers says whether somebody has a file open for writing.
type writers int

const (
	unknown writers = iota
	somebody
	nobody
)

// hint is what is known of a file by how it came.
type hint int

const (
	noHint  hint = iota
	landed       // it was given its name when it was written
	written      // whoever wrote to it last has closed it
	open         // somebody wrote to it and has not closed it
)

const (
	// unsure is how long a file has to have been the same, at the least, where
	// it cannot be known who has it open.
	unsure = 30 * time.Second

	// young is how long a file that ends in the middle is waited for.
	young = 10 * time.Minute

	// mostFiles is how many files are looked at, the oldest, when a folder has
	// more; the others' turn comes when these are gone.
	mostFiles = 10_000
)

// sight is a file as it was looked at.
type sight struct {
	size     int64
	modified time.Time
	since    time.Time // when it was seen so for the first time
	told     string    // what is the matter with it, as it was logged
}

// sightOf is the file as it is now, with what is known of it from before.
func sightOf(f fs.FileInfo, before sight, now time.Time) sight {
	if before.same(f) {
		return before
	}
	return sight{size: f.Size(), modified: f.ModTime(), since: now}
}

func (s sight) same(f fs.FileInfo) bool {
	return f.Mode().IsRegular() && s.size == f.Size() && s.modified.Equal(f.ModTime())
}

// rest is how long the file has been the same, by this machine's clock and by
// the time that it bears.
func (s sight) rest(now time.Time) time.Duration {
	return max(now.Sub(s.since), now.Sub(s.modified))
}

// ready reports whether a file that is open for reading is whole. It stays so
// until it is closed where it is known that nobody writes to it: whoever wants
// to waits for that. trouble is what keeps it from being whole for long.
func (in *inbox) ready(f *os.File, name string, s sight, now time.Time) (ok bool, trouble string) {
	came := in.arrivals.of(name)
	switch in.writers(f) {
	case somebody:
		if s.rest(now) >= young {
			trouble = "a program has it open for writing and writes nothing: end that"
		}
		return false, trouble
	case nobody:
		return came == landed || s.rest(now) >= in.settle, ""
	}
	seen := now.Sub(s.since) // the time that it bears may be by another clock
	switch came {
	case landed:
		return true, ""
	case written:
		return seen >= in.settle, ""
	case open: // or it was closed and nobody told
		return seen >= max(young, in.settle), ""
	}
	return seen >= max(unsure, in.settle), ""
}

// oldest are the files in a folder that may be taken, the oldest first, and no
// more than so many.
func oldest(folder string, most int) (files []fs.FileInfo, err error) {
	d, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	for {
		entries, err := d.ReadDir(1000)
		for _, entry := range entries {
			if !entry.Type().IsRegular() && entry.Type() != fs.ModeIrregular || isUnfinished(entry.Name()) {
				continue
			}
			if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
				files = append(files, info)
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if len(files) > 2*most || err != nil {
			slices.SortFunc(files, func(a, b fs.FileInfo) int {
				return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name()))
			})
			files = slices.Clip(files[:min(len(files), most)])
		}
		if err != nil {
			return files, nil
		}
	}
}

// isUnfinished reports whether programs that copy or edit give such names to
// what they have not written to its end.
func isUnfinished(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.HasPrefix(name, "#") || strings.HasSuffix(name, "~") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download", ".upload", ".uploading", ".incomplete", ".swp", ".swx":
		return true
	}
	return false
}

// endsEarly reports whether a file ends in the middle, as far as that can be
// told: JSON that does, and one with nothing in it. Wire copy and pages have no
// end that every one of them has.
func endsEarly(name string, data []byte) bool {
	if len(bytes.TrimSpace(data)) == 0 {
		return true
	}
	if formOf(name, data) != wire.JSON {
		return false
	}
	err := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).Decode(new(json.RawMessage))
	return errors.Is(err, io.ErrUnexpectedEOF)
}
