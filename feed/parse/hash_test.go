package parse

import (
	"fmt"
	"testing"
)

// hashOf is the hash of the only item of a feed, which has these elements.
func hashOf(t *testing.T, elements string) string {
	t.Helper()
	text := `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel><item>` + elements + `</item></channel></rss>`
	f, err := Read([]byte(text), "", defaultURL)
	if err != nil || len(f.Items) != 1 {
		t.Fatalf("%d items, %v", len(f.Items), err)
	}
	return f.Items[0].Hash
}

const hashedItem = `<guid>1</guid><title>%s</title><link>%s</link><pubDate>%s</pubDate><content:encoded><![CDATA[%s]]></content:encoded><media:content url="%s" type="image/jpeg"><media:description>%s</media:description></media:content>`

func hashed(t *testing.T, change map[int]string) string {
	args := []any{"One", "https://example.com/1", "Mon, 09 Mar 2026 10:00:00 GMT",
		`<p>Some <a class="x" href="/a">text</a>.</p><img alt="b" src="/b.jpg">`, "https://example.com/p.jpg", "A pier"}
	for i, s := range change {
		args[i] = s
	}
	return hashOf(t, fmt.Sprintf(hashedItem, args...))
}

func TestHashStaysWithoutARealChange(t *testing.T) {
	want := hashed(t, nil)
	for name, change := range map[string]map[int]string{
		"white space in the title": {0: "\n One "},
		"trackers on the link":     {1: "https://example.com/1?utm_source=rss&fbclid=x"},
		"another fragment":         {1: "https://example.com/1#new"},
		"another date":             {2: "Mon, 09 Mar 2026 11:00:00 GMT"},
		"white space in the text":  {3: "<p>Some\n\n <a class=\"x\" href=\"/a\">text</a>.</p> <img alt=\"b\" src=\"/b.jpg\">\n"},
		"order of attributes":      {3: `<p>Some <a href="/a" class="y" id="z">text</a>.</p><img src='/b.jpg' alt='b'/>`},
		"a hidden picture":         {3: `<p>Some <a class="x" href="/a">text</a>.</p><img alt="b" src="/b.jpg"><img src="https://t.example/1?r=77" style="display:none">`},
		"a tracking pixel":         {3: `<p>Some <a class="x" href="/a">text</a>.</p><img alt="b" src="/b.jpg"><img src="https://t.example/1?r=77" width="1" height="1">`},
		"a script":                 {3: `<p>Some <a class="x" href="/a">text</a>.</p><img alt="b" src="/b.jpg"><script>var r=77</script>`},
		"an address signed anew":   {4: "https://example.com/p.jpg?Expires=77&Signature=x"},
	} {
		if got := hashed(t, change); got != want {
			t.Errorf("%s: another hash", name)
		}
	}
}

func TestHashChangesWithWhatReadersSee(t *testing.T) {
	seen := map[string]string{hashed(t, nil): "nothing"}
	for name, change := range map[string]map[int]string{
		"title":   {0: "Two"},
		"link":    {1: "https://example.com/2"},
		"query":   {1: "https://example.com/1?p=2"},
		"text":    {3: `<p>Some <a class="x" href="/a">words</a>.</p><img alt="b" src="/b.jpg">`},
		"target":  {3: `<p>Some <a class="x" href="/c">text</a>.</p><img alt="b" src="/b.jpg">`},
		"picture": {3: `<p>Some <a class="x" href="/a">text</a>.</p><img alt="b" src="/d.jpg">`},
		"media":   {4: "https://example.com/q.jpg"},
		"caption": {5: "Two piers"},
	} {
		got := hashed(t, change)
		if before, again := seen[got]; again {
			t.Errorf("%s: the same hash as after a change of %s", name, before)
		}
		seen[got] = name
	}
}
