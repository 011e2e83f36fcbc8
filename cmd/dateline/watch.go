package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long a configuration file must stay the same to be taken for
// whole: an editor may write it in parts.
const quiet = 300 * time.Millisecond

// watchFiles calls changed when the files at these paths say something else than
// taken, which is the content of before, or, asked to, when hup is told of a
// SIGHUP, until ctx ends. It follows a file wherever it goes: when it, a folder that it is in or a
// link on the way to it is replaced, and when it goes and comes back.
func watchFiles(ctx context.Context, paths []string, taken string, hup <-chan os.Signal, log *slog.Logger, changed func(asked bool)) {
	seen, look := taken, time.NewTimer(0)
	defer look.Stop()
	w, err := watchWays(paths)
	if err != nil {
		log.Warn("a file cannot be watched: send SIGHUP when it has changed", "files", paths, "error", err)
	}
	defer func() { w.close() }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
			taken = content(paths...)
			changed(true)
		case e := <-w.Events:
			if w.concerns(e) {
				look.Reset(quiet)
			}
		case <-w.Errors: // events may have been lost
			look.Reset(quiet)
		case <-look.C:
			w.close()
			w, _ = watchWays(paths) // which may be another now
			switch now := content(paths...); now {
			case taken:
				seen = now
			case seen:
				taken = now
				changed(false)
			default:
				seen = now
				look.Reset(quiet)
			}
		}
	}
}

// watched is a watch over every name on the way to some files. Without a watcher it
// tells of nothing.
type watched struct {
	*fsnotify.Watcher
	names map[string]bool
}

// watchWays watches the ways to the files as they are now.
func watchWays(paths []string) (watched, error) {
	nothing := watched{Watcher: &fsnotify.Watcher{}}
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nothing, err
	}
	w := watched{watcher, map[string]bool{}}
	var failed error
	for _, path := range paths {
		for _, name := range wayTo(path) {
			// The folder that it stands in, where another may take its place. One
			// that this user may not list will hardly change.
			w.names[name] = true
			err = watcher.Add(filepath.Dir(name))
		}
		failed = errors.Join(failed, err) // of the file itself, the last
	}
	return w, failed
}

func (w watched) concerns(e fsnotify.Event) bool { return w.names[e.Name] }

func (w watched) close() {
	if w.names != nil {
		w.Close()
	}
}

// mostLinks is how many links may lead on to each other.
const mostLinks = 40

// wayTo is every name on the way to the file at path: of the folders, of the
// links, wherever they stand, and of the file, the last. It ends with the first
// that does not exist.
func wayTo(path string) (names []string) {
	at, rest := absolute(path)
	for links := 0; len(rest) > 0; {
		name := filepath.Join(at, rest[0])
		names, rest = append(names, name), rest[1:]
		info, err := os.Lstat(name)
		if err != nil {
			break
		}
		at = name
		if info.Mode()&os.ModeSymlink == 0 {
			continue
		}
		target, err := os.Readlink(name)
		if links++; err != nil || links > mostLinks {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(name), target)
		}
		var lead []string
		at, lead = absolute(target)
		rest = append(lead, rest...)
	}
	return names
}

// absolute is the root of a path, and the names from there on.
func absolute(path string) (root string, names []string) {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	root = filepath.VolumeName(path) + string(filepath.Separator)
	return root, strings.FieldsFunc(path[len(root)-1:], func(r rune) bool { return r == filepath.Separator })
}

// content is that of files, one behind the other, or why they cannot be read.
func content(paths ...string) string {
	var all strings.Builder
	for _, path := range paths {
		data, err := readFile(path)
		if err != nil {
			data = []byte(err.Error())
		}
		all.Write(data)
	}
	return all.String()
}
