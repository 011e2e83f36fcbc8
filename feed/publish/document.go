package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"dateline/feed"
	"dateline/feed/render"
	"dateline/feed/wire/ninjs"
	"dateline/store"
)

// key names a document, whatever its coding.
type key struct {
	path   string
	format feed.Format
}

// rendered is a document in all the codings that were asked for so far.
type rendered struct {
	tag      string // of its identity bytes
	modified time.Time
	bodies   map[feed.Encoding][]byte
	versions map[store.ID]int     // of the articles it holds; nil without deltas
	deltas   map[string]*rendered // to this document, by the tag of that which the client has
}

// size is how many bytes the document takes, deltas and all.
func (d *rendered) size() (n int) {
	for _, body := range d.bodies {
		n += len(body)
	}
	for _, delta := range d.deltas {
		n += delta.size()
	}
	return n
}

// in is the body in a coding, compressed when it is first asked for.
func (d *rendered) in(encoding feed.Encoding) ([]byte, error) {
	body, ok := d.bodies[encoding]
	if !ok {
		var err error
		if body, err = compress(d.bodies[feed.Identity], encoding); err != nil {
			return nil, err
		}
		d.bodies[encoding] = body
	}
	return body, nil
}

// Document is the feed at path in a format and a coding. The same store and
// settings give the same document. It is rendered once for each change of the
// feed, and compressed once for each coding, however many ask at once; it is
// never older than the last change that was acknowledged before the call. It
// fails as Feed does.
func (p *Publisher) Document(ctx context.Context, path string, format feed.Format, encoding feed.Encoding) (feed.Document, error) {
	f, e, err := p.current(ctx, path, format)
	if err != nil {
		return feed.Document{}, err
	}
	defer p.cache.give(e, p.cacheBytes())
	return p.documentOf(f, e.document, format, encoding)
}

func (p *Publisher) documentOf(f feed.Feed, d *rendered, format feed.Format, encoding feed.Encoding) (feed.Document, error) {
	body, err := d.in(encoding)
	if err != nil {
		return feed.Document{}, err
	}
	age := p.MaxAge
	if f.Number > 0 {
		age = archiveAge
	}
	return feed.Document{
		Format: format, Encoding: encoding, Body: body, Tag: d.tag, Modified: d.modified, MaxAge: age,
	}, nil
}

// current takes the entry of a document that is as new as the store. It must
// be given back.
func (p *Publisher) current(ctx context.Context, path string, format feed.Format) (feed.Feed, *entry, error) {
	f, err := p.head(path)
	if err != nil {
		return f, nil, err
	}
	// Read before the feed is: what is rendered is at least as new.
	sequence, err := p.Store.Sequence(ctx)
	if err != nil {
		return f, nil, err
	}
	changed, err := p.changes.last(ctx, p.Store, f.Listing, sequence)
	if err != nil {
		return f, nil, err
	}
	e, err := p.cache.take(ctx, key{path, format})
	if err != nil {
		return f, nil, err
	}
	stale := e.document == nil || e.sequence < changed
	p.cache.count(stale)
	if stale {
		d, err := p.render(ctx, path, format)
		if err != nil {
			e.document = nil
			p.cache.give(e, p.cacheBytes())
			return f, nil, err
		}
		e.replace(d)
		e.sequence = sequence
	}
	return f, e, nil
}

func (p *Publisher) render(ctx context.Context, path string, format feed.Format) (*rendered, error) {
	f, err := p.Feed(ctx, path)
	if err != nil {
		return nil, err
	}
	body, err := p.write(f, format)
	if err != nil {
		return nil, err
	}
	// Other settings make other bytes of the same store, and there are readers
	// who go by the date alone.
	modified := f.Updated
	if p.Settled.After(modified) {
		modified = p.Settled
	}
	d := &rendered{
		tag:      tagOf(body),
		modified: modified,
		bodies:   map[feed.Encoding][]byte{feed.Identity: body},
	}
	if p.Deltas && f.Number == 0 {
		d.versions = versions(f)
	}
	return d, nil
}

// write is a feed in a format.
func (p *Publisher) write(f feed.Feed, format feed.Format) ([]byte, error) {
	if format != feed.Ninjs {
		return render.Feed(f, format)
	}
	list := slices.Clone(f.Articles)
	for i, a := range list {
		list[i].Related = p.Site.Related(a.Article, a.Near)
	}
	return ninjs.WriteFeed(list, ninjs.Options{Site: p.Site, Categories: p.Categories, Title: f.Title, Path: f.Path})
}

// NewDocument is a text in a coding, with the tag that names it.
func NewDocument(text []byte, encoding feed.Encoding) (feed.Document, error) {
	body, err := compress(text, encoding)
	return feed.Document{Encoding: encoding, Body: body, Tag: tagOf(text)}, err
}

// tagOf is made of every byte, so that what it names may be compared strongly
// (RFC 9110 §8.8.3).
func tagOf(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:12])
}

// archiveAge is how long a closed archive may be kept: it hardly ever changes.
const archiveAge = 24 * time.Hour

func (p *Publisher) cacheBytes() int {
	if p.CacheBytes > 0 {
		return p.CacheBytes
	}
	return 64 << 20
}
