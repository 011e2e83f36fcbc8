package poll

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf16"
)

// characters are attacks by encoding.
func characters() map[string]func() attack {
	wide := func(text string) string {
		b := make([]byte, 0, 2*len(text))
		for _, u := range utf16.Encode([]rune(text)) {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
		return string(b)
	}
	one := rssOf(item("1", "One"))
	return map[string]func() attack{
		"NUL bytes": func() attack {
			return attack{answer: saysRSS(item("1", "O\x00n\x00e")), filed: 1, warning: "does not allow"}
		},
		"only NUL bytes": func() attack { return attack{answer: says("", strings.Repeat("\x00", 9*mebi)), fails: "no feed"} },
		"invalid UTF-8": func() attack {
			return attack{answer: saysRSS(item("1", "\xff\xfe\xc0\xaf\xed\xa0\x80 One \xf8\x88\x80\x80\x80")), filed: 1, warning: "not UTF-8"}
		},
		"overlong UTF-8": func() attack {
			return attack{answer: saysRSS(item("1", "\xc0\xbcscript\xc0\xbealert(1)")), filed: 1, warning: "not UTF-8"}
		},
		"cut off in a character": func() attack { return attack{answer: says("", one+"\xe2\x82"), filed: 1, warning: ""} },
		"UTF-7": func() attack {
			return attack{answer: says("text/xml; charset=utf-7", `<?xml version="1.0" encoding="UTF-7"?>`+rssOf(item("1", "+ADw-script+AD4-alert(1)"))), filed: 1, warning: "utf-7"}
		},
		"UTF-16 without a mark": func() attack { return attack{answer: says("", wide(one)), filed: 1} },
		"UTF-16, half a surrogate": func() attack {
			return attack{answer: says("", "\xff\xfe"+wide(rssOf(item("1", "One X")))+"\x00\xd8"), filed: 1}
		},
		"UTF-16 that is none": func() attack {
			return attack{answer: says("", `<?xml version="1.0" encoding="UTF-16"?>`+one), filed: 1, warning: "UTF-16"}
		},
		"UTF-32": func() attack { return attack{answer: says("", "\x00\x00\xfe\xff\x00\x00\x00<"), fails: "no feed"} },
		"an encoding that is none": func() attack {
			return attack{answer: says("", `<?xml version="1.0" encoding="x-klingon"?>`+one), filed: 1, warning: "x-klingon"}
		},
		"an encoding of 1 MB": func() attack {
			return attack{answer: says("text/xml; charset="+strings.Repeat("x", 100_000), one), filed: 1, warning: "character set"}
		},
		"an encoding that replaces": func() attack {
			return attack{answer: says("text/xml; charset=iso-2022-kr", one), filed: 1, warning: "not fit"}
		},
		"right to left and back": func() attack {
			return attack{answer: saysRSS(item("1", "\u202eOne\u2066\u2069\u200b\u00ad\ufeff")), filed: 1}
		},
		"100,000 accents": func() attack {
			return attack{answer: saysRSS(item("1", "One"+strings.Repeat("\u0301", 100_000))), filed: 1, warning: "too long"}
		},
		"noncharacters": func() attack {
			return attack{answer: saysRSS(item("1", "One &#xFFFF;&#x1FFFE;&#xD800;&#0;&#x110000;&#99999999999999;")), filed: 1, warning: "does not allow"}
		},
		"noncharacters, JSON": func() attack {
			return attack{answer: saysJSON(`{"id":"\u0000\ud800","title":"\udfff\ud800One\uffff\u0000","content_text":"x"}`), filed: 0, warning: "no id"}
		},
	}
}

// evilLinks are references in every scheme and disguise.
var evilLinks = []string{
	"javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java&#10;script:alert(1)",
	"javascript&#58;alert(1)", "&#1;javascript:alert(1)", "javascript&amp;colon;alert(1)", "javascript://a.example/%0aalert(1)", "javascript:http://a.example/",
	"vbscript:msgbox(1)", "data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;", "data:image/svg+xml;base64,PHN2Zz4=", "file:///etc/passwd", `\\a.example\share`,
	"feed:javascript:alert(1)", "feed:https://a.example/", "feed://a.example/", "view-source:javascript:alert(1)", "mailto:a@b.example", "ftp://a.example/", "blob:https://a.example/1",
	"filesystem:https://a.example/1", "intent://a.example/#Intent;scheme=javascript;end", "jar:https://a.example/!/", "tel:1", "about:blank", "chrome://settings", "ms-its:x", "x:y",
	"http:javascript:alert(1)", "http://", "http:///x", "https:alert(1)", "//", "///a.example", "http://a.example:javascript/", "http://[::1", "http://a b/", "http://%00/",
	"http://a.example\x7f/", "https://user:secret@a.example/", "http://a.example/\"onmouseover=alert(1)", "http://a.example/&lt;script&gt;", "://x", "%6aavascript:alert(1)", "ja%0avascript:alert(1)",
	"\u2028javascript:alert(1)", "\ufeffjavascript:alert(1)", "\u3000javascript:alert(1)", "ｊavascript:alert(1)", "javascript\u2236alert(1)",
}

// evilDates are dates from hell.
var evilDates = []string{
	"0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "-2147483648", "99999999999999999999", "1e308", "NaN", "Infinity", "2026-02-30", "2026-13-01T25:61:61Z",
	"Thu, 01 Jan 1970 00:00:00 GMT", "2026-01-01T00:00:00+99:99", "2026-01-01T00:00:00-00:00", "31 Nov 2026", "now", "tomorrow", "", " ", "0", "-1",
	"2026-01-01T00:00:00." + strings.Repeat("9", 80) + "Z", strings.Repeat("1 ", 40), "292277026596-12-04T15:30:07Z", "1601-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
	"&lt;script&gt;alert(1)&lt;/script&gt;", "2026-01-01T00:00:60Z", "Sun, 06 Nov 94 08:49:37 +2400", "Mon, 32 Jan 2026 00:00:00 GMT", "二〇二六年一月一日",
}

// values are attacks by what a feed says.
func values() map[string]func() attack {
	var rss, json, body, dated strings.Builder
	for i, link := range evilLinks {
		fmt.Fprintf(&rss, `<item><guid>urn:g:%d</guid><title>x</title><link>%[2]s</link><enclosure url=%[3]q type="image/png"/><media:content url=%[3]q medium="image"/>`+
			`<source url=%[3]q>s</source><comments>%[2]s</comments></item><item><guid isPermaLink="true">%[2]s</guid><title>y</title></item>`, i, link, strings.ReplaceAll(link, `"`, "&quot;"))
		plain := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`, "\x7f", `\u007f`).Replace(link)
		fmt.Fprintf(&json, `{"id":"%d","title":"x","url":"%[2]s","external_url":"%[2]s","image":"%[2]s","authors":[{"name":"a","url":"%[2]s"}],"attachments":[{"url":"%[2]s","mime_type":"a/b"}]},`, i, plain)
		fmt.Fprintf(&body, `<a href="%[1]s">a</a><img src="%[1]s"><video poster="%[1]s" src="%[1]s"></video><q cite="%[1]s">q</q><a href='%[1]s'>b</a><base href="%[1]s"><form action="%[1]s">`, link)
	}
	for i, date := range evilDates {
		fmt.Fprintf(&dated, `<item><guid>urn:d:%d</guid><title>x</title><pubDate>%s</pubDate><dc:date>%[2]s</dc:date></item>`, i, date)
	}
	return map[string]func() attack{
		"links in every scheme": func() attack { return attack{answer: saysRSS(rss.String()), filed: 97, warning: "leads nowhere"} },
		"links in every scheme, JSON": func() attack {
			return attack{answer: saysJSON(json.String() + "{}"), filed: 52, warning: "leads nowhere"}
		},
		"links in a text": func() attack {
			return attack{answer: saysRSS("<item><guid>urn:g:1</guid><title>x</title><link>https://a.example/</link><description><![CDATA[" + body.String() + "]]></description></item>"), filed: 1}
		},
		"dates from hell": func() attack {
			return attack{answer: saysRSS(dated.String()), filed: len(evilDates), warning: "cannot be read"}
		},
		"validators that are none": func() attack {
			return attack{answer: func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", strings.Repeat("x", 100_000))
				w.Header().Set("Last-Modified", strings.Repeat("y", 100_000))
				w.Header().Set("Cache-Control", "max-age=99999999999999999999")
				w.Header().Set("Retry-After", "99999999999999999999")
				w.Header().Set("Link", strings.Repeat(`<x>; rel="`+strings.Repeat("y", 100)+`",`, 500))
				saysRSS(item("1", "One"))(w, r)
			}, filed: 1}
		},
		"pauses for ever": func() attack {
			return attack{answer: saysRSS("<ttl>99999999999999999999</ttl><skipHours>" + numbered(24, "<hour>%d</hour>") + "</skipHours><skipDays><day>Monday</day><day>Tuesday</day><day>Wednesday</day>" +
				"<day>Thursday</day><day>Friday</day><day>Saturday</day><day>Sunday</day></skipDays>" + item("1", "One")), filed: 1}
		},
	}
}
