package serve_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// wrong is a request with one thing wrong.
type wrong struct {
	what string
	request
	want int
	says string // in the answer, as JSON; may be empty
}

// TestEveryRouteRefuses sends to every route everything that can be wrong with
// a request, and each time one thing only: at the end the same request without
// it is done. The routes, their parameters and fields are those of
// openapi.json, and every answer that it tells of comes at least once.
func TestEveryRouteRefuses(t *testing.T) {
	d := newDesk(t)
	seen := map[string]bool{}
	for _, o := range mustSpec(t).operations() {
		for _, c := range slices.Concat(d.wrongAddress(o), d.wrongToken(o), d.wrongQuery(o), d.wrongHeader(o), d.wrongBody(o), d.wrongState(o)) {
			t.Run(o.OperationID+"/"+c.what, func(t *testing.T) {
				before := d.picture()
				a := d.ask(c.request)
				if a.StatusCode != c.want || !strings.Contains(a.body, c.says) {
					t.Errorf("%s, want %d %s: %s", a.Status, c.want, c.says, a.body)
				}
				if after := d.picture(); after != before {
					t.Errorf("something was stored: before\n%s\nafter\n%s", before, after)
				}
				if len(a.body) > 64<<10 {
					t.Errorf("the answer has %d bytes", len(a.body))
				}
				if names := d.secrets(a.body + fmt.Sprint(a.Header)); names != nil {
					t.Errorf("the answer has the secret of %s", names)
				}
				if c.method == o.method {
					seen[fmt.Sprint(o.OperationID, " ", a.StatusCode)] = true
				}
			})
		}
		t.Run(o.OperationID+"/nothing wrong", func(t *testing.T) {
			for _, query := range append(o.values(), "") {
				q := d.good(o)
				if query != "" {
					q = q.asking(query)
				}
				if a := d.ask(q); a.StatusCode >= 300 {
					t.Errorf("%s: %s %s", query, a.Status, a.body)
				}
				d.refill()
			}
		})
	}
	for _, o := range mustSpec(t).operations() {
		for code := range o.Responses {
			if code >= "400" && !seen[o.OperationID+" "+code] && !unseen[code] && !unseen[o.OperationID+" "+code] {
				t.Errorf("%s: nothing brings about the %s that it tells of", o.OperationID, code)
			}
		}
	}
	if names := d.secrets(d.log.String()); names != nil {
		t.Errorf("the log has the secret of %s", names)
	}
	if strings.Contains(d.log.String(), "level=ERROR") {
		t.Error("something failed")
	}
}

// values are queries with values that openapi.json lets parameters have.
func (o operation) values() (list []string) {
	for _, p := range o.Parameters {
		if p.In != "query" {
			continue
		}
		for _, value := range p.Schema.Enum {
			list = append(list, p.Name+"="+value)
		}
		for _, n := range []*int{p.Schema.Minimum, p.Schema.Maximum} {
			if n != nil {
				list = append(list, fmt.Sprint(p.Name, "=", *n))
			}
		}
	}
	return list
}

// unseen are answers that no bad request brings about.
var unseen = map[string]bool{
	"429": true, // TestEveryRouteIsLimited
	"500": true, // TestFailedHandlerIsAnswered
	"503": true, // TestSIGTERMUnderLoad in cmd/dateline
	"507": true, // the tests of cmd/dateline fill a disk

	"changes 410": true, // TestWhoFollowsTooLateBeginsAnew
}

func (d *desk) wrongAddress(o operation) (list []wrong) {
	good := d.good(o)
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"} {
		if _, ok := mustSpec(d).Paths[o.path][strings.ToLower(method)]; !ok {
			q := good
			q.method = method
			list = append(list, wrong{"method " + method, q, 405, "it takes "})
		}
	}
	for what, target := range map[string]string{
		"a slash at the end": good.target + "/",
		"two slashes":        strings.Replace(good.target, "/v1/", "/v1//", 1),
		"a dot":              strings.Replace(good.target, "/v1/", "/v1/./", 1),
		"two dots":           strings.Replace(good.target, "/v1/", "/v1/x/../", 1),
		"an escaped slash":   strings.Replace(good.target, "/v1/", "/v1%2F", 1),
		"another version":    strings.Replace(good.target, "/v1/", "/v2/", 1),
		"capitals":           strings.Replace(good.target, "/api/v1/", "/api/V1/", 1),
	} {
		q := good
		q.target = target
		list = append(list, wrong{what, q, 404, "nothing at this address"})
	}
	for _, p := range o.Parameters {
		if p.In != "path" {
			continue
		}
		for _, bad := range []string{"x", "01JD000000000000000000000A", "%20", "%00", "%ff", "a%2Fb", "%F0%9F%90%90", "01M82BZVNQJZHM4NAFNWKZ9K4WX", "ILOUILOUILOUILOUILOUILOUIL", strings.Repeat("9", 5000)} {
			q := good
			q.target = strings.Replace(o.path, "{"+p.Name+"}", bad, 1)
			list = append(list, wrong{p.Name + " " + bad[:min(len(bad), 30)], q, 404, "not found"})
		}
	}
	return list
}

func (d *desk) wrongToken(o operation) (list []wrong) {
	if len(o.Security) == 0 {
		return nil
	}
	good := d.good(o)
	for what, values := range map[string][]string{
		"no token": nil, "an empty field": {""}, "a scheme alone": {"Bearer"}, "a scheme and a space": {"Bearer "}, "another scheme": {"Basic " + chiefToken},
		"no scheme": {chiefToken}, "two tokens": {"Bearer " + chiefToken, "Bearer " + chiefToken}, "two schemes": {"Bearer Bearer " + chiefToken},
		"another token": {"Bearer nonsense-nonsense"}, "half of a token": {"Bearer " + chiefToken[:10]}, "more than a token": {"Bearer " + chiefToken + "0"},
		"a token in capitals": {"Bearer " + strings.ToUpper(chiefToken)}, "two of them in one": {"Bearer " + chiefToken + ", Bearer " + chiefToken},
	} {
		list = append(list, wrong{what, good.with("Authorization", values...), 401, "oken"})
	}
	list = append(list, wrong{"the token in the query", good.with("Authorization").asking("access_token=" + chiefToken), 401, "needs a token"})
	right := o.Security[0]["token"][0]
	for _, t := range d.server.Tokens {
		if !slices.Contains(t.May, right) {
			list = append(list, wrong{"no right", good.with("Authorization", "Bearer "+t.Secret), 403, "this takes " + right})
		}
	}
	if strings.HasSuffix(o.path, "/ninjs") {
		list = append(list, wrong{"no right to kill", good.with("Authorization", "Bearer "+deskToken).sending(news(2, "canceled", "x")), 403, "this takes moderate"})
	}
	return list
}

func (d *desk) wrongQuery(o operation) (list []wrong) {
	good := d.good(o)
	for what, query := range map[string]string{"an unknown parameter": "nonsense=1", "one without a name": "=1", "one without a value": "nonsense", "in capitals": "LIMIT=1"} {
		list = append(list, wrong{what, good.asking(query), 400, "is no parameter here"})
	}
	for what, query := range map[string]string{"half an escape": "a=%2", "no escape": "%zz", "a semicolon": "a=1;b=2"} {
		list = append(list, wrong{what, good.asking(query), 400, "the query cannot be read"})
	}
	for _, p := range o.Parameters {
		if p.In != "query" {
			continue
		}
		list = append(list, wrong{p.Name + " twice", good.asking(p.Name + "=1&" + p.Name + "=1"), 400, p.Name + " is there 2 times"})
		if near := p.Name[:len(p.Name)-1]; near != "" {
			list = append(list, wrong{p.Name + " mistyped", good.asking(near + "=1"), 400, "is no parameter here"})
		}
		var bad []string
		switch {
		case p.Schema.Type == "integer":
			bad = []string{"", "x", "1.5", "1e3", "%201", "0x1", "-1", "99999999999999999999", "%D9%A1", "1,2", "null", fmt.Sprint(*p.Schema.Minimum - 1)}
			if p.Schema.Maximum != nil {
				bad = append(bad, fmt.Sprint(*p.Schema.Maximum+1))
			}
		case p.Schema.Enum != nil:
			bad = []string{"", "1", "0", "yes", "TRUE", "true%20", "null"}
		}
		for _, value := range bad {
			list = append(list, wrong{p.Name + "=" + value, good.asking(p.Name + "=" + value), 400, p.Name + " must be "})
		}
	}
	switch o.OperationID {
	case "listArticles":
		for _, cursor := range []string{"x", "!!!", "AAAA", strings.Repeat("A", 5000), "%00", "%ff"} {
			list = append(list, wrong{"cursor " + cursor[:min(9, len(cursor))], good.asking("after=" + cursor), 400, "ot a cursor"})
		}
		list = append(list, wrong{"an unknown category", good.asking("category=sprot"), 404, "not found"}, wrong{"all of a category", good.asking("all=true&category=sport"), 400, "takes no category"})
	case "changes":
		list = append(list, wrong{"what is to come", good.asking("since=1000000"), 400, "begin anew with since=0"})
	case "showConfig":
		for _, text := range []string{"", "x", "[]", `{"default":{"age":"a month"}}`, `{"default":{"age":"-1h","number":0},"of":{}}`, `{"default":{"age":"0s","number":-1},"of":{}}`, `{"colour":1}`} {
			list = append(list, wrong{"retention=" + text, good.asking("retention=" + url.QueryEscape(text)), 400, "retention must be "})
		}
	case "reviseArticle":
		list = append(list,
			wrong{"a quiet note", good.asking("quiet=true&note=x"), 400, "for readers to see"},
			wrong{"a blank reason", good.asking("reason=%20"), 422, "say why"},
			wrong{"a long reason", good.asking("reason=" + strings.Repeat("x", 5000)), 422, "at most"},
			wrong{"a long note", good.asking("note=" + strings.Repeat("x", 40000)), 422, "correction_note"})
	}
	if _, ok := o.has("category"); ok && o.method != "GET" {
		list = append(list, wrong{"to an unknown category", good.asking("category=sprot"), 422, `did you mean \"sport\"`})
	}
	return list
}

func (d *desk) wrongHeader(o operation) (list []wrong) {
	good := d.good(o)
	if p, ok := o.has("If-Match"); ok {
		for _, tag := range []string{"x", "v1", `"1"`, `"v0"`, `"v-1"`, `"v+1"`, `"v01"`, `"v1.0"`, `W/"v1"`, `"v7"`, `"v1", "v2"`, `"v99999999999999999999"`, `"v1`, "*, *", strings.Repeat("9", 5000)} {
			list = append(list, wrong{"If-Match " + tag[:min(len(tag), 30)], good.with("If-Match", tag), 412, ""})
		}
		list = append(list, wrong{"two of If-Match", good.with("If-Match", `"v1"`, `"v2"`), 412, ""})
		if p.Required {
			list = append(list, wrong{"no If-Match", good.with("If-Match"), 428, "as If-Match"}, wrong{"an empty If-Match", good.with("If-Match", ""), 428, "as If-Match"})
		}
	}
	if _, ok := o.has("Idempotency-Key"); ok {
		other := good.with("Idempotency-Key", "used "+o.OperationID)
		d.filed++
		d.receipt(d.ask(other.sending(strings.ReplaceAll(other.body, o.OperationID, fmt.Sprint("Other ", d.filed)))))
		list = append(list,
			wrong{"a key that was used", other, 422, "was used before"},
			wrong{"an empty key", good.with("Idempotency-Key", ""), 400, "is empty"},
			wrong{"a long key", good.with("Idempotency-Key", strings.Repeat("k", 256)), 400, "longer than 255"},
			wrong{"two keys", good.with("Idempotency-Key", "a", "b"), 400, "send one"})
	}
	if o.RequestBody.Content != nil {
		for _, kind := range []string{"image/png", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", "application/json; charset", "application/json, text/plain", ";;", strings.Repeat("x", 5000)} {
			list = append(list, wrong{"media type " + kind[:min(len(kind), 40)], good.with("Content-Type", kind), 415, "application/json"})
		}
		list = append(list, wrong{"two media types", good.with("Content-Type", "application/json", "text/plain"), 415, "application/json"})
		if o.takes("text/plain") {
			list = append(list, wrong{"no media type", good.with("Content-Type"), 415, "text/plain"})
		}
		for _, coding := range []string{"gzip", "br", "identity, gzip", "nonsense"} {
			list = append(list, wrong{"coding " + coding, good.with("Content-Encoding", coding), 415, "without Content-Encoding"})
		}
	}
	if o.OperationID == "describe" {
		list = append(list, wrong{"no coding at all", good.with("Accept-Encoding", "identity;q=0"), 406, "Accept-Encoding"})
	}
	return list
}

// badJSON is none, whatever is asked for.
var badJSON = map[string]string{
	"empty": "", "blank": " \n", "a word": "nonsense", "null": "null", "a number": "7", "a text": `"x"`, "a list": "[]", "half": "{", "no value": `{"headline":}`,
	"no quotes": `{headline: "x"}`, "single quotes": `{'headline': 'x'}`, "a comma more": `{"headline":"x",}`, "a comment": `{"headline":"x"} // x`,
	"two": `{"reason":"x","uri":"a:b"} {}`, "a brace more": `{"reason":"x","uri":"a:b"}}`, "not UTF-8": "{\"reason\":\"\xff\",\"headline\":\"\xff\",\"uri\":\"\xff\"}", "a NUL": "{\"reason\":\"\x00\"}",
	"a byte order mark alone": "\ufeff", "deep": strings.Repeat("[", 200_000), "deep objects": strings.Repeat(`{"body":`, 200_000), "HTML": "<p>x</p>",
	"half of a character": `{"reason":"\ud800","headline":"\ud800","uri":"\ud800"}`, "NaN": `{"urgency":NaN}`, "an unknown member": `{"nonsense":1}`, "one without a name": `{"":1}`,
	"a member twice": `{"reason":"x","reason":"y","headline":"x","headline":"y","uri":"a:b","uri":"a:c"}`, "other capitals": `{"Reason":"x","Headline":"x","URI":"a:b"}`,
	"thousands of members": `{"0":0` + strings.Repeat(`,"a":0`, 5000) + "}", "a long member": `{"` + strings.Repeat("a", 1<<20) + `":0}`,
}

func (d *desk) wrongBody(o operation) (list []wrong) {
	if o.RequestBody.Content == nil {
		return nil
	}
	good := d.good(o)
	limit, size := "64 KiB", 64<<10
	if !strings.HasSuffix(o.path, "/hold") && !strings.HasSuffix(o.path, "/release") && !strings.HasSuffix(o.path, "/kill") {
		limit, size = "4 MiB", 4<<20
	}
	list = append(list, wrong{"too large", good.sending(strings.Repeat(" ", size+1)), 413, "at most " + limit})
	for what, body := range badJSON {
		if len(body) <= size {
			list = append(list, wrong{what, good.sending(body), 422, `"errors"`})
		}
	}
	var name string
	switch {
	case strings.HasSuffix(o.path, "/ninjs"):
		for what, body := range map[string]string{
			"no uri": `{"headlines":[{"value":"x"}]}`, "a uri that is none": strings.Replace(news(2, "usable", "x"), "https://agency.example/1", "x y", 1),
			"an unknown category": strings.NewReplacer("Sport", "Sprot", "Rowing", "Sprot").Replace(news(2, "usable", "x")),
		} {
			list = append(list, wrong{what, good.sending(body), 422, `"errors"`})
		}
		list = append(list, wrong{"nothing to withdraw", good.sending(strings.Replace(news(2, "withheld", "x"), "agency.example/1", "agency.example/none", 1)), 404, "nothing to withdraw"})
		return list
	case o.takes("text/plain"):
		name = "Article"
		for what, body := range map[string]string{"empty copy": "", "blank copy": "\n \n", "copy without a category": "A head\n\nSome copy.", "copy in an unknown category": "Sprot\n\nA head\n\nOSLO — Some copy.", "NULs": "\x00\x00\x00"} {
			list = append(list, wrong{what, good.with("Content-Type", "text/plain").sending(body), 422, `"errors"`})
		}
		for what, body := range map[string]string{"an empty page": "", "a page without anything": "<html><body></body></html>", "a page without a category": "<title>x</title><p>x</p>"} {
			list = append(list, wrong{what, good.with("Content-Type", "text/html").sending(body), 422, `"errors"`})
		}
		list = append(list, wrong{"an unknown charset", good.with("Content-Type", "text/plain; charset=nonsense").sending("Sport\n\nA head\n\nOSLO — Copy.\n"), 422, "nonsense"})
		list = append(list, d.wrongArticles(good)...)
	default:
		name = "Moderation"
		list = append(list, wrong{"no reason", good.sending("{}"), 422, "say why"}, wrong{"a blank reason", good.sending(`{"reason":" \n"}`), 422, "say why"},
			wrong{"a long reason", good.sending(`{"reason":"` + strings.Repeat("x", 5000) + `"}`), 422, "at most"})
	}
	for field, raw := range mustSpec(d).Components.Schemas[name].Properties {
		var member struct {
			Type     string
			Ref      string `json:"$ref"`
			ReadOnly bool
			Items    struct {
				Ref string `json:"$ref"`
			}
		}
		if err := json.Unmarshal(raw, &member); err != nil {
			d.Fatal(err)
		}
		if member.ReadOnly { // what was read can be sent back, and is not looked at
			continue
		}
		for _, value := range []string{`7`, `"x y"`, `["x"]`, `{"x":1}`, `true`, `[[]]`, `[{"x":1}]`, `[7]`, `1e999`} {
			if fits(field, value) {
				continue
			}
			list = append(list, wrong{"field " + field + " " + value, good.sending(with(d, good.body, field, value)), 422, `"errors"`})
		}
	}
	return list
}

// fits reports whether a field may have that value.
func fits(field, value string) bool {
	switch field {
	case "urgency":
		return value == "7"
	case "categories":
		return false
	case "tags":
		return value == `["x"]`
	case "guid", "status", "language", "published", "updated", "embargo", "expires", "subjects", "dateline", "credit", "byline", "enclosures", "related", "origin", "also_at":
		return false
	}
	return value == `"x y"` // any text
}

// with is a JSON object with another value of a member.
func with(t testing.TB, object, field, value string) string {
	t.Helper()
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(object), &members); err != nil {
		t.Fatal(err)
	}
	delete(members, field)
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{%q:%s,%s`, field, value, text[1:])
}

func (d *desk) wrongArticles(good request) (list []wrong) {
	for field, values := range map[string][]string{
		"headline":   {`""`, `" "`, `"` + strings.Repeat("x", 100_000) + `"`},
		"categories": {`[]`, `[""]`, `["sprot"]`, `["sport","sprot"]`, `null`},
		"urgency":    {`-1`, `10`, `1.5`, `"4"`, `1e3`, `99999999999999999999`},
		"language":   {`"?"`, `"english please"`},
		"published":  {`"yesterday"`, `"2026-11-22"`, `"2026-13-40T00:00:00Z"`, `0`},
		"embargo":    {`"soon"`, `"2026-11-22T10:00"`},
		"guid":       {`"x"`, `"no iri"`, `"/relative"`},
		"enclosures": {`[{}]`, `[{"url":"x"}]`, `[{"url":"javascript:alert(1)","type":"image/png"}]`, `[{"url":"https://a.example/x","type":"nonsense"}]`, `[{"url":"https://a.example/x","type":"image/png","length":-1}]`, `[{"url":"https://a.example/x","type":"image/png","nonsense":1}]`},
		"byline":     {`[{}]`, `[{"name":""}]`, `[{"name":"A","url":"javascript:x"}]`, `[{"name":"A","nonsense":1}]`},
		"related":    {`[{}]`, `[{"title":"x","url":"x"}]`},
		"dateline":   {`{"date":"yesterday"}`, `{"nonsense":1}`, `{"place":7}`},
		"origin":     {`{"source":"x"}`, `{"source":"A B","feed_url":"https://a.example/"}`, `{"nonsense":1}`},
		"also_at":    {`[{}]`},
		"subjects":   {`["nonsense"]`},
	} {
		for _, value := range values {
			q := good.sending(with(d, good.body, field, value))
			list = append(list, wrong{field + " " + value[:min(len(value), 60)], q, 422, `"errors"`})
		}
	}
	return list
}

// wrongState are requests that come too late.
func (d *desk) wrongState(o operation) (list []wrong) {
	good := d.good(o)
	at := func(id string) request {
		q := good.with("If-Match", "*")
		q.target = strings.Replace(o.path, "{id}", id, 1)
		return q
	}
	switch o.OperationID {
	case "holdArticle":
		list = append(list, wrong{"held already", at(string(d.held)), 409, "held"})
	case "releaseArticle":
		list = append(list, wrong{"never held", at(string(d.usable)), 409, "usable"})
	case "showConfig":
		for _, text := range []string{"", "x", "[]", `{"default":{"age":"a month"}}`, `{"default":{"age":"-1h","number":0},"of":{}}`, `{"default":{"age":"0s","number":-1},"of":{}}`, `{"colour":1}`} {
			list = append(list, wrong{"retention=" + text, good.asking("retention=" + url.QueryEscape(text)), 400, "retention must be "})
		}
	case "reviseArticle":
		list = append(list, wrong{"the guid of another", good.sending(with(d, good.body, "guid", `"urn:desk:other"`)), 422, "another article"})
	case "fileArticle":
		known := d.receipt(d.file(`{"guid":"urn:desk:known","headline":"Pier","body":"<p>B</p>","categories":["sport"],"updated":"2026-11-22T11:00:00Z"}`))
		page := `"` + strings.Replace(known.URL, string(known.ID), string(d.killed), 1) + `"`
		list = append(list,
			wrong{"killed", good.sending(with(d, good.body, "guid", `"urn:desk:3"`)), 410, "killed"},
			wrong{"killed, by its id", good.sending(with(d, good.body, "id", `"`+string(d.killed)+`"`)), 410, "killed"},
			wrong{"killed, by its page", good.sending(with(d, good.body, "url", page)), 410, "killed"},
			wrong{"killed, its page as its name", good.sending(with(d, good.body, "guid", page)), 410, "killed"},
			wrong{"killed, by its words", good.sending(`{"headline":"h 3","body":"b","categories":["sport"]}`), 410, "killed"},
			wrong{"older than what stands", good.sending(`{"guid":"urn:desk:known","headline":"Late","body":"b","categories":["sport"],"updated":"2026-11-22T10:59:00Z"}`), 409, "older"})
	case "fetchSource", "releaseSource":
		busy := good
		busy.target = strings.Replace(o.path, "{name}", "busy", 1)
		return []wrong{{"being polled", busy, 409, "onflict"}}
	case "fileItem", "putItem":
		item := func(name string, version int, status string) request {
			return good.sending(strings.Replace(news(version, status, name+o.method), "agency.example/1", "agency.example/"+name+o.method, 1))
		}
		for _, q := range []request{item("late", 5, "usable"), item("dead", 1, "usable"), item("dead", 2, "canceled")} {
			d.receipt(d.ask(q))
		}
		list = append(list, wrong{"older than what stands", good.sending(strings.Replace(item("late", 4, "usable").body, "It floats", "It sinks", 1)), 409, "older"}, wrong{"killed", item("dead", 3, "usable"), 410, "killed"})
	}
	if strings.HasPrefix(o.path, "/api/v1/articles/{id}") {
		list = append(list, wrong{"gone", at(string(d.gone)), 410, "articles are kept here for some time"})
	}
	if strings.HasPrefix(o.path, "/api/v1/articles/{id}") && o.method != "GET" {
		list = append(list, wrong{"killed", at(string(d.killed)), 410, "withdrawn for good"})
	}
	return list
}

// wire sends an operation's request with these last lines of its header, and
// the body, and closes its side of the connection.
func (d *desk) wire(q request, rest string) (resp *http.Response, body string) {
	d.Helper()
	conn, err := net.Dial("tcp", d.http.Listener.Addr().String())
	if err != nil {
		d.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: x\r\n", q.method, q.target)
	q.header.Write(conn)
	io.WriteString(conn, rest)
	conn.(*net.TCPConn).CloseWrite()
	if resp, err = http.ReadResponse(bufio.NewReader(conn), nil); err != nil {
		d.Fatal(err)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		d.Fatal(err)
	}
	return resp, string(data)
}

// TestBodyThatEndsEarly: the connection closes before all of it came.
func TestBodyThatEndsEarly(t *testing.T) {
	d := newDesk(t)
	for _, o := range mustSpec(t).operations() {
		if o.RequestBody.Content == nil {
			continue
		}
		for what, rest := range map[string]string{"a length": "Content-Length: 1000\r\n\r\n{\"rea", "chunks": "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"rea"} {
			before := d.picture()
			resp, body := d.wire(d.good(o), rest)
			if resp.StatusCode != http.StatusBadRequest || !strings.Contains(body, "did not arrive whole") {
				t.Errorf("%s, %s: %s %s", o.OperationID, what, resp.Status, body)
			}
			if d.picture() != before {
				t.Errorf("%s, %s: something was stored", o.OperationID, what)
			}
		}
	}
}

// TestSilenceIsNoSuccess: a client that has sent all and closes its side of the
// connection, which looks as if it had gone, is told what came of it.
func TestSilenceIsNoSuccess(t *testing.T) {
	d := newDesk(t)
	for _, o := range mustSpec(t).operations() {
		if o.OperationID == "backup" { // its length says when it is cut short
			continue
		}
		for range 5 {
			q := d.good(o)
			resp, body := d.wire(q, fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(q.body), q.body))
			if !json.Valid([]byte(body)) || resp.StatusCode >= 300 && !strings.Contains(body, "connection was closed") {
				t.Errorf("%s: %s %q", o.OperationID, resp.Status, body)
			}
			d.fill() // what was given up may be done yet, to those articles
		}
	}
	if strings.Contains(d.log.String(), "level=ERROR") {
		t.Error("it is logged as a failure")
	}
}

// TestTokenIsFound: however the field is written (RFC 9110 §11.4, RFC 6750 §2.1).
func TestTokenIsFound(t *testing.T) {
	s := newSite(t)
	for _, field := range []string{"Bearer " + readerToken, "bearer " + readerToken, "BEARER  " + readerToken, " Bearer " + readerToken + " "} {
		if a := s.do("GET", "/api/v1/changes", "", "Authorization", field); a.StatusCode != http.StatusOK {
			t.Errorf("%q: %s", field, a.Status)
		}
	}
}
