package serve_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi/datamodel"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"dateline/feed/serve"
	"dateline/feed/wire"
	"dateline/store"
)

// spec is openapi.json as the tests hold the server to it.
type spec struct {
	Paths      map[string]map[string]operation
	Components struct {
		Parameters map[string]parameter
		Responses  map[string]response
		Headers    map[string]struct{ Required bool }
		Schemas    map[string]struct {
			Properties map[string]json.RawMessage
			Required   []string
		}
	}
	document any
	schemas  *jsonschema.Compiler
	mux      *http.ServeMux // finds the path of a request
	mu       sync.Mutex     // the compiler is for one goroutine
}

type operation struct {
	OperationID string
	Security    []map[string][]string
	Parameters  []parameter
	RequestBody struct{ Content map[string]body }
	Responses   map[string]response

	method, path string
}

type parameter struct {
	Ref      string `json:"$ref"`
	Name, In string
	Required bool
	Schema   struct {
		Type             string
		Enum             []string
		Minimum, Maximum *int
	}
}

type response struct {
	Ref     string `json:"$ref"`
	Headers map[string]struct {
		Ref string `json:"$ref"`
	}
	Content map[string]body
}

type body struct {
	Schema   struct{ Description string }
	Examples map[string]struct{ Value any }
}

// readSpec is what stands in the file; once, since each test asks for it.
var readSpec = sync.OnceValues(func() (*spec, error) {
	data, err := os.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	s := &spec{schemas: jsonschema.NewCompiler(), mux: http.NewServeMux()}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, err
	}
	s.schemas.DefaultDraft(jsonschema.Draft2020)
	s.schemas.AssertFormat()
	if s.document, err = jsonschema.UnmarshalJSON(bytes.NewReader(data)); err != nil {
		return nil, err
	}
	for path, methods := range s.Paths {
		for method := range methods {
			s.mux.Handle(strings.ToUpper(method)+" "+path, http.NotFoundHandler())
		}
	}
	return s, s.schemas.AddResource("file:///openapi.json", s.document)
})

// operations are all of them, in an order that stays, with their parameters.
func (s *spec) operations() (list []operation) {
	for _, path := range slices.Sorted(maps.Keys(s.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(s.Paths[path])) {
			o := s.Paths[path][method]
			o.method, o.path, o.Parameters = strings.ToUpper(method), path, slices.Clone(o.Parameters)
			for i, p := range o.Parameters {
				if p.Ref != "" {
					o.Parameters[i] = s.Components.Parameters[lastOf(p.Ref)]
				}
			}
			list = append(list, o)
		}
	}
	return list
}

func lastOf(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

func escape(path string) string { return strings.ReplaceAll(path, "/", "~1") }

// everywhere are the header fields of every answer, of which an operation does
// not tell, nor of those of the connection.
var everywhere = []string{
	"Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Date", "Referrer-Policy", "Transfer-Encoding",
	"Vary", "X-Content-Type-Options", "Access-Control-Expose-Headers", "Cross-Origin-Resource-Policy",
}

// hold says what an answer of the API does that openapi.json does not tell of,
// and what was taken that it does not let in.
func (s *spec) hold(r *http.Request, sent string, a answer) error {
	_, pattern := s.mux.Handler(r)
	if at := r.URL.EscapedPath(); path.Clean(at) != at { // which a ServeMux would redirect
		pattern = ""
	}
	method, path, ok := strings.Cut(pattern, " ")
	if !ok { // no operation: not found, or another method
		if a.StatusCode != http.StatusNotFound && (a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "") {
			return fmt.Errorf("it is no operation")
		}
		return s.isProblem(r, a)
	}
	method = strings.ToLower(method)
	at := fmt.Sprintf("/paths/%s/%s/responses/%d", escape(path), method, a.StatusCode)
	told, ok := s.Paths[path][method].Responses[fmt.Sprint(a.StatusCode)]
	if !ok {
		return fmt.Errorf("%s %s does not answer %d", method, path, a.StatusCode)
	}
	if told.Ref != "" {
		told, at = s.Components.Responses[lastOf(told.Ref)], told.Ref[1:]
	}
	if err := s.holdHeader(told, a.Header); err != nil {
		return fmt.Errorf("%s %s: %d: %w", method, path, a.StatusCode, err)
	}
	if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); a.StatusCode < 300 && kind == "application/json" && sent != "" {
		if err := s.valid(sent, fmt.Sprintf("/paths/%s/%s/requestBody/content/application~1json/schema", escape(path), method)); err != nil {
			return fmt.Errorf("%s %s takes a body that is not told of: %w", method, path, err)
		}
	}
	if a.StatusCode >= 400 {
		return s.isProblem(r, a)
	}
	if told.Content == nil || r.Method == http.MethodHead {
		return nil
	}
	kind := a.Header.Get("Content-Type")
	if _, ok := told.Content[kind]; !ok {
		return fmt.Errorf("%s %s: %d is %q", method, path, a.StatusCode, kind)
	}
	if kind == "application/octet-stream" {
		return nil
	}
	return s.valid(a.body, at+"/content/"+escape(kind)+"/schema")
}

// holdHeader holds the fields of an answer to those that are told of, both
// ways, and each to its schema.
func (s *spec) holdHeader(told response, header http.Header) error {
	for name, h := range told.Headers {
		value := header.Get(name)
		if value == "" && s.Components.Headers[lastOf(h.Ref)].Required {
			return fmt.Errorf("no %s", name)
		} else if value == "" {
			continue
		}
		text, _ := json.Marshal(value)
		if name == "Retry-After" {
			text = []byte(value)
		}
		if err := s.valid(string(text), h.Ref[1:]+"/schema"); err != nil {
			return fmt.Errorf("%s %s: %w", name, value, err)
		}
	}
	for name := range header {
		if _, ok := told.Headers[name]; !ok && !slices.Contains(everywhere, name) && !isTold(told, name) {
			return fmt.Errorf("%s is not told of", name)
		}
	}
	return nil
}

// isTold looks for a field whatever its case: ETag, WWW-Authenticate.
func isTold(told response, name string) bool {
	for known := range told.Headers {
		if strings.EqualFold(known, name) {
			return true
		}
	}
	return false
}

// isProblem holds an answer to RFC 9457.
func (s *spec) isProblem(r *http.Request, a answer) error {
	if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
		return fmt.Errorf("%d is %q", a.StatusCode, kind)
	}
	if r.Method == http.MethodHead {
		return nil
	}
	if err := s.valid(a.body, "/components/schemas/Problem"); err != nil {
		return err
	}
	var p problemBody
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || p.Status != a.StatusCode || p.Title == "" || p.Detail == "" {
		return fmt.Errorf("%d says %s", a.StatusCode, a.body)
	}
	return nil
}

// valid holds a text to the schema at a place of the document.
func (s *spec) valid(text, place string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	schema, err := s.schemas.Compile("file:///openapi.json#" + place)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return fmt.Errorf("%w: %s", err, text)
	}
	return schema.Validate(value)
}

func mustSpec(t testing.TB) *spec {
	t.Helper()
	s, err := readSpec()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDescriptionHasAllRoutes(t *testing.T) {
	s := mustSpec(t)
	told := map[serve.Route]bool{}
	for path, methods := range s.Paths {
		for method, o := range methods {
			if o.OperationID == "" || len(o.Responses) == 0 {
				t.Errorf("%s %s says too little", method, path)
			}
			if len(o.Security) == 1 && len(o.Security[0]["token"]) == 1 {
				told[serve.Route{Method: strings.ToUpper(method), Path: path, Right: o.Security[0]["token"][0]}] = true
			} else {
				told[serve.Route{Method: strings.ToUpper(method), Path: path}] = true
			}
		}
	}
	want := map[serve.Route]bool{}
	for _, r := range serve.Routes() {
		want[r] = true
	}
	if !maps.Equal(told, want) {
		t.Errorf("the description has\n%v, the server\n%v", told, want)
	}
}

// TestDescriptionIsOpenAPI holds the document to the schema that its authors
// publish, https://spec.openapis.org/oas/3.1/schema/2022-10-07.
func TestDescriptionIsOpenAPI(t *testing.T) {
	official, err := jsonschema.UnmarshalJSON(strings.NewReader(datamodel.OpenAPI31SchemaData))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("file:///oas.json", official); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("file:///oas.json")
	if err != nil {
		t.Fatal(err)
	}
	document := mustSpec(t).document
	if err := schema.Validate(document); err != nil {
		t.Error(err)
	}
	wrong := maps.Clone(document.(map[string]any))
	wrong["path"] = wrong["paths"]
	if schema.Validate(wrong) == nil {
		t.Error("the schema finds nothing")
	}
}

// TestExamplesAreRight: each keeps to its schema, and what is an example of a
// request is taken.
func TestExamplesAreRight(t *testing.T) {
	spec := mustSpec(t)
	check := func(place string, kinds map[string]body) {
		t.Helper()
		for kind, b := range kinds {
			if len(b.Examples) == 0 && kind != "application/octet-stream" {
				t.Errorf("%s: %s has no example", place, kind)
			}
			for _, e := range b.Examples {
				text, err := json.Marshal(e.Value)
				if err != nil {
					t.Fatal(err)
				}
				if err := spec.valid(string(text), place+"/content/"+escape(kind)+"/schema"); err != nil {
					t.Errorf("%s: %v", place, err)
				}
			}
		}
	}
	for name, r := range spec.Components.Responses {
		check("/components/responses/"+name, r.Content)
	}
	for _, o := range spec.operations() {
		place := "/paths/" + escape(o.path) + "/" + strings.ToLower(o.method)
		for code, r := range o.Responses {
			if r.Ref == "" && o.path != "/api/v1/openapi.json" {
				check(place+"/responses/"+code, r.Content)
			}
		}
		check(place+"/requestBody", o.RequestBody.Content)
		for kind, b := range o.RequestBody.Content {
			for _, e := range b.Examples {
				text, ok := e.Value.(string)
				if !ok {
					data, _ := json.Marshal(e.Value)
					text = string(data)
				}
				d := newDesk(t)
				q := d.good(o)
				q.body = text
				q.header.Set("Content-Type", kind)
				if a := d.ask(q); a.StatusCode >= 300 {
					t.Errorf("%s %s, the example of %s: %s %s", o.method, o.path, kind, a.Status, a.body)
				}
			}
		}
	}
}

// Every schema is one, and every reference leads somewhere.
func TestDescriptionIsSound(t *testing.T) {
	s := mustSpec(t)
	for name := range s.Components.Schemas {
		if _, err := s.schemas.Compile("file:///openapi.json#/components/schemas/" + name); err != nil {
			t.Error(err)
		}
	}
	document := s.document
	walk(document, func(ref string) {
		at := document
		for part := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			members, _ := at.(map[string]any)
			at = members[part]
		}
		if at == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	})
}

func walk(v any, each func(ref string)) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			each(ref)
		}
		for _, member := range v {
			walk(member, each)
		}
	case []any:
		for _, member := range v {
			walk(member, each)
		}
	}
}

// The objects have the members of the types that they are made of.
func TestDescriptionHasAllFields(t *testing.T) {
	s := mustSpec(t)
	for name, value := range map[string]any{
		"Article": serve.Article{}, "Dateline": store.Dateline{}, "Author": store.Author{}, "Credit": store.Credit{},
		"Enclosure": store.Enclosure{}, "Related": store.Related{}, "Origin": store.Origin{},
		"Receipt": serve.Receipt{}, "Find": wire.Find{}, "Listing": serve.Listing{}, "Moderation": serve.Moderation{}, "Change": store.Change{},
		"Changes": serve.Changes{}, "Log": serve.Log{}, "Source": store.Source{}, "SourceListing": serve.SourceListing{}, "Polled": serve.Polled{},
		"InForce": serve.InForce{},
	} {
		got := slices.Sorted(maps.Keys(s.Components.Schemas[name].Properties))
		if want := slices.Sorted(slices.Values(members(reflect.TypeOf(value)))); !slices.Equal(got, want) {
			t.Errorf("%s has\n%v, want\n%v", name, got, want)
		}
	}
}

func members(t reflect.Type) (names []string) {
	for f := range t.Fields() {
		if f.Anonymous {
			names = append(names, members(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

func TestDescriptionIsServed(t *testing.T) {
	s := newSite(t)
	a := s.get("/api/v1/openapi.json")
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/json" || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s %v", a.Status, a.Header)
	}
	if !strings.Contains(a.body, `"url": "https://news.example.com"`) || strings.Contains(a.body, "localhost") {
		t.Error("it does not name the site")
	}
	page := s.get("/docs/api")
	if page.StatusCode != http.StatusOK {
		t.Fatal(page.Status)
	}
	for path, methods := range mustSpec(t).Paths {
		for method := range methods {
			if want := "<code>" + strings.ToUpper(method) + " " + path + "</code>"; !strings.Contains(page.body, want) {
				t.Errorf("the page does not have %s", want)
			}
		}
	}
	for _, part := range []string{
		"<code>publish</code>", "in the query: from 1 to 500, 50 when it is left out", "in the query: true or false", "in the header, needed", `<a href="#schema-Receipt">Receipt</a>`,
		`id="schema-Receipt"`, "At most 64 KiB.", "ETag, Location</span>", "Ferry runs again after eleven years", "&#34;outcome&#34;: &#34;revised&#34;", "<code>also_at</code>",
	} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page does not have %s", part)
		}
	}
	if strings.Count(page.body, "<script") != 1 || strings.Contains(page.body, `src="http`) || strings.Contains(page.body, `stylesheet" href="http`) {
		t.Error("the page has a script of its own, or something from another host")
	}
	for _, path := range []string{"/", "/docs/json-feed"} {
		for _, to := range []string{"/docs/api", "/docs/json-feed"} {
			if !strings.Contains(s.get(path).body, `href="https://news.example.com`+to+`"`) {
				t.Errorf("%s does not lead to %s", path, to)
			}
		}
	}
}

func TestUnknownParameters(t *testing.T) {
	s := newSite(t)
	for path, want := range map[string]string{
		"/api/v1/articles?catagory=sport":                 `\"catagory\" is no parameter here: did you mean \"category\"?`,
		"/api/v1/articles?limit=1&limit=2":                "limit is there 2 times",
		"/api/v1/articles?%zz":                            "the query cannot be read",
		"/api/v1/articles/01JDABCDEFGHJKMNPQRSTVWXYZ?x=1": "this takes none",
	} {
		a := s.do("GET", path, "", "Authorization", "Bearer "+readerToken)
		if a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, want) {
			t.Errorf("%s: %s %s", path, a.Status, a.body)
		}
	}
}
