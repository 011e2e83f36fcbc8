package wire

import (
	"cmp"
	"fmt"
	"slices"

	"dateline/store"
)

// Reading is an article with how each line of its copy was understood.
type Reading struct {
	Article store.Article
	Finds   []Find   // in the order of their lines
	AltIDs  []string // other names that the copy gives the article; see Desk.Names
}

// Doubts are the finds that are not certain.
func (r Reading) Doubts() (list []Find) {
	for _, f := range r.Finds {
		if f.Doubt != "" {
			list = append(list, f)
		}
	}
	return list
}

// Find is what was made of one line, or of a part of it. What stands on no
// line of its own, as all of an HTML page or of JSON, has Line 0.
type Find struct {
	Line  int    `json:"line"`            // from 1, of the text as given; the first when it is of several
	Field string `json:"field"`           // of the article; or "furniture", which is left out, or "refused"
	Text  string `json:"text"`            // what was taken
	Doubt string `json:"doubt,omitempty"` // what else it could be and what to write instead; empty when it is certain
}

// The fields of finds that are no fields of an article.
const (
	leftOut = "furniture"
	refused = "refused"
)

func (in *draft) find(line int, field, text string) { in.doubt(line, field, text, "") }

func (in *draft) doubt(line int, field, text, doubt string) {
	in.finds = append(in.finds, Find{Line: line, Field: field, Text: text, Doubt: doubt})
}

// inOrder is the finds by their lines; those of one line stay as they were
// made.
func inOrder(finds []Find) []Find {
	slices.SortStableFunc(finds, func(a, b Find) int { return cmp.Compare(a.Line, b.Line) })
	return finds
}

// findsOf are the finds of a form that has no lines to speak of: the fields of
// the article.
func findsOf(a store.Article) (finds []Find) {
	add := func(field, text string) {
		if text != "" {
			finds = append(finds, Find{Field: field, Text: text})
		}
	}
	for _, c := range a.Categories {
		add("category", c)
	}
	add("headline", a.Headline)
	for _, author := range a.Byline {
		add("byline", author.Name)
	}
	add("summary", a.Summary)
	add("correction_note", a.CorrectionNote)
	add("dateline.place", a.Dateline.Place)
	add("dateline.date", a.Dateline.Date)
	add("dateline.agency", a.Dateline.Agency)
	add("body", a.Body)
	add("credit.agency", a.Credit.Agency)
	add("credit.sign_off", a.Credit.SignOff)
	for _, e := range a.Enclosures {
		add("enclosures", fmt.Sprint(e.URL, " ", e.Type))
	}
	for _, t := range a.Tags {
		add("tags", t)
	}
	return finds
}
