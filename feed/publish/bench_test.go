package publish_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"

	"dateline/feed"
	"dateline/store"
	"dateline/store/bolt"
)

// BenchmarkFirstAfterChange is the first answer after a change, rendered and
// compressed, of a feed of 50 full articles of 2 KB, each with others near to it;
// the change itself is not counted. It is the feed of everything, which always holds just so many: one
// with archives holds up to twice as many. "gorilla" is the same feed as gorilla/feeds alone writes it, with
// gzip: the budget is three times that.
func BenchmarkFirstAfterChange(b *testing.B) {
	s, err := bolt.Open(filepath.Join(b.TempDir(), "s.db"), bolt.Options{Now: noon})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	body := ""
	for i := 0; len(body) < 2048; i++ {
		body += fmt.Sprintf("<p>Paragraph %d says that the ferry, which <em>crossed</em> again, carried %d people &amp; a goat.</p>\n", i, i*i)
	}
	n := 0
	var near []store.ID // to the next
	change := func() {
		n++
		now := noon.Add(time.Duration(n) * time.Second)
		id := store.NewID(now)
		_, err := s.File(b.Context(), store.Filing{Now: now, Article: store.Article{
			ID: id, GUID: store.TagURI("news.example.com", now, id), Slug: "s", Headline: fmt.Sprint("Headline ", n),
			Summary: "A summary of a sentence or two.", Body: body, Categories: []string{"world"}, Byline: []store.Author{{Name: "A. One"}},
		}})
		if err == nil {
			err = s.Relate(b.Context(), store.Relating{Relations: []store.Relation{{ID: id, Near: near}}, Now: now})
		}
		if err != nil {
			b.Fatal(err)
		}
		near = append([]store.ID{id}, near[:min(len(near), store.MaxNear-1)]...)
	}
	p := publisher(s)
	p.Window = 50
	for range 50 {
		change()
	}
	for _, format := range feed.Formats() {
		b.Run("dateline/"+string(format), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				change()
				b.StartTimer()
				if _, err := p.Document(b.Context(), "", format, feed.Gzip); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	f, err := p.Feed(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	g := &feeds.Feed{Title: f.Title, Link: &feeds.Link{Href: "https://news.example.com/"}, Description: f.Description, Updated: f.Updated}
	for _, a := range f.Articles {
		g.Items = append(g.Items, &feeds.Item{
			Title: a.Headline, Link: &feeds.Link{Href: p.Site.ArticleURL(a.Article)}, Id: a.GUID, Description: a.Summary,
			Content: a.Content, Created: a.Published, Updated: a.Updated, Author: &feeds.Author{Name: a.Byline[0].Name},
		})
	}
	for format, write := range map[feed.Format]func() (string, error){feed.RSS: g.ToRss, feed.Atom: g.ToAtom, feed.JSON: g.ToJSON} {
		b.Run("gorilla/"+string(format), func(b *testing.B) {
			for b.Loop() {
				text, err := write()
				if err != nil {
					b.Fatal(err)
				}
				var out bytes.Buffer
				w := gzip.NewWriter(&out)
				strings.NewReader(text).WriteTo(w)
				w.Close()
			}
		})
	}
}
