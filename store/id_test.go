package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dateline/store"
)

func bits(last byte) (b [16]byte) {
	b[15] = last
	return b
}

// The vectors come from the specification of ULID (the greatest; the one of
// its examples, whose time is known) and from counting by hand.
func TestIDsAreULIDs(t *testing.T) {
	greatest := [16]byte(slices.Repeat([]byte{0xff}, 16))
	for text, want := range map[store.ID][16]byte{
		"00000000000000000000000000": {},
		"00000000000000000000000001": bits(1),
		"0000000000000000000000000Z": bits(31),
		"00000000000000000000000010": bits(32),
		"0000000000000000000000007Z": bits(255),
		"7ZZZZZZZZZZZZZZZZZZZZZZZZZ": greatest,
		"01ARZ3NDEKTSV4RRFFQ69G5FAV": {0x01, 0x56, 0x3e, 0x3a, 0xb5, 0xd3, 0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b},
	} {
		if got := store.IDFromBytes(want); got != text {
			t.Errorf("ID of %x: %s; want %s", want, got, text)
		}
		if got, ok := text.Bytes(); got != want || !ok {
			t.Errorf("bytes of %s: %x, %t; want %x", text, got, ok, want)
		}
	}
}

func TestWhatIsNoULIDHasNoBytes(t *testing.T) {
	for _, id := range []store.ID{
		"", "01ARZ3NDEKTSV4RRFFQ69G5FA", "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
		"80000000000000000000000000",    // more than 128 bits
		"01ARZ3NDEKTSV4RRFFQ69G5FAI",    // I, L, O, U are not in the alphabet
		"01ARZ3NDEKTSV4RRFFQ69G5FAU",    //
		"01arz3ndektsv4rrffq69g5fav",    // ParseID takes it, the store does not
		"01ARZ3NDEKTSV4RRFFQ69G5FA\n",   // base 32 skips line ends
		"01ARZ3NDEKTSV4RR\r\nFFQ69G5F",  //
		"\n1ARZ3NDEKTSV4RRFFQ69G5FAV",   //
		"01ARZ3NDEKTSV4RRFFQ69G5F==",    //
		"01ARZ3NDEKTSV4RRFFQ69G5\u00e9", //
	} {
		if b, ok := id.Bytes(); ok {
			t.Errorf("bytes of %q: %x; want none", id, b)
		}
	}
}

func TestIDsSortLikeTheirBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) [16]byte {
			return [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label))
		}
		a, b := draw("a"), draw("b")
		if got, want := strings.Compare(string(store.IDFromBytes(a)), string(store.IDFromBytes(b))), slices.Compare(a[:], b[:]); got != want {
			t.Errorf("as texts %d, as bytes %d", got, want)
		}
		if back, ok := store.IDFromBytes(a).Bytes(); back != a || !ok {
			t.Errorf("%x came back as %x, %t", a, back, ok)
		}
	})
}

func TestNewIDsAreInTheOrderOfTheirMilliseconds(t *testing.T) {
	now := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	last := store.NewID(now.Add(-time.Hour))
	for i := range 1000 {
		id := store.NewID(now.Add(time.Duration(i) * time.Millisecond))
		if id <= last {
			t.Fatalf("%s does not follow %s", id, last)
		}
		if _, ok := id.Bytes(); !ok {
			t.Fatalf("%s is no ULID", id)
		}
		last = id
	}
}

func TestNewIDsOfOneInstantDiffer(t *testing.T) {
	now := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	seen := map[store.ID]bool{}
	for range 1000 {
		seen[store.NewID(now)] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d IDs of 1000", len(seen))
	}
}

func TestParseIDTakesWhatAPersonTypes(t *testing.T) {
	const want = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	for _, typed := range []string{want, strings.ToLower(want), "01arz3NDEKtsv4rrffq69g5fav"} {
		if id, ok := store.ParseID(typed); id != want || !ok {
			t.Errorf("%s is read as %s, %t", typed, id, ok)
		}
	}
	for _, typed := range []string{"", "pier", want + "0", want[:25] + "\n"} {
		if id, ok := store.ParseID(typed); ok {
			t.Errorf("%q is read as %s", typed, id)
		}
	}
}

func TestTagURINamesAuthorityDayAndArticle(t *testing.T) {
	now := time.Date(2026, 3, 2, 23, 30, 0, 0, time.FixedZone("Port Salter", -3*3600))
	got := store.TagURI("Wire.Example", now, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
	if want := "tag:wire.example,2026-03-03:article/01ARZ3NDEKTSV4RRFFQ69G5FAV"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
}
