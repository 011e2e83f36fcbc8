package related_test

import (
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dateline/feed/related"
	"dateline/store"
)

// vocabulary is small, so that many random articles are near to each other.
var vocabulary = strings.Fields("Velmar Osterby Brandvold Harnau Riva EU dam cracks reservoir engineers orchestra" +
	" flooded tram depot the and with harvest Стачка порт 河灯节 青石镇")

// article draws an article of one of a few IDs.
func article(t *rapid.T) store.Article {
	text := func(least int, name string) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), least, 12).Draw(t, name), " ")
	}
	a := said(fmt.Sprint("id-", rapid.IntRange(0, 15).Draw(t, "id")), text(1, "headline"), text(0, "body"))
	a.Published = noon.Add(-time.Duration(rapid.IntRange(0, 40).Draw(t, "days")) * 24 * time.Hour)
	if rapid.IntRange(0, 9).Draw(t, "held") == 0 {
		a.Status = store.Held
	}
	return a
}

func distinct(t *rapid.T) []store.Article {
	return rapid.SliceOfNDistinct(rapid.Custom(article), 0, 16, func(a store.Article) store.ID { return a.ID }).Draw(t, "articles")
}

func TestOrderOfPutDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		as, o := distinct(t), related.Options{Most: rapid.SampledFrom([]int{0, 1, 5}).Draw(t, "most")}
		x := index(o, as...)
		shuffled := slices.Clone(as)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(as), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		y := index(o, shuffled...)
		for _, a := range as {
			if got, want := y.Near(a, 9), x.Near(a, 9); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %v, in another order %v", a.ID, want, got)
			}
		}
	})
}

// TestLikeNewlyMade: after any history the index answers as one made of what
// it should hold.
func TestLikeNewlyMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, held := related.New(related.Options{}), map[store.ID]store.Article{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			a := article(t)
			if rapid.IntRange(0, 3).Draw(t, "remove") == 0 {
				x.Remove(a.ID)
				delete(held, a.ID)
				continue
			}
			x.Put(a)
			held[a.ID] = a
		}
		y := related.New(related.Options{})
		for _, a := range held {
			y.Put(a)
		}
		asked := article(t)
		got, want := x.Near(asked, 9), y.Near(asked, 9)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		for i, m := range got {
			if m.ID == asked.ID || held[m.ID].Status != store.Usable {
				t.Fatalf("%s must not be there", m.ID)
			}
			if m.Score <= 0 || m.Score > 1 || i > 0 && m.Score > got[i-1].Score {
				t.Fatalf("scores of %v", got)
			}
			if len(m.Why) == 0 || len(m.Why) > 4 {
				t.Fatalf("why %q", m.Why)
			}
		}
	})
}
