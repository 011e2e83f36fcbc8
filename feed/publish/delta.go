package publish

import (
	"context"
	"slices"

	"dateline/feed"
	"dateline/feed/render"
	"dateline/store"
)

// past is a document that was given out before, as far as a delta needs it.
type past struct {
	tag      string
	versions map[store.ID]int
}

// mostPast is how many documents back a delta can begin.
const mostPast = 16

// replace puts a document in the place of the one before, and remembers that.
func (e *entry) replace(d *rendered) {
	if old := e.document; old != nil && old.versions != nil && old.tag != d.tag {
		e.past = append(e.past, past{old.tag, old.versions})
		e.past = e.past[max(0, len(e.past)-mostPast):]
	}
	e.document = d
}

func versions(f feed.Feed) map[store.ID]int {
	list := make(map[store.ID]int, len(f.Articles))
	for _, a := range f.Articles {
		list[a.ID] = a.Version
	}
	return list
}

// Delta is a document that leaves out what the client has, which is the
// document of one of these tags: RFC 3229 with the instance manipulation
// "feed". Its Tag is that of the whole document; base is the tag of what the
// client has, "" when no delta can be made: then the whole is to be sent. It
// fails as Feed does.
func (p *Publisher) Delta(ctx context.Context, path string, format feed.Format, encoding feed.Encoding, tags []string) (d feed.Document, base string, err error) {
	f, e, err := p.current(ctx, path, format)
	if err != nil {
		return d, "", err
	}
	defer p.cache.give(e, p.cacheBytes())
	i := slices.IndexFunc(e.past, func(old past) bool { return slices.Contains(tags, old.tag) })
	if i < 0 || e.document.versions == nil {
		return d, "", nil
	}
	old := e.past[i]
	delta, ok := e.document.deltas[old.tag]
	if !ok {
		if delta, err = p.renderDelta(ctx, path, format, e.document, old); err != nil {
			return d, "", err
		}
		if e.document.deltas == nil {
			e.document.deltas = map[string]*rendered{}
		}
		e.document.deltas[old.tag] = delta
	}
	d, err = p.documentOf(f, delta, format, encoding)
	return d, old.tag, err
}

// renderDelta writes the feed without the articles that stood in old as they
// stand now.
func (p *Publisher) renderDelta(ctx context.Context, path string, format feed.Format, whole *rendered, old past) (*rendered, error) {
	f, err := p.Feed(ctx, path)
	if err != nil {
		return nil, err
	}
	f.Articles = slices.DeleteFunc(f.Articles, func(a feed.Article) bool { return old.versions[a.ID] == a.Version })
	body, err := render.Feed(f, format)
	if err != nil {
		return nil, err
	}
	return &rendered{tag: whole.tag, modified: whole.modified, bodies: map[feed.Encoding][]byte{feed.Identity: body}}, nil
}
