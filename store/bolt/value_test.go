package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

func newTestCoder(t testing.TB) *coder {
	t.Helper()
	c, err := newCoder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

func TestLongTextIsCompressed(t *testing.T) {
	a := article(1)
	a.Body = strings.Repeat("<p>The pier at Old Quay is open again.</p>", 100)
	c := newTestCoder(t)
	b, err := c.marshal(record{Article: a})
	if err != nil {
		t.Fatal(err)
	}
	if b[0] != valueZstd || len(b) > len(a.Body)/4 {
		t.Errorf("version %d, %d bytes for a body of %d", b[0], len(b), len(a.Body))
	}
	var back record
	if err := c.unmarshal(b, &back); err != nil || back.Article.Body != a.Body {
		t.Errorf("it came back as %+v, error %v", back, err)
	}
}

func TestShortValuesAreNotCompressed(t *testing.T) {
	line := store.Change{Sequence: 1, Time: now, Kind: store.KindFiled, Listings: []string{"harbour"}}
	b, err := newTestCoder(t).marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(line)
	if b[0] != valueJSON || !bytes.Equal(b, written(string(want))) {
		t.Errorf("version %d: %s", b[0], b[1:])
	}
}

// What does not shrink is not worth the time of reading it.
func TestWhatDoesNotShrinkIsNotCompressed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, compressFrom*3/4)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	b, err := newTestCoder(t).marshal(noise) // in base 64
	if err != nil {
		t.Fatal(err)
	}
	if b[0] != valueJSON {
		t.Errorf("version %d, %d bytes for %d of noise", b[0], len(b), len(noise))
	}
}

// written is a value that is JSON, or would be.
func written(text string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{valueJSON}, crc32.Checksum([]byte(text), castagnoli)), text...)
}

func TestDamagedValuesAreErrors(t *testing.T) {
	c := newTestCoder(t)
	packed, err := c.marshal(strings.Repeat("The pier is open. ", 100))
	if err != nil || packed[0] != valueZstd {
		t.Fatalf("version %d, error %v", packed[0], err)
	}
	for what, b := range map[string][]byte{
		"empty":               {},
		"version 0":           {0, '{', '}'},
		"version 1":           {1, '{', '}'},
		"version 255":         {255},
		"JSON cut short":      written("{\"article\":"),
		"JSON of another":     written("[1]"),
		"JSON, a bit flipped": append(written("{}")[:6], '|'),
		"JSON, no checksum":   {valueJSON, 1, 2},
		"compressed, cut":     packed[:len(packed)-5],
		"compressed, nothing": packed[:1],
		"compressed, garbage": {valueZstd, 1, 2, 3, 4, 5, 6},
	} {
		var r record
		if err := c.unmarshal(b, &r); err == nil && what != "compressed, nothing" {
			t.Errorf("%s: no error, %+v", what, r)
		} else if strings.HasPrefix(what, "version") && !strings.Contains(err.Error(), what) {
			t.Errorf("%s: error %v", what, err)
		}
	}
}

// A few bytes must not fill the memory.
func TestAValueDoesNotGrowWithoutBound(t *testing.T) {
	c := newTestCoder(t)
	bomb := c.zip.EncodeAll(make([]byte, maxValue+1), []byte{valueZstd})
	if err := c.unmarshal(bomb, new(record)); err == nil {
		t.Errorf("%d bytes became more than %d", len(bomb), maxValue)
	}
}

func TestTheGreatestArticleIsKept(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	a := article(1)
	a.Body = strings.Repeat("<", store.MaxBody) // six bytes each in JSON
	a.Summary = strings.Repeat("é", store.MaxText/2)
	if _, err := s.File(t.Context(), filing(a)); err != nil {
		t.Fatal(err)
	}
	back, err := s.Article(t.Context(), a.ID)
	if err != nil || !back.SameContent(a) {
		t.Errorf("%d bytes came back, error %v", len(back.Body), err)
	}
	sound(t, s, 1)
}

func TestListingsComeBack(t *testing.T) {
	want := listing{count: 3, places: 1 << 33, filed: 1 << 40, changed: time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)}
	b := want.marshal()
	if got, err := unmarshalListing(b); err != nil || got != want {
		t.Errorf("%+v, error %v; want %+v", got, err, want)
	}
	for _, damaged := range [][]byte{nil, b[:32], append(b[:33:33], 0), append([]byte{2}, b[1:]...)} {
		if _, err := unmarshalListing(damaged); err == nil {
			t.Errorf("%x: no error", damaged)
		}
	}
}

func FuzzValuesDoNotPanic(f *testing.F) {
	c := newTestCoder(f)
	for _, v := range []any{record{Article: article(1)}, store.Change{Sequence: 1}, strings.Repeat("The pier is open. ", 50)} {
		b, err := c.marshal(v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
	f.Add(listing{count: 1, changed: now}.marshal())
	f.Add([]byte{})
	f.Add([]byte{9})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r record
		if err := c.unmarshal(b, &r); err == nil {
			if _, err := c.marshal(r); err != nil {
				t.Errorf("%q was read and cannot be written: %v", b, err)
			}
		}
		unmarshalListing(b)
	})
}
