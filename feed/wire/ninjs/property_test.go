package ninjs

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var site = feed.Site{
	Title: "The Harbour Wire", URL: "https://wire.example", Language: "en-GB", Copyright: "© The Harbour Wire",
	Publisher: feed.Publisher{Name: "Harbour Press"},
}

var options = Options{Site: site, Categories: []feed.Category{
	{Slug: "conflicts-war", Title: "Conflicts & War", Aliases: []string{"War", "medtop:16000000"}},
	{Slug: "harbour", Title: "Harbour"},
	{Slug: "weather", Title: "Weather", Aliases: []string{"medtop:17000000"}},
}}

// awkward are texts that look like what stands around them.
var awkward = []string{
	"By ", " and ", ", ", "A, dpa", "<p>", "</p>\n", "\n", "—", " —</span> ", `<span class="dateline">`, "\u2028", "\u00a0", "e\u0301",
	"LONDON (PA) — ", "&lt;", "&amp;#60;", "&", `\ud800`, `"`, "🙂", "\u0085", "\u200d", "<script>", "©", "medtop:1", "http://a/",
}

func anyText(r *rapid.T, label string) string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom(awkward), rapid.StringN(1, 9, -1)), 0, 3).Draw(r, label)
	return strings.Map(func(c rune) rune {
		if !store.IsLegalRune(c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(strings.Join(parts, ""), ""))
}

// anyLine is what the store takes for a line, which need not be clean.
func anyLine(r *rapid.T, label string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' || c == '\t' {
			return -1
		}
		return c
	}, anyText(r, label)))
}

func someLine(r *rapid.T, label string) string { return cmp.Or(anyLine(r, label), "x") }

func anyTime(r *rapid.T, label string) time.Time {
	t := time.UnixMicro(rapid.Int64Range(-3e16, 2e17).Draw(r, label))
	return rapid.SampledFrom([]time.Time{{}, t, t.In(time.FixedZone("", 5*3600+1800))}).Draw(r, label+" zone")
}

func anyHTML(r *rapid.T, label string) string {
	pieces := []string{
		"<p>", "</p>", `<p lang="en">`, `<p title="a &gt; b">`, "<h2>", "</h2>", "LONDON, Nov 22 (EFE) - ", " ", "\n", "<em>a</em>", "<pre>",
		`<p class="correction">`, `<p class="credit">x</p>`, `<span class="dateline">Rome —</span> `, "<html><h1>a</h1>", "<!doctype html>", "<img src=\"https://a.example/1.jpg\">",
	}
	return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.Custom(func(r *rapid.T) string { return anyText(r, "words") })), 0, 8).Draw(r, label), "")
}

// anyURL is any address that the store takes.
func anyURL(r *rapid.T, label string) string {
	return "https://a.example" + rapid.StringMatching(`/[a-z/!-&(-;=\[\]_~]{0,9}(\?[!#-;=?-\[\]_a-z~]{0,9})?(#[a-z#]{0,5})?`).Filter(func(s string) bool {
		return isFree("related[0].url", store.Article{Related: []store.Related{{URL: "https://a.example" + s}}})
	}).Draw(r, label)
}

// isFree reports whether the store finds no fault of the field.
func isFree(field string, a store.Article) bool {
	return !slices.ContainsFunc(a.Check(), func(f store.Fault) bool { return f.Field == field })
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// anyArticle is any article that the store takes.
func anyArticle(r *rapid.T) store.Article {
	a := store.Article{
		ID: store.NewID(time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(r, "id"))),
		GUID: rapid.OneOf(
			rapid.StringMatching(`tag:[a-z]{1,9}\.example,20[0-9]{2}:[ -~à-ü]{1,30}`), rapid.StringMatching(`[a-z]{2,5}:[!-~]{1,30}`),
			rapid.StringMatching(`https?://[a-z@:\[\]0-9ü]{1,12}/[!-~é船]{0,20}`), rapid.StringMatching(`urn:[a-z]{3}:[!-~\x{7f}-\x{ff}]{1,20}`),
		).Filter(func(s string) bool { return isFree("guid", store.Article{GUID: s}) }).Draw(r, "guid"),
		Slug: cmp.Or(clean.Slug(anyText(r, "slug")), "x"), Version: rapid.IntRange(0, 99).Draw(r, "version"),
		Headline: someLine(r, "headline"), Summary: anyText(r, "summary"), Body: anyHTML(r, "body"),
		Dateline: store.Dateline{
			Place: anyLine(r, "place"), Agency: anyLine(r, "agency"),
			Date: rapid.SampledFrom([]string{"", "2026-11-22", "0001-02-28"}).Draw(r, "date"),
		},
		Credit:   store.Credit{Agency: anyLine(r, "credit"), SignOff: anyLine(r, "sign-off")},
		Language: rapid.SampledFrom([]string{"", "de", "pt-BR"}).Draw(r, "language"), Rights: anyText(r, "rights"),
		Tags: distinct(rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string { return someLine(r, "tag") }), 0, 4).Draw(r, "tags")),
		Subjects: distinct(rapid.SliceOfN(rapid.OneOf(
			rapid.StringMatching(`(medtop|subj|x-[a-z]):[0-9]{8}`), rapid.StringMatching(`[A-Za-z]{1,7}:[!-~à-ü]{1,9}`)), 0, 4).Draw(r, "subjects")),
		Urgency: rapid.IntRange(0, 9).Draw(r, "urgency"), Status: store.Usable,
		Published: anyTime(r, "published"), Updated: anyTime(r, "updated"), Expires: anyTime(r, "expires"), Embargo: anyTime(r, "embargo"),
		CorrectionNote: anyText(r, "correction"), EditorNote: "SECRET " + anyText(r, "note"),
	}
	if a.Summary == "" && a.Body == "" {
		a.Summary = "x"
	}
	if !a.Expires.After(a.Embargo) {
		a.Expires = time.Time{}
	}
	slugs := []string{"conflicts-war", "harbour", "weather", "gone"}
	a.Categories = rapid.Permutation(slugs).Draw(r, "categories")[:rapid.IntRange(1, 4).Draw(r, "how many")]
	for range rapid.IntRange(0, 3).Draw(r, "authors") {
		p := store.Author{Name: someLine(r, "author"), Email: rapid.SampledFrom([]string{"", "desk@wire.example"}).Draw(r, "e-mail")}
		if rapid.Bool().Draw(r, "has page") {
			p.URL = anyURL(r, "author's page")
		}
		a.Byline = append(a.Byline, p)
	}
	for range rapid.IntRange(0, 3).Draw(r, "enclosures") {
		a.Enclosures = append(a.Enclosures, store.Enclosure{
			URL: anyURL(r, "file"), Type: rapid.SampledFrom([]string{"image/jpeg", "image/jpg", "video/mp4", "text/html", "application/pdf"}).Draw(r, "type"),
			Length: rapid.Int64Min(0).Draw(r, "length"), Width: rapid.IntMin(0).Draw(r, "width"), Height: rapid.IntMin(0).Draw(r, "height"),
			Caption: anyText(r, "caption"), Credit: anyLine(r, "credit"),
		})
	}
	for range rapid.IntRange(0, 3).Draw(r, "related") {
		a.Related = append(a.Related, store.Related{Title: someLine(r, "title"), URL: anyURL(r, "page")})
	}
	for i := range rapid.IntRange(0, 2).Draw(r, "origins") {
		o := store.Origin{Source: "coast", FeedURL: anyURL(r, "feed"), FeedTitle: anyLine(r, "feed title"), EntryID: anyLine(r, "entry"), FeedID: "tag:x.example,2026:f"}
		if rapid.Bool().Draw(r, "has link") {
			o.Link = anyURL(r, "link")
		}
		if i == 0 {
			a.Origin = o
		} else {
			a.AlsoAt = append(a.AlsoAt, o)
		}
	}
	return a
}

// checked is any article that has no fault.
func checked(r *rapid.T) store.Article {
	a := anyArticle(r)
	if faults := a.Check(); len(faults) > 0 {
		r.Skip(faults)
	}
	return a
}

// meant is what Read should give for what Write wrote of a.
func meant(a store.Article) Item {
	in := Item{Status: store.Usable, Created: a.Updated, Type: "text", Dialect: v3}
	if a.Version > 0 {
		in.Version = strconv.Itoa(a.Version)
	}
	a.ID, a.Version, a.Status, a.Categories, a.EditorNote, a.Origin, a.AlsoAt = "", 0, "", nil, "", store.Origin{}, nil
	a.Language = cmp.Or(a.Language, site.Language)
	a.Body = clean.HTML(a.Body, nil)
	for i := range a.Byline {
		a.Byline[i].URL = uriOf(a.Byline[i].URL)
	}
	for i := range a.Enclosures {
		a.Enclosures[i].URL = uriOf(a.Enclosures[i].URL)
	}
	for i := range a.Related {
		a.Related[i].URL = uriOf(a.Related[i].URL)
	}
	in.Article = a
	return in
}

// level makes two items comparable: instants in UTC, no empty lists.
func level(in Item) Item {
	a := &in.Article
	for _, t := range []*time.Time{&a.Published, &a.Updated, &a.Embargo, &a.Expires, &in.Created} {
		*t = t.UTC()
	}
	if len(a.Tags) == 0 {
		a.Tags = nil
	}
	if len(a.Subjects) == 0 {
		a.Subjects = nil
	}
	in.Names, in.AltIDs = nil, nil
	return in
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := checked(r)
		data, err := Write(feed.Article{Article: a}, options)
		if err != nil {
			r.Fatalf("write: %v", err)
		}
		if bytes.Contains(data, []byte("SECRET")) {
			r.Fatalf("the editor's note is in %s", data)
		}
		in, err := Read(data, noon)
		if err != nil {
			r.Fatalf("read: %v\n%s", err, data)
		}
		if slugs := filedUnder(in.Names); !slices.Equal(slugs, a.Categories) {
			r.Fatalf("names %q stand for %q, want %q", in.Names, slugs, a.Categories)
		}
		if !slices.Contains(in.AltIDs, string(a.ID)) {
			r.Fatalf("other names are %q, without the ID %s", in.AltIDs, a.ID)
		}
		if got, want := level(in), level(meant(a)); !reflect.DeepEqual(got, want) {
			r.Fatalf("got  %#v\nwant %#v\nfrom %s", got, want, data)
		}
	})
}

// filedUnder are the categories that the names stand for, one that is not
// declared by its slug.
func filedUnder(names []string) (slugs []string) {
	known := map[string]string{"gone": "gone"}
	for _, c := range options.Categories {
		for _, name := range append([]string{c.Slug, c.Title}, c.Aliases...) {
			known[name] = c.Slug
		}
	}
	for _, name := range names {
		if slug := known[name]; slug != "" && !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	return slugs
}

// TestWhatIsWithdrawnSaysNothing writes articles that readers may not see: only
// their filing is told.
func TestWhatIsWithdrawnSaysNothing(t *testing.T) {
	for status, want := range map[store.Status]store.Status{store.Killed: store.Killed, store.Held: store.Held, store.Expired: store.Held} {
		rapid.Check(t, func(r *rapid.T) {
			a := checked(r)
			a.Status, a.Slug, a.Origin = status, "SECRET", store.Origin{Source: "x", Link: "https://a.example/SECRET", EntryID: "SECRET"}
			a.Headline, a.Summary, a.Body, a.CorrectionNote = "SECRET", "SECRET", "<p>SECRET</p>", "SECRET"
			a.Dateline.Place, a.Credit.Agency, a.Rights, a.Tags = "SECRET", "SECRET", "SECRET", []string{"SECRET"}
			a.Byline, a.Subjects = []store.Author{{Name: "SECRET"}}, []string{"x:SECRET"}
			a.Enclosures, a.Related = []store.Enclosure{{URL: "https://a.example/SECRET"}}, []store.Related{{Title: "SECRET"}}
			data, err := Write(feed.Article{Article: a}, options)
			if err != nil || bytes.Contains(data, []byte("SECRET")) {
				r.Fatalf("error %v, or it is not kept back: %s", err, data)
			}
			in, err := Read(data, noon)
			if err != nil || in.Status != want || in.Article.GUID != a.GUID || in.Article.Body == "" || in.Article.Headline == "" {
				r.Fatalf("%v: read %#v, error %v", status, in, err)
			}
		})
	}
}

func TestEveryItemOfAListIsAnItem(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var list []feed.Article
		for _, a := range rapid.SliceOfN(rapid.Custom(checked), 0, 4).Draw(r, "list") {
			list = append(list, feed.Article{Article: a})
		}
		data, err := WriteFeed(list, options)
		if err != nil {
			r.Fatal(err)
		}
		doc, faults := parse(data)
		if doc == nil || len(faults) > 0 || doc.get("items") == nil {
			r.Fatalf("faults %v in %s", faults, data)
		}
		for i, m := range doc.list("items") {
			m.parent = nil
			if faults := strict().check(m); len(faults) > 0 {
				r.Fatalf("item %d: %v", i, faults)
			}
			if got := item(m, noon).Article.GUID; got != list[i].GUID {
				r.Fatalf("item %d is %s, want %s", i, got, list[i].GUID)
			}
		}
		again, err := WriteFeed(list, options)
		if err != nil || !bytes.Equal(data, again) {
			r.Fatalf("the second time it is other bytes, error %v", err)
		}
	})
}

// TestURIs holds names of every kind to RFC 3986: what uriOf gives is a URI,
// and it leaves a URI as it is.
func TestURIs(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`[a-z]{1,5}:(//)?[!-~é]{0,30}`).Draw(r, "s")
		if u := uriOf(s); !isURI(u) || uriOf(u) != u {
			r.Fatalf("%q became %q, which is no URI", s, u)
		}
	})
	for s, want := range map[string]string{
		"https://hafen.example/überfahrt?n=1#船":         "https://hafen.example/%C3%BCberfahrt?n=1#%E8%88%B9",
		"tag:a.example,2026:a#b#c":                      "tag:a.example,2026:a#b%23c",
		"tag:a.example,2026:[x]":                        "tag:a.example,2026:%5Bx%5D",
		"http://[::1]:80/[x]":                           "http://[::1]:80/%5Bx%5D",
		"http://u:p@w@a.example/%zz%20":                 "http://u:p%40w@a.example/%25zz%20",
		"x://a:b/":                                      "x://a%3Ab/",
		"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
	} {
		if got := uriOf(s); got != want {
			t.Errorf("uriOf(%q) = %q, want %q", s, got, want)
		}
	}
	for _, s := range []string{"", "a", "1:a", "//a/b", "tag:a b", "http://a/é"} {
		if isURI(s) {
			t.Errorf("%q is taken for a URI", s)
		}
	}
}

// TestGenerateForValidators writes articles and a list into the folder that
// NINJS_OUT names, for validators of others to judge.
func TestGenerateForValidators(t *testing.T) {
	dir := os.Getenv("NINJS_OUT")
	if dir == "" {
		t.Skip("set NINJS_OUT to an empty folder to have items written into it, and hold them to the schema of ninjs 3.1 there")
	}
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		a := checked(r)
		a.Status = rapid.SampledFrom([]store.Status{store.Usable, store.Usable, store.Usable, store.Held, store.Killed, store.Expired}).Draw(r, "status")
		data, err := Write(feed.Article{Article: a}, options)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.json", n)), data, 0o644)
		}
		if n++; err != nil {
			r.Fatal(err)
		}
	})
}
