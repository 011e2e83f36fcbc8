package serve

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dateline/feed"
	"dateline/feed/serve/page"
)

// openAPI describes the API, and is what describes it: requests are held to it
// (known), its page is made of it, and tests hold answers to it.
//
//go:embed openapi.json
var openAPI []byte

// apiPath is where the description stands for programs, for people
// page.APIPath.
const apiPath = "/api/v1/openapi.json"

// description is what is read of openAPI: OpenAPI 3.1.0 §4.8.
type description struct {
	Info struct {
		Summary, Description string
	}
	Tags       []struct{ Name, Description string }
	Paths      map[string]map[string]operation
	Components struct {
		Parameters map[string]parameter
		Responses  map[string]response
		Schemas    map[string]schema
	}
}

// operation is one request that the API takes.
type operation struct {
	OperationID, Summary, Description string
	Tags                              []string
	Security                          []map[string][]string
	Parameters                        []parameter
	RequestBody                       struct {
		Description string
		Content     map[string]content
	}
	Responses map[string]response
}

type parameter struct {
	Ref                   string `json:"$ref"`
	Name, In, Description string
	Required              bool
	Schema                schema
}

type response struct {
	Ref         string `json:"$ref"`
	Description string
	Headers     map[string]json.RawMessage
	Content     map[string]content
}

type content struct {
	Schema   schema
	Examples map[string]struct{ Value json.RawMessage }
}

type schema struct {
	Ref         string `json:"$ref"`
	Type        any
	Description string
	Enum        []string
	Minimum     *int
	Maximum     *int
	Default     any
	Properties  json.RawMessage // in their order
	Items       *schema
	Required    []string
	ReadOnly    bool
}

func describe() (d description) {
	if err := json.Unmarshal(openAPI, &d); err != nil {
		panic(err) // it is a part of the program
	}
	return d
}

// operation is that of a route.
func (d description) operation(method, path string) operation {
	o := d.Paths[path][strings.ToLower(method)]
	for i, p := range o.Parameters {
		if p.Ref != "" {
			o.Parameters[i] = d.Components.Parameters[refName(p.Ref)]
		}
	}
	return o
}

// right is that which a token needs; empty when none is needed.
func (o operation) right() string {
	for _, requirement := range o.Security {
		for _, rights := range requirement {
			return rights[0]
		}
	}
	return noRight
}

func refName(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

// known refuses the query parameters that an operation does not take: a
// mistyped one would be silently without effect.
func (o operation) known(h handler) handler {
	var names []string
	for _, p := range o.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
		}
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return fmt.Errorf("%w: the query cannot be read: %w", errBadRequest, err)
		}
		for name, values := range query {
			switch near := feed.Nearest(name, names); {
			case slices.Contains(names, name) && len(values) == 1:
			case slices.Contains(names, name):
				return fmt.Errorf("%w: %s is there %d times: send it once", errBadRequest, name, len(values))
			case near != "":
				return fmt.Errorf("%w: %.80q is no parameter here: did you mean %q?", errBadRequest, name, near)
			case len(names) == 0:
				return fmt.Errorf("%w: %.80q is no parameter here: this takes none", errBadRequest, name)
			default:
				return fmt.Errorf("%w: %.80q is no parameter here: they are %s", errBadRequest, name, strings.Join(names, ", "))
			}
		}
		return h(w, r)
	}
}

// describeAPI answers with the description.
func (s *Server) describeAPI(w http.ResponseWriter, r *http.Request) error {
	// Its server is an example; the rest is the same everywhere.
	at, err := json.Marshal(s.Publisher.Site.URL)
	if err != nil {
		return err
	}
	allowOrigins(w.Header())
	return s.writeText(w, r, "application/json", bytes.Replace(openAPI, []byte(`"http://localhost:8080"`), at, 1))
}

// showAPI answers with the page of the description.
func (s *Server) showAPI(w http.ResponseWriter, r *http.Request) error {
	body, err := s.Pages.API(apiView(describe()))
	if err != nil {
		return err
	}
	return s.writePage(w, r, body)
}

// apiView is the description as its page needs it.
func apiView(d description) page.API {
	view := page.API{Summary: d.Info.Summary, Description: d.Info.Description, Document: apiPath}
	for _, tag := range d.Tags {
		group := page.APIGroup{Name: tag.Name, Description: tag.Description}
		for path, methods := range d.Paths {
			for method := range methods {
				if o := d.operation(method, path); slices.Contains(o.Tags, tag.Name) {
					group.Operations = append(group.Operations, d.operationView(strings.ToUpper(method), path, o))
				}
			}
		}
		slices.SortFunc(group.Operations, func(a, b page.APIOperation) int {
			return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
		})
		view.Groups = append(view.Groups, group)
	}
	for name, s := range d.Components.Schemas {
		view.Schemas = append(view.Schemas, page.APISchema{Name: name, Description: s.Description, Fields: fieldsOf(s)})
	}
	slices.SortFunc(view.Schemas, func(a, b page.APISchema) int { return strings.Compare(a.Name, b.Name) })
	return view
}

func (d description) operationView(method, path string, o operation) page.APIOperation {
	view := page.APIOperation{
		ID: o.OperationID, Method: method, Path: path, Summary: o.Summary, Description: o.Description,
		Right: o.right(), Body: o.RequestBody.Description,
	}
	for _, p := range o.Parameters {
		view.Parameters = append(view.Parameters, page.APIField{
			Name: p.Name, Type: p.In, Description: p.Description, Values: valuesOf(p.Schema), Required: p.Required,
		})
	}
	for _, mediaType := range slices.Sorted(maps.Keys(o.RequestBody.Content)) {
		c := o.RequestBody.Content[mediaType]
		form := page.APIBody{MediaType: mediaType, Description: c.Schema.Description, Schema: refName(c.Schema.Ref)}
		form.Example = exampleOf(c)
		view.Bodies = append(view.Bodies, form)
	}
	for _, code := range slices.Sorted(maps.Keys(o.Responses)) {
		answer := o.Responses[code]
		if answer.Ref != "" {
			answer = d.Components.Responses[refName(answer.Ref)]
		}
		row := page.APIAnswer{Status: code, Description: answer.Description}
		for _, name := range slices.Sorted(maps.Keys(answer.Headers)) {
			if !strings.HasPrefix(name, "RateLimit") { // which every answer has
				row.Headers = append(row.Headers, name)
			}
		}
		for _, c := range answer.Content {
			row.Schema = refName(c.Schema.Ref)
			if view.Example == "" { // the first is of what is done
				view.Example = exampleOf(c)
			}
		}
		view.Answers = append(view.Answers, row)
	}
	return view
}

// exampleOf is an example of a body; empty when there is none.
func exampleOf(c content) string {
	for _, example := range c.Examples {
		var text string
		if json.Unmarshal(example.Value, &text) == nil {
			return text
		}
		var b bytes.Buffer
		json.Indent(&b, example.Value, "", "  ") // it was JSON
		return b.String()
	}
	return ""
}

// valuesOf are those that a parameter may have; empty when any.
func valuesOf(s schema) string {
	var parts []string
	switch {
	case s.Enum != nil:
		parts = append(parts, strings.Join(s.Enum, " or "))
	case s.Minimum != nil && s.Maximum != nil:
		parts = append(parts, fmt.Sprintf("from %d to %d", *s.Minimum, *s.Maximum))
	case s.Minimum != nil:
		parts = append(parts, fmt.Sprintf("from %d", *s.Minimum))
	}
	if s.Default != nil {
		parts = append(parts, fmt.Sprintf("%v when it is left out", s.Default))
	}
	return strings.Join(parts, ", ")
}

// fieldsOf are the members of a schema, in their order.
func fieldsOf(s schema) (list []page.APIField) {
	members := json.NewDecoder(bytes.NewReader(s.Properties))
	members.Token() // the brace
	for members.More() {
		name, _ := members.Token()
		var member schema
		if members.Decode(&member) != nil {
			return list
		}
		list = append(list, page.APIField{
			Name: name.(string), Type: typeOf(member), Schema: schemaOf(member), Description: member.Description,
			Required: slices.Contains(s.Required, name.(string)), ReadOnly: member.ReadOnly,
		})
	}
	return list
}

// typeOf is what a value is, in a word.
func typeOf(s schema) string {
	switch {
	case s.Items != nil:
		return "list"
	case s.Ref != "":
		return "object"
	}
	return fmt.Sprint(s.Type)
}

// schemaOf is the name of the schema of a value, or of those in a list; empty
// when it has none of its own.
func schemaOf(s schema) string {
	if s.Items != nil {
		return refName(s.Items.Ref)
	}
	return refName(s.Ref)
}
