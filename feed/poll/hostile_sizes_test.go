package poll

import (
	"net/http"
	"strings"
)

const jsonHead = `{"version":"https://jsonfeed.org/version/1.1","title":"The Gazette","items":[`

func saysJSON(items string) http.HandlerFunc {
	return says("application/feed+json", jsonHead+items+"]}")
}

// sizes are attacks by number and length.
func sizes() map[string]func() attack {
	const many = 100_000
	long := strings.Repeat("long ", sized(9*mebi)/5+100_000)
	files := numbered(many, `<enclosure url="https://m.example/%d.mp3" type="audio/mpeg" length="1"/>`)
	badFiles := numbered(199, `<enclosure url="https://m.example/%d" type="image/`+strings.Repeat("x", 300)+`"/>`)
	badNames := numbered(199, `<dc:creator>a%d@b@c</dc:creator>`)
	return map[string]func() attack{
		"10,000 items": func() attack {
			return attack{answer: saysRSS(numbered(many/10, "<item><guid>urn:g:%d</guid><title>a</title></item>")), filed: 10_000}
		},
		"100,000 items, RSS": func() attack {
			return attack{answer: saysRSS(numbered(10_000+sized(90_000), "<item><guid>urn:g:%d</guid><title>a%[1]d</title></item>")), filed: 90, only: "/^a..$/", warning: "items beyond the first 10000"}
		},
		"100,000 items, Atom": func() attack {
			return attack{answer: says("", "<feed xmlns='http://www.w3.org/2005/Atom'>"+numbered(10_000+sized(90_000), "<entry><id>urn:g:%d</id><title>a%[1]d</title></entry>")+"</feed>"), filed: 90, only: "/^a..$/", warning: "items beyond the first 10000"}
		},
		"100,000 items, JSON": func() attack {
			return attack{answer: saysJSON(numbered(10_000+sized(90_000), `{"id":"%d","title":"a%[1]d"},`) + `{}`), filed: 90, only: "/^a..$/", warning: "items beyond the first 10000"}
		},
		"items of one id": func() attack {
			return attack{answer: saysRSS(strings.Repeat("<item><guid>urn:g:1</guid><title>a</title></item>", sized(many))), filed: 1, warning: "has the id"}
		},
		"a title of 50 MB": func() attack {
			return attack{answer: streams("", rssOf("<item><title>"), strings.Repeat("x", mebi), 50), fails: "limit of 10 MiB"}
		},
		"a title of 10 MB": func() attack {
			return attack{answer: saysRSS("<item><title>" + long + "</title></item>"), filed: 1, warning: "too long"}
		},
		"a word of 10 MB": func() attack {
			return attack{answer: saysRSS("<item><title>" + strings.Repeat("語", sized(3*mebi)) + "</title></item>"), filed: 1, warning: "too long"}
		},
		"a title of 10 MB, JSON": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":"` + long + `"}`), filed: 1, warning: "too long"}
		},
		"a text of 10 MB, JSON": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":"x","content_text":"` + long + `"}`), filed: 1, warning: "its text is cut"}
		},
		"titles beyond a line": func() attack {
			return attack{answer: saysRSS(numbered(100, "<item><guid>urn:g:%d</guid><title>"+strings.Repeat("🙂語", 400)+"</title></item>")), filed: 100}
		},
		"a text of 10 MB": func() attack {
			return attack{answer: saysRSS("<item><guid>urn:g:1</guid><title>x</title><description>" + long + "</description></item>"), filed: 1, warning: "its text is cut"}
		},
		"items that cannot be filed": func() attack {
			return attack{answer: saysRSS(numbered(500, "<item><guid>urn:g:%d</guid></item>")), warning: "and 480 more cannot be filed"}
		},
		"a number of 10 MB": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":` + strings.Repeat("9", sized(9*mebi)) + `}`), filed: 0, warning: "too long"}
		},
		"a feed's title of 10 MB": func() attack {
			return attack{answer: says("", "<rss><channel><title>"+long+"</title>"+item("1", "One")+"</channel></rss>"), filed: 1, warning: "too long"}
		},
		"a root element of 10 MB": func() attack {
			return attack{answer: says("", "<"+strings.Repeat("x", sized(9*mebi))+">"), fails: "no feed"}
		},
		"an attribute of 5 MB": func() attack {
			return attack{answer: saysRSS(`<item><title>x</title><enclosure url="https://m.example/` + strings.Repeat("a", sized(5*mebi)) + `"/></item>`), filed: 1, warning: "leads nowhere"}
		},
		"a million attributes": func() attack {
			return attack{answer: saysRSS(`<item` + strings.Repeat(` a="b"`, 1_000_000) + `><title>x</title></item>`), filed: 1}
		},
		"200,000 attributes, HTML": func() attack {
			return attack{answer: saysRSS(`<item><title>x</title><description><![CDATA[<p` + numbered(sized(200_000), ` a%d=b`) + `>x]]></description></item>`), filed: 1}
		},
		"100,000 enclosures": func() attack {
			return attack{answer: saysRSS("<item><title>x</title>" + files + "</item>"), filed: 1, warning: "beyond what an item may have"}
		},
		"100,000 authors": func() attack {
			return attack{answer: saysRSS("<item><title>x</title>" + numbered(many, "<dc:creator>a%d</dc:creator>") + "</item>"), filed: 1, warning: "beyond what an item may have"}
		},
		"100,000 categories": func() attack {
			return attack{answer: saysRSS("<item><title>x</title>" + numbered(many, "<category>c%d</category>") + "</item>"), filed: 1, warning: "beyond what an item may have"}
		},
		"100,000 authors, JSON": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":"x","authors":[` + numbered(sized(many), `"a%d",`) + `""]}`), filed: 1}
		},
		"3 million authors, JSON": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":"x","authors":[` + strings.Repeat(`"",`, sized(3_000_000)) + `""]}`), filed: 1, warning: "beyond what a feed may have"}
		},
		"bad files in many items": func() attack {
			return attack{answer: saysRSS(numbered(sized(100), "<item><guid>urn:g:%d</guid><title>x</title>"+strings.ReplaceAll(badFiles, "%", "%%")+"</item>")), filed: sized(100)}
		},
		"bad names in many items": func() attack {
			return attack{answer: saysRSS(numbered(sized(200), "<item><guid>urn:g:%d</guid><title>x</title>"+badNames+"</item>")), filed: sized(200)}
		},
		"ids of 1 MB": func() attack {
			return attack{answer: saysRSS(numbered(9, "<item><guid>urn:g:%d:"+strings.Repeat("a", mebi)+"</guid><title>x</title></item>")), filed: 9, warning: "too long"}
		},
		"100,000 tombstones": func() attack {
			return attack{answer: says("", `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">`+
				numbered(many, `<at:deleted-entry ref="urn:g:%d" when="2026-01-01T00:00:00Z"/>`)+"</feed>"), warning: "beyond what an item may have"}
		},
		"a long base before many links": func() attack {
			return attack{answer: says("", `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/`+strings.Repeat("b", 8000)+`/">`+
				numbered(sized(90), "<entry><id>urn:g:%d</id><title>x</title>"+strings.Repeat(`<link rel="related" href="x"/>`, sized(1900))+"</entry>")+"</feed>"), filed: sized(90), warning: "xml:base"}
		},
		"a base of 5 MB": func() attack {
			return attack{answer: says("", `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://a.example/`+strings.Repeat("b", 5*mebi)+`/">`+
				numbered(sized(90), "<entry><id>urn:g:%d</id><title>x</title>"+strings.Repeat(`<link href="x"/>`, 1000)+"</entry>")+"</feed>"), filed: sized(90)}
		},
		"a page with a base of 5 MB": func() attack {
			return attack{answer: says("text/html", `<html><base href="https://a.example/`+strings.Repeat("b", 5*mebi)+`/">`+strings.Repeat(`<a href="feed">`, sized(100_000))), fails: "an HTML page"}
		},
		"a page with 500,000 links": func() attack {
			return attack{answer: says("text/html", "<html>"+numbered(sized(500_000), `<a href="%d.xml">`)), fails: "an HTML page"}
		},
	}
}
