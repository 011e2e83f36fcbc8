package serve_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"dateline/feed/serve"
	"dateline/store"
	"dateline/store/bolt"
)

// hanging is a store on a disk that hangs.
type hanging struct {
	*bolt.Store
	readings *atomic.Int64
	free     chan struct{} // closed when it hangs no more
}

func (h hanging) Articles(ctx context.Context, q store.Query) (store.Page, error) {
	h.readings.Add(1)
	<-h.free
	return store.Page{}, nil
}

func TestReadinessHasABoundedTime(t *testing.T) {
	s := newSite(t)
	synctest.Test(t, func(t *testing.T) {
		h := hanging{s.store, &atomic.Int64{}, make(chan struct{})}
		server := *s.server
		server.Store, server.Now = h, time.Now
		handler, begun := server.Handler(), time.Now()
		var asking sync.WaitGroup
		for range 5 {
			asking.Go(func() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
				if w.Code != 503 || !strings.Contains(w.Body.String(), "The store has not answered within 2s") {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		asking.Wait()
		if took := time.Since(begun); took != 2*time.Second || h.readings.Load() != 1 {
			t.Errorf("%s and %d readings", took, h.readings.Load())
		}
		close(h.free)
		synctest.Wait()
		if _, err := server.Ready(t.Context()); err != nil {
			t.Errorf("when it hangs no more: %v", err)
		}
	})
}

// scheduled are sources of which the last good answer is known.
type scheduled struct {
	serve.Sources
	good []time.Time
}

func (s *scheduled) Schedule(context.Context) (list []store.Source, err error) {
	for _, at := range s.good {
		list = append(list, store.Source{Good: at})
	}
	return list, nil
}

func TestReadinessCanDependOnTheSources(t *testing.T) {
	s := newSite(t)
	sources := &scheduled{}
	server := *s.server
	server.Sources, server.ReadyWithin, server.Since = sources, 6*time.Hour, noon
	handler := server.Handler()
	expect := func(what string, hours int, want int) {
		t.Helper()
		s.now = noon.Add(time.Duration(hours) * time.Hour)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		if w.Code != want || want == 503 && !strings.Contains(w.Body.String(), "No source has been well since 2026-") {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	expect("no sources", 100, 200)
	sources.good = []time.Time{{}, {}}
	expect("before the first polls", 6, 200)
	expect("none was ever well", 7, 503)
	sources.good[1] = noon.Add(5 * time.Hour)
	expect("one was well", 11, 200)
	expect("that was long ago", 12, 503)
	server.ReadyWithin = 0
	expect("when it is not asked for", 100, 200)
}
