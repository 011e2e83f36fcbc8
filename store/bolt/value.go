package bolt

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/klauspost/compress/zstd"

	"dateline/store"
)

// record is what the articles bucket keeps of one article.
type record struct {
	Article   store.Article    `json:"article"`
	Tombstone *store.Tombstone `json:"tombstone,omitempty"`
}

// The first byte of a value says how the rest is written.
const (
	valueJSON    = 1 // JSON
	valueZstd    = 2 // JSON, compressed with zstd
	valueListing = 1 // in the listings bucket: three numbers
)

// compressFrom is the size, in bytes of JSON, from which compression is
// tried; a shorter value would hardly shrink.
const compressFrom = 256

// maxValue is a limit on what a damaged value may decompress to.
const maxValue = 64 << 20

// coder writes and reads values. It is safe for use by many goroutines.
type coder struct {
	zip   *zstd.Encoder
	unzip *zstd.Decoder
}

func newCoder() (*coder, error) {
	// One window of 128 KiB is more than nearly every article, and keeps
	// the memory of an idle store small.
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(128<<10), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	unzip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxValue))
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
	return append([]byte{valueJSON}, plain...), nil
}

// unmarshal reads what marshal wrote. It keeps nothing of b.
func (c *coder) unmarshal(b []byte, v any) error {
	if len(b) == 0 {
		return fmt.Errorf("value is empty")
	}
	switch plain := b[1:]; b[0] {
	case valueJSON:
		return json.Unmarshal(plain, v)
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
	count    uint64
	sequence uint64
	changed  time.Time
}

func (l listing) marshal() []byte {
	b := binary.BigEndian.AppendUint64([]byte{valueListing}, l.count)
	b = binary.BigEndian.AppendUint64(b, l.sequence)
	return append(b, timeKey(l.changed)...)
}

func unmarshalListing(b []byte) (l listing, err error) {
	if len(b) != 25 || b[0] != valueListing {
		return l, fmt.Errorf("listing is %d bytes long; it should be 25", len(b))
	}
	l.count = binary.BigEndian.Uint64(b[1:])
	l.sequence = binary.BigEndian.Uint64(b[9:])
	l.changed = keyTime(b[17:])
	return l, nil
}
