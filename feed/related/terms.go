package related

import (
	"hash/fnv"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/feed/clean"
	"dateline/store"
)

// term is what an article is known by: a word, a name of two words, or the
// code of a subject.
type term struct {
	id       uint32 // hash of the stem
	weight   uint8  // within the article, in steps of 1/weightSteps
	kind     kind
	name     bool
	headline bool    // a word of it
	length   float64 // how much a word counts for its length, from 0 to 1
	text     string  // as the article has it first
	order    int     // among the terms by their first places
}

type kind uint8

const (
	single kind = iota // a word
	pair               // two words of a name, each a term too
	gram               // some characters, which overlap with others
	code               // of a subject
)

const (
	mostTerms   = 48 // that an article is known by; at most 64, see known.headline
	weightSteps = 16
	longestBody = 64 << 10 // bytes of HTML that are read

	// How much a place in the article counts, by what stands there.
	headlineWeight = 3
	summaryWeight  = 1.5
	leadWeight     = 1 // of the first leadWords of the body
	tailWeight     = 0.5
	leadWords      = 150

	nameWeight = 2 // of a name beside another word
)

// termsOf are the terms that the article is known by, at most mostTerms, those
// that count most first. They depend on nothing but the article.
func termsOf(a store.Article) []term {
	body := a.Body
	if len(body) > longestBody {
		body = body[:longestBody]
	}
	headline, summary, text := words(a.Headline), words(a.Summary), words(clean.Plain(body))
	r := reader{seen: make(map[string]*seen, len(text)/2), nouns: capitalisesNouns(a.Language, summary, text)}
	lead := min(len(text), leadWords)
	r.words(headline, headlineWeight)
	for _, s := range r.seen {
		s.headline = true
	}
	r.words(summary, summaryWeight)
	r.words(text[:lead], leadWeight)
	r.words(text[lead:], tailWeight)
	r.names(headline, headlineWeight)
	r.names(summary, summaryWeight)
	r.names(text[:lead], leadWeight)
	r.names(text[lead:], tailWeight)
	r.name(a.Dateline.Place, leadWeight)
	for _, tag := range a.Tags {
		r.name(tag, summaryWeight)
	}
	for _, subject := range a.Subjects {
		r.see(strings.ToLower(subject), subject, code, summaryWeight)
	}
	return r.heaviest()
}

// reader gathers the terms of one article.
type reader struct {
	seen  map[string]*seen // by stem
	nouns bool             // in a language that has a capital at every noun
}

// seen is a term and how often it was there, weighted by the places.
type seen struct {
	term
	times float64
	lower bool // it was there without a capital
}

func (r *reader) see(stem, text string, k kind, weight float64) *seen {
	s := r.seen[stem]
	if s == nil {
		s = &seen{term: term{text: text, kind: k, order: len(r.seen), length: 1}}
		if k == single {
			s.length = lengthWeight(utf8.RuneCountInString(text))
		}
		r.seen[stem] = s
	}
	s.times += weight
	return s
}

// words reads the words of a text.
func (r *reader) words(ws []word, weight float64) {
	for _, w := range ws {
		switch {
		case w.gram:
			r.see(w.stem, w.text, gram, weight)
		case w.matters():
			s := r.see(w.stem, w.text, single, weight)
			s.lower = s.lower || !w.capital
		}
	}
}

// names finds the names in a text whose words were read. Among them are the
// short words that names have: Xi, La Paz.
func (r *reader) names(ws []word, weight float64) {
	if isTitleCase(ws) {
		return
	}
	for i, w := range ws {
		switch {
		case !w.capital || isCalendar(w.text):
			continue
		case r.isShortName(w):
			r.see(w.stem, w.text, single, weight).name = true
		case !w.matters():
			continue
		case w.acronym || !w.starts && !r.nouns:
			r.seen[w.stem].name = true
		}
		if i > 0 && w.follows && r.beginsName(ws[i-1]) {
			r.pair(ws[i-1], w, weight)
		}
	}
}

func (r *reader) isShortName(w word) bool {
	return w.capital && !w.acronym && !w.starts && !r.nouns && utf8.RuneCountInString(w.text) == 2
}

// beginsName reports whether a name of two words may begin with the word. At
// the head of a sentence it may unless the article has it in lower case too.
func (r *reader) beginsName(w word) bool {
	switch {
	case !w.capital || isCalendar(w.text):
		return false
	case w.starts:
		return utf8.RuneCountInString(w.text) > 3 && !r.seen[w.stem].lower
	}
	return w.matters() || r.isShortName(w)
}

// name reads a text that is a name as a whole, as tags and places are.
func (r *reader) name(text string, weight float64) {
	ws := words(text)
	for i, w := range ws {
		switch {
		case w.gram:
			r.see(w.stem, w.text, gram, weight).name = true
		case w.matters():
			r.see(w.stem, w.text, single, weight).name = true
			if i > 0 && w.follows && !ws[i-1].gram && ws[i-1].matters() {
				r.pair(ws[i-1], w, weight)
			}
		}
	}
}

func (r *reader) pair(a, b word, weight float64) {
	s := r.see(a.stem+" "+b.stem, a.text+" "+b.text, pair, weight)
	s.name = true
}

// lengthWeight is how much a word of n letters counts. As long as few articles
// were seen, only its length tells a common word from a rare one.
func lengthWeight(n int) float64 {
	switch n {
	case 2, 3:
		return 0.35
	case 4:
		return 0.6
	case 5:
		return 0.8
	}
	return 1
}

// heaviest are the terms that count most. Stems of one hash are one term.
func (r *reader) heaviest() []term {
	terms := make([]term, 0, len(r.seen))
	for stem, s := range r.seen {
		weight := 1 + math.Log(max(s.times, 0.5)) // 0.5 is once in the tail
		if s.name {
			weight *= nameWeight
		} else {
			weight *= s.length
		}
		s.weight = uint8(min(max(math.Round(weight*weightSteps), 1), math.MaxUint8))
		s.id = hash(stem)
		terms = append(terms, s.term)
	}
	slices.SortFunc(terms, func(a, b term) int {
		if a.weight != b.weight {
			return int(b.weight) - int(a.weight)
		}
		return a.order - b.order
	})
	ids := make(map[uint32]bool, mostTerms)
	most := make([]term, 0, mostTerms)
	for _, t := range terms {
		if len(most) == mostTerms {
			break
		}
		if !ids[t.id] {
			ids[t.id] = true
			most = append(most, t)
		}
	}
	return most
}

// hash names a stem in 32 bits, the same in every index.
func hash(stem string) uint32 {
	h := fnv.New32a()
	io.WriteString(h, stem)
	return h.Sum32()
}
