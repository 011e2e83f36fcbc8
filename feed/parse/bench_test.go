package parse

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// thirty is a feed of 30 items with texts of 2 KB.
func thirty() []byte {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour News</title><link>https://example.com/</link>`)
	paragraph := `<p>The ferry to the <a href="https://example.com/island?utm_source=rss">island</a> runs again &amp; stops at the old pier.</p> `
	for i := range 30 {
		fmt.Fprintf(&b, `<item><title>Ferry runs again, day %d</title><link>https://example.com/ferry/%d</link><guid isPermaLink="false">tag:example.com,2026:%d</guid><pubDate>Mon, 09 Mar 2026 10:%02d:00 GMT</pubDate><dc:creator>Ann One</dc:creator><category>Transport</category><description>The ferry is back.</description><content:encoded><![CDATA[%s]]></content:encoded></item>`,
			i, i, i, i, strings.Repeat(paragraph, 16))
	}
	b.WriteString("</channel></rss>")
	return []byte(b.String())
}

func BenchmarkRead(b *testing.B) {
	data := thirty()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if f, err := Read(data, "application/rss+xml", defaultURL); err != nil || len(f.Items) != 30 {
			b.Fatal(len(f.Items), err)
		}
	}
}

// BenchmarkGofeed is what the library takes for the same bytes by itself.
func BenchmarkGofeed(b *testing.B) {
	data := thirty()
	parser := gofeed.NewParser()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if f, err := parser.Parse(bytes.NewReader(data)); err != nil || len(f.Items) != 30 {
			b.Fatal(err)
		}
	}
}
