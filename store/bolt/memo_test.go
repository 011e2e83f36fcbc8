package bolt

import (
	"fmt"
	"testing"

	"dateline/store"
)

// TestMemoGoesByTheBytes: what changed is read anew, and what is kept is
// bounded.
func TestMemoGoesByTheBytes(t *testing.T) {
	var m memo
	r := record{Article: store.Article{Headline: "One"}}
	m.put("a", []byte("1"), r)
	if got, ok := m.get("a", []byte("1")); !ok || got.Article.Headline != "One" {
		t.Errorf("got %+v, %t", got, ok)
	}
	if _, ok := m.get("a", []byte("2")); ok {
		t.Error("other bytes are answered with the old record")
	}
	if _, ok := m.get("b", []byte("1")); ok {
		t.Error("another article is answered")
	}
	big := make([]byte, 64<<10)
	for n := range 1000 {
		m.put(store.ID(fmt.Sprint(n)), big, r)
	}
	kept := 0
	for _, generation := range []map[store.ID]remembered{m.young, m.old} {
		for _, r := range generation {
			kept += len(r.value)
		}
	}
	if kept > 2*(memoBytes+len(big)) {
		t.Errorf("%d bytes are kept", kept)
	}
	if _, ok := m.get("999", big); !ok {
		t.Error("what was read last is forgotten")
	}
}
