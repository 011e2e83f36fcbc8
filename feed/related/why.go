package related

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	mostWhy    = 4  // phrases that are named
	mostJoined = 16 // terms that they are made of
)

// why are the words of the shared terms that gave most. Those that follow each
// other in a name, or in a script without spaces, are joined.
func (q question) why(k known) []string {
	type part struct {
		term
		value float64
	}
	var parts []part
	common(q.known, k, func(i, j int) {
		if q.rare[i] > 0 && q.terms[i].fact() != 0 {
			parts = append(parts, part{q.terms[i], q.part(i, k, j)})
		}
	})
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.order, b.order))
	})
	var phrases []phrase
	for _, p := range parts[:min(len(parts), mostJoined)] {
		phrases = add(phrases, newPhrase(p.term))
	}
	var why []string
	for _, p := range phrases[:min(len(phrases), mostWhy)] {
		why = append(why, p.text)
	}
	return why
}

// phrase is a term, or several that follow each other in the article.
type phrase struct {
	text        string
	kind        kind
	first, last int // term.order of its ends
	overlap     int // runes that neighbours have in common
}

func newPhrase(t term) phrase {
	return phrase{t.text, t.kind, t.order, t.order, utf8.RuneCountInString(t.text) - 1}
}

// add adds a phrase, joined to the one that it continues, in the place of
// those that it says again. One that is said already is not added.
func add(phrases []phrase, p phrase) []phrase {
	at := len(phrases)
	for i := len(phrases) - 1; i >= 0; i-- {
		other := phrases[i]
		if other.says(p) {
			return phrases
		}
		joined, ok := other.join(p)
		if !ok {
			joined, ok = p.join(other)
		}
		if ok {
			p = joined
		}
		if ok || p.says(other) {
			phrases, at = slices.Delete(phrases, i, i+1), i
		}
	}
	return slices.Insert(phrases, at, p)
}

// says reports whether the words of the other are among those of p.
func (p phrase) says(other phrase) bool {
	if p.kind == gram {
		return strings.Contains(p.text, other.text)
	}
	return strings.Contains(" "+p.text+" ", " "+other.text+" ")
}

// join is p continued by next; ok is false when next does not follow it.
func (p phrase) join(next phrase) (joined phrase, ok bool) {
	rest := ""
	switch gap := next.first - p.last; {
	case p.kind != next.kind:
		return p, false
	case p.kind == gram && gap == 1:
		rest, ok = follows(p.text, next.text, next.overlap)
	case p.kind == pair && (gap == 1 || gap == 2): // the word between may be seen first here
		end := p.text[strings.LastIndexByte(p.text, ' ')+1:]
		rest, ok = strings.CutPrefix(next.text, end+" ")
		rest = " " + rest
	}
	if !ok {
		return p, false
	}
	p.text, p.last = p.text+rest, next.last
	return p, true
}

// follows is what text adds to before, which must end with its first n runes.
func follows(before, text string, n int) (rest string, ok bool) {
	at := len(string([]rune(text)[:n]))
	return text[at:], strings.HasSuffix(before, text[:at])
}
