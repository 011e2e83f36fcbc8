package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"dateline/store"
)

// variedStore has articles of every kind: 0 to 4 public, 5 held, 6 killed, 7
// expired, 8 under embargo.
func variedStore(t *testing.T, path string) *Store {
	t.Helper()
	s := openStore(t, path, Options{Now: now})
	fileMany(t, s, 0, 7)
	setStatus(t, s, 5, store.Held)
	setStatus(t, s, 6, store.Killed)
	expires, embargoed := article(7), article(8)
	expires.Expires, embargoed.Embargo = now.Add(time.Hour), now.Add(3*time.Hour)
	for _, a := range []store.Article{expires, embargoed} {
		if _, err := s.File(t.Context(), filing(a)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Advance(t.Context(), now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	sound(t, s, 9)
	return s
}

// damage is one thing wrong with a store, and what Check must say of it.
type damage struct {
	what string
	do   func(tx *bbolt.Tx) error
	want []string
}

func idOf(n int) []byte { return idKey(article(n).ID) }

func remove(bucket []byte, key []byte) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		if tx.Bucket(bucket).Get(key) == nil {
			return fmt.Errorf("%q has no %q", bucket, key)
		}
		return tx.Bucket(bucket).Delete(key)
	}
}

func put(bucket, key, value []byte) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error { return tx.Bucket(bucket).Put(key, value) }
}

// changed rewrites a value.
func changed(bucket, key []byte, change func(value []byte) []byte) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		b := tx.Bucket(bucket)
		return b.Put(key, change(bytes.Clone(b.Get(key))))
	}
}

// record rewrites the record of the nth article.
func changedRecord(n int, change func(*record)) func(*bbolt.Tx) error {
	return func(btx *bbolt.Tx) error {
		c, err := newCoder()
		if err != nil {
			return err
		}
		defer c.close()
		tx := &tx{Tx: btx, coder: c}
		r, _, err := tx.record(article(n).ID)
		if err != nil {
			return err
		}
		change(&r)
		value, err := c.marshal(r)
		return errors.Join(err, tx.put(bucketArticles, idOf(n), value))
	}
}

// changedRemains lets go of an article, the 99th, and does something to what is
// left of it.
func changedRemains(change func(*tx, store.Remains) error) func(*bbolt.Tx) error {
	return func(btx *bbolt.Tx) error {
		c, err := newCoder()
		if err != nil {
			return err
		}
		defer c.close()
		tx, r := &tx{Tx: btx, coder: c}, store.RemainsOf(record{Article: article(99)}, now)
		return errors.Join(tx.keepRemains(r), change(tx, r))
	}
}

// firstKey is the first key of a bucket that begins so.
func firstKey(tx *bbolt.Tx, bucket []byte, prefix string) []byte {
	k, _ := tx.Bucket(bucket).Cursor().Seek([]byte(prefix))
	return bytes.Clone(k)
}

func removeFirst(bucket []byte, prefix string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error { return remove(bucket, firstKey(tx, bucket, prefix))(tx) }
}

func indexDamages() []damage {
	id := func(n int) string { return string(article(n).ID) }
	stray := listingKey("harbour", now, idOf(99))
	return []damage{
		{"a GUID is gone", remove(bucketGUIDs, []byte(article(1).GUID)), []string{"article " + id(1), `index "guids" is missing`}},
		{"a GUID leads to another", put(bucketGUIDs, []byte(article(1).GUID), idOf(2)), []string{"article " + id(1), `index "guids" is missing or wrong`, `follows from no article`}},
		{"a GUID leads nowhere", put(bucketGUIDs, []byte("tag:wire.example,2026:none"), idOf(99)), []string{`index "guids": row "tag:wire.example,2026:none" follows from no article`}},
		{"a GUID leads to half an ID", put(bucketGUIDs, []byte("tag:wire.example,2026:none"), idOf(1)[:8]), []string{`index "guids"`, "follows from no article"}},
		{"a row of a listing is gone", removeFirst(bucketPublished, "harbour"), []string{"article " + id(0), `index "published" is missing`}},
		{"a row of everything is gone", removeFirst(bucketPublished, "\x00"), []string{`index "published" is missing`}},
		{"a listing names what is not there", put(bucketPublished, stray, nil), []string{`index "published": row`, "follows from no article"}},
		{"a listing names what is held", put(bucketPublished, listingKey("harbour", now, idOf(5)), nil), []string{`index "published": row`, "follows from no article"}},
		{"a listing has a short row", put(bucketPublished, []byte("harbour"), nil), []string{`index "published": row "harbour" follows from no article`}},
		{"one row is gone and one is too many", func(tx *bbolt.Tx) error {
			return errors.Join(removeFirst(bucketPublished, "harbour")(tx), put(bucketPublished, stray, nil)(tx))
		}, []string{"article " + id(0), "follows from no article"}},
		{"a row of a withdrawal is gone", removeFirst(bucketWithdrawn, "berth-2"), []string{"article " + id(5), `index "withdrawn" is missing`}},
		{"a withdrawal names what is public", put(bucketWithdrawn, listingKey("", now, idOf(1)), nil), []string{`index "withdrawn": row`, "follows from no article"}},
		{"a place is gone", removeFirst(bucketPlaces, "harbour"), []string{"article " + id(0), `index "places" is missing`}},
		{"a place is taken by another", put(bucketPlaces, placeKey("harbour", 1), idOf(1)), []string{"article " + id(0), `index "places" is missing or wrong`}},
		{"a place names what is not there", put(bucketPlaces, placeKey("harbour", 99), idOf(99)), []string{`index "places": row`, "follows from no article"}},
		{"a last change is gone", removeFirst(bucketChanged, "harbour"), []string{`index "changed" is missing`}},
		{"what is due is gone", removeFirst(bucketDue, ""), []string{"article " + id(8), `index "due" is missing`}},
		{"what is not due is there", put(bucketDue, append(timeKey(now), idOf(1)...), nil), []string{`index "due": row`, "follows from no article"}},
		{"an article is gone with its record only", remove(bucketArticles, idOf(1)), []string{`index "guids": row`, `index "published": row`, "count of usable articles: 6, but there are 5", `listing "harbour": its count is 5, but it has 4 articles`, "its article " + id(1) + " is not there"}},
	}
}

func recordDamages() []damage {
	id := func(n int) string { return string(article(n).ID) }
	garbage := func([]byte) []byte { return written("{garbage") }
	return []damage{
		{"a record is garbage", changed(bucketArticles, idOf(1), garbage), []string{"article " + id(1) + ": invalid character"}},
		{"a record is empty", changed(bucketArticles, idOf(1), func([]byte) []byte { return nil }), []string{"article " + id(1) + ": value is empty"}},
		{"a record has an unknown version", changed(bucketArticles, idOf(1), func(v []byte) []byte { v[0] = 7; return v }), []string{"article " + id(1) + ": value has version 7"}},
		{"a record stands under another ID", func(tx *bbolt.Tx) error {
			return put(bucketArticles, idOf(50), tx.Bucket(bucketArticles).Get(idOf(1)))(tx)
		}, []string{"article " + id(50) + ": the record says it is " + id(1), "count of usable articles: 6, but there are 7"}},
		{"a record has half an ID", put(bucketArticles, []byte("half"), written("{}")), []string{"article 68616c66: the key is 4 bytes long"}},
		{"what is held has no tombstone", changedRecord(5, func(r *record) { r.Tombstone = nil }), []string{"article " + id(5) + ": it is held, and its tombstone does not agree", `index "withdrawn": row`}},
		{"what is usable has a tombstone", changedRecord(1, func(r *record) { r.Tombstone = &store.Tombstone{When: now} }), []string{"article " + id(1) + ": it is usable, and its tombstone does not agree"}},
		{"the status of a record is another", changedRecord(1, func(r *record) { r.Article.Status = store.Expired }), []string{"count of usable articles: 6, but there are 5", "count of expired articles: 1, but there are 2", `index "published": row`}},
		{"the date of a record is another", changedRecord(1, func(r *record) { r.Article.Published = now.Add(-time.Hour) }), []string{"article " + id(1), `index "published" is missing`, "follows from no article"}},
	}
}

func totalDamages() []damage {
	number := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	harbour := []byte("harbour\x00")
	return []damage{
		{"a count is wrong", put(bucketMeta, []byte(store.Held), number(2)), []string{"count of held articles: 2, but there are 1"}},
		{"a count is gone", remove(bucketMeta, []byte(store.Killed)), []string{"count of killed articles: 0, but there are 1"}},
		{"the count of a listing is wrong", changed(bucketListings, harbour, func(v []byte) []byte { v[8]++; return v }), []string{`listing "harbour": its count is 6, but it has 5 articles`}},
		{"the count of everything is wrong", changed(bucketListings, []byte{0}, func(v []byte) []byte { v[8]--; return v }), []string{`listing "": its count is 4, but it has 5 articles`}},
		{"the number of those filed in a listing is wrong", changed(bucketListings, harbour, func(v []byte) []byte { v[16]++; return v }), []string{`listing "harbour": it says that`}},
		{"a source has no row in the schedule", put(bucketSources, []byte("gazette"), written("{\"name\":\"gazette\"}")), []string{"source gazette: its row in the schedule is missing"}},
		{"a source is garbage", put(bucketSources, []byte("gazette"), written("{")), []string{"read source gazette"}},
		{"a name of what went is missing", changedRemains(func(tx *tx, r store.Remains) error { return tx.Bucket(bucketGoneNames).Delete(remainsKeys(r)[0]) }), []string{"article " + string(article(99).ID) + " that went: its row in index"}},
		{"a name of nothing that went", put(bucketGoneNames, make([]byte, 24), nil), []string{`index "gonenames": row 0000000000000000000000000000000000000000`, "follows from no article that went"}},
		{"what is left of an article is torn", changedRemains(func(tx *tx, r store.Remains) error { return tx.Bucket(bucketGone).Put(idKey(r.ID), []byte("{")) }), []string{"that went: what is left of it is of another, or cannot be read"}},
		{"the schedule has a row too many", put(bucketPolls, append(timeKey(now), "gazette"...), nil), []string{"schedule: row ", "follows from no source"}},
		{"an entry is known that no article stands for", put(bucketSeen, []byte(sightingKey("gazette", "1")), make([]byte, 32)), []string{`index "seen"`}},
		{"a combination has no listing", put(bucketRules, []byte("top"), written("{\"name\":\"top\"}")), []string{`listing "feed/top": it is missing`}},
		{"a combination is garbage", put(bucketRules, []byte("top"), written("{")), []string{`read combination "top"`}},
		{"a listing has no combination", put(bucketListings, []byte("feed/top\x00"), listing{changed: now}.marshal()), []string{`listing "feed/top": no combination`}},
		{"a listing is garbage", changed(bucketListings, harbour, func(v []byte) []byte { return v[:9] }), []string{`listing "harbour": listing is 9 bytes long`}},
		{"a listing is gone", remove(bucketListings, harbour), []string{`listing "harbour": it is missing`}},
		{"a listing counts what is not there", put(bucketListings, []byte("sport\x00"), listing{count: 2, changed: now}.marshal()), []string{`listing "sport": its count is 2, but it has 0 articles`}},
	}
}

func logDamages() []damage {
	third := sequenceKey(3)
	return []damage{
		{"the log has a gap", remove(bucketLog, third), []string{"change 4: it follows 2"}},
		{"the log does not begin at 1", remove(bucketLog, sequenceKey(1)), []string{"change 2: it follows 0"}},
		{"a line is garbage", changed(bucketLog, third, func(v []byte) []byte { return append(v[:8], written("{")...) }), []string{"read change 3", "change 4: it follows 2"}},
		{"a bit of a line is another", changed(bucketLog, third, func(v []byte) []byte { v[len(v)-3] ^= 4; return v }), []string{"read change 3: CRC check failed"}},
		{"a line is cut short", changed(bucketLog, third, func(v []byte) []byte { return v[:5] }), []string{"the line is cut short"}},
		{"a line has another time", changed(bucketLog, third, func(v []byte) []byte { return append(timeKey(now.Add(-time.Hour)), v[8:]...) }), []string{"change 3: its time"}},
		{"a line stands twice", func(tx *bbolt.Tx) error {
			return changed(bucketLog, third, func([]byte) []byte { return bytes.Clone(tx.Bucket(bucketLog).Get(sequenceKey(2))) })(tx)
		}, []string{"change 3: its time"}},
		{"a line has half a key", put(bucketLog, []byte{0}, append([]byte("12345678"), written("{}")...)), []string{"read change 00: the line is cut short"}},
	}
}

func TestCheckNamesEveryDamage(t *testing.T) {
	t.Parallel()
	whole := filepath.Join(t.TempDir(), "dateline.db")
	variedStore(t, whole).Close()
	bytes, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]damage{indexDamages(), recordDamages(), totalDamages(), logDamages()} {
		for _, d := range list {
			t.Run(d.what, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "dateline.db")
				if err := os.WriteFile(path, bytes, 0o600); err != nil {
					t.Fatal(err)
				}
				rewrite(t, path, d.do)
				says(t, faults(t, openStore(t, path, Options{ReadOnly: true})), d.want)
			})
		}
	}
}

// TestDamagedRecordSlandersNoOther: of what follows from the articles beside it
// nothing is said.
func TestDamagedRecordSlandersNoOther(t *testing.T) {
	path := aStore(t, 2)
	s := openStore(t, path, Options{})
	a := article(7)
	a.Origin = store.Origin{Source: "gazette", FeedURL: "https://gazette.example/feed", EntryID: "7", Link: "https://gazette.example/7"}
	h := store.Harvest{Source: "gazette", Now: now.Add(time.Hour), Items: []store.Gathered{{Article: a, Hash: "x", Link: "gazette.example/7"}}}
	if y, err := s.Harvest(t.Context(), h); err != nil || y.New != 1 {
		t.Fatalf("%+v, %v", y, err)
	}
	s.Close()
	rewrite(t, path, changed(bucketArticles, idOf(1), func([]byte) []byte { return written("{") }))
	said := faults(t, openStore(t, path, Options{ReadOnly: true}))
	says(t, said, []string{"article " + string(article(1).ID)})
	for _, fault := range said {
		if strings.Contains(fault, "follows from no article") {
			t.Error(fault)
		}
	}
}

// says fails when one of the texts is in none of the faults.
func says(t *testing.T, faults, want []string) {
	t.Helper()
	said := strings.Join(faults, "\n")
	for _, part := range want {
		if !strings.Contains(said, part) {
			t.Errorf("nothing says %q in\n%s", part, said)
		}
	}
}

// A page is damaged so that bbolt finds its keys in the wrong order.
func TestCheckNamesADamagedPage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dateline.db")
	s := openStore(t, path, Options{Now: now})
	fileMany(t, s, 0, 200) // a bucket on pages of its own
	s.Close()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	guid := []byte(article(3).GUID)
	other := append([]byte("z"), guid[1:]...)
	if err := os.WriteFile(path, bytes.ReplaceAll(file, guid, other), 0o600); err != nil {
		t.Fatal(err)
	}
	says(t, faults(t, openStore(t, path, Options{ReadOnly: true})), []string{"file: "})
}

// Check looks at all pages while others change them.
func TestCheckFindsNothingBesideWriters(t *testing.T) {
	s := newStore(t)
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
				if _, err := s.File(t.Context(), filing(article(n))); err != nil {
					t.Error(err)
				}
			}
		}
	})
	for range 8 {
		if found := faults(t, s); found != nil {
			t.Errorf("check: %s", found)
		}
	}
	close(stop)
	writer.Wait()
}

func TestCheckStopsWhenItsContextEnds(t *testing.T) {
	s := newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Check(ctx, func(string) {}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// A row that follows from nothing must not keep time from going on.
func TestAdvanceForgetsWhatIsNotDue(t *testing.T) {
	s := newStore(t)
	fileMany(t, s, 0, 2)
	err := s.db.Update(func(tx *bbolt.Tx) error {
		return errors.Join(
			put(bucketDue, append(timeKey(now), idOf(1)...), nil)(tx),
			put(bucketDue, append(timeKey(now), idOf(99)...), nil)(tx))
	})
	if err != nil {
		t.Fatal(err)
	}
	if next, err := s.Advance(t.Context(), now.Add(time.Hour)); err != nil || !next.IsZero() {
		t.Errorf("next %s, error %v", next, err)
	}
	if faults := faults(t, s); faults != nil {
		t.Error(faults)
	}
}

func TestOpenRefusesALogWithADamagedEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dateline.db")
	s := openStore(t, path, Options{Now: now})
	fileMany(t, s, 0, 2)
	if err := s.db.Update(put(bucketLog, []byte("\xff\xff"), []byte("x"))); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "change log is damaged") {
		t.Errorf("error %v", err)
	}
}

// The write transaction is held open while readers read.
func TestReadersDoNotWaitForAWriter(t *testing.T) {
	s := newStore(t)
	fileMany(t, s, 0, 3)
	writer, err := s.db.Begin(true)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Rollback()
	if page, err := s.Articles(t.Context(), store.Query{Limit: 10}); err != nil || page.Count != 3 {
		t.Errorf("%d articles, error %v", page.Count, err)
	}
	if _, err := s.Window(t.Context(), store.Window{Listing: "harbour", Newest: 2, Archive: 2}); err != nil {
		t.Error(err)
	}
	if lines, err := s.Changes(t.Context(), 0, 10); err != nil || len(lines) != 3 {
		t.Errorf("%d lines, error %v", len(lines), err)
	}
}

func TestCheckTellsHowFarItIs(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "dateline.db"), Options{})
	defer s.Close()
	s.db.NoSync = true
	for n := range 600 {
		if _, err := s.File(t.Context(), filing(article(n))); err != nil {
			t.Fatal(err)
		}
	}
	var told []string
	err := s.Check(t.Context(), func(fault string) { t.Error(fault) }, func(done, all int) { told = append(told, fmt.Sprint(done, " of ", all)) })
	if err != nil || !slices.Equal(told, []string{"1000 of 1200"}) {
		t.Errorf("told %q, error %v", told, err)
	}
}
