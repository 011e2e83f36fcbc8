package publish

import (
	"sync"

	"dateline/feed/render"
	"dateline/store"
)

// contents keeps the full text of articles, which is sanitised whenever it is
// written: after a change nearly all articles of a feed are the same. The zero
// value is ready.
type contents struct {
	mu        sync.Mutex
	young     map[version]string // guarded by mu, as is old
	old       map[version]string
	youngSize int // bytes in young
}

// version names a text: it changes only with a filing.
type version struct {
	id     store.ID
	number int
}

// contentBytes bounds each of the two generations that are kept.
const contentBytes = 8 << 20

// of is the full text of an article; see render.Content.
func (c *contents) of(a store.Article) string {
	v := version{a.ID, a.Version}
	c.mu.Lock()
	text, ok := c.young[v]
	if !ok {
		text, ok = c.old[v]
	}
	c.mu.Unlock()
	if !ok {
		text = render.Content(a)
	}
	c.keep(v, text)
	return text
}

// keep puts a text among the young. When they are too many they become the
// old, and the old are let go of.
func (c *contents) keep(v version, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.young[v]; there {
		return
	}
	if c.young == nil || c.youngSize > contentBytes {
		c.old, c.young, c.youngSize = c.young, map[version]string{}, 0
	}
	c.young[v] = text
	c.youngSize += len(text)
}
