package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"dateline/store"
)

// The rules are tested through an engine in storetest; here is what only
// their own answers show.

func TestReviseRefusesWhatWasKilled(t *testing.T) {
	old := sample()
	old.Status = store.Killed
	a, outcome, err := store.Revise(&old, store.Filing{Article: sample()}, at(9, 0))
	if !errors.Is(err, store.ErrKilled) || outcome != "" || a.ID != "" {
		t.Errorf("%+v, %q, error %v; want nothing but that it was killed", a, outcome, err)
	}
}

func TestReviseDoesNotChangeWhatItIsGiven(t *testing.T) {
	old, f := sample(), store.Filing{Article: sample()}
	f.Article.Headline, f.Article.Embargo = "Ferry pier opens late", at(8, 0)
	if _, _, err := store.Revise(&old, f, at(9, 0)); err != nil {
		t.Fatal(err)
	}
	if !old.SameContent(sample()) || old.Version != 0 || !f.Article.Embargo.Equal(at(8, 0)) {
		t.Errorf("old %+v, filing %+v", old, f)
	}
}

func TestSameContentLooksAtAllThatWasFiled(t *testing.T) {
	for what, change := range map[string]func(*store.Article){
		"headline":   func(a *store.Article) { a.Headline += "!" },
		"body":       func(a *store.Article) { a.Body += " " },
		"dateline":   func(a *store.Article) { a.Dateline.Place = "Port Salter" },
		"byline":     func(a *store.Article) { a.Byline = []store.Author{{Name: "Ines"}} },
		"enclosures": func(a *store.Article) { a.Enclosures = enclosures("image/jpeg") },
		"categories": func(a *store.Article) { a.Categories = []string{"harbour", "council"} },
		"tags":       func(a *store.Article) { a.Tags = []string{"ferry"} },
		"urgency":    func(a *store.Article) { a.Urgency = 1 },
		"embargo":    func(a *store.Article) { a.Embargo = at(9, 0) },
		"expiry":     func(a *store.Article) { a.Expires = at(9, 0) },
		"correction": func(a *store.Article) { a.CorrectionNote = "The berth was wrong." },
		"note":       func(a *store.Article) { a.EditorNote = "Ring the office." },
	} {
		a := sample()
		if change(&a); a.SameContent(sample()) {
			t.Errorf("another %s is the same", what)
		}
	}
	a := sample()
	a.ID, a.GUID, a.Slug, a.Version, a.Status = "x", "x", "x", 4, store.Held
	a.Published, a.Updated = at(9, 0), at(9, 0)
	a.Tags, a.Subjects, a.Byline, a.Enclosures = []string{}, []string{}, []store.Author{}, []store.Enclosure{}
	if !a.SameContent(sample()) {
		t.Error("what the store sets, and lists without members, count")
	}
}

func TestOnlyUsableArticlesWithoutEmbargoArePublic(t *testing.T) {
	for _, status := range []store.Status{store.Usable, store.Held, store.Killed, store.Expired} {
		for _, c := range []struct {
			published, embargo time.Time
			seen               bool // by readers, at some time
		}{
			{at(9, 0), time.Time{}, true},
			{at(9, 0), at(9, 0), false},
			{at(8, 0), at(9, 0), true}, // it came under embargo later
		} {
			a := store.Article{Status: status, Published: c.published, Embargo: c.embargo}
			public := status == store.Usable && c.embargo.IsZero()
			withdrawn := slices.Contains([]store.Status{store.Held, store.Killed}, status)
			if a.Public() != public || a.Visible() != (public || withdrawn && c.seen) {
				t.Errorf("%s, published %s, embargo %s: public %t, visible %t", status, c.published, c.embargo, a.Public(), a.Visible())
			}
		}
	}
}

func TestDueIsTheNextThingThatTimeDoes(t *testing.T) {
	for _, c := range []struct {
		status           store.Status
		embargo, expires time.Time
		want             time.Time
	}{
		{store.Usable, time.Time{}, time.Time{}, time.Time{}},
		{store.Usable, at(9, 0), at(10, 0), at(9, 0)},
		{store.Usable, time.Time{}, at(10, 0), at(10, 0)},
		{store.Held, at(9, 0), at(10, 0), at(10, 0)},
		{store.Held, at(9, 0), time.Time{}, time.Time{}},
		{store.Killed, at(9, 0), at(10, 0), time.Time{}},
		{store.Expired, time.Time{}, at(10, 0), time.Time{}},
	} {
		a := store.Article{Status: c.status, Embargo: c.embargo, Expires: c.expires}
		if got := store.Due(a); !got.Equal(c.want) {
			t.Errorf("%+v: due %s; want %s", c, got, c.want)
		}
	}
}

func TestCursorsGoThroughAURL(t *testing.T) {
	key := []byte{0, 1, 0xfb, 0xff, 0xfe, '?', '&', 0}
	cursor := store.NewCursor(key)
	for _, c := range string(cursor) {
		if !slices.Contains([]rune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), c) {
			t.Errorf("%q in cursor %s", c, cursor)
		}
	}
	if back, ok := cursor.Key(); !slices.Equal(back, key) || !ok {
		t.Errorf("%x came back as %x, %t", key, back, ok)
	}
}
