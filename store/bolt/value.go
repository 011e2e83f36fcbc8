package bolt

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/store"
)

// record is what the articles bucket keeps of one article.
type record = store.Record

// made notes when a version that is filed at stamp was made, and its number.
// Nothing was made later than it was filed.
func made(r *record, at time.Time, edition int, stamp time.Time) {
	if at.IsZero() || at.After(stamp) {
		at = stamp
	}
	if at.After(r.Made) {
		r.Made = at.UTC()
	}
	r.Edition = max(r.Edition, edition)
}

// The first byte of a value says how the rest is written.
const (
	valueJSON    = 3 // the CRC-32C of JSON, and JSON
	valueZstd    = 2 // JSON, compressed with zstd and the dictionary, which has a checksum too
	valueListing = 1 // in the listings bucket: numbers
)

// compressFrom is the size, in bytes of JSON, from which compression is
// tried; a shorter value would hardly shrink.
const compressFrom = 256

// maxValue is a limit on what a damaged value may decompress to.
const maxValue = 64 << 20

// dictionary is what nearly every record has, so that a short one shrinks too.
// It is part of the format of valueZstd: it must never change.
const dictionary = `"tombstone":{"status":"killed","when":"2026-","by":"","reason":""` +
	` first last week month years people government president minister police court million percent company officials ` +
	` and the of to in that for with was from were have has been which their would after about more than who not its ` +
	` Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September October November December` +
	`“ said on , who is but by at an as it be are this ” said. </a> <a href=\"https://www.</em> <em></strong> <strong></li>\n<li></ul>\n<ul></blockquote>\n<blockquote>` +
	`{"article":{"id":"01K","guid":"tag:,2026-:article/01K","slug":"-the-of-in-to-","version":1,"headline":"","summary":" said on ",` +
	`"body":"\u003cp\u003e\u003c/p\u003e\n\u003cp\u003e \u0026amp; “ said.\u003c/p\u003e\n\u003cp\u003e","dateline":{"place":"","date":"2026-","agency":""},` +
	`"byline":[{"name":"","email":"","url":"https://"}],"credit":{"agency":"","sign_off":""},"language":"en","enclosures":[{"url":"https://","type":"image/jpeg","length":,"width":,"height":,"caption":"","credit":""}],` +
	`"rights":"©","categories":[""],"tags":[""],"subjects":["medtop:"],"urgency":5,"status":"usable","published":"2026-","updated":"2026-",` +
	`"correction_note":""},"changed":"2026-","places":{"":}}`

const dictionaryID = 1

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// coder writes and reads values. It is safe for use by many goroutines.
type coder struct {
	zip   *zstd.Encoder
	unzip *zstd.Decoder
}

func newCoder() (*coder, error) {
	// One window of 128 KiB is more than nearly every article, and keeps
	// the memory of an idle store small.
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10), zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderDictRaw(dictionaryID, []byte(dictionary)))
	if err != nil {
		return nil, err
	}
	unzip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxValue),
		zstd.WithDecoderDictRaw(dictionaryID, []byte(dictionary)))
	if err != nil {
		return nil, err
	}
	return &coder{zip, unzip}, nil
}

func (c *coder) close() {
	c.zip.Close()
	c.unzip.Close()
}

// marshal writes v, compressed where that pays.
func (c *coder) marshal(v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if len(plain) >= compressFrom {
		if packed := c.zip.EncodeAll(plain, []byte{valueZstd}); len(packed) < len(plain)*9/10 {
			return packed, nil
		}
	}
	return append(binary.BigEndian.AppendUint32([]byte{valueJSON}, crc32.Checksum(plain, castagnoli)), plain...), nil
}

// unmarshal reads what marshal wrote. It keeps nothing of b.
func (c *coder) unmarshal(b []byte, v any) error {
	if len(b) == 0 {
		return fmt.Errorf("value is empty")
	}
	switch plain := b[1:]; b[0] {
	case valueJSON:
		if len(plain) < 4 || binary.BigEndian.Uint32(plain) != crc32.Checksum(plain[4:], castagnoli) {
			return errors.New("CRC check failed")
		}
		return json.Unmarshal(plain[4:], v)
	case valueZstd:
		plain, err := c.unzip.DecodeAll(plain, nil)
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, v)
	default:
		return fmt.Errorf("value has version %d, which this program does not know", b[0])
	}
}

// listing is the state of one listing.
type listing struct {
	count   uint64 // public articles
	filed   uint64 // articles of whatever status
	places  uint64 // how many were given out
	changed time.Time

	expunged time.Time // when one of its articles was let go of last; zero for never
}

func (l listing) marshal() []byte {
	b := binary.BigEndian.AppendUint64([]byte{valueListing}, l.count)
	b = binary.BigEndian.AppendUint64(b, l.filed)
	b = binary.BigEndian.AppendUint64(b, l.places)
	return append(append(b, timeKey(l.changed)...), timeKey(l.expunged)...)
}

func unmarshalListing(b []byte) (l listing, err error) {
	if len(b) != 41 || b[0] != valueListing {
		return l, fmt.Errorf("listing is %d bytes long; it should be 41", len(b))
	}
	l.count = binary.BigEndian.Uint64(b[1:])
	l.filed = binary.BigEndian.Uint64(b[9:])
	l.places = binary.BigEndian.Uint64(b[17:])
	l.changed, l.expunged = keyTime(b[25:]), keyTime(b[33:])
	return l, nil
}
