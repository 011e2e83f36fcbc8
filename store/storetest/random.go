package storetest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dateline/store"
)

// behavesLikeModel does the same random acts to a store and to a model of it,
// and looks at all of both after each.
func behavesLikeModel(t *testing.T, engine Engine) {
	home := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(home, "")
		if err != nil {
			r.Fatal(err)
		}
		r.Cleanup(func() { os.RemoveAll(dir) })
		f := newFixture(r, t, dir, engine)
		p := &pair{fixture: f, model: newModel(f.stats().Created)}
		p.declareOne(r)
		// Now and then a store of many pages: then each look costs more.
		if rapid.IntRange(0, 29).Draw(r, "many") == 17 {
			p.fileMany(r, 100)
		}
		r.Repeat(map[string]func(*rapid.T){
			"":         p.look,
			"file":     p.fileNew,
			"revise":   p.reviseKnown,
			"repeat":   p.repeat,
			"use key":  p.useKey,
			"take ID":  p.takeID,
			"mistake":  p.fileInvalid,
			"status":   p.setAny,
			"advance":  p.advanceBoth,
			"reopen":   func(*rapid.T) { p.reopen(); p.looked = 0 },
			"withdraw": p.withdraw,
			"declare":  p.declareOne,
			"refile":   p.refileOne,
			"relate":   p.relateOne,
			"expunge":  p.expungeSome,
		})
		p.lookAtAll(r)
		p.move(home)
		p.lookAtAll(r)
	})
}

// pair is a store and its model.
type pair struct {
	*fixture
	model   *model
	filings []store.Filing // accepted, in their order
	made    uint64         // how many IDs were made
	looked  uint64         // the sequence at the last look at all
}

var (
	// One of them begins like another, one is used by no article.
	slugs = []string{"harbour", "council", "sport", "sport-rowing"}
	known = append([]string{"unknown", "feed/top", "source/gazette", "source/herald"}, slugs...)
)

// look compares the store with the model after a step: all of it when there
// is something new. What a step without a change may have spoiled shows at the
// next look at all.
func (p *pair) look(r *rapid.T) {
	p.same("stats", comparableStats(p.stats()), p.model.stats())
	if n := p.sequence(); n > p.looked || n == 0 {
		p.lookAtAll(r)
		p.looked = n
	}
}

// lookAtAll compares all that the store shows with what the model says.
func (p *pair) lookAtAll(r *rapid.T) {
	size := rapid.SampledFrom([]int{2, 5}).Draw(r, "page")
	if len(p.model.articles) > 50 {
		size *= 20
	}
	p.same("store and model", p.picture(size, known...), p.model.picture(known...))
}

// tick moves the clock, now and then back.
func (p *pair) tick(r *rapid.T) {
	p.later(rapid.SampledFrom([]time.Duration{
		time.Minute, 0, 300 * time.Nanosecond, time.Hour, -time.Minute, -3 * time.Hour, 48 * time.Hour,
	}).Draw(r, "tick"))
}

// relateOne says what is near to an article, some of it unknown.
func (p *pair) relateOne(r *rapid.T) {
	if len(p.filings) == 0 {
		r.Skip("nothing is filed")
	}
	p.tick(r)
	one := func(label string) store.ID { return rapid.SampledFrom(p.filings).Draw(r, label).Article.ID }
	id, near := one("article"), []store.ID{p.newID(r)}
	for i := range rapid.IntRange(0, 4).Draw(r, "near") {
		near = append(near, one(fmt.Sprint("near ", i)))
	}
	p.fixture.relate(id, near...)
	p.model.relate(id, near, p.now)
}

// date is one near now, in steps so wide that dates meet; or none.
func (p *pair) date(r *rapid.T, label string, least, most int) time.Time {
	n := rapid.IntRange(least, most).Draw(r, label)
	if n == 0 {
		return time.Time{}
	}
	return p.now.Truncate(time.Hour).Add(time.Duration(n) * time.Hour)
}

// newID is one that was not there before, anywhere among the others.
func (p *pair) newID(r *rapid.T) store.ID {
	p.made++
	var b [16]byte
	binary.BigEndian.PutUint16(b[:], rapid.Uint16().Draw(r, "place"))
	binary.BigEndian.PutUint64(b[8:], p.made)
	return store.IDFromBytes(b)
}

func (p *pair) draw(r *rapid.T) store.Article {
	headline := fmt.Sprintf("Berth %d is free", rapid.IntRange(1, 4).Draw(r, "berth"))
	categories := rapid.SliceOfNDistinct(rapid.SampledFrom(slugs), 1, 3, rapid.ID).Draw(r, "categories")
	a := newArticle(p.newID(r), p.now, headline, categories...)
	if rapid.IntRange(0, 3).Draw(r, "long") != 0 { // most are short, and so quickly read
		a.GUID, a.Slug, a.Body = fmt.Sprintf("tag:w.example,2026:%d", p.made), "berth", "<p>It is.</p>"
	}
	a.Urgency = rapid.IntRange(0, 4).Draw(r, "urgency")
	origins := rapid.SliceOfN(rapid.SampledFrom([]string{"gazette", "herald"}), 0, 2).Draw(r, "sources")
	for i, source := range origins {
		if o := (store.Origin{Source: source, FeedURL: "https://s.example/feed"}); i == 0 {
			a.Origin = o
		} else {
			a.AlsoAt = []store.Origin{o}
		}
	}
	if len(p.filings) > 0 && rapid.IntRange(0, 3).Draw(r, "names") == 0 {
		id := rapid.SampledFrom(p.filings).Draw(r, "related").Article.ID
		a.Related = []store.Related{{ID: id, Title: "Berths", URL: "https://wire.example/article/" + string(id)}}
	}
	a.Published = p.date(r, "published", -4, 2)
	a.Updated = p.date(r, "updated", -2, 2)
	if rapid.IntRange(0, 2).Draw(r, "embargoed") == 0 {
		a.Embargo = p.date(r, "embargo", -1, 3)
	}
	if rapid.IntRange(0, 2).Draw(r, "expires") == 0 {
		a.Expires = p.date(r, "expiry", -1, 6)
	}
	return a
}

// send files with both and compares the answers.
func (p *pair) send(filing store.Filing) {
	want, wantErr := p.model.file(filing)
	got, err := p.store.File(p.Context(), filing)
	p.sameError("file", err, wantErr)
	p.same("receipt", got, want)
	if err == nil {
		p.filings = append(p.filings, filing)
	}
}

// sameError compares what a caller would ask of two errors.
func (p *pair) sameError(act string, got, want error) {
	for _, kind := range []error{store.ErrExpunged, store.ErrNotFound, store.ErrKilled, store.ErrConflict, store.ErrOlder, store.ErrKeyReused, new(store.Invalid)} {
		if matches(got, kind) != matches(want, kind) || (got == nil) != (want == nil) {
			p.Fatalf("%s: error %v; want %v", act, got, want)
		}
	}
}

func (p *pair) fileNew(r *rapid.T) {
	p.tick(r)
	p.send(p.filing(p.draw(r)))
}

func (p *pair) fileMany(r *rapid.T, n int) {
	for range n {
		p.send(p.filing(p.draw(r)))
	}
}

// earlier is a filing that was accepted.
func (p *pair) earlier(r *rapid.T) store.Filing {
	if len(p.filings) == 0 {
		r.Skip("nothing was filed")
	}
	filing := rapid.SampledFrom(p.filings).Draw(r, "filing")
	p.tick(r)
	filing.Now = p.now
	return filing
}

func (p *pair) reviseKnown(r *rapid.T) {
	filing := p.earlier(r)
	a := p.draw(r)
	a.GUID = filing.Article.GUID
	p.send(p.filing(a))
}

func (p *pair) repeat(r *rapid.T) { p.send(p.earlier(r)) }

func (p *pair) useKey(r *rapid.T) {
	p.tick(r)
	filing := p.filing(p.draw(r))
	filing.By = rapid.SampledFrom([]string{"newsdesk", "sports desk"}).Draw(r, "by")
	filing.Key = rapid.SampledFrom([]string{"k1", "k2", "k3"}).Draw(r, "key")
	filing.Fingerprint = rapid.SampledFrom([]string{"sum", "sum", "another sum"}).Draw(r, "fingerprint")
	p.send(filing)
}

func (p *pair) takeID(r *rapid.T) {
	taken := p.earlier(r).Article.ID
	a := p.draw(r)
	a.ID = taken
	p.send(p.filing(a))
}

func (p *pair) fileInvalid(r *rapid.T) {
	a := p.draw(r)
	a.Headline = ""
	p.send(p.filing(a))
}

func (p *pair) setAny(r *rapid.T) {
	p.set(p.earlier(r).Article.ID, rapid.SampledFrom([]store.Status{
		store.Usable, store.Held, store.Killed, store.Expired, "deleted",
	}).Draw(r, "status"))
}

// withdraw is what would seldom come about by chance: a hold, and its end.
func (p *pair) withdraw(r *rapid.T) {
	id := p.earlier(r).Article.ID
	p.set(id, store.Held)
	if rapid.Bool().Draw(r, "release") {
		p.set(id, store.Usable)
	}
}

func (p *pair) set(id store.ID, status store.Status) {
	c := p.statusChange(id, status)
	want, wantErr := p.model.setStatus(c)
	got, err := p.store.SetStatus(p.Context(), c)
	p.sameError("set status", err, wantErr)
	p.same("article", got, want)
	gotTombstone, err := p.store.Tombstone(p.Context(), id)
	wantTombstone, there := p.model.tombstones[id]
	if errors.Is(err, store.ErrNotFound) == there {
		p.Fatalf("tombstone of %s: error %v; want one: %t", id, err, there)
	}
	p.same("tombstone", gotTombstone, wantTombstone)
}

func (p *pair) declareOne(r *rapid.T) {
	p.tick(r)
	c := rapid.SampledFrom([]store.Combination{
		{Name: "top", Any: []string{"harbour", "sport"}, None: []string{"council"}, MaxUrgency: 3},
		{Name: "top", Any: []string{"harbour", "sport"}},
		{Name: "top", None: []string{"sport-rowing"}},
	}).Draw(r, "rule")
	p.model.declare(c, p.now)
	p.must(p.store.Declare(p.Context(), []store.Combination{c}, p.now))
}

func (p *pair) expungeSome(r *rapid.T) {
	p.tick(r)
	keep := func(name string) store.Keep {
		return store.Keep{
			Age:    time.Duration(rapid.IntRange(0, 60).Draw(r, "age of "+name)) * time.Hour,
			Number: rapid.IntRange(0, 3).Draw(r, "number of "+name),
		}
	}
	retention := store.Retention{Default: keep("all"), Of: map[string]store.Keep{"sport": keep("sport")}}
	after := p.sequence()
	removed := p.expunge(retention)
	lines := p.lines(after)
	p.same("removed", removed, len(lines))
	p.must(p.model.expunge(retention, p.now, lines))
}

func (p *pair) refileOne(r *rapid.T) {
	p.tick(r)
	from, to := rapid.SampledFrom(slugs).Draw(r, "from"), rapid.SampledFrom(slugs).Draw(r, "to")
	if from == to {
		r.Skip("the same")
	}
	want := p.model.refile(from, to, p.now)
	n, err := p.store.Refile(p.Context(), from, to, p.now)
	p.must(err)
	p.same("refiled", n, want)
}

func (p *pair) advanceBoth(r *rapid.T) {
	p.tick(r)
	after := p.sequence()
	next, err := p.store.Advance(p.Context(), p.now)
	p.must(err)
	lines := p.lines(after)
	want, err := p.model.advance(p.now, slices.Clone(lines))
	p.must(err)
	p.same("next", next, want)
}
