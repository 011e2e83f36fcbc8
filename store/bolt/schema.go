package bolt

import (
	"encoding/binary"
	"time"

	"dateline/store"
)

// The whole file. Each bucket is flat; all keys of a kind are equally long or
// end a text with a zero byte, so that a prefix is a range.
//
//	meta
//	├── "schema"                      uint32, the version of all that follows
//	├── "created"                     time
//	└── "usable", "held", …           uint64, how many articles have that status
//	articles     id                 → value: record (the article, and its tombstone)
//	log          sequence           → time, value: store.Change
//	listings     category           → count, sequence, time ("" is everything)
//	keys         sha256(by, key)    → id, sha256(fingerprint)
//
// These follow from the records alone (see entries), and check.go holds them
// to that:
//
//	guids        guid               → id
//	published    category 0 time id → nothing; public articles, by Published
//	withdrawn    category 0 time id → nothing; tombstones, by When
//	due          time id            → nothing; by store.Due
//
// A time is its microseconds since 1970 as a big-endian int64 with the sign
// bit flipped, an id its 16 bytes, a sequence a big-endian uint64: all sort as
// they should. Index keys run with the clock, so that new ones are appended
// and pages fill. A value begins with a version byte; see value.go.
const schemaVersion = 1

var (
	bucketMeta      = []byte("meta")
	bucketArticles  = []byte("articles")
	bucketLog       = []byte("log")
	bucketListings  = []byte("listings")
	bucketKeys      = []byte("keys")
	bucketGUIDs     = []byte("guids")
	bucketPublished = []byte("published")
	bucketWithdrawn = []byte("withdrawn")
	bucketDue       = []byte("due")

	keySchema  = []byte("schema")
	keyCreated = []byte("created")

	buckets = [][]byte{
		bucketMeta, bucketArticles, bucketLog, bucketListings, bucketKeys,
		bucketGUIDs, bucketPublished, bucketWithdrawn, bucketDue,
	}
	indexes = [][]byte{bucketGUIDs, bucketPublished, bucketWithdrawn, bucketDue}
)

// entry is one row of an index.
type entry struct{ bucket, key, value string }

// entries are all the index rows that follow from a record.
func entries(r record) []entry {
	id := idKey(r.Article.ID)
	list := []entry{{string(bucketGUIDs), r.Article.GUID, string(id)}}
	inListings := func(bucket []byte, t time.Time) {
		for _, slug := range append([]string{""}, r.Article.Categories...) {
			list = append(list, entry{string(bucket), string(listingKey(slug, t, id)), ""})
		}
	}
	if r.Article.Public() {
		inListings(bucketPublished, r.Article.Published)
	}
	if r.Tombstone != nil && r.Article.Visible() {
		inListings(bucketWithdrawn, r.Tombstone.When)
	}
	if due := store.Due(r.Article); !due.IsZero() {
		list = append(list, entry{string(bucketDue), string(append(timeKey(due), id...)), ""})
	}
	return list
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

func listingPrefix(category string) []byte { return append([]byte(category), 0) }

func listingKey(category string, t time.Time, id []byte) []byte {
	return append(append(listingPrefix(category), timeKey(t)...), id...)
}
