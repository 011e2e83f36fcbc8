package page

import "strings"

// API is what the page that describes the API shows. Descriptions are plain
// text in which a part between backquotes is code.
type API struct {
	Summary, Description string
	Document             string // the path of the description for programs
	Groups               []APIGroup
	Schemas              []APISchema
}

// APIGroup are operations that belong together.
type APIGroup struct {
	Name, Description string
	Operations        []APIOperation
}

// APIOperation is one request that the API takes.
type APIOperation struct {
	ID, Method, Path, Summary, Description string
	Right                                  string // that a token needs; empty for none
	Parameters                             []APIField
	Body                                   string // what there is to say of every body
	Bodies                                 []APIBody
	Answers                                []APIAnswer
	Example                                string // of an answer
}

// APIBody is one form of the body of a request.
type APIBody struct{ MediaType, Description, Schema, Example string }

// APIAnswer is one answer. Schema is empty for one without a body. Headers are
// the names of the fields that say something.
type APIAnswer struct {
	Status, Description, Schema string
	Headers                     []string
}

// APISchema is an object in JSON.
type APISchema struct {
	Name, Description string
	Fields            []APIField
}

// APIField is a member of an object, or a parameter. Type says what it is, of
// a parameter where it stands. Schema is that of the value, or of those in a
// list, and Values says which there may be; both may be empty.
type APIField struct {
	Name, Type, Schema, Values, Description string
	Required, ReadOnly                      bool
}

// word is a part of a description.
type word struct {
	Text string
	Code bool
}

// paragraphs are those of a description, which blank lines divide.
func paragraphs(description string) []string { return strings.Split(description, "\n\n") }

// words are the parts of a description.
func words(description string) (list []word) {
	for i, text := range strings.Split(description, "`") {
		list = append(list, word{text, i%2 == 1})
	}
	return list
}
