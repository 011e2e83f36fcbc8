package store

import (
	"encoding/json"
	"html"
	"slices"
	"strings"
	"unicode"
)

// A trace is what is kept of a version that stands no more: a Digest, which
// tells that the same has come again, and not what it was.

// MaxTraces is how many traces a record keeps: the newest, and of the others the
// first, since what was said first went furthest.
const (
	MaxTraces   = 96
	firstTraces = 16
)

// minText is how many bytes of letters a text needs to be known again without its
// headline: a shorter one may be said twice.
const minText = 160

// TraceOfText is the trace of what an article says, however that is set, filed
// and dated: of its text, with its headline when the text is short.
func TraceOfText(a Article) string {
	text := letters(a.Body)
	if text == "" {
		text = letters(a.Summary)
	}
	if len(text) < minText {
		text = letters(a.Headline) + "\n" + text
	}
	return Digest("text\n" + text)
}

// TraceOfAll is the trace of all that was filed: articles of SameContent have
// the same.
func TraceOfAll(a Article) string {
	text, err := json.Marshal(a.content())
	if err != nil { // an article is what JSON can write
		return ""
	}
	return Digest("all\n" + string(text))
}

// Traces are those that a record keeps, given those of before, once another
// version takes the place of old: of all versions but the one that stands; of
// what is killed, of all.
func Traces(before []string, old, a Article) []string {
	if old.SameContent(a) {
		return before
	}
	kept := slices.Clip(before)
	for _, trace := range []string{TraceOfAll(old), TraceOfText(old)} {
		if !slices.Contains(kept, trace) {
			kept = append(kept, trace)
		}
	}
	if over := len(kept) - MaxTraces; over > 0 {
		kept = slices.Delete(slices.Clone(kept), firstTraces, firstTraces+over)
	}
	return kept
}

// letters are those of a text with markup, in lower case, with digits and marks
// and nothing between them but for numbers: copy is hyphenated, wrapped and
// decorated in transit.
func letters(text string) string {
	var plain strings.Builder
	inTag := false
	for _, r := range text {
		switch {
		case r == '<':
			inTag = true
		case r == '>' && inTag:
			inTag = false
		case !inTag:
			plain.WriteRune(r)
		}
	}
	var out strings.Builder
	gap, last := false, ' '
	for _, r := range strings.ToLower(html.UnescapeString(plain.String())) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = true
			continue
		}
		if gap && unicode.IsDigit(last) && unicode.IsDigit(r) {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
		gap, last = false, r
	}
	return out.String()
}
