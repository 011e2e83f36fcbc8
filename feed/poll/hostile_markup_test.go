package poll

import (
	"fmt"
	"net/http"
	"strings"
)

// markups are attacks by the structure of a document.
func markups() map[string]func() attack {
	const deep = 100_000
	lol := `<!DOCTYPE rss [<!ENTITY a0 "ha">`
	for i := range 30 {
		lol += fmt.Sprintf(`<!ENTITY a%d "%s">`, i+1, strings.Repeat(fmt.Sprintf("&a%d;", i), 10))
	}
	html := func(text string) http.HandlerFunc {
		return saysRSS("<item><guid>urn:g:1</guid><title>x</title><content:encoded><![CDATA[" + text + "]]></content:encoded></item>")
	}
	repeated := "<p>" + numbered(500, "<b a%d>") + strings.Repeat("<p>x", sized(100_000))
	return map[string]func() attack{
		"entity bomb": func() attack {
			return attack{answer: says("", lol+"]>"+rssOf("<item><title>x &a30;</title></item>")), filed: 1, warning: "entities, which are not expanded"}
		},
		"quadratic entities": func() attack {
			return attack{answer: says("", `<!DOCTYPE rss [<!ENTITY a "`+strings.Repeat("a", 50_000)+`">]>`+rssOf("<item><title>x "+strings.Repeat("&a;", 100_000)+"</title></item>")), filed: 1, warning: "not expanded"}
		},
		"external entity": func() attack {
			return attack{answer: says("", `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>`+rssOf("<item><title>x &x;</title></item>")), filed: 1, warning: "not expanded"}
		},
		"external DTD": func() attack {
			return attack{answer: says("", `<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/evil.dtd">`+rssOf("<item><title>x &x;</title></item>")), filed: 1, warning: "ampersand"}
		},
		"parameter entities": func() attack {
			return attack{answer: says("", `<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"><!ENTITY % q "<!ENTITY r '%p;'>">%q;%p;]>`+rssOf("<item><title>x &r;</title></item>")), filed: 1, warning: "not expanded"}
		},
		"a DOCTYPE without end": func() attack {
			return attack{answer: says("", "<!DOCTYPE rss ["+strings.Repeat("<!ENTITY a 'b'>", deep)), fails: "no feed"}
		},
		"XML 100,000 deep": func() attack {
			return attack{answer: saysRSS("<item><title>x</title>" + strings.Repeat("<a>", deep) + strings.Repeat("</a>", deep) + "</item>"), filed: 1, warning: "nested too deep"}
		},
		"XHTML 100,000 deep": func() attack {
			return attack{answer: says("", `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:g:1</id><title>x</title><content type="xhtml">`+strings.Repeat("<b>", deep)+"x"+strings.Repeat("</b>", deep)+`</content></entry></feed>`),
				filed: 1, warning: "nested too deep"}
		},
		"JSON 100,000 deep": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":"x","x":` + strings.Repeat(`[{"a":`, deep) + "1" + strings.Repeat("}]", deep) + "}"), filed: 1}
		},
		"JSON title 100,000 deep": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":` + strings.Repeat(`[`, deep) + strings.Repeat("]", deep) + "}"), warning: "not what JSON Feed wants"}
		},
		"HTML 100,000 deep": func() attack { return attack{answer: html(strings.Repeat("<div>", sized(deep)) + "x"), filed: 1} },
		"HTML titles 100,000 deep": func() attack {
			return attack{answer: saysRSS("<item><title>x" + strings.Repeat("&lt;b&gt;", 7000) + "</title></item>"), filed: 1}
		},
		"formatting repeated": func() attack { return attack{answer: html(repeated), filed: 1} },
		"formatting repeated, JSON": func() attack {
			return attack{answer: saysJSON(`{"id":"1","title":"x","content_html":"` + repeated + `"}`), filed: 1}
		},
		"formatting repeated in many items": func() attack {
			return attack{answer: saysRSS(numbered(sized(200), "<item><guid>urn:g:%d</guid><title>x</title><description><![CDATA[<p>"+
				strings.ReplaceAll(numbered(300, "<b a%d>")+strings.Repeat("<p>x", 500), "%", "%%")+"]]></description></item>")), filed: sized(200)}
		},
		"attributes of html": func() attack { return attack{answer: html(numbered(sized(100_000), "<html a%d>") + "x"), filed: 1} },
		"attributes repeated": func() attack {
			return attack{answer: html("<p><b" + numbered(sized(100_000), " a%d") + ">" + strings.Repeat("<p>x", sized(100_000))), filed: 1}
		},
		"a long address before many links": func() attack {
			return attack{answer: saysRSS("<item><title>x</title><link>https://a.example/" + strings.Repeat("b", 8000) + "/</link><description><![CDATA[" +
				strings.Repeat("<a href=x>x</a>", 20_000) + "]]></description></item>"), filed: 1, warning: "its text is cut"}
		},
		"2 MB of paragraphs": func() attack { return attack{answer: html(strings.Repeat("<p>", sized(650_000)) + "x"), filed: 1} },
		"2 MB of tables": func() attack {
			return attack{answer: html(strings.Repeat("<table><tr><td>x", sized(130_000))), filed: 1}
		},
		"only brackets": func() attack {
			return attack{answer: saysRSS("<item><title>x</title><description>" + strings.Repeat("<", sized(2*mebi))), filed: 1, warning: "< that are not escaped"}
		},
		"only ampersands": func() attack {
			return attack{answer: saysRSS("<item><title>x</title><description>" + strings.Repeat("&", sized(2*mebi)) + "</description></item>"), filed: 1, warning: "ampersands that are not escaped"}
		},
	}
}
