package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"dateline/store"
)

// Check reads the whole store and tells found of everything that is wrong
// with it, one text for each fault: pages, records, and every row of every
// index, missing or too many. It returns an error only when it could not go
// on. A store that is well makes no call. progress, which may be nil, is told how
// many of the articles and changes are done.
func (s *Store) Check(ctx context.Context, found func(fault string), progress func(done, all int)) error {
	// A tree that is damaged cannot be trusted to be walked.
	if damaged, err := s.checkPages(ctx, found); err != nil || damaged {
		return err
	}
	return s.view(ctx, func(tx *tx) error {
		c := checker{tx: tx, found: found, counts: map[store.Status]int{}, listings: map[string]listing{}, places: map[string]uint64{}}
		c.counter = counter{ctx: ctx, tell: progress, all: tx.total() + int(tx.lastChange().sequence)}
		for _, step := range []func() error{c.records, c.indexes, c.totals, c.sources, c.remains, c.log} {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkPages has bbolt look at its pages. Writers wait meanwhile, since the
// list of free pages that it compares them with is theirs, not the snapshot's.
func (s *Store) checkPages(ctx context.Context, found func(string)) (damaged bool, err error) {
	if !s.db.IsReadOnly() {
		writer, err := s.db.Begin(true)
		if err != nil {
			return false, err
		}
		defer writer.Rollback()
	}
	err = s.view(ctx, func(tx *tx) error {
		size := int64(s.db.Info().PageSize)
		p := pages{file: s.file, size: size, count: uint64(tx.Size() / size), seen: map[uint64]bool{}, found: func(fault string) {
			damaged = true
			found("file: " + fault)
		}}
		if p.walk(uint64(tx.Cursor().Bucket().Root()), 0); damaged {
			return nil // bbolt's own look would end the process
		}
		for err := range tx.Check() {
			damaged = true
			found("file: " + err.Error())
		}
		return nil
	})
	return damaged, err
}

type checker struct {
	tx       *tx
	found    func(string)
	counts   map[store.Status]int
	listings map[string]listing // count and filed of each
	places   map[string]uint64  // the last that was given out, by listing
	rows     int                // index rows that should be there
	missing  bool               // one of them is not
	counter
}

func (c *checker) fault(format string, args ...any) { c.found(fmt.Sprintf(format, args...)) }

// records reads every record and looks for the rows that follow from it.
func (c *checker) records() error {
	return c.tx.Bucket(bucketArticles).ForEach(func(k, v []byte) error {
		var r record
		if len(k) != 16 {
			c.fault("article %x: the key is %d bytes long, not 16", k, len(k))
			return nil
		}
		id := idAt(k)
		if err := c.tx.coder.unmarshal(v, &r); err != nil {
			c.fault("article %s: %v", id, err)
			return nil
		}
		if r.Article.ID != id {
			c.fault("article %s: the record says it is %s", id, r.Article.ID)
		}
		if withdrawn := r.Article.Status == store.Held || r.Article.Status == store.Killed; withdrawn != (r.Tombstone != nil) {
			c.fault("article %s: it is %s, and its tombstone does not agree", id, r.Article.Status)
		}
		c.counts[r.Article.Status]++
		collect(r, map[entry]bool{}, c.listings, +1)
		for slug, place := range r.Places {
			c.places[slug] = max(c.places[slug], place)
		}
		for _, e := range entries(r) {
			c.rows++
			if got := c.tx.Bucket([]byte(e.bucket)).Get([]byte(e.key)); got == nil || string(got) != e.value {
				c.missing = true
				c.fault("article %s: its row in index %q is missing or wrong", id, e.bucket)
			}
		}
		return c.count()
	})
}

// indexes looks for rows that follow from no record. It need look closely
// only when the rows that follow are not all there is.
func (c *checker) indexes() error {
	rows := 0
	for _, name := range indexes {
		rows += c.tx.Bucket(name).Stats().KeyN
	}
	if rows == c.rows && !c.missing {
		return nil
	}
	for _, name := range indexes {
		err := c.tx.Bucket(name).ForEach(func(k, v []byte) error {
			if !c.follows(string(name), k, v) {
				c.fault("index %q: row %q follows from no article", name, k)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// follows reports whether the row follows from the article that it names.
func (c *checker) follows(name string, k, v []byte) bool {
	at := k
	switch name {
	case string(bucketGUIDs), string(bucketPlaces), string(bucketLinks):
		at = v
	case string(bucketSeen):
		at = v[:min(len(v), 16)] // the hash follows
	}
	if len(at) < 16 {
		return false
	}
	r, ok, err := c.tx.record(idAt(at))
	if err != nil {
		return true // said already, as a fault of the article
	}
	if !ok {
		return false
	}
	for _, e := range entries(r) {
		if e.bucket == name && e.key == string(k) && e.value == string(v) {
			return true
		}
	}
	return false
}

func (c *checker) totals() error {
	for _, status := range statuses {
		if got := c.tx.count(status); got != c.counts[status] {
			c.fault("count of %s articles: %d, but there are %d", status, got, c.counts[status])
		}
	}
	err := c.tx.Bucket(bucketListings).ForEach(func(k, v []byte) error {
		l, err := unmarshalListing(v)
		slug := string(bytes.TrimSuffix(k, []byte{0}))
		if err != nil {
			c.fault("listing %q: %v", slug, err)
		} else if want := c.listings[slug].count; l.count != want {
			c.fault("listing %q: its count is %d, but it has %d articles", slug, l.count, want)
		}
		if want := c.listings[slug].filed; err == nil && l.filed != want {
			c.fault("listing %q: it says that %d articles of whatever status are filed there, but there are %d", slug, l.filed, want)
		}
		if l.places < c.places[slug] {
			c.fault("listing %q: it gave out %d places, but an article stands at %d", slug, l.places, c.places[slug])
		}
		if store.IsCombination(slug) {
			if _, err := c.tx.combination(slug); err != nil {
				c.fault("listing %q: no combination has that name", slug)
			}
		}
		delete(c.listings, slug)
		return nil
	})
	for slug := range c.listings {
		c.fault("listing %q: it is missing, but it has articles", slug)
	}
	if err != nil {
		return err
	}
	rules, err := c.tx.combinations()
	if err != nil {
		c.fault("%v", err)
	}
	for _, rule := range rules {
		if c.tx.Bucket(bucketListings).Get([]byte(listingName(rule.Listing()))) == nil {
			c.fault("listing %q: it is missing, but a combination has that name", rule.Listing())
		}
	}
	return nil
}

// sources holds the schedule to the sources.
func (c *checker) sources() error {
	scheduled := map[string]bool{}
	err := c.tx.Bucket(bucketSources).ForEach(func(k, _ []byte) error {
		source, _, err := c.tx.source(string(k))
		if err != nil {
			c.fault("%v", err)
			return nil
		}
		if source.Name != string(k) {
			c.fault("source %s: it says that it is %s", k, source.Name)
		}
		if key := pollKey(source); key != nil {
			scheduled[string(key)] = true
			if at, _ := c.tx.Bucket(bucketPolls).Cursor().Seek(key); !bytes.Equal(at, key) {
				c.fault("source %s: its row in the schedule is missing", k)
			}
		}
		return nil
	})
	return errors.Join(err, c.tx.Bucket(bucketPolls).ForEach(func(k, _ []byte) error {
		if !scheduled[string(k)] {
			c.fault("schedule: row %q follows from no source", k)
		}
		return nil
	}))
}

func (c *checker) log() error {
	var last place
	trimmed, gone := c.tx.trimmed(), map[store.ID]uint64{} // articles that are not there, by a line of theirs
	err := c.tx.Bucket(bucketLog).ForEach(func(k, v []byte) error {
		line, err := c.tx.line(k, v)
		if err != nil {
			c.fault("%v", err)
			return nil
		}
		at := place{keySequence(k), keyTime(v)}
		if at.sequence != last.sequence+1 && at.sequence > trimmed+1 {
			c.fault("change %d: it follows %d", at.sequence, last.sequence)
		}
		if !at.time.After(last.time) && last.sequence > 0 {
			c.fault("change %d: its time %s does not follow that of the change before", at.sequence, at.time)
		}
		r, ok, err := c.tx.find(line.ID)
		earlier := len(r.Lines) > 0 && at.sequence < r.Lines[0] // of one of that ID that was let go of
		if _, told := slices.BinarySearch(r.Lines, at.sequence); ok && err == nil && !earlier && told == (line.Kind == store.KindRelated) && (told || len(r.Lines) < store.MaxLines) {
			c.fault("change %d: its article %s does not know of it", at.sequence, line.ID)
		}
		if !ok && err == nil && line.Kind != store.KindDeclared {
			gone[line.ID] = at.sequence
		}
		if line.Kind == store.KindExpunged && !ok {
			delete(gone, line.ID)
		}
		last = at
		return c.count()
	})
	for id, sequence := range gone {
		c.fault("change %d: its article %s is not there", sequence, id)
	}
	return err
}
