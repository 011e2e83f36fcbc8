package bolt

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"time"

	"dateline/store"
)

// The whole file. Each bucket is flat; all keys of a kind are equally long or
// end a text with a zero byte, so that a prefix is a range.
//
//	meta
//	├── "schema"                      uint32, the version of all that follows
//	├── "created"                     time
//	├── "trimmed"                     uint64, the line of the log up to which what is gone was left out
//	├── "related"                     uint64, the line of the log up to which Relate has come
//	├── "settings"                    time, and the name of the settings since then
//	└── "usable", "held", …           uint64, how many articles have that status
//	articles     id                 → value: record (the article, and its tombstone)
//	log          sequence           → time, value: store.Change
//	listings     listing 0          → count, filed, places, time of the last change, and of the last Expunge
//	combinations name               → value: store.Combination
//	keys         sha256(by, key)    → time, id, sha256(fingerprint)
//	gone         id                 → value: store.Remains; what is left of articles that were let go of
//	sources      source             → value: store.Source
//
// These follow from the records alone (see entries), and check.go holds them
// to that:
//
//	guids        guid               → id, unless the guid ends with that id
//	published    listing 0 time id  → urgency; public articles, by Published
//	changed      listing 0 time id  → urgency; public articles, by their last change;
//	                                  for everything the log is that
//	places       listing 0 place    → id; what ever was public there
//	withdrawn    listing 0 time id  → urgency; tombstones, by When; a second byte when it left a listing
//	due          time id            → nothing; by store.Due
//	seen         source 0 hash16    → id, hash16; entries of sources, by what they said last
//	links        hash16             → id; canonical links of what was gathered
//	near         id id              → nothing; an article, and one that leads to it
//	traces       trace id           → nothing; what killed articles said, and those say that are held or under embargo
//	expired      time id            → nothing; what has expired, by Published
//	gonenames    hash8 id           → nothing; what articles were known by that were let go of;
//	                                  follows from what is left of them
//	polls        time source        → nothing; by store.Source.Due; follows from the sources
//
// A listing is named as in package store. That of a combination has no rows of
// its own: it is merged from those of its categories as it is read. An urgency
// is one byte, or none when it is not given.
//
// A time is its microseconds since 1970 as a big-endian int64 with the sign
// bit flipped, an id its 16 bytes, a sequence or a place a big-endian uint64: all sort as
// they should. Index keys run with the clock, so that new ones are appended
// and pages fill. A value begins with a version byte; see value.go.
const schemaVersion = 1

var (
	bucketMeta      = []byte("meta")
	bucketArticles  = []byte("articles")
	bucketLog       = []byte("log")
	bucketListings  = []byte("listings")
	bucketRules     = []byte("combinations")
	bucketKeys      = []byte("keys")
	bucketGUIDs     = []byte("guids")
	bucketPublished = []byte("published")
	bucketChanged   = []byte("changed")
	bucketPlaces    = []byte("places")
	bucketWithdrawn = []byte("withdrawn")
	bucketDue       = []byte("due")
	bucketSeen      = []byte("seen")
	bucketLinks     = []byte("links")
	bucketNear      = []byte("near")
	bucketGone      = []byte("gone")
	bucketGoneNames = []byte("gonenames")
	bucketExpired   = []byte("expired")
	bucketTraces    = []byte("traces")
	bucketSources   = []byte("sources")
	bucketPolls     = []byte("polls")

	keySchema   = []byte("schema")
	keyCreated  = []byte("created")
	keySettings = []byte("settings")
	keyRelated  = []byte("related")
	keyTrimmed  = []byte("trimmed")

	buckets = [][]byte{
		bucketMeta, bucketArticles, bucketLog, bucketListings, bucketRules, bucketKeys,
		bucketGUIDs, bucketPublished, bucketChanged, bucketPlaces, bucketWithdrawn, bucketDue,
		bucketSeen, bucketLinks, bucketNear, bucketTraces, bucketExpired, bucketGone, bucketGoneNames, bucketSources, bucketPolls,
	}
	indexes = [][]byte{bucketGUIDs, bucketPublished, bucketChanged, bucketPlaces, bucketWithdrawn, bucketDue, bucketSeen, bucketLinks, bucketNear, bucketTraces, bucketExpired}
)

// entry is one row of an index.
type entry struct{ bucket, key, value string }

// entries are all the index rows that follow from a record.
func entries(r record) []entry {
	id := idKey(r.Article.ID)
	var list []entry
	if own, ok := ownID(r.Article.GUID); !ok || own != r.Article.ID {
		list = append(list, entry{string(bucketGUIDs), r.Article.GUID, string(id)})
	}
	listings := r.Article.Listings()
	everything := append([]string{""}, listings...)
	inListings := func(bucket []byte, t time.Time, names []string, value string) {
		for _, name := range names {
			list = append(list, entry{string(bucket), string(listingKey(name, t, id)), value})
		}
	}
	urgency := urgencyValue(r.Article.Urgency)
	if r.Article.Public() {
		inListings(bucketPublished, r.Article.Published, everything, urgency)
		inListings(bucketChanged, r.Changed, listings, urgency)
	}
	for name, place := range r.Places {
		list = append(list, entry{string(bucketPlaces), string(placeKey(name, place)), string(id)})
	}
	if r.Tombstone != nil && r.Article.Visible() {
		showing := showing(r)
		if len(showing) > len(listings) {
			urgency = string([]byte{byte(r.Article.Urgency), 1})
		}
		inListings(bucketWithdrawn, r.Tombstone.When, append([]string{""}, showing...), urgency)
	}
	for _, s := range r.Seen {
		list = append(list, entry{string(bucketSeen), sightingKey(s.Source, s.Entry), sightingValue(id, s.Hash)})
	}
	for _, link := range r.Links {
		list = append(list, entry{string(bucketLinks), linkKey(link), string(id)})
	}
	named, near := leads(r)
	for _, near := range slices.Concat(named, near) {
		list = append(list, entry{string(bucketNear), string(append(idKey(near), id...)), ""})
	}
	switch {
	case r.Article.Status == store.Killed:
		for _, trace := range r.Traces {
			list = append(list, entry{string(bucketTraces), trace + string(id), ""})
		}
	case r.Article.Withheld():
		list = append(list, entry{string(bucketTraces), store.TraceOfText(r.Article) + string(id), ""})
	}
	if r.Article.Status == store.Expired {
		list = append(list, entry{string(bucketExpired), string(append(timeKey(r.Article.Published), id...)), ""})
	}
	if due := store.Due(r.Article); !due.IsZero() {
		list = append(list, entry{string(bucketDue), string(append(timeKey(due), id...)), ""})
	}
	return list
}

// leads are the articles that one leads to, each once: those that its editor
// named, and those near to it beside them.
func leads(r record) (named, near []store.ID) {
	for _, related := range r.Article.Related {
		if id := related.ID; id != "" && id != r.Article.ID && !slices.Contains(named, id) {
			named = append(named, id)
		}
	}
	for _, id := range r.Near {
		if !slices.Contains(named, id) {
			near = append(near, id)
		}
	}
	return named, near
}

// showing are the listings whose readers see something of the article.
func showing(r record) []string {
	return r.Article.Showing(slices.Sorted(maps.Keys(r.Places)))
}

// ownID is the ID that a GUID made by store.TagURI ends with. It may be the ID
// of no article, or of one with another GUID.
func ownID(guid string) (id store.ID, ok bool) {
	_, end, ok := strings.Cut(guid, ":article/")
	if !ok {
		return "", false
	}
	id = store.ID(end)
	_, ok = id.Bytes()
	return id, ok
}

// statuses are the keys of the counts in meta.
var statuses = []store.Status{store.Usable, store.Held, store.Killed, store.Expired}

func idKey(id store.ID) []byte {
	b, _ := id.Bytes() // checked before it came here
	return b[:]
}

// idAt is the id that ends an index key.
func idAt(key []byte) store.ID {
	return store.IDFromBytes([16]byte(key[len(key)-16:]))
}

func timeKey(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(t.UnixMicro())^(1<<63))
}

func keyTime(key []byte) time.Time {
	return time.UnixMicro(int64(binary.BigEndian.Uint64(key) ^ (1 << 63))).UTC()
}

func sequenceKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func keySequence(key []byte) uint64 { return binary.BigEndian.Uint64(key) }

func listingPrefix(listing string) []byte { return append([]byte(listing), 0) }

func placeKey(listing string, place uint64) []byte {
	return binary.BigEndian.AppendUint64(listingPrefix(listing), place)
}

func listingKey(listing string, t time.Time, id []byte) []byte {
	return append(append(listingPrefix(listing), timeKey(t)...), id...)
}

func urgencyOf(value []byte) int {
	if len(value) == 0 {
		return 0
	}
	return int(value[0])
}

// hasMoved reports whether a row is of what was withdrawn and has left a
// listing in which it was public.
func hasMoved(value []byte) bool { return len(value) > 1 }

func urgencyValue(urgency int) string {
	if urgency == 0 {
		return ""
	}
	return string([]byte{byte(urgency)})
}
