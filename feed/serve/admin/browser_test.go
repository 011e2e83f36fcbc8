package admin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dateline/store"
)

// TestLayoutInBrowser opens the status page in Chromium with 3 and with 2,000
// sources, as narrow as a telephone and as wide as a desk, and looks for
// anything that sticks out of it. With DATELINE_SHOTS, a folder, it leaves
// pictures of them there.
func TestLayoutInBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is missing; install it with: apt-get install chromium")
	}
	endless := strings.Repeat("Donaudampfschifffahrt", 15)
	troubled := failing("courier", 4, "connect to "+endless+": no such host")
	troubled.Title, troubled.Hint, troubled.Why = endless, "put https://"+endless+".example/ into the configuration", endless
	mux := http.NewServeMux()
	var names []string
	for name, sources := range map[string][]store.Source{"few": {well("gazette"), well("herald"), troubled}, "many": many(2000)} {
		h := newHouse(t, sources...)
		h.inForce.Fault = "config.yaml:12:3: " + endless
		h.polls.Asker("/category/world", endless).Answer(304, 0, noon)
		h.polls.Asker("/category/world", "Feedbin feed-id:1 - 8 subscribers").Answer(200, 30_000, noon)
		for _, path := range []string{"/status", "/feed?path=/category/world"} {
			_, body := h.do("GET", path, nil)
			// Without its policy, which lets nobody frame it.
			at := fmt.Sprintf("/%s-%d", name, len(names))
			names = append(names, at)
			mux.HandleFunc("GET "+at, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				fmt.Fprint(w, strings.Replace(body, "<details>", "<details open>", 1))
			})
		}
		if folder := os.Getenv("DATELINE_SHOTS"); folder != "" {
			for _, size := range []string{"390,2400", "1280,1600"} {
				file := filepath.Join(folder, name+"-"+size[:strings.IndexByte(size, ',')]+".png")
				browse(t, chromium, "--hide-scrollbars", "--window-size="+size, "--screenshot="+file, h.url+"/status")
			}
		}
	}
	for _, a := range assets() {
		mux.HandleFunc("GET "+a.Path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", a.ContentType)
			w.Write(a.Body)
		})
	}
	mux.HandleFunc("GET /measure", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><title></title>")
		for _, name := range names {
			for _, width := range []int{360, 700, 1280} {
				fmt.Fprintf(w, `<iframe src="%s" title="%[1]s at %d" width="%[2]d" height="800"></iframe>`, name, width)
			}
		}
		fmt.Fprint(w, measure)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	_, rest, _ := strings.Cut(browse(t, chromium, "--dump-dom", server.URL+"/measure"), "RESULT")
	result, _, _ := strings.Cut(rest, "END")
	var found []struct {
		Frame  string
		Styled bool
		Out    []string
	}
	if err := json.Unmarshal([]byte(result), &found); err != nil || len(found) != 3*len(names) {
		t.Fatalf("%d frames, %v:\n%s", len(found), err, result)
	}
	for _, f := range found {
		if !f.Styled {
			t.Errorf("%s: a style sheet is not in force", f.Frame)
		}
		for _, out := range f.Out {
			t.Errorf("%s: sticks out: %s", f.Frame, out)
		}
	}
}

// measure writes, when all frames are loaded, what is wider than its frame.
const measure = `<script>
onload = () => {
	document.body.textContent = "RESULT" + JSON.stringify([...document.querySelectorAll("iframe")].map(frame => {
		const doc = frame.contentDocument, root = doc.documentElement, out = [];
		if (root.scrollWidth > root.clientWidth) out.push("the page, " + root.scrollWidth + " wide");
		for (const e of doc.body.querySelectorAll("*")) {
			const box = e.getBoundingClientRect();
			if (!e.closest(".skip") && (box.left < -1 || box.right > root.clientWidth + 1)) out.push(e.localName + "." + e.className);
		}
		const styles = frame.contentWindow.getComputedStyle;
		const row = doc.querySelector(".row, .wide h1");
		return {Frame: frame.title, Styled: styles(root).borderTopStyle == "solid" && !!row && (styles(row).display == "grid" || row.localName == "h1"), Out: out};
	})) + "END";
};
</script>`

// browse runs Chromium, and gives what it prints.
func browse(t *testing.T, chromium string, args ...string) string {
	t.Helper()
	// Processes of the browser may write to its folder a little longer than
	// it runs, which a t.TempDir would take for a fault.
	data, err := os.MkdirTemp("", "dateline-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(data) })
	flags := []string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir=" + data}
	cmd := exec.CommandContext(t.Context(), chromium, append(flags, args...)...)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run chromium: %v\n%s", err, problems.String())
	}
	return string(out)
}
