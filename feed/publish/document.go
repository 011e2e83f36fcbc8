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
// fails as Feed does.
func (p *Publisher) Document(ctx context.Context, path string, format feed.Format, encoding feed.Encoding) (feed.Document, error) {
	f, err := p.head(path)
	if err != nil {
		return feed.Document{}, err
	}
	// Read before the feed is: what is rendered is at least as new.
	sequence, err := p.Store.Sequence(ctx)
	if err != nil {
		return feed.Document{}, err
	}
	changed, err := p.changes.last(ctx, p.Store, f.Listing, sequence)
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
	if f.Number > 0 {
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
	return &rendered{
		tag:      tagOf(body),
		modified: f.Updated,
		bodies:   map[feed.Encoding][]byte{feed.Identity: body},
	}, nil
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
