package store

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// ID names an article within the store: a ULID, 26 characters of Crockford's
// base 32, in the order of the milliseconds in which they were made.
type ID string

// crockford is the alphabet of a ULID. Its order is that of the bytes, so IDs
// as text and as bytes sort alike.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewID makes an ID for an article that is first filed at now.
func NewID(now time.Time) ID {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	rand.Read(b[6:]) // never fails: crypto/rand
	return IDFromBytes(b)
}

// IDFromBytes is the ID of those 128 bits.
func IDFromBytes(b [16]byte) ID {
	// base32 takes five bits from the left; a ULID is 130 bits with two
	// zeros in front. So the value moves two bits to the right.
	var wide [17]byte
	for i, c := range b {
		wide[i] |= c >> 2
		wide[i+1] = c << 6
	}
	return ID(crockford.EncodeToString(wide[:])[:26])
}

// Bytes is the ID as 128 bits; ok is false when it is no ULID.
func (id ID) Bytes() (b [16]byte, ok bool) {
	if len(id) != 26 || id[0] > '7' {
		return b, false
	}
	var wide [17]byte
	// 26 characters are 130 bits; two more characters fill the seventeenth
	// byte.
	// Fewer come out when there are line ends, which Decode skips.
	if n, err := crockford.Decode(wide[:], []byte(id+"00")); err != nil || n != len(wide) {
		return b, false
	}
	for i := range b {
		b[i] = wide[i]<<2 | wide[i+1]>>6
	}
	return b, true
}

// ParseID reads an ID that a person may have typed: lower case is accepted.
// ok is false when it is no ULID.
func ParseID(s string) (id ID, ok bool) {
	id = ID(strings.ToUpper(s))
	_, ok = id.Bytes()
	return id, ok
}

// TagURI mints the GUID of an article that came without one: a tag: URI
// (RFC 4151) of the authority, which is a host name, on the day of now.
func TagURI(authority string, now time.Time, id ID) string {
	return fmt.Sprintf("tag:%s,%s:article/%s", strings.ToLower(authority), now.UTC().Format("2006-01-02"), id)
}

// Digest is a short name for a text: the same for the same text, and in all
// likelihood for no other.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}
