package serve_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dateline/store"
)

// FuzzAPI sends what a client may send, as it is on the wire: whatever it is,
// the answer is one that openapi.json tells of, never that something failed,
// and only one that says that it is done changes anything. In a target
// "{usable}", "{held}" and "{killed}" stand for the ids of such articles. A
// header without Authorization gets that of a token that may do everything.
func FuzzAPI(f *testing.F) {
	d := newDesk(f)
	for _, o := range mustSpec(f).operations() {
		q := d.good(o)
		id := "{usable}"
		if o.OperationID == "releaseArticle" {
			id = "{held}"
		}
		target := strings.NewReplacer("{id}", id, "{name}", "gazette").Replace(o.path)
		header := strings.Builder{}
		q.header.Del("Authorization")
		q.header.Write(&header)
		f.Add(q.method, target, header.String(), q.body)
		f.Add("HEAD", target, "Authorization: Bearer x\r\n", "")
		for _, p := range o.Parameters {
			switch p.In {
			case "query":
				f.Add(q.method, target+"?"+p.Name+"=1", header.String(), q.body)
				f.Add(q.method, target+"?"+p.Name+"=true", header.String(), q.body)
			case "header":
				f.Add(q.method, target, header.String()+p.Name+": \"v2\"\r\n", q.body)
			}
		}
		for kind, b := range o.RequestBody.Content {
			for _, e := range b.Examples {
				if text, ok := e.Value.(string); ok {
					f.Add(q.method, target, "If-Match: *\r\nContent-Type: "+kind+"\r\n", text)
				}
			}
		}
	}
	f.Add("PUT", "/api/v1/articles/{killed}", "If-Match: *\r\nContent-Type: text/plain; charset=utf-16\r\n", "\xff\xfeS\x00p\x00o\x00r\x00t\x00")
	f.Add("POST", "/api/v1/ninjs", "Transfer-Encoding: chunked\r\n", "5\r\n{\"uri\r\n0\r\n\r\n")
	f.Add("PUT", "/api/v1/ninjs", "If-Match: \"v1\"\r\nIdempotency-Key: k\r\n", news(2, "canceled", "x"))
	f.Add("OPTIONS", "*", "", "")
	f.Add("CONNECT", "/api/v1/articles", "", "")
	f.Add("GET", "http://x/api/v1//articles/%2e%2e/?limit=1", "Accept-Encoding: identity;q=0\r\n", "")

	f.Fuzz(func(t *testing.T, method, target, header, body string) {
		at := strings.NewReplacer("{usable}", string(d.usable), "{held}", string(d.held), "{killed}", string(d.killed)).Replace(target)
		lower := "\n" + strings.ToLower(header)
		if !strings.Contains(lower, "\nauthorization:") {
			header += "Authorization: Bearer " + chiefToken + "\r\n"
		}
		if !strings.Contains(lower, "\ncontent-length:") && !strings.Contains(lower, "\ntransfer-encoding:") {
			header += fmt.Sprintf("Content-Length: %d\r\n", len(body))
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + at + " HTTP/1.1\r\nHost: x\r\n" + header + "\r\n" + body)))
		if err != nil || !strings.HasPrefix(r.URL.Path, "/api/") {
			t.Skip("net/http answers, or a page")
		}
		if wait := r.URL.Query().Get("wait"); wait != "" && wait != "0" && wait != "1" {
			t.Skip("it may last")
		}
		r.RemoteAddr = "192.0.2.1:1000"
		d.TB = t
		before := d.picture()
		w := httptest.NewRecorder()
		d.http.Config.Handler.ServeHTTP(w, r)
		a := answer{w.Result(), w.Body.String()}
		if a.StatusCode >= 500 {
			t.Fatalf("%s: %s", a.Status, a.body)
		}
		if err := mustSpec(t).hold(r, "", a); err != nil {
			t.Fatalf("it is not as openapi.json says: %v", err)
		}
		if names := d.secrets(a.body + fmt.Sprint(a.Header)); names != nil && d.secrets(target+body) == nil {
			t.Fatalf("the answer has the secret of %s", names)
		}
		if a.StatusCode >= 300 {
			if after := d.picture(); after != before {
				t.Fatalf("%s, and something was stored: before\n%s\nafter\n%s", a.Status, before, after)
			}
			return
		}
		d.refill()
	})
}

// refill files the articles anew when one of them is not as it was.
func (d *desk) refill() {
	d.Helper()
	for id, want := range map[store.ID]int{d.usable: 1, d.held: 2} {
		if a, err := d.store.Article(d.Context(), id); err != nil || a.Version != want {
			d.fill()
			return
		}
	}
}
