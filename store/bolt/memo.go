package bolt

import (
	"bytes"
	"sync"

	"dateline/store"
)

// memo keeps what records that were read last say, since after a change nearly
// all of a feed is the same. It goes by the bytes of a record, so that it can
// never be out of date. What it gives is shared: nobody may change it. The
// zero value is ready.
type memo struct {
	mu         sync.Mutex
	young, old map[store.ID]remembered // guarded by mu, as is size
	size       int                     // bytes in young
}

type remembered struct {
	value  []byte
	record record
}

// memoBytes bounds each of the two generations that are kept, by what the
// records take in the file.
const memoBytes = 2 << 20

// get is the record that value stands for; ok is false when it is not known.
func (m *memo) get(id store.ID, value []byte) (r record, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found, ok := m.young[id]
	if !ok {
		if found, ok = m.old[id]; ok {
			m.keep(id, found)
		}
	}
	if !ok || !bytes.Equal(found.value, value) {
		return record{}, false
	}
	return found.record, true
}

// put remembers what value stands for.
func (m *memo) put(id store.ID, value []byte, r record) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(id, remembered{bytes.Clone(value), r})
}

// keep puts a record among the young. When they are too many they become the
// old, and the old are let go of.
func (m *memo) keep(id store.ID, r remembered) {
	if m.young == nil || m.size > memoBytes {
		m.old, m.young, m.size = m.young, map[store.ID]remembered{}, 0
	}
	m.young[id] = r
	m.size += len(r.value)
}
