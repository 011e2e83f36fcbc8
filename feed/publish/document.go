package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"dateline/feed"
	"dateline/feed/render"
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
}

// Document is the feed at path in a format and a coding. The same store and
// settings give the same document. It is rendered once for each change of the
// feed, and compressed once for each coding, however many ask at once; it is
// never older than the last change that was acknowledged before the call. It
// fails with ErrNoFeed.
func (p *Publisher) Document(ctx context.Context, path string, format feed.Format, encoding feed.Encoding) (feed.Document, error) {
	slug, number, err := p.listing(path)
	if err != nil {
		return feed.Document{}, err
	}
	// Read before the feed is: what is rendered is at least as new.
	sequence, err := p.Store.Sequence(ctx)
	if err != nil {
		return feed.Document{}, err
	}
	changed, err := p.changes.last(ctx, p.Store, slug, sequence)
	if err != nil {
		return feed.Document{}, err
	}
	e, err := p.cache.take(ctx, key{path, format})
	if err != nil {
		return feed.Document{}, err
	}
	defer p.cache.give(e, p.cacheBytes())
	if e.document == nil || e.sequence < changed {
		if e.document, err = p.render(ctx, path, format); err != nil {
			return feed.Document{}, err
		}
		e.sequence = sequence
	}
	d := e.document
	body, ok := d.bodies[encoding]
	if !ok {
		if body, err = compress(d.bodies[feed.Identity], encoding); err != nil {
			return feed.Document{}, err
		}
		d.bodies[encoding] = body
	}
	age := p.MaxAge
	if number > 0 {
		age = archiveAge
	}
	return feed.Document{
		Format: format, Encoding: encoding, Body: body, Tag: d.tag, Modified: d.modified, MaxAge: age,
	}, nil
}

func (p *Publisher) render(ctx context.Context, path string, format feed.Format) (*rendered, error) {
	f, err := p.Feed(ctx, path)
	if err != nil {
		return nil, err
	}
	body, err := render.Feed(f, format)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return &rendered{
		// RFC 9110 §8.8.3: strong, since it is made of every byte.
		tag:      hex.EncodeToString(sum[:12]),
		modified: f.Updated,
		bodies:   map[feed.Encoding][]byte{feed.Identity: body},
	}, nil
}

// archiveAge is how long a closed archive may be kept: it hardly ever changes.
const archiveAge = 24 * time.Hour

func (p *Publisher) cacheBytes() int {
	if p.CacheBytes > 0 {
		return p.CacheBytes
	}
	return 64 << 20
}
