package related

import (
	"cmp"
	"math"
	"slices"

	"dateline/store"
)

// Match is an article near to another.
type Match struct {
	ID    store.ID
	Score float64  // from 0 to 1, more is nearer
	Why   []string // the words of the other that counted most, as it has them; at most four
}

// These were set by reading pairs of real articles: nine of ten that pass a
// reader would call related.
const (
	threshold  = 0.1
	leastFacts = 2   // that two articles share
	half       = 8   // evidence at which half of the likeness counts
	fading     = 0.5 // what is left of the score at the end of the span

	mostLooks  = 4_000 // entries of postings that one question looks at
	mostWeighs = 64    // articles that it weighs in full
)

// Near are at most n articles near to a, the nearest first and equally near
// ones by ID; never a itself, which need not be in the index. What is not near
// enough to be worth showing is left out, so there may be none, and of several
// tellings of one story only the nearest is there.
func (x *Index) Near(a store.Article, n int) []Match {
	if n <= 0 {
		return nil
	}
	terms := byID(termsOf(a))
	x.mu.RLock()
	defer x.mu.RUnlock()
	q := x.ask(a, terms)
	var matches []Match
	var shown []known
	for _, w := range q.weighAll() {
		tells := func(k known) bool { return tellsSame(k, w.known) }
		if slices.ContainsFunc(shown, tells) {
			continue
		}
		shown = append(shown, w.known)
		matches = append(matches, Match{ID: w.id, Score: w.score, Why: q.why(w.known)})
		if len(matches) == n {
			break
		}
	}
	return matches
}

// question is an article that others are sought for. The index is locked while
// it lives.
type question struct {
	known
	index *Index
	terms []term    // in the order of known.terms
	rare  []float64 // how rare each is
	norm  float64
}

func (x *Index) ask(a store.Article, terms []term) question {
	q := question{known: know(a.ID, a.Published, terms), index: x, terms: terms}
	for _, t := range terms {
		q.rare = append(q.rare, x.rarity(t.id))
	}
	q.norm = x.norm(q.known)
	return q
}

// rarity is how much a term tells: nothing when every tenth article has it,
// and the more the fewer have. While few articles are known it goes by what is
// likely among more.
func (x *Index) rarity(id uint32) float64 {
	const unseen, everyday = 200, 0.1
	share := float64(len(x.postings[id])+1) / float64(len(x.order)+unseen)
	return max(0, math.Log(everyday/share))
}

// norm is the length of the article as a vector of its terms.
func (x *Index) norm(k known) float64 {
	sum := 0.0
	for i, t := range k.terms {
		v := float64(k.weights[i]) * x.rarity(t)
		sum += v * v
	}
	return math.Sqrt(sum)
}

// worth is how much the term i of the question tells.
func (q question) worth(i int) float64 { return q.rare[i] * float64(q.weights[i]) }

// candidates are the slots of the articles that share two terms or more of
// those worth most, those that share most first. How many postings it looks at
// is bounded, so what only common terms lead to is not found.
func (q question) candidates() []uint32 {
	shares, terms := make([]float32, len(q.index.known)), make([]uint8, len(q.index.known)) // by slot
	var slots []uint32
	looks := 0
	for _, i := range q.byWorth() {
		list := q.index.postings[q.terms[i].id]
		if looks += len(list); looks > mostLooks || q.rare[i] == 0 {
			break
		}
		for _, slot := range list {
			if terms[slot] == 0 && !q.isInSpan(slot) {
				continue
			}
			shares[slot] += float32(q.worth(i))
			if terms[slot]++; terms[slot] == leastFacts {
				slots = append(slots, slot)
			}
		}
	}
	slices.SortFunc(slots, func(a, b uint32) int {
		if c := cmp.Compare(shares[b], shares[a]); c != 0 {
			return c
		}
		return cmp.Compare(q.index.known[a].id, q.index.known[b].id)
	})
	return slots[:min(len(slots), mostWeighs)]
}

// byWorth are the places of the terms, that worth most first.
func (q question) byWorth() []int {
	places := make([]int, len(q.terms))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(i, j int) int { return cmp.Compare(q.worth(j), q.worth(i)) })
	return places
}

func (q question) isInSpan(slot uint32) bool {
	k := &q.index.known[slot]
	return k.id != q.id && q.apart(k) <= 1
}

// apart is the time between the two, of which the span is 1.
func (q question) apart(k *known) float64 {
	return math.Abs(float64(k.published-q.published)) / float64(q.index.span.Microseconds())
}

// weighed is an article that was compared with the question.
type weighed struct {
	known
	score float64
}

// weighAll are the articles that are near enough, the nearest first.
func (q question) weighAll() []weighed {
	var near []weighed
	for _, slot := range q.candidates() {
		k := q.index.known[slot]
		if score := q.weigh(k); score >= threshold {
			near = append(near, weighed{k, score})
		}
	}
	slices.SortFunc(near, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
	return near
}

// weigh compares the article in full: the cosine of the two as vectors of
// terms, less of it the less evidence there is, as between two short articles,
// and the further they are apart in time. It is 0 when they share too little.
func (q question) weigh(k known) float64 {
	dot, evidence, facts := 0.0, 0.0, 0.0
	common(q.known, k, func(i, j int) {
		if q.rare[i] == 0 {
			return
		}
		dot += q.part(i, k, j)
		evidence += q.rare[i] * q.terms[i].evidence()
		facts += q.terms[i].fact()
	})
	if facts < leastFacts {
		return 0
	}
	cosine := dot / (q.norm * q.index.norm(k))
	return cosine * evidence / (evidence + half) * math.Pow(fading, q.apart(&k))
}

// part is what the term i, which is term j of the other, gives to the score.
func (q question) part(i int, k known, j int) float64 {
	return q.worth(i) * q.rare[i] * float64(k.weights[j])
}

// fact is how much a term that two articles share counts as a thing that they
// have in common. The two words of a pair are one.
func (t term) fact() float64 {
	switch {
	case t.kind == pair:
		return -1
	case t.kind == gram:
		return 0.5
	case t.kind == code, !t.name && t.length < 0.5:
		return 0
	}
	return 1
}

// evidence is how much of its rarity such a term gives.
func (t term) evidence() float64 {
	switch {
	case t.kind == pair:
		return -0.5
	case t.kind == gram, t.kind == code:
		return 0.5
	case t.name:
		return 1
	}
	return 0.8 * t.length
}
