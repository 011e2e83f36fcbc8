package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed is the table of the house: which package of ours imports which, and
// through which door each outside library comes in. Tests may import more.
var allowed = map[string]string{
	"store":              "",
	"store/bolt":         "store | go.etcd.io/bbolt github.com/klauspost/compress",
	"store/storetest":    "store | pgregory.net/rapid",
	"feed":               "store",
	"feed/clean":         "store | github.com/microcosm-cc/bluemonday golang.org/x/net golang.org/x/text",
	"feed/wire":          "feed feed/clean feed/wire/ninjs store",
	"feed/wire/ninjs":    "feed feed/clean store",
	"feed/render":        "feed feed/clean store | github.com/gorilla/feeds",
	"feed/publish":       "feed feed/render feed/wire/ninjs store | github.com/andybalholm/brotli github.com/klauspost/compress",
	"feed/fetch":         "| github.com/andybalholm/brotli golang.org/x/net",
	"feed/related":       "feed/clean store",
	"feed/opml":          "feed | golang.org/x/net",
	"feed/parse":         "feed/clean store | github.com/mmcdole/gofeed golang.org/x/net golang.org/x/text",
	"feed/extract":       "feed/clean | codeberg.org/readeck/go-readability",
	"feed/poll":          "feed feed/clean feed/extract feed/fetch feed/opml feed/parse store",
	"feed/static":        "feed feed/publish",
	"feed/serve/gate":    "",
	"feed/serve/limit":   "",
	"feed/serve/page":    "feed feed/clean feed/render store",
	"feed/serve/traffic": "",
	"feed/serve/admin":   "feed feed/clean feed/publish feed/serve/page feed/serve/traffic store | github.com/prometheus/client_golang",
	"feed/serve":         "feed feed/opml feed/publish feed/serve/page feed/serve/traffic feed/wire feed/wire/ninjs store | golang.org/x/time",
	"cmd/dateline": "feed feed/clean feed/fetch feed/opml feed/parse feed/poll feed/publish feed/related feed/render feed/serve feed/serve/admin feed/serve/gate feed/serve/limit feed/serve/page feed/serve/traffic feed/static feed/wire store store/bolt | " +
		"github.com/coreos/go-systemd github.com/fsnotify/fsnotify github.com/spf13/cobra go.yaml.in/yaml golang.org/x/crypto golang.org/x/sys golang.org/x/term",
}

// TestImportsFollowTheTable fails on an import that the table does not allow,
// and on one that it allows and nobody uses.
func TestImportsFollowTheTable(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "dateline/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		pkg := strings.TrimPrefix(names[0], "dateline/")
		seen[pkg] = true
		want, ok := allowed[pkg]
		if !ok {
			t.Errorf("package %s is not in the table", pkg)
			continue
		}
		ours, doors, _ := strings.Cut(want, "|")
		unused := append(strings.Fields(ours), strings.Fields(doors)...)
		for _, name := range names[1:] {
			own, isOurs := strings.CutPrefix(name, "dateline/")
			known := strings.Fields(doors)
			if isOurs {
				known = strings.Fields(ours)
			} else if first, _, _ := strings.Cut(name, "/"); !strings.Contains(first, ".") {
				continue // the standard library
			}
			i := slices.IndexFunc(known, func(k string) bool { return own == k || strings.HasPrefix(name, k+"/") || name == k })
			if i < 0 {
				t.Errorf("%s imports %s, which the table does not allow", pkg, name)
				continue
			}
			unused = slices.DeleteFunc(unused, func(u string) bool { return u == known[i] })
		}
		if len(unused) > 0 {
			t.Errorf("the table lets %s import %v, and it does not", pkg, unused)
		}
	}
	for pkg := range allowed {
		if !seen[pkg] {
			t.Errorf("the table has %s, which is no package", pkg)
		}
	}
}
