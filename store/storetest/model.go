package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dateline/store"
)

// model is a store in memory, without an index: it keeps the articles and the
// log, and finds all else by looking through them. What becomes of an article
// it leaves to the rules of package store.
type model struct {
	created    time.Time
	articles   map[store.ID]store.Article
	tombstones map[store.ID]store.Tombstone
	keys       map[string]use // by filer and key
	near       map[store.ID][]store.ID
	traces     map[store.ID][]string
	gone       map[store.ID]store.Remains
	been       map[store.ID][]string // the listings in which it ever was public
	log        []store.Change
	rules      []store.Combination
	sources    map[string]bool // of which something was public
}

// use is the first use of an idempotency key.
type use struct {
	id          store.ID
	fingerprint string
}

func newModel(created time.Time) *model {
	return &model{
		created:    created,
		articles:   map[store.ID]store.Article{},
		tombstones: map[store.ID]store.Tombstone{},
		keys:       map[string]use{},
		near:       map[store.ID][]store.ID{},
		traces:     map[store.ID][]string{},
		gone:       map[store.ID]store.Remains{},
		been:       map[store.ID][]string{},
		sources:    map[string]bool{},
	}
}

// stamp is the time of a change at now.
func (m *model) stamp(now time.Time) time.Time {
	now = now.Truncate(micro)
	if n := len(m.log); n > 0 && !now.After(m.log[n-1].Time) {
		return m.log[n-1].Time.Add(micro)
	}
	return now
}

func (m *model) file(f store.Filing) (store.Receipt, error) {
	if faults := f.Article.Check(); faults != nil {
		return store.Receipt{}, &store.Invalid{Faults: faults}
	}
	key := f.By + "|" + f.Key
	if first, used := m.keys[key]; f.Key != "" && used {
		a, there := m.articles[first.id]
		switch {
		case first.fingerprint != f.Fingerprint:
			return store.Receipt{}, store.ErrKeyReused
		case a.Status == store.Killed:
			return store.Receipt{}, store.ErrKilled
		case there:
			return store.Receipt{Article: a, Outcome: store.Repeated}, nil
		case m.isGone(first.id, ""):
			return store.Receipt{}, store.ErrExpunged
		}
	}
	old := m.byGUID(f.Article.GUID)
	if old == nil && m.isGone("", f.Article.GUID) {
		return store.Receipt{}, store.ErrExpunged
	}
	if _, taken := m.articles[f.Article.ID]; old == nil && (taken || m.isGone(f.Article.ID, "")) {
		return store.Receipt{}, store.ErrConflict
	}
	stamp := m.stamp(f.Now)
	a, outcome, err := store.Revise(old, f, stamp)
	if err != nil {
		return store.Receipt{}, err
	}
	if outcome == store.Revised && f.Expect == 0 && slices.Contains(m.traces[a.ID], store.TraceOfAll(a)) {
		return store.Receipt{}, store.ErrOlder
	}
	said := old != nil && store.TraceOfText(*old) == store.TraceOfText(a) // by a copy, before that was killed
	if outcome != store.Repeated && !said && m.wasKilled(a) {
		return store.Receipt{}, store.ErrKilled
	}
	for id, other := range m.articles {
		if outcome != store.Repeated && !said && id != a.ID && other.Withheld() && store.TraceOfText(other) == store.TraceOfText(a) {
			return store.Receipt{}, store.ErrConflict
		}
	}
	receipt := store.Receipt{Article: a, Outcome: outcome}
	if outcome != store.Repeated {
		kind := map[store.Outcome]store.Kind{store.Filed: store.KindFiled, store.Revised: store.KindRevised}[outcome]
		receipt.Sequence = m.put(a, store.Change{Time: stamp, Kind: kind, By: f.By, Reason: f.Reason})
	}
	if t, withdrawn := m.tombstones[a.ID]; withdrawn {
		t.Categories = a.Categories
		m.tombstones[a.ID] = t
	}
	if f.Key != "" {
		m.keys[key] = use{a.ID, f.Fingerprint}
	}
	return receipt, nil
}

// isGone reports whether an article with that ID, or that GUID, was let go of.
func (m *model) isGone(id store.ID, guid string) bool {
	for of, left := range m.gone {
		if of == id || guid != "" && slices.Contains(left.Names, store.NameOf("guid", guid)) {
			return true
		}
	}
	return false
}

// wasKilled reports whether a killed article said what a says.
func (m *model) wasKilled(a store.Article) bool {
	for id, traces := range m.traces {
		if m.articles[id].Status == store.Killed && slices.Contains(traces, store.TraceOfText(a)) {
			return true
		}
	}
	return false
}

func (m *model) byGUID(guid string) *store.Article {
	for _, a := range m.articles {
		if a.GUID == guid {
			return &a
		}
	}
	return nil
}

func (m *model) setStatus(c store.StatusChange) (store.Article, error) {
	old, there := m.articles[c.ID]
	if !there && m.isGone(c.ID, "") {
		return store.Article{}, store.ErrExpunged
	}
	if !there {
		return store.Article{}, store.ErrNotFound
	}
	stamp := m.stamp(c.Now)
	a, err := store.SetStatus(old, c, stamp)
	if err != nil {
		return old, err
	}
	kinds := map[store.Status]store.Kind{store.Usable: store.KindReleased, store.Held: store.KindHeld, store.Killed: store.KindKilled}
	m.put(a, store.Change{Time: stamp, Kind: kinds[a.Status], By: c.By, Reason: c.Reason})
	delete(m.tombstones, a.ID)
	if a.Status != store.Usable {
		m.tombstones[a.ID] = store.Tombstone{
			ID: a.ID, GUID: a.GUID, Status: a.Status, When: stamp, By: c.By, Reason: c.Reason, Categories: a.Categories,
		}
	}
	return a, nil
}

// advance does what is due in the order of the store's lines, which may be
// any: it fails when a line is there for what is not due, or none for what is.
func (m *model) advance(now time.Time, lines []store.Change) (next time.Time, err error) {
	for _, line := range lines {
		a := m.articles[line.ID]
		if due := store.Due(a); due.IsZero() || due.After(now) {
			return next, fmt.Errorf("change %d: article %s is not due", line.Sequence, line.ID)
		}
		a, kind := store.Advance(a)
		m.put(a, store.Change{Time: m.stamp(now), Kind: kind})
		if kind == store.KindExpired {
			delete(m.tombstones, a.ID)
		}
	}
	for _, a := range m.articles {
		switch due := store.Due(a); {
		case due.IsZero():
		case !due.After(now):
			return next, fmt.Errorf("article %s was due at %s and is not done", a.ID, due)
		case next.IsZero() || due.Before(next):
			next = due
		}
	}
	return next, nil
}

// put keeps an article and writes the line of its change.
func (m *model) put(a store.Article, line store.Change) uint64 {
	touched := map[string]bool{}
	if old, there := m.articles[a.ID]; there && store.ShowsOtherwise(old, a) {
		for id, leads := range m.articles {
			named := slices.ContainsFunc(leads.Related, func(r store.Related) bool { return r.ID == a.ID && id != a.ID })
			if (named || slices.Contains(m.near[id], a.ID)) && leads.Public() {
				for _, name := range m.listingsOf(leads) {
					touched[name] = true
				}
			}
		}
	}
	for _, version := range []store.Article{m.articles[a.ID], a} {
		for _, name := range m.listingsOf(version) {
			touched[name] = touched[name] || version.Visible()
		}
	}
	maps.DeleteFunc(touched, func(_ string, visible bool) bool { return !visible })
	for _, name := range a.Listings() {
		if a.Public() && !slices.Contains(m.been[a.ID], name) {
			m.been[a.ID] = append(m.been[a.ID], name)
		}
		if source, ok := store.SourceOf(name); ok && a.Public() {
			m.sources[source] = true
		}
	}
	line.Sequence = uint64(len(m.log) + 1)
	line.ID, line.Version = a.ID, a.Version
	if old, there := m.articles[a.ID]; there {
		m.traces[a.ID] = store.Traces(m.traces[a.ID], old, a)
	}
	line.Listings = slices.Sorted(maps.Keys(touched))
	m.articles[a.ID] = a
	m.log = append(m.log, line)
	return line.Sequence
}

// listingsOf are the names of those that show something of an article, but for
// that of everything.
func (m *model) listingsOf(a store.Article) []string {
	list := a.Showing(m.been[a.ID])
	showing := slices.Clone(list)
	for _, c := range m.rules {
		if a.ID != "" && c.Shows(a, showing) {
			list = append(list, c.Listing())
		}
	}
	return list
}

func (m *model) holds(name string, a store.Article) bool {
	return name == "" || slices.Contains(m.listingsOf(a), name)
}

// declare is Store.Declare for one combination.
func (m *model) declare(c store.Combination, now time.Time) {
	if len(m.rules) == 0 || !m.rules[0].Equal(c) {
		m.log = append(m.log, store.Change{
			Sequence: uint64(len(m.log) + 1), Time: m.stamp(now), Kind: store.KindDeclared, Listings: []string{c.Listing()},
		})
	}
	m.rules = []store.Combination{c}
}

func (m *model) refile(from, to string, now time.Time) (n int) {
	for _, id := range slices.Sorted(maps.Keys(m.articles)) {
		a, ok := store.Refile(m.articles[id], from, to)
		if !ok {
			continue
		}
		n++
		m.been[id] = slices.DeleteFunc(slices.Clone(m.been[id]), func(name string) bool { return name == from })
		m.put(a, store.Change{Time: m.stamp(now), Kind: store.KindRefiled})
		if t, withdrawn := m.tombstones[id]; withdrawn {
			t.Categories = a.Categories
			m.tombstones[id] = t
		}
	}
	return n
}

// expunge is all that Store.Expunge does to articles, in the order of the store's
// lines, which may be any: it fails when a line is there for what stays, or none
// for what goes.
func (m *model) expunge(r store.Retention, now time.Time, lines []store.Change) error {
	at := store.Sweep{Now: now, Cutoffs: map[string]store.Cutoff{}}
	for _, slug := range slugs {
		keep, ok := r.Of[slug]
		if !ok {
			keep = r.Default
		}
		var c store.Cutoff
		if keep.Age > 0 {
			c = store.Cutoff{Published: now.Add(-keep.Age).Truncate(micro), ID: store.IDFromBytes([16]byte{})}
		}
		if list := m.listing(slug).Articles; keep.Number > 0 && len(list) >= keep.Number {
			last := list[keep.Number-1]
			c = c.Later(store.Cutoff{Published: last.Published, ID: last.ID})
		}
		at.Cutoffs[slug] = c
	}
	goes := func(a store.Article) bool {
		var changed time.Time
		for _, line := range m.log {
			if line.ID == a.ID && !line.Kind.Quiet() {
				changed = line.Time
			}
		}
		return r.LetsGo(a, changed, at)
	}
	for _, line := range lines {
		id := line.ID
		a, there := m.articles[id]
		if !there || !goes(a) {
			return fmt.Errorf("change %d: article %s stays", line.Sequence, id)
		}
		m.gone[id] = store.RemainsOf(store.Record{Article: a}, now)
		a.Status = store.Expired // nobody sees it
		m.put(a, store.Change{Time: m.stamp(now), Kind: store.KindExpunged})
		for _, list := range []map[store.ID][]string{m.traces, m.been} {
			delete(list, id)
		}
		delete(m.articles, id)
		delete(m.near, id)
	}
	for id, a := range m.articles {
		if goes(a) {
			return fmt.Errorf("article %s should go", id)
		}
	}
	maps.DeleteFunc(m.gone, func(_ store.ID, left store.Remains) bool {
		return left.IsForgotten(now, func(string) (store.Source, bool) { return store.Source{}, false })
	})
	return nil
}

// relate is Store.Relate for one article.
func (m *model) relate(id store.ID, near []store.ID, now time.Time) {
	a, there := m.articles[id]
	if !there || a.Status == store.Killed {
		return
	}
	near = slices.DeleteFunc(store.Nearest(id, near), func(n store.ID) bool {
		b, there := m.articles[n]
		return !there || b.Status == store.Killed
	})
	if !slices.Equal(near, m.near[id]) {
		m.near[id] = near
		m.put(a, store.Change{Time: m.stamp(now), Kind: store.KindRelated})
	}
}

// picture is what the store should show.
func (m *model) picture(listings ...string) picture {
	p := picture{
		Articles:   slices.Collect(maps.Values(m.articles)),
		Listings:   map[string]store.Page{},
		Tombstones: map[string][]store.Tombstone{},
		Log:        m.log,
		Stats:      m.stats(),
	}
	slices.SortFunc(p.Articles, func(a, b store.Article) int { return strings.Compare(string(b.ID), string(a.ID)) })
	p.Sources = slices.Sorted(maps.Keys(m.sources))
	for _, name := range append([]string{""}, listings...) {
		if source, ok := store.SourceOf(name); ok && !m.sources[source] {
			continue
		}
		p.Listings[name] = m.listing(name)
		p.Tombstones[name] = m.tombstonesOf(name)
	}
	return p
}

func (m *model) listing(name string) store.Page {
	page := store.Page{Changed: m.created}
	for _, a := range m.articles {
		if a.Public() && m.holds(name, a) {
			page.Articles = append(page.Articles, a)
		}
	}
	if page.Count = len(page.Articles); store.IsCombination(name) {
		page.Count = 0
	}
	slices.SortFunc(page.Articles, func(a, b store.Article) int {
		if c := b.Published.Compare(a.Published); c != 0 {
			return c
		}
		return strings.Compare(string(b.ID), string(a.ID))
	})
	for _, line := range m.log {
		if slices.Contains(line.Listings, name) || name == "" && len(line.Listings) > 0 && line.ID != "" {
			page.Changed = line.Time
		}
	}
	return page
}

func (m *model) tombstonesOf(name string) []store.Tombstone {
	var list []store.Tombstone
	for id, t := range m.tombstones {
		if a := m.articles[id]; a.Visible() && m.holds(name, a) {
			list = append(list, t)
		}
	}
	slices.SortFunc(list, func(a, b store.Tombstone) int { return b.When.Compare(a.When) })
	return list
}

func (m *model) stats() store.Stats {
	s := store.Stats{
		Created: m.created, Articles: len(m.articles), Sequence: uint64(len(m.log)),
		ByStatus: map[store.Status]int{}, ByCategory: map[string]int{}, BySource: map[string]int{},
	}
	for _, a := range m.articles {
		s.ByStatus[a.Status]++
		if !a.Public() {
			continue
		}
		s.Public++
		for _, name := range a.Listings() {
			if source, ok := store.SourceOf(name); ok {
				s.BySource[source]++
			} else {
				s.ByCategory[name]++
			}
		}
	}
	return s
}
