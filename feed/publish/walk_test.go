package publish_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/feed"
	"dateline/store"
)

// raced: the race detector is on.
var raced bool

// TestWalkMeetsHundredThousandArticlesOnce follows next_url from the feed to
// its oldest archive.
func TestWalkMeetsHundredThousandArticlesOnce(t *testing.T) {
	if raced || testing.Short() {
		t.Skip("files 100,000 articles, which takes minutes with the race detector; .ci/run does it without")
	}
	const many, filers = 100_000, 250
	s := open(t, filepath.Join(t.TempDir(), "s.db"))
	var done sync.WaitGroup
	for filer := range filers {
		done.Go(func() {
			for i := range many / filers {
				n := filer*(many/filers) + i
				at := noon.Add(time.Duration(n) * time.Second)
				id := store.NewID(at)
				_, err := s.File(t.Context(), store.Filing{Now: at, Article: store.Article{
					ID: id, GUID: fmt.Sprintf("urn:test:%d", n), Slug: "s", Headline: "h", Summary: "s", Categories: []string{"world"},
				}})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	done.Wait()
	p := publisher(s)
	p.Window = 50
	seen := map[string]int{}
	documents := 0
	for path := "/category/world"; path != ""; documents++ {
		d, err := p.Document(t.Context(), path, feed.JSON, feed.Identity)
		if err != nil {
			t.Fatal(err)
		}
		var f struct {
			Next  string `json:"next_url"`
			Items []struct{ ID string }
		}
		if err := json.Unmarshal(d.Body, &f); err != nil {
			t.Fatal(err)
		}
		for _, it := range f.Items {
			seen[it.ID]++
		}
		path = strings.TrimSuffix(strings.TrimPrefix(f.Next, p.Site.URL), "/feed.json")
	}
	twice := 0
	for _, times := range seen {
		if times > 1 {
			twice++
		}
	}
	if len(seen) != many || twice > 0 || documents != many/50 {
		t.Errorf("the walk over %d documents met %d articles, %d of them more than once", documents, len(seen), twice)
	}
}
