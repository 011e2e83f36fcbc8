package poll

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"dateline/store"
)

// Filter matches articles by what is said in headline, summary, tags and
// byline.
type Filter struct {
	text    string // as it was written
	pattern *regexp.Regexp
}

// maxPattern bounds what one pattern may cost.
const maxPattern = 1000

// NewFilter is a filter by a word or several in a row, or by a regular
// expression between slashes. Case does not matter. The error says what is
// wrong with the expression.
func NewFilter(text string) (Filter, error) {
	if len(text) > maxPattern {
		return Filter{}, fmt.Errorf("is longer than %d bytes", maxPattern)
	}
	if expression, ok := strings.CutPrefix(text, "/"); ok && len(expression) > 1 && strings.HasSuffix(expression, "/") {
		p, err := regexp.Compile("(?i)" + strings.TrimSuffix(expression, "/"))
		if err != nil {
			return Filter{}, fmt.Errorf("is no regular expression: %w", err)
		}
		return Filter{text, p}, nil
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return Filter{}, fmt.Errorf("is empty: it would match everything")
	}
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	// \b knows ASCII only.
	return Filter{text, regexp.MustCompile(`(?i)(^|[^\p{L}\p{M}\p{N}])` + strings.Join(words, `\s+`) + `($|[^\p{L}\p{M}\p{N}])`)}, nil
}

// Matches reports whether the filter matches the article.
func (f Filter) Matches(a store.Article) bool {
	parts := append([]string{a.Headline, a.Summary}, a.Tags...)
	for _, author := range a.Byline {
		parts = append(parts, author.Name)
	}
	for _, part := range parts {
		if f.pattern.MatchString(part) {
			return true
		}
	}
	return false
}

// String is the filter as it was written.
func (f Filter) String() string { return f.text }

// takes reports whether the source's filters let an article through. rule is
// the one that decided; empty when there are none.
func (s Source) takes(a store.Article) (ok bool, rule string) {
	if f := firstMatch(s.Exclude, a); f >= 0 {
		return false, fmt.Sprintf("exclude %q matches", s.Exclude[f])
	}
	if len(s.Include) == 0 {
		return true, ""
	}
	if f := firstMatch(s.Include, a); f >= 0 {
		return true, fmt.Sprintf("include %q matches", s.Include[f])
	}
	return false, "nothing of include matches"
}

// firstMatch is the place of the first filter that matches; -1 when none does.
func firstMatch(filters []Filter, a store.Article) int {
	return slices.IndexFunc(filters, func(f Filter) bool { return f.Matches(a) })
}
