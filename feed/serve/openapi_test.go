package serve_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dateline/feed/serve"
	"dateline/feed/wire"
	"dateline/store"
)

// spec is openapi.json as the tests hold the server to it.
type spec struct {
	Paths map[string]map[string]struct {
		OperationID string
		Security    []map[string][]string
		Parameters  []map[string]any
		Responses   map[string]struct {
			Ref     string `json:"$ref"`
			Headers map[string]any
			Content map[string]any
		}
	}
	Components struct {
		Responses map[string]struct{ Content map[string]any }
		Schemas   map[string]struct {
			Properties map[string]json.RawMessage
			Required   []string
		}
	}
	schemas *jsonschema.Compiler
	mux     *http.ServeMux // finds the path of a request
	mu      sync.Mutex     // the compiler is for one goroutine
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
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	for path, methods := range s.Paths {
		for method := range methods {
			s.mux.Handle(strings.ToUpper(method)+" "+path, http.NotFoundHandler())
		}
	}
	return s, s.schemas.AddResource("file:///openapi.json", document)
})

// hold says what an answer of the API does that openapi.json does not tell of.
func (s *spec) hold(r *http.Request, a answer) error {
	_, pattern := s.mux.Handler(r)
	method, path, ok := strings.Cut(pattern, " ")
	if !ok { // no operation: not found, or another method
		if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusMethodNotAllowed {
			return fmt.Errorf("it is no operation")
		}
		return s.valid(a.body, "/components/schemas/Problem")
	}
	if r.Method == http.MethodHead {
		return nil
	}
	at := fmt.Sprintf("/paths/%s/%s/responses/%d", strings.ReplaceAll(path, "/", "~1"), strings.ToLower(method), a.StatusCode)
	told, ok := s.Paths[path][strings.ToLower(method)].Responses[fmt.Sprint(a.StatusCode)]
	if !ok {
		return fmt.Errorf("%s %s does not answer %d", method, path, a.StatusCode)
	}
	for name := range told.Headers {
		if a.Header.Get(name) == "" {
			return fmt.Errorf("%s %s: %d without %s", method, path, a.StatusCode, name)
		}
	}
	kinds := told.Content
	if told.Ref != "" {
		name := told.Ref[strings.LastIndex(told.Ref, "/")+1:]
		kinds, at = s.Components.Responses[name].Content, "/components/responses/"+name
	}
	if kinds == nil {
		return nil
	}
	kind := a.Header.Get("Content-Type")
	if kinds[kind] == nil {
		return fmt.Errorf("%s %s: %d is %q", method, path, a.StatusCode, kind)
	}
	if kind == "application/octet-stream" {
		return nil
	}
	return s.valid(a.body, at+"/content/"+strings.ReplaceAll(kind, "/", "~1")+"/schema")
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
			} else if path != "/api/v1/openapi.json" {
				t.Errorf("%s %s does not say which right it needs", method, path)
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

// Every schema is one, and every reference leads somewhere.
func TestDescriptionIsSound(t *testing.T) {
	s := mustSpec(t)
	for name := range s.Components.Schemas {
		if _, err := s.schemas.Compile("file:///openapi.json#/components/schemas/" + name); err != nil {
			t.Error(err)
		}
	}
	data, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
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
