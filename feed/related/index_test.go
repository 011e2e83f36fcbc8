package related_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/feed/related"
	"dateline/store"
)

// onDam is one of several articles that are all near to each other. Their
// headlines differ where the letters of the IDs do.
func onDam(id string) store.Article {
	return said(id, "Report "+id, "Engineers in Osterby lowered the Velmar reservoir, Governor Ilse Brandvold said.")
}

// letters is another word for every i below 26.
func letters(i int) string { return strings.Repeat(string(rune('a'+i)), 6) }

func TestOnlyWhatIsPublicIsKept(t *testing.T) {
	asked := onDam("asked")
	for name, change := range map[string]func(*store.Article){
		"held":      func(a *store.Article) { a.Status = store.Held },
		"killed":    func(a *store.Article) { a.Status = store.Killed },
		"expired":   func(a *store.Article) { a.Status = store.Expired },
		"embargoed": func(a *store.Article) { a.Embargo = noon.Add(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			a := onDam("one")
			x := index(related.Options{}, a)
			if got := ids(x.Near(asked, 5)); !slices.Equal(got, []string{"one"}) {
				t.Fatalf("public: got %v", got)
			}
			change(&a)
			x.Put(a)
			if got := x.Near(asked, 5); len(got) > 0 {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestPutReplaces(t *testing.T) {
	x := index(related.Options{}, onDam("one"), said("one", "Harvest", "They gathered it in."))
	if got := x.Near(onDam("asked"), 5); len(got) > 0 {
		t.Errorf("the old text: got %v", got)
	}
	x.Put(onDam("one"))
	if got := ids(x.Near(onDam("asked"), 5)); !slices.Equal(got, []string{"one"}) {
		t.Errorf("the new text: got %v", got)
	}
}

func TestSpan(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		span, apart time.Duration
		want        int
	}{
		{0, 30 * day, 1}, {0, 30*day + time.Second, 0}, {0, -30 * day, 1}, {0, -30*day - time.Second, 0},
		{day, day, 1}, {day, day + time.Second, 0},
	} {
		a := onDam("one")
		a.Published = noon.Add(test.apart)
		if got := index(related.Options{Span: test.span}, a).Near(onDam("asked"), 5); len(got) != test.want {
			t.Errorf("span %s, %s apart: got %v, want %d", test.span, test.apart, got, test.want)
		}
	}
}

func TestOldestGoFirst(t *testing.T) {
	x := related.New(related.Options{Most: 3})
	for _, hour := range []int{3, 1, 4, 0, 2} {
		a := onDam(letters(hour))
		a.Published = noon.Add(time.Duration(hour) * time.Hour)
		x.Put(a)
	}
	got := ids(x.Near(onDam("asked"), 9))
	slices.Sort(got)
	if want := []string{letters(2), letters(3), letters(4)}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestOneStoryIsShownOnce: near copies of one headline are one match, and the
// article that is asked about may have such a copy.
func TestOneStoryIsShownOnce(t *testing.T) {
	a := said("a", "Thousands flee as cracks open in Velmar dam", "Buses left Osterby at night.")
	b := said("b", "Thousands flee as more cracks open in the Velmar dam", "Ilse Brandvold ordered buses to Osterby.")
	c := said("c", "Brandvold promises Osterby an inquiry", "Governor Ilse Brandvold spoke of cracks in the Velmar dam.")
	x := index(related.Options{}, a, b, c)
	if got := ids(x.Near(a, 5)); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("asked about one of the copies: got %v, want the other and c", got)
	}
	if got := ids(x.Near(c, 5)); len(got) != 1 {
		t.Errorf("asked about c: got %v, want one of the copies", got)
	}
}

func TestNearGivesAtMostThatMany(t *testing.T) {
	x := related.New(related.Options{})
	for i := range 9 {
		x.Put(onDam(letters(i)))
	}
	all := x.Near(onDam("asked"), 100)
	if len(all) != 9 {
		t.Fatalf("got %d of 9", len(all))
	}
	for _, n := range []int{-1, 0, 1, 4, 9} {
		if got := x.Near(onDam("asked"), n); !slices.Equal(ids(got), ids(all[:max(n, 0)])) {
			t.Errorf("%d: got %v", n, ids(got))
		}
	}
}

// TestOneNameIsNotEnough: however much of two short articles it is.
func TestOneNameIsNotEnough(t *testing.T) {
	x := index(related.Options{}, said("one", "Ilse Brandvold marries", ""))
	if got := x.Near(said("asked", "Ilse Brandvold resigns", ""), 5); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestArticleWithoutWords(t *testing.T) {
	empty := store.Article{ID: "empty", Status: store.Usable}
	x := index(related.Options{}, empty, onDam("one"))
	for _, a := range []store.Article{empty, {}, said("marks", "— !", "...")} {
		if got := x.Near(a, 5); len(got) > 0 {
			t.Errorf("got %v", got)
		}
	}
}

// TestManyAtOnce is for the race detector, and asks at the end what one who
// came alone would be told.
func TestManyAtOnce(t *testing.T) {
	x := related.New(related.Options{Most: 50})
	var done sync.WaitGroup
	for worker := range 8 {
		done.Go(func() {
			for i := range 40 {
				id := fmt.Sprintf("number-%d-%d", worker, i)
				x.Put(onDam(id))
				x.Near(onDam(id), 3)
				x.Remove(store.ID(id))
			}
		})
	}
	done.Wait()
	x.Put(onDam("last"))
	if got := ids(x.Near(onDam("asked"), 5)); !slices.Equal(got, []string{"last"}) {
		t.Errorf("got %v, want last", got)
	}
}
