package ninjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dateline/store"
)

var update = flag.Bool("update", false, "write what is expected anew")

// golden compares got with the file of that name.
func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

// TestReadExamples reads items of every dialect, each with what it is read as
// beside it.
func TestReadExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/read/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples, error %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			in, err := Read(data, noon)
			if err != nil {
				t.Fatal(err)
			}
			got, err := encodeJSON(in)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".json")+".want", got)
		})
	}
}

// faultsOf are those of a document, as "field: detail".
func faultsOf(t *testing.T, data string) (list []string) {
	t.Helper()
	_, err := Read([]byte(data), noon)
	var invalid *store.Invalid
	if err != nil && !errors.As(err, &invalid) {
		t.Fatalf("error %T", err)
	}
	if invalid != nil {
		for _, f := range invalid.Faults {
			list = append(list, f.Field+": "+f.Detail)
		}
	}
	return list
}

// TestEveryFaultIsNamed holds each rule of the schema to one item that breaks
// it, and the whole to one that breaks many.
func TestEveryFaultIsNamed(t *testing.T) {
	const (
		uri  = `an absolute URI, such as "tag:example.com,2026:1", with everything but ASCII percent-encoded`
		geo  = `must be a GeoJSON object: its "type" is `
		deep = `is nested deeper than 64 levels near byte `
	)
	for what, c := range map[string]struct {
		doc  string // what stands beside the uri
		want []string
	}{
		"nothing wrong":          {`"title": "x"`, nil},
		"unknown and near":       {`"headlinez": []`, []string{`headlinez: is not known to ninjs here: did you mean "headlines"?`}},
		"unknown and far":        {`"qqqqqqqqqqqq": []`, []string{"qqqqqqqqqqqq: is not known to ninjs here"}},
		"unknown and very long":  {`"` + strings.Repeat("x", 60) + `": 1`, []string{strings.Repeat("x", 60) + ": is not known to ninjs here"}},
		"unknown below":          {`"headlines": [{"value": "x", "valeu": ""}]`, []string{`headlines[0].valeu: is not known to ninjs here: did you mean "value"?`}},
		"of 2.x in 3.x":          {`"pubStatus": "usable", "versioncreated": ""`, []string{`versioncreated: is not known to ninjs here: did you mean "versionCreated"?`}},
		"no value":               {`"headlines": [{"role": "main"}], "bodies": [{}]`, []string{"headlines[0].value: is missing", "bodies[0].value: is missing"}},
		"null":                   {`"title": null`, []string{"title: must be a string"}},
		"a number for a string":  {`"title": 1`, []string{"title: must be a string"}},
		"a string for a number":  {`"urgency": "3"`, []string{"urgency: must be a whole number from 1 to 9"}},
		"urgency 0":              {`"urgency": 0`, []string{"urgency: must be a whole number from 1 to 9"}},
		"urgency 10":             {`"urgency": 10`, []string{"urgency: must be a whole number from 1 to 9"}},
		"urgency 1.5":            {`"urgency": 1.5`, []string{"urgency: must be a whole number from 1 to 9"}},
		"urgency 3.0":            {`"urgency": 3.0`, nil},
		"relevance":              {`"subjects": [{"relevance": 101, "confidence": -1}]`, []string{"subjects[0].relevance: must be a whole number from 0 to 100", "subjects[0].confidence: must be a whole number from 0 to 100"}},
		"cancelled":              {`"pubStatus": "cancelled"`, []string{`pubStatus: must be one of "usable", "withheld", "canceled"`}},
		"a type":                 {`"type": "story"`, []string{`type: must be one of "text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"`}},
		"a date":                 {`"versionCreated": "2026-11-22"`, []string{"versionCreated: must be " + mustDateTime}},
		"a day of no month":      {`"expires": "2026-02-30T00:00:00Z"`, []string{"expires: must be " + mustDateTime}},
		"a leap second":          {`"versionCreated": "2016-12-31t23:59:60z"`, nil},
		"an address":             {`"renditions": [{"name": "a", "href": "/a"}]`, []string{"renditions[0].href: must be " + uri}},
		"an address of letters":  {`"renditions": [{"name": "a", "href": "https://a.example/ü"}]`, []string{"renditions[0].href: must be " + uri}},
		"a rendition's name":     {`"renditions": [{}]`, []string{"renditions[0].name: is missing"}},
		"an association":         {`"associations": [{"urgency": 0}]`, []string{"associations[0].urgency: must be a whole number from 1 to 9", "associations[0].name: is missing", "associations[0].uri: is missing"}},
		"one below it":           {`"associations": [{"name": "a", "uri": "a:b", "associations": [{"name": "b"}]}]`, []string{"associations[0].associations[0].uri: is missing"}},
		"rel of an item":         {`"rel": "x"`, []string{`rel: is not known to ninjs here`}},
		"contact":                {`"people": [{"contactInfo": [{}, {"value": "a", "address": {}}]}]`, []string{`people[0].contactInfo[0]: must have either "value" or "address"`, `people[0].contactInfo[1]: must have either "value" or "address"`}},
		"rights":                 {`"rightsInfo": {}`, []string{`rightsInfo: must have either "linkedRights" or "encodedRights"`}},
		"dates of an event":      {`"eventDetails": {"dates": {"startDate": "2026-11-22T00:00:00Z", "expectedStartDate": "2026"}}`, []string{`eventDetails.dates: must have either "startDate" or "expectedStartDate"`}},
		"an end alone":           {`"eventDetails": {"dates": {"expectedEndDate": "2026-11"}}`, nil},
		"a beginning of a date":  {`"eventDetails": {"dates": {"expectedEndDate": "2026-13"}}`, []string{`eventDetails.dates.expectedEndDate: must be a date, with or without a time, or the beginning of one, such as "2026-11"`}},
		"frequency":              {`"eventDetails": {"dates": {"startDate": "2026-11-22T00:00:00Z", "recurrence": {"recurrenceDates": ["2026"], "recurrenceRules": [{"frequency": "often"}]}}}`, []string{`eventDetails.dates.recurrence.recurrenceRules[0].frequency: must be one of "secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"`}},
		"planned":                {`"plannedCoverage": [{"urgency": 11, "wordCount": "1"}]`, []string{"plannedCoverage[0].urgency: must be a whole number from 1 to 9", "plannedCoverage[0].wordCount: must be a whole number"}},
		"no geometry":            {`"places": [{"geoJSON": {"type": "Dot"}}]`, []string{"places[0].geoJSON: " + geo + choice(geoTypes)}},
		"a point of one number":  {`"places": [{"geoJSON": {"type": "Point", "coordinates": [1]}}]`, []string{`places[0].geoJSON: must have the "coordinates" of a GeoJSON Point`}},
		"an open polygon":        {`"places": [{"geoJSON": {"type": "Polygon", "coordinates": [[[1,2],[3,4],[1,2]]]}}]`, []string{`places[0].geoJSON: must have the "coordinates" of a GeoJSON Polygon`}},
		"a box":                  {`"places": [{"geoJSON": {"type": "Point", "coordinates": [1,2], "bbox": [1,2,3]}}]`, []string{`places[0].geoJSON: must have a "bbox" of at least four numbers, or none`}},
		"a feature":              {`"places": [{"geoJSON": {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": null, "geometry": {"type": "MultiPolygon", "coordinates": [[[[1,2],[3,4],[5,6],[1,2]]]]}, "own": 1}]}}]`, nil},
		"no feature":             {`"places": [{"geoJSON": {"type": "FeatureCollection", "features": [{"type": "Point", "coordinates": [1,2]}]}}]`, []string{`places[0].geoJSON: has "features", and each of them ` + geo + `"Feature"`}},
		"twice":                  {`"title": "a", "title": "b"`, []string{"title: is there twice"}},
		"half a character":       {`"headlines": [{"value": "\ud800x"}]`, []string{`headlines[0].value: has half of a character: a \ud800 to \udfff without its other half`}},
		"a size beyond all":      {`"renditions": [{"name": "a", "width": 1e300, "sizeInBytes": 99999999999999999999}]`, []string{"renditions[0].width: is 1e300, which is out of range", "renditions[0].sizeInBytes: is 99999999999999999999, which is out of range"}},
		"too deep":               {`"associations": ` + strings.Repeat("[", 70), []string{"article: " + deep + "112"}},
		"an unknown source type": {`"digitalSourceType": "bad"`, []string{"digitalSourceType: must be an object"}},
		"many at once": {`"urgency": "3", "headlines": {}, "descriptions": [{"valu": 1}], "pubStatus": "killed"`, []string{
			"urgency: must be a whole number from 1 to 9", "headlines: must be an array",
			`descriptions[0].valu: is not known to ninjs here: did you mean "value"?`, "descriptions[0].value: is missing",
			`pubStatus: must be one of "usable", "withheld", "canceled"`,
		}},
	} {
		t.Run(what, func(t *testing.T) {
			if got := faultsOf(t, `{"uri": "tag:a.example,2026:1", `+c.doc+"}"); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestWhatIsNoItem(t *testing.T) {
	for doc, want := range map[string]string{
		"":                        "article: is not valid JSON near byte 0: it ends in the middle",
		`{"uri": "a:b"`:           "article: is not valid JSON near byte 13: it ends in the middle",
		`[{"uri": "a:b"}]`:        "article: must be a JSON object: file one item at a time",
		`{"uri": "a:b"} {}`:       "article: is followed by something else: file one item at a time",
		"{\"uri\": \"\xff\"}":     "article: is not UTF-8, in which JSON has to be",
		`{}`:                      "uri: is missing",
		`{"uri": ""}`:             `uri: must be an absolute URI, such as "tag:example.com,2026:1", with everything but ASCII percent-encoded`,
		`{"headline": "x"}`:       "uri: is missing",
		`{"versioncreated": "x"}`: "versioncreated: must be " + mustDateTime,
	} {
		if got := faultsOf(t, doc); len(got) == 0 || got[0] != want {
			t.Errorf("%s: got %q, want %q", doc, got, want)
		}
	}
	if got := faultsOf(t, "\ufeff"+`{"uri": "a:b"}`); got != nil {
		t.Errorf("a byte order mark: %q", got)
	}
}

// TestOlderFaultsSayWhereTheyAre reads items of 1.x and 2.x: a fault is of the
// member as the item has it, not as 3.x would.
func TestOlderFaultsSayWhereTheyAre(t *testing.T) {
	for doc, want := range map[string][]string{
		`{"guid": "a", "body_html": 1, "byline": [], "subject": {}, "priority": 0}`: {
			"priority: must be a whole number from 1 to 9", "byline: must be a string", "body_html: must be a string", "subject: must be an array"},
		`{"uri": "a", "associations": {"main": {"pubstatus": "gone", "renditions": {"web": {"width": "1"}}}, "b": 1}}`: {
			`associations.main.pubstatus: must be one of "usable", "withheld", "canceled"`,
			"associations.main.renditions.web.width: must be a whole number", "associations.b: must be an object"},
		`{"uri": "a", "service": [{"name": 1}], "embargoed": "2026-11-22"}`: {
			"embargoed: must be " + mustDateTime, "service[0].name: must be a string"},
		`{"uri": "a", "pubstatus": "usable", "bodies": [{"contenttype": 1}], "renditions": [{"name": "a", "sizeinbytes": ""}], "embargoed": "2026-11-22T10:00:00"}`: {
			"bodies[0].contenttype: must be a string", "bodies[0].value: is missing",
			"renditions[0].sizeinbytes: must be a whole number", "embargoed: must be " + mustDateTime},
	} {
		if got := faultsOf(t, doc); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", doc, got, want)
		}
	}
}

func TestDialects(t *testing.T) {
	for doc, want := range map[string]string{
		`{"uri": "tag:a.example,2026:1"}`:                                                          v3,
		`{"uri": "a:b", "headlines": [], "pubStatus": "usable"}`:                                   v3,
		`{"uri": "a:b", "standard": {"version": "2.2"}, "eventDetails": {}}`:                       v3,
		`{"uri": "a:b", "standard": {"version": "2.2"}}`:                                           v2,
		`{"uri": "a:b", "standard": {"schema": "http://www.iptc.org/std/ninjs-schema_2.0.json"}}`:  v2,
		`{"uri": "a:b", "standard": {"version": "1.3"}}`:                                           v1,
		`{"uri": "a:b", "$standard": {}}`:                                                          v1,
		`{"uri": "a:b", "pubstatus": "usable"}`:                                                    v2,
		`{"uri": "a:b", "headlines": [{"value": "a", "contenttype": "text/plain"}]}`:               v2,
		`{"uri": "a:b", "headlines": [], "subject": [], "versioncreated": "2026-11-22T10:00:00Z"}`: v2,
		`{"uri": "a:b", "headline": "x", "pubstatus": "usable"}`:                                   v1,
		`{"uri": "a:b", "description_x_1": "x"}`:                                                   v1,
		`{"uri": "a:b", "renditions": {}}`:                                                         v1,
		`{"uri": "a:b", "representationtype": "incomplete"}`:                                       v1,
		`{"guid": "a:b"}`: v1,
	} {
		if in, err := Read([]byte(doc), noon); err != nil || in.Dialect != want {
			t.Errorf("%s: dialect %q, error %v, want %q", doc, in.Dialect, err, want)
		}
	}
}

func TestBylines(t *testing.T) {
	for _, c := range []struct{ line, language, names, agency string }{
		{"By Ada Quill and Ben Oar", "en", "Ada Quill|Ben Oar", ""},
		{"BY ADA QUILL", "", "ADA QUILL", ""},
		{"Ada Quill, Ben Oar, and Cleo Mast", "", "Ada Quill|Ben Oar|Cleo Mast", ""},
		{"Von Ada Quill und Ben Oar, cst", "de-AT", "Ada Quill|Ben Oar", "cst"},
		{"Von Ada Quill", "en", "Von Ada Quill", ""},
		{"Byron Oar & Ada Quill; EFE", "es", "Byron Oar|Ada Quill", "EFE"},
		{"NTB", "nb", "NTB", ""},
		{"Ada Quill, Jr.", "en", "Ada Quill|Jr.", ""},
		{"Dora Lens/Coast", "", "Dora Lens/Coast", ""},
		{" ", "", "", ""},
	} {
		names, agency := splitBy(c.line, c.language)
		if got := strings.Join(names, "|"); got != c.names || agency != c.agency {
			t.Errorf("%q: names %q, agency %q", c.line, got, agency)
		}
	}
}

// TestDatelinesOfAgencies reads what stands at the head of a text. Only what is
// surely a dateline is taken out of it.
func TestDatelinesOfAgencies(t *testing.T) {
	for _, c := range []struct {
		body string
		want store.Dateline
		rest string
	}{
		{"<p>PORT MERCY, Eastland (AP) -- Boats left.</p>", store.Dateline{Place: "PORT MERCY, Eastland", Agency: "AP"}, "<p>Boats left.</p>"},
		{"<div><p>Port Mercy, Dec 30 (Coast).- Boats &amp; men.</p></div>", store.Dateline{Place: "Port Mercy", Date: "2025-12-30", Agency: "Coast"}, "<div><p>Boats &amp; men.</p></div>"},
		{"<p>port mercy — Boats left.</p>", store.Dateline{Place: "Port Mercy"}, "<p>port mercy — Boats left.</p>"},
		{"<p>Port mercy — Boats left.</p>", store.Dateline{Place: "Port mercy"}, "<p>Boats left.</p>"},
		{"<p>PORT MERCY — Boats left.</p>", store.Dateline{Place: "PORT MERCY"}, "<p>Boats left.</p>"},
		{"<p>Rain — and more of it.</p>", store.Dateline{Place: "Port Mercy"}, "<p>Rain — and more of it.</p>"},
		{"<p>Feb 30 (AP) - Boats left.</p>", store.Dateline{Place: "Feb 30", Agency: "AP"}, "<p>Boats left.</p>"},
		{"<p>Quay, Feb 30 (AP) - Boats left.</p>", store.Dateline{Place: "Quay", Agency: "AP"}, "<p>Boats left.</p>"},
	} {
		doc, err := json.Marshal(map[string]any{
			"uri": "tag:a.example,2026:1", "located": "Port Mercy", "versionCreated": "2026-11-22T10:00:00Z",
			"bodies": []any{map[string]string{"contentType": textHTML, "value": c.body}},
		})
		if err != nil {
			t.Fatal(err)
		}
		in, err := Read(doc, noon)
		if err != nil || in.Article.Dateline != c.want || in.Article.Body != c.rest {
			t.Errorf("%s: %+v, %q, error %v", c.body, in.Article.Dateline, in.Article.Body, err)
		}
	}
}

// TestWhatIsTakenOfMany reads items that say a thing in several ways, or in a
// way of their own: what is beside the uri, and what of the article it must be.
func TestWhatIsTakenOfMany(t *testing.T) {
	for what, c := range map[string]struct {
		doc  string
		got  func(store.Article) any
		want any
	}{
		"an IRI beside another URI": {`"altIds": [{"role": "iri", "value": "tag:b.example,2026:ü"}]`,
			func(a store.Article) any { return a.GUID }, "tag:a.example,2026:1"},
		"an empty guid": {`"guid": ""`, func(a store.Article) any { return a.GUID }, "tag:a.example,2026:1"},
		"urgency before priority": {`"urgency": 2, "priority": 6`,
			func(a store.Article) any { return a.Urgency }, 2},
		"a leap second": {`"versionCreated": "2016-12-31T23:59:60Z"`,
			func(a store.Article) any { return a.Updated.Format("2006-01-02T15:04:05") }, "2017-01-01T00:00:00"},
		"the first headline in plain text": {`"headlines": [{"contentType": "text/html", "value": "<b>A</b>"}, {"value": "B"}]`,
			func(a store.Article) any { return a.Headline }, "B"},
		"a headline in HTML alone": {`"headlines": [{"contentType": "text/html", "value": "<b>A</b> &amp; B"}]`,
			func(a store.Article) any { return a.Headline }, "A & B"},
		"the title for a headline": {`"title": "A"`, func(a store.Article) any { return a.Headline }, "A"},
		"the main body before the first": {`"bodies": [{"role": "short", "contentType": "text/html", "value": "<p>A</p>"}, {"role": "main", "contentType": "text/html", "value": "<p>B</p>"}]`,
			func(a store.Article) any { return a.Body }, "<p>B</p>"},
		"a body of XML": {`"bodies": [{"contentType": "application/xml", "value": "<a>A</a>"}]`,
			func(a store.Article) any { return a.Body }, ""},
		"a body that looks like HTML": {`"bodies": [{"value": " <p>A</p>"}]`,
			func(a store.Article) any { return a.Body }, " <p>A</p>"},
		"a whole page": {`"bodies": [{"contentType": "text/html", "value": "\n<html><head><title>T</title></head><body><h1>T</h1><p>A</p></body></html>"}]`,
			func(a store.Article) any { return a.Body }, "<p>A</p>"},
		"HTML by its name in 1.x": {`"body_html": "A &amp; B"`, func(a store.Article) any { return a.Body }, "A &amp; B"},
		"a text whose summary is all": {`"bodies": [{"role": "summary", "contentType": "text/html", "value": "<p>A</p>"}]`,
			func(a store.Article) any { return []string{a.Body, a.Summary} }, []string{"", "A"}},
		"an author's address": {`"people": [{"name": "A", "rel": "author", "contactInfo": [{"type": "phone", "value": "1"}, {"type": "email", "value": "a@a.example"}]}]`,
			func(a store.Article) any { return a.Byline }, []store.Author{{Name: "A", Email: "a@a.example"}}},
		"a picture that is related": {`"associations": [{"name": "a", "uri": "https://a.example/1", "rel": "related", "type": "picture", "renditions": [{"name": "a", "href": "https://a.example/1.jpg"}]}]`,
			func(a store.Article) any { return len(a.Enclosures)*10 + len(a.Related) }, 1},
		"a page of its own": {`"associations": [{"name": "a", "uri": "urn:a:b", "title": "A", "renditions": [{"name": "a", "href": "https://a.example/1", "contentType": "text/html"}]}]`,
			func(a store.Article) any { return a.Related }, []store.Related{{Title: "A", URL: "https://a.example/1"}}},
		"a stream beside a file": {`"type": "video", "renditions": [{"name": "a", "href": "rtsp://a.example/1.mp4", "width": 99, "contentType": "video/mp4"}, {"name": "b", "href": "https://a.example/1.webm"}]`,
			func(a store.Article) any { return a.Enclosures }, []store.Enclosure{{URL: "https://a.example/1.webm", Type: "video/webm"}}},
		"a file's type in 1.x": {`"type": "picture", "renditions": {"a": {"href": "https://a.example/1", "mimetype": "image/PNG; q=1"}}`,
			func(a store.Article) any { return a.Enclosures }, []store.Enclosure{{URL: "https://a.example/1", Type: "image/png"}}},
		"a day without a year, in an item without a time": {`"located": "Lima", "bodies": [{"contentType": "text/html", "value": "<p>LIMA, Nov 24 (DTL) - It ran.</p>"}]`,
			func(a store.Article) any { return a.Dateline }, store.Dateline{Place: "LIMA", Date: "2025-11-24", Agency: "DTL"}},
		"a day without a year, in one with a time": {`"located": "Lima", "firstCreated": "2024-11-25T10:00:00Z", "bodies": [{"contentType": "text/html", "value": "<p>LIMA, Nov 24 (DTL) - It ran.</p>"}]`,
			func(a store.Article) any { return a.Dateline }, store.Dateline{Place: "LIMA", Date: "2024-11-24", Agency: "DTL"}},
		"terms without a notice": {`"usageTerms": "A", "copyrightHolder": "B"`, func(a store.Article) any { return a.Rights }, "A"},
		"a source of another role": {`"infoSources": [{"role": "also-at", "name": "A"}, {"role": "provider", "name": "B"}, {"name": "C"}]`,
			func(a store.Article) any { return a.Credit }, store.Credit{Agency: "B"}},
	} {
		t.Run(what, func(t *testing.T) {
			in, err := Read([]byte(`{"uri": "tag:a.example,2026:1", `+c.doc+"}"), noon)
			if got := c.got(in.Article); err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, error %v, want %v", got, err, c.want)
			}
		})
	}
}
