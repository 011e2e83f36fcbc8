package storetest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/store"
)

// dump is the store as text.
func (f *fixture) dump() string {
	f.Helper()
	var b bytes.Buffer
	f.must(f.store.Dump(f.Context(), &b, nil))
	return b.String()
}

// move puts a store that was made of this one's dump in its place, in a folder
// of its own within home.
func (f *fixture) move(home string) {
	f.Helper()
	dump := f.dump()
	dir, err := os.MkdirTemp(home, "")
	f.must(err)
	f.must(f.engine.Load(f.Context(), dir, strings.NewReader(dump)))
	f.must(f.store.Close())
	f.dir, f.store = dir, f.engine.Open(f.host, dir)
	if again := f.dump(); again != dump {
		f.Errorf("the dump of what was loaded differs:\n%s\nit was\n%s", again, dump)
	}
}

// lived fills the store with some of everything.
func (f *fixture) lived() {
	f.Helper()
	f.must(f.store.Declare(f.Context(), []store.Combination{{Name: "top", Any: []string{"harbour"}, MaxUrgency: 3}}, f.now))
	f.variety()
	_, err := f.store.Settings(f.Context(), "large print", f.now)
	f.must(err)
	f.adopt(f.sourceDue("gazette", time.Hour))
	f.reap("gazette", f.item("gazette", "1", "Ferry sinks"), f.item("gazette", "2", "Ferry floats"))
	ids := f.fileSome(3, "council")
	f.relate(ids[2], ids[0], ids[1])
}

func dumpMakesTheSame(f *fixture) {
	f.move(f.host.TempDir())
	f.lived()
	keyed := f.filing(f.article("Keyed", "harbour"))
	keyed.Key, keyed.Fingerprint = "k", "one"
	first := f.send(keyed)
	listings := []string{"harbour", "council", "feed/top", "source/gazette"}
	before := f.picture(3, listings...)
	sources, err := f.store.Schedule(f.Context())
	f.must(err)
	related, err := f.store.Related(f.Context())
	f.must(err)

	f.move(f.host.TempDir())
	f.same("the store", f.picture(3, listings...), before)
	f.same("the article of a key", f.send(keyed).Article.ID, first.Article.ID)
	f.same("what a source says again", f.reap("gazette", f.item("gazette", "1", "Ferry sinks")), store.Yield{Unchanged: 1})
	loaded, err := f.store.Schedule(f.Context())
	f.must(err)
	f.same("the sources", loaded, sources)
	through, err := f.store.Related(f.Context())
	f.must(err)
	f.same("how far relations go", through, related)
	since, err := f.store.Settings(f.Context(), "large print", f.later(time.Hour))
	f.must(err)
	if !since.Before(f.now.Add(-time.Hour)) {
		f.Errorf("settings since %s", since)
	}
	f.same("the next change", f.file(f.article("Later", "harbour")).Sequence, before.Stats.Sequence+1)
}

func brokenDumpMakesNone(f *fixture) {
	f.lived()
	whole := f.dump()
	lines := strings.SplitAfter(whole, "\n")
	broken := map[string]string{
		"empty": "", "half a line": whole[:len(whole)/2], "the last byte missing": whole[:len(whole)-1], "no end": strings.Join(lines[:len(lines)-2], ""),
		"something behind it": whole + "{}\n", "a line missing": strings.Join(append(append([]string{}, lines[:3]...), lines[4:]...), ""),
		"a word altered": strings.Replace(whole, "Ferry sinks", "Ferry drinks", 1), "another form": strings.Replace(whole, `"form":1`, `"form":2`, 1),
		"lines swapped": strings.Join(append([]string{lines[1], lines[0]}, lines[2:]...), ""), "not a dump": "<html>\n", "an unknown member": strings.Replace(whole, `{"store":{`, `{"store":{"x":1,`, 1),
	}
	for name, dump := range broken {
		dir := f.host.TempDir()
		if err := f.engine.Load(f.Context(), dir, strings.NewReader(dump)); !errors.Is(err, store.ErrBadDump) {
			f.Errorf("%s: error %v", name, err)
		}
		if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(left) > 0 {
			f.Errorf("%s: it left %q", name, left)
		}
	}
	if err := f.engine.Load(f.Context(), f.dir, strings.NewReader(whole)); err == nil {
		f.Error("it was loaded over a store")
	}
}

func dumpHasNothingKilled(f *fixture) {
	a := f.file(f.fullArticle()).Article
	if !strings.Contains(f.dump(), a.Headline) {
		f.Fatal("it is not there before")
	}
	f.set(a.ID, store.Killed)
	for _, text := range []string{a.Headline, a.Body[3:20], a.EditorNote} {
		if strings.Contains(f.dump(), text) {
			f.Errorf("the dump has %q", text)
		}
	}
}
