package page_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/feed/poll"
	"dateline/feed/render"
	"dateline/store"
	"dateline/store/bolt"
)

// attacks are those on which package clean is tested.
func attacks(t testing.TB) (list []string) {
	t.Helper()
	data, err := os.ReadFile("../../clean/testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	escaped := regexp.MustCompile(`\\x[0-9a-f]{2}|\\u[0-9a-f]{4}`)
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			list = append(list, escaped.ReplaceAllStringFunc(line, func(s string) string {
				n, _ := strconv.ParseUint(s[2:], 16, 16) // the pattern holds digits
				if s[1] == 'x' {
					return string([]byte{byte(n)})
				}
				return string(rune(n))
			}))
		}
	}
	return list
}

// attacked are the articles of a source that puts attacks into every place of
// its feed: escaped once, twice and not at all.
func attacked(t *testing.T) []store.Article {
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, body) }))
	defer server.Close()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s, err := bolt.Open(filepath.Join(t.TempDir(), "s.db"), bolt.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p := &poll.Poller{
		Sources: []poll.Source{{Name: "gazette", URL: server.URL, Category: "world", Republish: feed.RepublishFull}},
		Site:    siteAt(base), Store: s, Workers: 1, PerHost: 1,
		Fetcher: &fetch.Fetcher{UserAgent: "Dateline (test)", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		Now:     func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
	}
	defer p.Fetcher.Close()
	if err := p.Adopt(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, attack := range attacks(t) {
		once := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(attack)
		twice := strings.NewReplacer("&", "&amp;").Replace(once)
		body = `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">` +
			"<channel><title>" + once + "</title><link>https://a.example/</link><copyright>" + once + "</copyright><description>" + once + "</description>"
		for n, text := range []string{once, twice, attack} {
			body += fmt.Sprintf(`<item><guid isPermaLink="false">urn:a:%d-%d</guid><title>%s %[1]d %[2]d</title><link>%[3]s</link>`, i, n, text)
			if n < 2 {
				body += `<dc:creator>` + text + `</dc:creator><category domain="` + once + `">` + text + `</category><dc:rights>` + text + `</dc:rights><dc:language>` + text + `</dc:language>` +
					`<enclosure url="` + once + `" type="` + once + `" length="` + once + `"/><enclosure url="https://m.example/` + once + `" type="image/png"/><pubDate>` + text + `</pubDate>` +
					`<media:content url="https://m.example/p.png" type="image/png"><media:description type="html">` + text + `</media:description><media:credit>` + text + `</media:credit></media:content>` +
					`<atom:author><atom:name>` + text + `</atom:name><atom:uri>` + once + `</atom:uri></atom:author><atom:link rel="related" href="` + once + `" title="` + once + `"/>` +
					`<source url="` + once + `">` + text + `</source>`
			}
			body += "<description>" + text + "</description></item>"
		}
		body += `<item><guid>` + once + "</guid><title>" + fmt.Sprint(i) + `</title><description><![CDATA[` + strings.ReplaceAll(attack, "]]>", "") + "]]></description></item></channel></rss>"
		now = now.Add(time.Hour)
		err := p.Once(t.Context(), []string{"gazette"}, func(r poll.Result) {
			if r.Err != nil || r.Source.Error != "" || r.Yield.New+r.Yield.Revised == 0 {
				t.Errorf("%q: %+v, error %v %s", attack, r.Yield, r.Err, r.Source.Error)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return allOf(t, s)
}

func allOf(t *testing.T, s *bolt.Store) (list []store.Article) {
	t.Helper()
	q := store.Query{Listing: "source/gazette", Limit: 100}
	for {
		p, err := s.Articles(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p.Articles...)
		if q.After = p.Next; q.After == "" {
			return list
		}
	}
}

// TestAttacksThroughAFeed: whatever stands where in a source's feed, nothing of
// it can run in our feeds and on our pages.
func TestAttacksThroughAFeed(t *testing.T) {
	list := attacked(t)
	if len(list) < 3*len(attacks(t)) {
		t.Errorf("%d articles", len(list))
	}
	plain := parsePage(t, store.Article{ID: list[0].ID, Headline: "x", Body: "<p>x</p>", Categories: []string{"world"}})
	own := map[string]int{}
	for n := range plain.Descendants() {
		if n.Type == html.ElementNode {
			own[n.Data]++
		}
	}
	for batch := range slices.Chunk(list, 100) {
		f := feed.Feed{ID: "x", Name: "World", Path: "/category/world", Listing: "world", Site: siteAt(base), Categories: map[string]string{"world": "World"}}
		for _, a := range batch {
			f.Articles = append(f.Articles, feed.Article{Article: a, Content: render.Content(a)})
			checkPage(t, a, own)
		}
		checkXML(t, f, feed.RSS)
		checkXML(t, f, feed.Atom)
		checkJSON(t, f)
	}
}

func parsePage(t *testing.T, a store.Article) *html.Node {
	t.Helper()
	text, err := pages.Article(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// checkPage checks all that is on the page of an article. own are the elements
// that any page of an article has.
func checkPage(t *testing.T, a store.Article, own map[string]int) {
	t.Helper()
	found := map[string]int{}
	for n := range parsePage(t, a).Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		found[n.Data]++
		checkNode(t, a.Headline, n, true)
	}
	for _, name := range []string{"script", "style", "iframe", "object", "embed", "svg", "math", "form", "base", "template", "title", "textarea", "noscript", "input", "button"} {
		if found[name] != own[name] {
			t.Errorf("%q: %d elements %s on its page, want %d", a.Headline, found[name], name, own[name])
		}
	}
}

// checkFragment checks HTML that stands in a feed.
func checkFragment(t *testing.T, what, text string) {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
	for _, root := range nodes {
		checkNode(t, what, root, false)
		for n := range root.Descendants() {
			checkNode(t, what, n, false)
		}
	}
}

// checkNode checks an element. A page has some of its own that a text has not.
func checkNode(t *testing.T, what string, n *html.Node, isPage bool) {
	t.Helper()
	if n.Type != html.ElementNode {
		return
	}
	own := isPage && slices.Contains([]string{"html", "head", "body", "meta", "link", "script", "title", "header", "main", "nav", "footer", "button"}, n.Data)
	if n.Namespace != "" || !own && slices.Contains(strings.Fields("script style iframe frame object embed svg math form input button select textarea title meta link base template noscript"), n.Data) {
		t.Errorf("%q: the element %s", what, n.Data)
	}
	for _, a := range n.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "srcset", a.Key == "formaction", a.Key == "action" && !own, a.Key == "http-equiv":
			t.Errorf("%q: the attribute %s=%q of %s", what, a.Key, a.Val, n.Data)
		case a.Key == "href" || a.Key == "src" || a.Key == "cite" || a.Key == "poster":
			checkAddress(t, what, a.Val)
		}
	}
}

func checkAddress(t *testing.T, what, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || !slices.Contains([]string{"http", "https", "mailto", ""}, u.Scheme) || u.Scheme == "" && !strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "#") {
		t.Errorf("%q: the address %q", what, address)
	}
}

// checkXML checks that a feed is well-formed and what its elements hold.
func checkXML(t *testing.T, f feed.Feed, format feed.Format) {
	t.Helper()
	text, err := render.Feed(f, format)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	isHTML := false
	name := ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name, isHTML = token.Name.Local, token.Name.Space == "" && token.Name.Local == "description" || token.Name.Local == "encoded"
			for _, a := range token.Attr {
				switch {
				case a.Name.Local == "href" || a.Name.Local == "url" || a.Name.Local == "src":
					checkAddress(t, name, a.Value)
				case a.Name.Local == "type" && a.Value == "html":
					isHTML = true
				case a.Name.Local == "type" && a.Value == "xhtml":
					t.Errorf("%s: an element %s of XHTML", format, name)
				}
			}
			if token.Name.Space == "http://www.w3.org/1999/xhtml" {
				t.Errorf("%s: the element %s", format, name)
			}
		case xml.CharData:
			switch {
			case isHTML:
				checkFragment(t, string(format)+" "+name, string(token))
			case name == "link" || name == "uri" || name == "icon" || name == "comments":
				if strings.TrimSpace(string(token)) != "" {
					checkAddress(t, name, string(token))
				}
			}
		case xml.EndElement:
			isHTML, name = false, ""
		case xml.Directive:
			t.Errorf("%s: the declaration %s", format, token)
		}
	}
}

func checkJSON(t *testing.T, f feed.Feed) {
	t.Helper()
	text, err := render.Feed(f, feed.JSON)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	checkValue(t, "", value)
}

func checkValue(t *testing.T, key string, value any) {
	t.Helper()
	switch value := value.(type) {
	case map[string]any:
		for k, v := range value {
			checkValue(t, k, v)
		}
	case []any:
		for _, v := range value {
			checkValue(t, key, v)
		}
	case string:
		switch {
		case key == "content_html":
			checkFragment(t, key, value)
		case key == "url" || strings.HasSuffix(key, "_url") || key == "image" || key == "icon" || key == "avatar":
			checkAddress(t, key, value)
		}
	}
}
