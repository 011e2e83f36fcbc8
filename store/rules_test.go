package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

func sample() store.Article {
	return store.Article{
		ID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", GUID: "tag:wire.example,2026-03-02:1", Slug: "ferry-pier-opens",
		Headline: "Ferry pier opens", Body: "<p>The pier at Old Quay is open again.</p>",
		Categories: []string{"harbour"},
	}
}

func TestSoundArticlesHaveNoFault(t *testing.T) {
	for what, change := range map[string]func(*store.Article){
		"nothing but what is needed":  func(*store.Article) {},
		"a summary, no body":          func(a *store.Article) { a.Body, a.Summary = "", "It is open." },
		"an IRI with letters":         func(a *store.Article) { a.GUID = "https://hafen.example/überfahrt?n=1#船" },
		"a name in another space":     func(a *store.Article) { a.GUID = "urn:isbn:9780306406157" },
		"a URN":                       func(a *store.Article) { a.GUID = "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66" },
		"a slug of another script":    func(a *store.Article) { a.Slug = "паром-открыт-दो" },
		"the longest slug":            func(a *store.Article) { a.Slug = strings.Repeat("é", 100) },
		"lines in a summary":          func(a *store.Article) { a.Summary = "One.\n\tTwo." },
		"the longest headline":        func(a *store.Article) { a.Headline = strings.Repeat("x", store.MaxLine) },
		"the longest body":            func(a *store.Article) { a.Body = strings.Repeat("x", store.MaxBody) },
		"urgency 9":                   func(a *store.Article) { a.Urgency = 9 },
		"a language with its region":  func(a *store.Article) { a.Language = "zh-Hant-TW" },
		"a date in the dateline":      func(a *store.Article) { a.Dateline.Date = "2024-02-29" },
		"an enclosure of any type":    func(a *store.Article) { a.Enclosures = enclosures("application/vnd.oasis.opendocument.text") },
		"a subject with its scheme":   func(a *store.Article) { a.Subjects = []string{"medtop:16000000", "ncw:pier/3"} },
		"an expiry after the embargo": func(a *store.Article) { a.Embargo = at(9, 0); a.Expires = at(9, 1) },
		"the greatest list":           func(a *store.Article) { a.Tags = tags(store.MaxList) },
		"dates in the year 9999":      func(a *store.Article) { a.Expires = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) },
		"characters beyond 16 bits":   func(a *store.Article) { a.Headline = "Ferry 🚢 opens" },
	} {
		a := sample()
		if change(&a); a.Check() != nil {
			t.Errorf("%s: %v", what, a.Check())
		}
	}
}

func enclosures(mediaType string) []store.Enclosure {
	return []store.Enclosure{{URL: "https://media.wire.example/pier", Type: mediaType}}
}

func tags(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("berth %d", i))
	}
	return list
}

func at(hour, minute int) time.Time { return time.Date(2026, 3, 2, hour, minute, 0, 0, time.UTC) }

// Each change makes one fault, in the field named.
func TestEachRuleIsKept(t *testing.T) {
	for _, c := range []struct {
		field  string
		change func(*store.Article)
	}{
		{"id", func(a *store.Article) { a.ID = "" }},
		{"id", func(a *store.Article) { a.ID = "01arz3ndektsv4rrffq69g5fav" }},
		{"guid", func(a *store.Article) { a.GUID = "" }},
		{"guid", func(a *store.Article) { a.GUID = "1" }},
		{"guid", func(a *store.Article) { a.GUID = "/ferry" }},
		{"guid", func(a *store.Article) { a.GUID = "tag:wire.example,2026:a b" }},
		{"guid", func(a *store.Article) { a.GUID = "tag:wire.example:1" }},
		{"guid", func(a *store.Article) { a.GUID = "urn:x:1" }},
		{"guid", func(a *store.Article) { a.GUID = "urn:uuid:1" }},
		{"guid", func(a *store.Article) { a.GUID = "https:///ferry" }},
		{"guid", func(a *store.Article) { a.GUID = `https://wire.example/"ferry"` }},
		{"byline[0].url", func(a *store.Article) { a.Byline = []store.Author{{Name: "A", URL: `https://wire.example/"x`}} }},
		{"byline[0].url", func(a *store.Article) { a.Byline = []store.Author{{Name: "A", URL: "https://wire.example/é"}} }},
		{"guid", func(a *store.Article) { a.GUID = "tag:" + strings.Repeat("x", store.MaxLine) }},
		{"slug", func(a *store.Article) { a.Slug = "" }},
		{"slug", func(a *store.Article) { a.Slug = "-ferry" }},
		{"slug", func(a *store.Article) { a.Slug = "ferry--pier" }},
		{"slug", func(a *store.Article) { a.Slug = "ferry/pier" }},
		{"slug", func(a *store.Article) { a.Slug = "ferry pier" }},
		{"slug", func(a *store.Article) { a.Slug = "\xff" }},
		{"slug", func(a *store.Article) { a.Slug = strings.Repeat("x", 101) }},
		{"slug", func(a *store.Article) { a.Slug = strings.Repeat("字", 67) }},
		{"headline", func(a *store.Article) { a.Headline = "" }},
		{"headline", func(a *store.Article) { a.Headline = "Ferry\npier" }},
		{"headline", func(a *store.Article) { a.Headline = " Ferry pier" }},
		{"headline", func(a *store.Article) { a.Headline = "Ferry\x0bpier" }},
		{"headline", func(a *store.Article) { a.Headline = strings.Repeat("x", store.MaxLine+1) }},
		{"summary", func(a *store.Article) { a.Summary = "\ufffe" }},
		{"summary", func(a *store.Article) { a.Summary = strings.Repeat("x", store.MaxText+1) }},
		{"body", func(a *store.Article) { a.Body = "" }},
		{"body", func(a *store.Article) { a.Body = "\x1b" }},
		{"body", func(a *store.Article) { a.Body = "a\xc3" }},
		{"body", func(a *store.Article) { a.Body = strings.Repeat("x", store.MaxBody+1) }},
		{"dateline.place", func(a *store.Article) { a.Dateline.Place = "Port\nSalter" }},
		{"dateline.agency", func(a *store.Article) { a.Dateline.Agency = "NCW " }},
		{"dateline.date", func(a *store.Article) { a.Dateline.Date = "2025-02-29" }},
		{"dateline.date", func(a *store.Article) { a.Dateline.Date = "2 March" }},
		{"credit.agency", func(a *store.Article) { a.Credit.Agency = "N\tCW" }},
		{"credit.sign_off", func(a *store.Article) { a.Credit.SignOff = "ic\r" }},
		{"rights", func(a *store.Article) { a.Rights = "\x00" }},
		{"correction_note", func(a *store.Article) { a.CorrectionNote = "\x00" }},
		{"editor_note", func(a *store.Article) { a.EditorNote = "\x00" }},
		{"language", func(a *store.Article) { a.Language = "e" }},
		{"language", func(a *store.Article) { a.Language = "en_GB" }},
		{"urgency", func(a *store.Article) { a.Urgency = -1 }},
		{"urgency", func(a *store.Article) { a.Urgency = 10 }},
		{"expires", func(a *store.Article) { a.Embargo, a.Expires = at(9, 0), at(9, 0) }},
		{"expires", func(a *store.Article) { a.Embargo, a.Expires = at(9, 1), at(9, 0) }},
		{"published", func(a *store.Article) { a.Published = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"updated", func(a *store.Article) { a.Updated = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"embargo", func(a *store.Article) { a.Embargo = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"expires", func(a *store.Article) { a.Expires = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"byline[0].name", func(a *store.Article) { a.Byline = []store.Author{{Email: "ines@wire.example"}} }},
		{"byline[1].name", func(a *store.Article) { a.Byline = []store.Author{{Name: "Ines"}, {Name: "To\nmás"}} }},
		{"byline[0].email", func(a *store.Article) { a.Byline = []store.Author{{Name: "Ines", Email: "ines"}} }},
		{"byline[0].url", func(a *store.Article) { a.Byline = []store.Author{{Name: "Ines", URL: "mailto:ines@wire.example"}} }},
		{"byline", func(a *store.Article) {
			for range store.MaxList + 1 {
				a.Byline = append(a.Byline, store.Author{Name: "Ines"})
			}
		}},
		{"enclosures[0].url", func(a *store.Article) { a.Enclosures = []store.Enclosure{{URL: "/pier.jpg", Type: "image/jpeg"}} }},
		{"enclosures[0].url", func(a *store.Article) { a.Enclosures = []store.Enclosure{{URL: "https:///pier", Type: "image/jpeg"}} }},
		{"enclosures[0].type", func(a *store.Article) { a.Enclosures = enclosures("") }},
		{"enclosures[0].type", func(a *store.Article) { a.Enclosures = enclosures("Image/JPEG") }},
		{"enclosures[0]", func(a *store.Article) { a.Enclosures = enclosures("image/jpeg"); a.Enclosures[0].Length = -1 }},
		{"enclosures[0]", func(a *store.Article) { a.Enclosures = enclosures("image/jpeg"); a.Enclosures[0].Width = -1 }},
		{"enclosures[0]", func(a *store.Article) { a.Enclosures = enclosures("image/jpeg"); a.Enclosures[0].Height = -1 }},
		{"enclosures[0].caption", func(a *store.Article) { a.Enclosures = enclosures("image/jpeg"); a.Enclosures[0].Caption = "\x00" }},
		{"enclosures[0].credit", func(a *store.Article) { a.Enclosures = enclosures("image/jpeg"); a.Enclosures[0].Credit = "R.\nLund" }},
		{"categories", func(a *store.Article) { a.Categories = nil }},
		{"categories[0]", func(a *store.Article) { a.Categories = []string{"Conflicts & War"} }},
		{"categories[0]", func(a *store.Article) { a.Categories = []string{strings.Repeat("x", 101)} }},
		{"categories[1]", func(a *store.Article) { a.Categories = []string{"harbour", ""} }},
		{"categories[1]", func(a *store.Article) { a.Categories = []string{"harbour", "harbour"} }},
		{"tags", func(a *store.Article) { a.Tags = tags(store.MaxList + 1) }},
		{"tags[0]", func(a *store.Article) { a.Tags = []string{""} }},
		{"tags[1]", func(a *store.Article) { a.Tags = []string{"ferry", "ferry"} }},
		{"tags[0]", func(a *store.Article) { a.Tags = []string{"fer\nry"} }},
		{"subjects[0]", func(a *store.Article) { a.Subjects = []string{"16000000"} }},
		{"subjects[1]", func(a *store.Article) { a.Subjects = []string{"medtop:1", "medtop:1"} }},
	} {
		a := sample()
		c.change(&a)
		faults := a.Check()
		if len(faults) == 0 {
			t.Errorf("%s: no fault in %+v", c.field, a)
		}
		for _, fault := range faults { // one mistake may break two rules of its field
			if fault.Field != c.field {
				t.Errorf("%s: fault of %s: %s", c.field, fault.Field, fault.Detail)
			}
			if fault.Detail == "" {
				t.Errorf("%s: the fault says nothing", c.field)
			}
		}
	}
}

func TestInvalidNamesEveryField(t *testing.T) {
	err := &store.Invalid{Faults: []store.Fault{{Field: "id", Detail: "is not a ULID"}, {Field: "headline", Detail: "is missing"}}}
	if want := "id is not a ULID; headline is missing"; err.Error() != want {
		t.Errorf("%q; want %q", err, want)
	}
}

func TestCategoriesAreSlugs(t *testing.T) {
	for s, want := range map[string]bool{
		"world": true, "conflicts-war": true, "1": true, "a-1-b": true,
		"": false, "World": false, "-world": false, "world-": false, "a--b": false, "wörld": false, "a b": false, "a/b": false, "a\n": false,
	} {
		if store.IsCategory(s) != want {
			t.Errorf("%q: %t", s, !want)
		}
	}
}

func TestLegalCharactersAreThoseOfXML(t *testing.T) {
	for r, want := range map[rune]bool{
		0: false, 8: false, '\t': true, '\n': true, 0x0b: false, 0x0c: false, '\r': true, 0x1f: false, ' ': true,
		0x7f: true, 0x85: true, 0xd7ff: true, 0xe000: true, 0xfffd: true, 0xfffe: false, 0xffff: false, 0x10000: true, 0x10ffff: true,
	} {
		if store.IsLegalRune(r) != want || store.IsLegal("a"+string(r)) != want {
			t.Errorf("%U: %t", r, !want)
		}
	}
	for _, s := range []string{"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80"} {
		if store.IsLegal(s) {
			t.Errorf("%q is not UTF-8", s)
		}
	}
}
