package publish

import (
	"container/list"
	"context"
	"sync"

	"dateline/feed"
)

// cache keeps the documents that were used last. The zero value is ready.
type cache struct {
	mu      sync.Mutex
	entries map[key]*entry // guarded by mu, as all below
	used    list.List      // of *entry, the one used last in front
	bytes   int            // of all documents
	hits    uint64         // documents that were there when they were asked for
	renders uint64         // and those that had to be made
}

// entry is one document. Whoever took it may use and change its document and
// sequence until it is given back.
type entry struct {
	key      key
	turn     chan struct{} // holds one token while the entry is taken
	document *rendered     // nil before it was rendered
	past     []past        // documents before it, the oldest first
	sequence uint64        // as of which the document is right

	place *list.Element // guarded by the cache's mu, as all below
	size  int
	plain int // bytes of the document without coding
}

// take waits for the turn of the caller to use the entry of k, or for the end
// of ctx. It must be given back.
func (c *cache) take(ctx context.Context, k key) (*entry, error) {
	c.mu.Lock()
	if c.entries == nil {
		c.entries = map[key]*entry{}
	}
	e := c.entries[k]
	if e == nil {
		e = &entry{key: k, turn: make(chan struct{}, 1)}
		e.place = c.used.PushFront(e)
		c.entries[k] = e
	}
	c.used.MoveToFront(e.place)
	c.mu.Unlock()
	select {
	case e.turn <- struct{}{}:
		return e, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// give ends the turn, and lets go of what was not used for longest until all
// documents fit into limit bytes.
func (c *cache) give(e *entry, limit int) {
	size, plain := 0, 0
	if e.document != nil {
		size, plain = e.document.size(), len(e.document.bodies[feed.Identity])
	}
	c.mu.Lock()
	e.plain = plain
	if c.entries[e.key] == e { // not let go of between its taker's look and turn
		c.bytes += size - e.size
		e.size = size
	}
	if e.document == nil && c.entries[e.key] == e { // there is no such feed, and there may be many who ask
		c.used.Remove(e.place)
		delete(c.entries, e.key)
	}
	<-e.turn
	for place := c.used.Back(); place != nil && c.bytes > limit; {
		old := place.Value.(*entry)
		place = place.Prev()
		if len(old.turn) > 0 { // in use: to let go of it would be to render it twice
			continue
		}
		c.used.Remove(old.place)
		delete(c.entries, old.key)
		c.bytes -= old.size
	}
	c.mu.Unlock()
}

// count counts a document that was asked for, and whether it had to be made.
func (c *cache) count(rendered bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if rendered {
		c.renders++
	} else {
		c.hits++
	}
}

// Kept is what the cache of documents holds, and has done since it was made.
type Kept struct {
	Documents int    `json:"documents"`
	Bytes     int    `json:"bytes"`   // of them, in all codings
	Limit     int    `json:"limit"`   // of Bytes
	Hits      uint64 `json:"hits"`    // documents that were there when they were asked for
	Renders   uint64 `json:"renders"` // documents that had to be made
}

// Kept says what the cache of documents holds.
func (p *Publisher) Kept() Kept {
	c := &p.cache
	c.mu.Lock()
	defer c.mu.Unlock()
	return Kept{Documents: len(c.entries), Bytes: c.bytes, Limit: p.cacheBytes(), Hits: c.hits, Renders: c.renders}
}

// Sizes are the bytes of the documents of the feed at path, without coding, as
// far as they are in memory.
func (p *Publisher) Sizes(path string) map[feed.Format]int {
	c, sizes := &p.cache, map[feed.Format]int{}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range append(feed.Formats(), feed.Ninjs) {
		if e := c.entries[key{path, f}]; e != nil && e.plain > 0 {
			sizes[f] = e.plain
		}
	}
	return sizes
}
