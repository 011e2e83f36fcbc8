package related

import (
	"fmt"
	"math/rand"
	"runtime"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

var noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

func articleOf(headline, body string) store.Article {
	return store.Article{ID: "one", Headline: headline, Body: "<p>" + body + "</p>", Language: "en", Published: noon, Status: store.Usable}
}

// manyWords are n different words.
func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s ", made(i))
	}
	return b.String()
}

// made is the word of that rank: common ones are short, as in a language.
func made(rank int) string {
	const syllables = "ba ce di fo gu ha je ki lo mu na pe qi ro su ta ve wi xo zu"
	var b strings.Builder
	for n := rank + 1; n > 0; n /= 20 {
		b.WriteString(syllables[n%20*3 : n%20*3+2])
	}
	return b.String()
}

// wire are n articles of 350 words over thirty days, by Zipf's law out of
// 50,000 words and 20,000 names. Of every ten, which follow each other, half
// the names are those of one story.
func wire(n int) []store.Article {
	r := rand.New(rand.NewSource(1))
	common, names := rand.NewZipf(r, 1.1, 3, 50_000), rand.NewZipf(r, 1.2, 20, 20_000)
	text := func(story, words int) string {
		var b strings.Builder
		for i := range words {
			word := made(int(common.Uint64()))
			switch r.Intn(16) {
			case 0:
				word = "Na" + made(int(names.Uint64()))
			case 1:
				word = "Sto" + made(story*6+r.Intn(6))
			}
			b.WriteString(word)
			if i%18 == 17 {
				b.WriteString(".")
			}
			b.WriteString(" ")
		}
		return b.String()
	}
	as := make([]store.Article, n)
	for i := range as {
		var body strings.Builder
		for range 7 {
			body.WriteString("<p>" + text(i/10, 50) + "</p>\n")
		}
		as[i] = store.Article{
			ID: store.NewID(noon), Headline: "The " + text(i/10, 9), Body: body.String(), Language: "en", Status: store.Usable,
			Published: noon.Add(time.Duration(i) * 30 * 24 * time.Hour / time.Duration(n)),
		}
	}
	return as
}

var sizes = []int{1_000, 20_000}

func BenchmarkPut(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			as := wire(n)
			before := heap()
			x := New(Options{Most: n})
			for _, a := range as {
				x.Put(a)
			}
			kept := heap() - before
			b.ReportAllocs()
			i := 0
			for b.Loop() { // each takes the place of what it was
				x.Put(as[i%n])
				i++
			}
			b.ReportMetric(float64(kept)/float64(n), "heap-B/article")
			runtime.KeepAlive(as)
		})
	}
}

func BenchmarkNear(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			as := wire(n)
			x := New(Options{Most: n})
			for _, a := range as {
				x.Put(a)
			}
			b.ReportAllocs()
			i, found := 0, 0
			for b.Loop() {
				found += len(x.Near(as[i*7%n], 5))
				i++
			}
			b.ReportMetric(float64(found)/float64(i), "matches")
		})
	}
}

// heap is what is alive on it, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
