package page_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"dateline/feed/serve/page"
	"dateline/store"
)

// TestLayoutInBrowser opens every page in Chromium, as narrow as a telephone
// and as wide as a desk, and looks for anything that sticks out of it.
func TestLayoutInBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is missing; install it with: apt-get install chromium")
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()

	texts := trying(t, page.New(siteAt(server.URL), categories))
	css, path := page.Assets()[0].Body, page.Assets()[0].Path
	mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Write(css)
	})
	mux.HandleFunc("GET /page/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(texts[r.PathValue("name")]))
	})
	mux.HandleFunc("GET /measure", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><title></title>")
		for name := range texts {
			for _, width := range []int{360, 700, 1280} {
				fmt.Fprintf(w, `<iframe src="/page/%s" title="%[1]s at %d" width="%[2]d" height="800"></iframe>`, name, width)
			}
		}
		fmt.Fprint(w, measure)
	})

	var found []struct {
		Frame  string
		Styled bool
		Out    []string
	}
	result := between(t, dom(t, chromium, server.URL+"/measure"), "RESULT", "END")
	if err := json.Unmarshal([]byte(result), &found); err != nil {
		t.Fatalf("read what the browser found: %v\n%s", err, result)
	}
	if len(found) != 3*len(texts) {
		t.Errorf("the browser measured %d frames; want %d", len(found), 3*len(texts))
	}
	for _, f := range found {
		if !f.Styled {
			t.Errorf("%s: the style sheet is not in force", f.Frame)
		}
		for _, out := range f.Out {
			t.Errorf("%s: sticks out: %s", f.Frame, out)
		}
	}
}

// trying are pages with articles that try a layout, by a name fit for a path.
func trying(t *testing.T, p *page.Pages) map[string]string {
	t.Helper()
	endless := strings.Repeat("Donaudampfschifffahrt", 15)[:300]
	list := []store.Article{ferry(), arabic()}
	for _, a := range []store.Article{ferry(), arabic()} {
		a.Headline, a.Summary, a.Rights, a.Tags = endless, "See https://example.com/"+endless, endless, []string{endless}
		a.Dateline.Place, a.Byline[0].Name, a.Credit.SignOff = endless, endless, endless
		a.Body = "<p>" + endless + "</p><pre>" + endless + "</pre><table><tr>" + strings.Repeat("<td>1,204.50</td>", 40) + "</tr></table>" +
			`<p><img src="http://127.0.0.1:1/none.jpg" width="3000" height="20" alt="` + endless + `"></p>`
		a.Enclosures = []store.Enclosure{
			{URL: "http://127.0.0.1:1/none.png", Type: "image/png", Width: 2400, Height: 30, Caption: endless, Credit: endless},
			{URL: "https://example.com/" + endless, Type: "application/" + endless[:100], Length: 1},
		}
		list = append(list, a)
	}
	texts := map[string]string{}
	keep := func(name string) func([]byte, error) {
		return func(b []byte, err error) {
			if err != nil {
				t.Fatal(err)
			}
			texts[name] = string(b)
		}
	}
	endlessCategory := categories[0]
	endlessCategory.Title, endlessCategory.Description = endless, endless
	keep("front")(p.Front(page.Front{Newest: list, Categories: []page.Section{
		{Category: categories[1], Count: 1204, Newest: list}, {Category: endlessCategory, Count: 1, Newest: list}, {Category: categories[2]},
	}}))
	archive := feedOf(endlessCategory)
	archive.Number, archive.OlderArchive, archive.NewerArchive = 2, 1, 3
	keep("archive")(p.Listing(page.Listing{Feed: archive, Count: 4, Articles: list}))
	keep("empty")(p.Listing(page.Listing{Feed: feedOf(categories[2])}))
	keep("extension")(p.Extension())
	long := page.APIField{Name: endless, Type: "string", Schema: endless, Values: endless, Description: endless + " `" + endless + "`"}
	keep("api")(p.API(page.API{
		Summary: endless, Description: endless + "\n\n" + endless, Document: "/api/v1/openapi.json",
		Groups: []page.APIGroup{{Name: endless, Description: endless, Operations: []page.APIOperation{{
			ID: "x", Method: "POST", Path: "/" + endless, Summary: endless, Right: endless, Parameters: []page.APIField{long}, Body: endless, Example: endless,
			Bodies:  []page.APIBody{{MediaType: endless, Description: endless, Schema: endless, Example: endless}},
			Answers: []page.APIAnswer{{Status: "200", Description: endless, Schema: endless, Headers: []string{endless}}},
		}}}},
		Schemas: []page.APISchema{{Name: endless, Description: endless, Fields: []page.APIField{long}}},
	}))
	keep("error")(p.Error(page.Error{Status: 404, Title: endless, Detail: endless}))
	for i, a := range list {
		keep(fmt.Sprintf("article-%d", i))(p.Article(a, nil))
	}
	return texts
}

// measure writes, when all frames are loaded, what is wider than its frame.
// Tables and code may be: they scroll in a box of their own.
const measure = `<script>
onload = () => {
	const found = [...document.querySelectorAll("iframe")].map(frame => {
		const doc = frame.contentDocument, root = doc.documentElement, out = [];
		if (root.scrollWidth > root.clientWidth) out.push("the page, " + root.scrollWidth + " wide");
		for (const e of doc.body.querySelectorAll("*")) {
			if (e.closest(".skip") || e.parentElement.closest("pre, table")) continue;
			const box = e.getBoundingClientRect();
			if (box.left < -1 || box.right > root.clientWidth + 1) out.push(e.localName + "." + e.className);
		}
		return {Frame: frame.title, Styled: frame.contentWindow.getComputedStyle(root).borderTopStyle == "solid", Out: out};
	});
	document.body.textContent = "RESULT" + JSON.stringify(found) + "END";
};
</script>`

// dom is the document at url once it is loaded, as text.
func dom(t *testing.T, chromium, url string, flags ...string) string {
	t.Helper()
	// Processes of the browser may write to its folder a little longer than
	// it runs, which a t.TempDir would take for a fault.
	data, err := os.MkdirTemp("", "dateline-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(data) })
	flags = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir=" + data}, flags...)
	cmd := exec.CommandContext(t.Context(), chromium, append(flags, "--dump-dom", url)...)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run chromium: %v\n%s", err, problems.String())
	}
	return string(out)
}

// between is what stands in the text between two marks.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, from)
	inner, _, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatalf("the browser found nothing in:\n%s", text)
	}
	return inner
}
