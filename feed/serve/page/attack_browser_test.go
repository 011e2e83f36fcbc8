package page_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dateline/feed/clean"
	"dateline/feed/serve/page"
)

// TestAttacksInBrowser opens what is made of the attacks in Chromium: on the
// pages of articles, and bare. No policy is sent with them, which would hide a
// fault. What could run is given every occasion to.
func TestAttacksInBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is missing; install it with: apt-get install chromium")
	}
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	texts := []string{ // these run, or the test shows nothing
		occasions + `<img src="/none" onerror=alert(1)>`, occasions + `<a href="javascript:alert(1)">x</a>`, occasions + `<p onmouseover="alert(1)">x</p>`,
	}
	control := len(texts)
	where, _ := url.Parse(server.URL + "/none/")
	p := page.New(siteAt(server.URL), categories)
	for batch := range slices.Chunk(attacks(t), 40) {
		bare, body := occasions, ""
		for _, attack := range batch {
			cleaned := clean.HTML(attack, where)
			body += cleaned
			bare += "<div class=again>" + cleaned + "</div><table><tr><td class=again>" + cleaned + "</table>" + clean.Escape(clean.Line(attack)) + clean.HTML(`<p title="`+attack+`">`, where)
		}
		a := ferry()
		a.Body = body
		a.Headline, a.Byline[0].Name, a.Tags, a.Rights = clean.Line(strings.Join(batch, " ")), clean.Line(batch[0]), batch, batch[1]
		text, err := p.Article(a, nil)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, bare, strings.Replace(string(text), "<head>", "<head>"+occasions, 1))
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><title></title>")
		for i := range texts {
			fmt.Fprintf(w, `<iframe src="/page/%d" title="%[1]d"></iframe>`, i)
		}
		fmt.Fprint(w, gather)
	})
	mux.HandleFunc("GET /page/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, texts[n])
	})
	var found []struct {
		Ran  string
		Done string
	}
	result := between(t, dom(t, chromium, server.URL+"/", "--virtual-time-budget=20000", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), "RESULT", "END")
	if err := json.Unmarshal([]byte(result), &found); err != nil || len(found) != len(texts) {
		t.Fatalf("read what the browser found of %d pages: %v\n%s", len(texts), err, result)
	}
	for i, f := range found {
		if want := i < control; (f.Ran != "") != want || f.Done == "" {
			t.Errorf("page %d: ran %q, want %v; done %q\n%.3000s", i, f.Ran, want, f.Done, texts[i])
		}
	}
}

// occasions is a script that notes what an attack calls, and does to a page
// all that makes one run.
const occasions = `<script>
alert = confirm = prompt = print = x => { document.documentElement.dataset.ran = "alert " + x };
addEventListener("click", e => { const a = e.target.closest("a"); if (a && /^(https?|mailto):/.test(a.href)) e.preventDefault() }, true);
addEventListener("load", () => {
	for (const e of document.querySelectorAll(".again")) e.innerHTML = e.innerHTML;
	const events = "click mouseover mouseenter mousedown mouseup pointerover focus blur input change toggle error load animationstart transitionend dragstart keydown cut".split(" ");
	for (const e of document.querySelectorAll("body *")) {
		if (e.localName == "script") continue;
		for (const a of e.attributes) if (a.name.startsWith("on") || /^\s*(javascript|data|vbscript):/i.test(a.value) && /^(href|src|action|formaction|poster|cite)$/.test(a.name))
			document.documentElement.dataset.ran = e.localName + " " + a.name + "=" + a.value;
		for (const name of events) e.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
		if (e.click) e.click();
		if (e.focus) e.focus();
	}
	setTimeout(() => document.documentElement.dataset.done = "yes", 500);
});
</script>`

// gather writes, when all frames have had their occasions, what ran in them.
const gather = `<script>
onload = () => setTimeout(() => {
	const found = [...document.querySelectorAll("iframe")].map(frame => {
		const root = frame.contentDocument.documentElement;
		return {Ran: root.dataset.ran || "", Done: root.dataset.done || ""};
	});
	document.body.textContent = "RESULT" + JSON.stringify(found) + "END";
}, 3000);
</script>`
