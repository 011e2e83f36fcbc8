package main

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"

	"strconv"
	"strings"
	"time"
)

// farmSize is how many feeds the farm has, farmDepth how many items each has.
const (
	farmSize  = 1000
	farmDepth = 30
)

// farm is a command beside dateline: somebody else's 1,000 feeds, each at a
// loopback address of its own, so that no limit of a host counts. It prints
// the URL of each on a line, in the order of their numbers, and serves them
// until it is killed. The port is its argument; without one the system chooses
// one for each.
//
// It is a process of its own so that what it takes is not taken for ours.
func farm() {
	port := "0"
	if len(os.Args) > 1 {
		port = os.Args[1]
	}
	var urls strings.Builder
	ended := make(chan error, farmSize)
	for n := range farmSize {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.%d.%d:%s", 1+n/250, 1+n%250, port))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintf(&urls, "http://%s/feed/%d.xml\n", l.Addr(), n)
		mux := http.NewServeMux()
		mux.Handle(fmt.Sprintf("GET /feed/%d.xml", n), farmFeed(n))
		go func() { ended <- http.Serve(l, mux) }()
	}
	if _, err := io.WriteString(os.Stdout, urls.String()); err != nil {
		log.Fatal(err)
	}
	log.Fatal(<-ended)
}

const farmType = "application/rss+xml; charset=utf-8"

// farmFeed serves a feed that never changes, with both validators.
func farmFeed(n int) http.Handler {
	body, etag := farmBytes(n), fmt.Sprintf(`"feed-%d"`, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		w.Header().Set("Last-Modified", farmDate(n, 0).Format(http.TimeFormat))
		if r.Header.Get("If-None-Match") == etag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", farmType)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body)
	})
}

// farmBytes are those of a feed: the same for the same number, wherever it is
// served.
func farmBytes(n int) []byte {
	random := rand.New(rand.NewPCG(uint64(n), 30))
	site := fmt.Sprintf("https://feed-%d.example.com", n)
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>%s</title>
<link>%s/</link>
<description>%s</description>
<language>en</language>
`, farmLine(random, 20), site, farmLine(random, 80))
	for i := range farmDepth {
		link := fmt.Sprintf("%s/%s/%d", site, farmDate(n, i).Format("2006/01/02"), i)
		fmt.Fprintf(&b, `<item>
<title>%s</title>
<link>%s</link>
<guid isPermaLink="false">%s/?p=%d</guid>
<pubDate>%s</pubDate>
<dc:creator>%s</dc:creator>
<category>%s</category>
<description>%s</description>
<content:encoded><![CDATA[%s]]></content:encoded>
</item>
`, farmLine(random, 60), link, site, 1000+i, farmDate(n, i).Format(time.RFC1123Z),
			farmLine(random, 12), farmLine(random, 6), farmLine(random, 150), farmHTML(random, site))
	}
	b.WriteString("</channel>\n</rss>\n")
	return []byte(b.String())
}

// farmDate is that of an item; the newest is the first.
func farmDate(n, item int) time.Time {
	newest := time.Date(2026, 3, 9, 10, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
	return newest.Add(time.Duration(-item) * 5 * time.Hour)
}

// farmLine is about so many letters of words.
func farmLine(random *rand.Rand, letters int) string {
	return strings.TrimSpace(prose(random, letters))
}

// farmHTML is a text of 2 KB as the editors of web logs write it.
func farmHTML(random *rand.Rand, site string) string {
	var b strings.Builder
	paragraph := func() {
		fmt.Fprintf(&b, "<p>%s<a href=\"/tag/%d\" rel=\"tag\">%s</a> %s&amp; <em>%s</em> %s&#8217;s %s.</p>\n",
			prose(random, 90), random.IntN(100), farmLine(random, 8), prose(random, 70),
			farmLine(random, 8), farmLine(random, 90), farmLine(random, 30))
	}
	paragraph()
	fmt.Fprintf(&b, "<figure><img src=\"%s/picture/%d.jpg\" alt=\"%s\" width=\"800\" height=\"600\" class=\"wide\" loading=\"lazy\"/><figcaption>%s</figcaption></figure>\n",
		site, random.IntN(1e6), farmLine(random, 20), farmLine(random, 40))
	paragraph()
	fmt.Fprintf(&b, "<h2>%s</h2>\n<ul>\n", farmLine(random, 20))
	for range 3 {
		fmt.Fprintf(&b, "<li><strong>%s</strong> %s</li>\n", farmLine(random, 8), farmLine(random, 40))
	}
	b.WriteString("</ul>\n")
	for b.Len() < 2000-300 {
		paragraph()
	}
	b.WriteString("<p>" + farmLine(random, max(1, 2000-b.Len()-len("<p></p>"))) + "</p>")
	return b.String()
}

// farmSources are sources of a configuration, one for each URL.
func farmSources(urls []string) (list []sourceConfig) {
	for n, address := range urls {
		list = append(list, sourceConfig{Name: fmt.Sprintf("source-%d", n), URL: address, Category: "world", Republish: "full"})
	}
	return list
}
