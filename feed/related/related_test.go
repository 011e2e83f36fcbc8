package related_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/feed"
	"dateline/feed/related"
	"dateline/feed/wire"
	"dateline/store"
)

var noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

// copies are the articles of testdata. A file's name is that of its story, so
// that "dam-1.en" and "dam-2.en" are related and nothing is to "alone-rates.en".
func copies(t testing.TB) []store.Article {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal("no testdata", err)
	}
	var desk wire.Desk
	desk.Site = feed.Site{URL: "https://news.example.com", Language: "en"}
	for _, title := range []string{"World", "Politics", "Culture", "Sport", "Business & Economy", "Science & Technology"} {
		desk.Categories = append(desk.Categories, feed.Category{Slug: strings.ToLower(title[:5]), Title: title})
	}
	var as []store.Article
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := desk.Read(text, wire.Text, wire.Options{Now: noon})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a.ID = store.ID(strings.TrimSuffix(filepath.Base(name), ".txt"))
		_, a.Language, _ = strings.Cut(string(a.ID), ".")
		date, err := time.Parse(time.DateOnly, a.Dateline.Date)
		if err != nil {
			t.Fatalf("%s: no dateline: %v", name, err)
		}
		a.Published, a.Status = date, store.Usable
		as = append(as, a)
	}
	return as
}

func index(o related.Options, as ...store.Article) *related.Index {
	x := related.New(o)
	for _, a := range as {
		x.Put(a)
	}
	return x
}

func ids(ms []related.Match) []string {
	got := []string{}
	for _, m := range ms {
		got = append(got, string(m.ID))
	}
	return got
}

// TestStoriesFindEachOther: every article finds all others of its story and
// none of another, in nine languages at once.
func TestStoriesFindEachOther(t *testing.T) {
	for _, language := range []string{"given", "unknown"} {
		t.Run(language, func(t *testing.T) {
			as := copies(t)
			if language == "unknown" {
				for i := range as {
					as[i].Language = ""
				}
			}
			x := index(related.Options{}, as...)
			for _, a := range as {
				story, _, _ := strings.Cut(string(a.ID), "-")
				want := []string{}
				for _, b := range as {
					if strings.HasPrefix(string(b.ID), story+"-") && a.ID != b.ID && story != "alone" {
						want = append(want, string(b.ID))
					}
				}
				near := x.Near(a, 10)
				got := ids(near)
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s: %v, want %v", a.ID, near, want)
				}
			}
		})
	}
}

// said is a public article with that headline and text.
func said(id, headline, body string) store.Article {
	return store.Article{
		ID: store.ID(id), Headline: headline, Body: "<p>" + body + "</p>", Language: "en",
		Published: noon, Updated: noon, Status: store.Usable,
	}
}

func TestWhatCounts(t *testing.T) {
	const lowered = "Engineers in Osterby lowered the reservoir, Brandvold said."
	asked := said("asked", "Cracks in Velmar dam", lowered)
	near := func(id string) store.Article {
		return said(id, "Osterby dam", "The reservoir above Osterby shrinks, and Brandvold watched it.")
	}
	later := near("near-1")
	later.Published = noon.Add(-20 * 24 * time.Hour)
	for _, test := range []struct {
		name string
		rest []store.Article
		want []string
	}{
		{"time", []store.Article{later, near("near-2")}, []string{"near-2"}}, // tells the same story
		{"names more than other words", []store.Article{
			said("words", "Grain harvest", "The engineers were cautious when the reservoir was lowered."),
			said("names", "Grain harvest", "The farmers of Osterby were cautious when Brandvold visited."),
		}, []string{"names"}},
		{"the headline more than the body", []store.Article{
			said("body", "A joyful harvest", "Engineers saw the reservoir of Osterby, Brandvold came, cracks in Velmar dam grew."),
			said("headline", "Cracks in Velmar dam", "Engineers saw the reservoir of Osterby, Brandvold came, a joyful harvest grew."),
		}, []string{"headline", "body"}},
		{"equally near ones by ID", []store.Article{
			said("b", "Harvest begun", lowered),
			said("a", "Harvest ended", lowered),
		}, []string{"a", "b"}},
		{"a tag is a name", []store.Article{
			tagged(said("tag", "Harvest", "They gathered it in."), "Osterby", "Velmar dam"),
			said("none", "Harvest", "They gathered it in."),
		}, []string{"tag"}},
		{"the place of the dateline is a name", []store.Article{
			said("none", "Harvest", lowered), placed(said("place", "Supper", lowered), "Velmar"),
		}, []string{"place", "none"}},
		{"a subject counts", []store.Article{
			said("near-1", "Harvest", lowered), about(said("near-2", "Supper", lowered), "medtop:20000170"),
		}, []string{"near-2", "near-1"}},
		{"one shared name is not enough", []store.Article{
			said("one", "Osterby fair", "The fair at Osterby opened with drums."),
		}, []string{}},
		{"days and months are no names", []store.Article{
			said("days", "Harvest", "It began on Tuesday in March, they told reporters on Wednesday."),
		}, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := about(asked, "medtop:20000170")
			a.Body += "<p>On Tuesday in March and on Wednesday.</p>"
			if got := ids(index(related.Options{}, test.rest...).Near(a, 9)); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func tagged(a store.Article, tags ...string) store.Article {
	a.Tags = tags
	return a
}

func placed(a store.Article, place string) store.Article {
	a.Dateline.Place = place
	return a
}

func about(a store.Article, subjects ...string) store.Article {
	a.Subjects = subjects
	return a
}

// TestRareWordsWeighMore: of two articles that share two words each, the one
// with the rarer words is nearer.
func TestRareWordsWeighMore(t *testing.T) {
	x := index(related.Options{},
		said("rare", "Harvest", "The thistle and the beetle were forgotten, quite forgotten."),
		said("common", "Harvest", "The minister and the parliament were forgotten, quite forgotten."))
	for i := range 300 {
		x.Put(said(fmt.Sprint("other-", i), fmt.Sprint("Vote", i), fmt.Sprint("A minister of parliament", i, " went to parliament.")))
	}
	got := x.Near(said("asked", "Supper", "The beetle, the thistle, the minister, the parliament."), 5)
	if len(got) == 0 || got[0].ID != "rare" || slices.Contains(ids(got), "common") {
		t.Errorf("got %v, want rare and not common", got)
	}
}

func TestWhySaysWhatIsShared(t *testing.T) {
	as := copies(t)
	x := index(related.Options{}, as...)
	for id, want := range map[string][]string{
		"dam-2.en":       {"Velmar", "Ilse Brandvold", "Osterby"},
		"orchestra-1.en": {"Matteo Riva", "Harnau Philharmonic"},
		"strike-1.es":    {"Puerto Almar", "Corvina"},
		"works-2.de":     {"Grevenau", "Betriebsrätin Anke Söhlmann"},
		"mine-1.ru":      {"Игорь Лаптев", "Северная"},
		"bridge-2.ar":    {"الوادي", "الكبير"},
		"lantern-1.zh":   {"扎灯匠人顾望舒", "青石镇"},
		"whale-2.ja":     {"鳴海湾", "ザトウクジラ"},
	} {
		i := slices.IndexFunc(as, func(a store.Article) bool { return string(a.ID) == id })
		near := x.Near(as[i], 1)
		if len(near) != 1 || len(near[0].Why) > 4 {
			t.Fatalf("%s: got %v", id, near)
		}
		t.Log(id, near)
		for _, w := range want {
			if !slices.Contains(near[0].Why, w) {
				t.Errorf("%s: why is %q, want %q among it", id, near[0].Why, w)
			}
		}
	}
}
