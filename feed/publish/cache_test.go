package publish_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"dateline/feed"
	"dateline/feed/publish"
	"dateline/store"
)

// counted counts the readings of a real store; each is one rendering.
type counted struct {
	publish.Store
	readings atomic.Int64
	gate     chan struct{} // when not nil, a reading waits for it
}

func (c *counted) Window(ctx context.Context, w store.Window) (store.Page, error) {
	c.readings.Add(1)
	if c.gate != nil {
		<-c.gate
	}
	return c.Store.Window(ctx, w)
}

func document(t *testing.T, p *publish.Publisher, path string, encoding feed.Encoding) feed.Document {
	t.Helper()
	d, err := p.Document(t.Context(), path, feed.Atom, encoding)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDocumentIsRenderedOncePerChange(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	file(t, s, noon, "a", "world")
	c := &counted{Store: s}
	p := publisher(c)
	for range 3 {
		for _, e := range feed.Encodings() {
			document(t, p, "/category/world", e)
		}
	}
	if n := c.readings.Load(); n != 1 {
		t.Errorf("%d readings, want 1", n)
	}
	plain := document(t, p, "/category/world", feed.Identity).Body
	if k := p.Kept(); k.Renders != 1 || k.Hits != 12 || k.Documents != 1 || k.Bytes <= len(plain) || k.Limit != 64<<20 {
		t.Errorf("kept: %+v", k)
	}
	if sizes := p.Sizes("/category/world"); len(sizes) != 1 || sizes[feed.Atom] != len(plain) {
		t.Errorf("sizes: %v", sizes)
	}
	file(t, s, noon.Add(time.Minute), "b", "sport")
	document(t, p, "/category/world", feed.Gzip)
	if n := c.readings.Load(); n != 1 {
		t.Errorf("a change elsewhere: %d readings, want 1", n)
	}
	file(t, s, noon.Add(2*time.Minute), "c", "world")
	if d := document(t, p, "/category/world", feed.Identity); !bytes.Contains(d.Body, []byte(">c<")) {
		t.Error("the change is not in the next answer")
	}
	if n := c.readings.Load(); n != 2 {
		t.Errorf("after a change: %d readings, want 2", n)
	}
}

// TestAskedAgainAfterTheLogWasTrimmed: who did not ask for so long that the log
// leaves out what changed meanwhile gets what there is now.
func TestAskedAgainAfterTheLogWasTrimmed(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	file(t, s, noon, "a", "world")
	document(t, p, "/category/world", feed.Identity)
	expunge := func(now time.Time) {
		r := store.Retention{Of: map[string]store.Keep{"world": {Age: time.Hour}}, Log: 24 * time.Hour}
		for at := (store.Sweep{Now: now}); !at.Done; {
			var err error
			if at, err = s.Expunge(t.Context(), r, at); err != nil {
				t.Fatal(err)
			}
		}
	}
	expunge(noon.Add(100 * time.Hour))
	file(t, s, noon.Add(101*time.Hour), "b", "sport")
	expunge(noon.Add(200 * time.Hour))
	if lines, err := s.Changes(t.Context(), 0, 10); err != nil || slices.ContainsFunc(lines, func(l store.Change) bool { return slices.Contains(l.Listings, "world") }) {
		t.Fatalf("the log tells of it still: %+v, %v", lines, err)
	}
	if d := document(t, p, "/category/world", feed.Identity); bytes.Contains(d.Body, []byte(">a<")) {
		t.Errorf("the feed is %s", d.Body)
	}
	file(t, s, noon.Add(201*time.Hour), "c", "world")
	if d := document(t, p, "/category/world", feed.Identity); !bytes.Contains(d.Body, []byte(">c<")) {
		t.Error("the change is not in the next answer")
	}
}

// TestManyAskersOneRendering holds the first rendering until all have asked.
func TestManyAskersOneRendering(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	c := &counted{Store: s, gate: make(chan struct{})}
	p := publisher(c)
	var asked, done sync.WaitGroup
	for range 32 {
		asked.Add(1)
		done.Go(func() {
			asked.Done()
			if _, err := p.Document(context.Background(), "", feed.RSS, feed.Gzip); err != nil {
				t.Error(err)
			}
		})
	}
	asked.Wait()
	close(c.gate)
	done.Wait()
	if n := c.readings.Load(); n != 1 {
		t.Errorf("%d readings, want 1", n)
	}
}

func TestWhoGoesAwayWhileOthersWaitSpoilsNothing(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	c := &counted{Store: s, gate: make(chan struct{})}
	p := publisher(c)
	gone, goAway := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { p.Document(gone, "", feed.RSS, feed.Gzip) })
	done.Go(func() {
		if _, err := p.Document(t.Context(), "", feed.RSS, feed.Gzip); err != nil {
			t.Error(err)
		}
	})
	goAway()
	close(c.gate)
	done.Wait()
}

func TestEveryCodingHoldsTheSameBytes(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	file(t, s, noon, strings.Repeat("words-", 50), "world")
	p := publisher(s)
	want := document(t, p, "", feed.Identity)
	tags := map[string]bool{}
	for _, e := range feed.Encodings() {
		d := document(t, p, "", e)
		if tags[d.ETag()] || d.Tag != want.Tag || d.Encoding != e {
			t.Errorf("%s: ETag %s, tag %s", e, d.ETag(), d.Tag)
		}
		tags[d.ETag()] = true
		var r io.Reader = bytes.NewReader(d.Body)
		var err error
		switch e {
		case feed.Gzip:
			r, err = gzip.NewReader(r)
		case feed.Brotli:
			r = brotli.NewReader(r)
		case feed.Zstd:
			r, err = zstd.NewReader(r)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want.Body) {
			t.Errorf("%s: %d bytes of %d, %v", e, len(got), len(want.Body), err)
		}
	}
}

func TestDocumentsInMemoryAreBounded(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	c := &counted{Store: s}
	p := publisher(c)
	p.CacheBytes = 1 // room for none
	for range 2 {
		for _, path := range []string{"", "/category/world", "/category/sport"} {
			document(t, p, path, feed.Identity)
		}
	}
	if n := c.readings.Load(); n != 6 {
		t.Errorf("%d readings, want 6: something was kept", n)
	}
	p = publisher(c)
	for range 2 {
		for _, path := range []string{"", "/category/world", "/category/sport"} {
			document(t, p, path, feed.Identity)
		}
	}
	if n := c.readings.Load(); n != 9 {
		t.Errorf("%d readings, want 9: something was not kept", n)
	}
}

// TestReadersUnderFiling: while articles are filed, no answer lacks what was
// acknowledged before it was asked for.
func TestReadersUnderFiling(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	p := publisher(s)
	p.Window = 500
	var acknowledged atomic.Int64
	var done sync.WaitGroup
	done.Go(func() {
		for i := range 60 {
			file(t, s, noon.Add(time.Duration(i)*time.Second), fmt.Sprintf("number %d.", i), "world")
			acknowledged.Store(int64(i + 1))
		}
	})
	for range 4 {
		done.Go(func() {
			for acknowledged.Load() < 60 {
				n := acknowledged.Load()
				d, err := p.Document(context.Background(), "/category/world", feed.JSON, feed.Identity)
				if err != nil {
					t.Error(err)
					return
				}
				if n > 0 && !bytes.Contains(d.Body, fmt.Appendf(nil, "number %d.", n-1)) {
					t.Errorf("number %d was acknowledged and is not there", n-1)
					return
				}
			}
		})
	}
	done.Wait()
}
