package poll

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
)

// says answers with a text.
func says(contentType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, text)
	}
}

func saysRSS(items string) http.HandlerFunc {
	return says("application/rss+xml", rssOf(items))
}

func rssOf(items string) string {
	return `<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">` +
		`<channel><title>The Gazette</title>` + items + `</channel></rss>`
}

// sends takes the connection over and writes the bytes.
func sends(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer c.Close()
		io.WriteString(c, text)
	}
}

// streams writes a beginning, and then the same again and again.
func streams(coding, first, again string, times int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", coding)
		io.WriteString(w, first)
		for range times {
			if _, err := io.WriteString(w, again); err != nil {
				return
			}
		}
	}
}

// numbered repeats a format with a number in it.
func numbered(times int, format string) string {
	var b strings.Builder
	for i := range times {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// transports are attacks below the feed.
func transports() map[string]func() attack {
	var deflated, brotlied bytes.Buffer
	zeros := make([]byte, mebi)
	z, _ := flate.NewWriter(&deflated, flate.BestCompression)
	z.Write(zeros)
	z.Flush() // ends on a byte: it can follow itself
	b := brotli.NewWriterLevel(&brotlied, brotli.BestCompression)
	b.Write(zeros)
	b.Flush()
	first := brotlied.Len()
	b.Write(zeros)
	b.Flush()
	const gzipHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
	whole := rssOf(item("1", "One"))
	list := map[string]func() attack{
		"10 GB of zeros, gzip": func() attack {
			return attack{answer: streams("gzip", gzipHead, deflated.String(), 10<<10), fails: "limit of 10 MiB after decompression"}
		},
		"10 GB of zeros, brotli": func() attack {
			return attack{answer: streams("br", brotlied.String()[:first], brotlied.String()[first:], 10<<10), fails: "limit of 10 MiB after decompression"}
		},
		"10 GB of zeros": func() attack { return attack{answer: streams("", "", string(zeros), 10<<10), fails: "limit of 10 MiB"} },
		"a million empty gzip members": func() attack {
			return attack{answer: streams("gzip", "", gzipHead+"\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00", sized(6_000_000)),
				fails: "limit of 10 MiB"}
		},
		"compressed 100 times": func() attack {
			return attack{answer: streams(strings.TrimSuffix(strings.Repeat("gzip,", 100), ","), "x", "", 0), fails: "100 times"}
		},
		"a coding with no end": func() attack {
			return attack{answer: streams(strings.Repeat("x", 200_000), "x", "", 0), fails: "is not known"}
		},
		"a header of 10 MB": func() attack {
			return attack{answer: sends(ok + "X: " + strings.Repeat("x", 10*mebi) + "\r\n\r\n" + whole), fails: "header"}
		},
		"a million header lines": func() attack {
			return attack{answer: sends(ok + strings.Repeat("X: y\r\n", 1_000_000) + "\r\n" + whole), fails: "header"}
		},
		"early hints for ever": func() attack {
			return attack{answer: sends(strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", 100_000) + ok + "\r\n" + whole), fails: "answer"}
		},
		"a body shorter than it says": func() attack {
			return attack{answer: sends(ok + "Content-Length: 100000\r\n\r\n" + whole), fails: "cut short"}
		},
		"a body longer than it says": func() attack {
			return attack{answer: sends(ok + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(whole)) + whole + whole), filed: 1}
		},
		"a length of many terabytes": func() attack {
			return attack{answer: sends(ok + "Content-Length: 9223372036854775807\r\n\r\n" + whole), fails: "limit of 10 MiB"}
		},
		"a negative length": func() attack {
			return attack{answer: sends(ok + "Content-Length: -1\r\n\r\n" + whole), fails: "answer"}
		},
		"two lengths": func() attack {
			return attack{answer: sends(ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n" + whole), fails: "answer"}
		},
		"a chunk of many terabytes": func() attack {
			return attack{answer: sends(ok + "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n" + whole), fails: "cut short"}
		},
		"chunks that are none": func() attack {
			return attack{answer: sends(ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + whole), fails: "cut short"}
		},
		"a trailer of 10 MB": func() attack {
			return attack{answer: sends(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + strings.Repeat("x", 10*mebi) + "\r\n\r\n"), fails: "cut short"}
		},
		"closed in the middle": func() attack {
			return attack{answer: sends(ok + "Transfer-Encoding: chunked\r\n\r\n40\r\n" + whole[:20]), fails: "cut short"}
		},
		"closed before the answer": func() attack { return attack{answer: sends(""), fails: "closed"} },
		"no HTTP":                  func() attack { return attack{answer: sends(strings.Repeat("\x00\xff", 100_000)), fails: "not HTTP"} },
		"a drip in the body":       func() attack { return attack{answer: drips(ok+"\r\n", "<rss>"), fails: "limit of 200ms"} },
		"a drip in the header":     func() attack { return attack{answer: drips("", ok), fails: "limit of 200ms"} },
		"redirects for ever": func() attack {
			return attack{answer: redirects(func(n int) string { return fmt.Sprint("/", n) }), fails: "limit of 10 redirects"}
		},
		"redirects in a circle": func() attack {
			return attack{answer: redirects(func(n int) string { return fmt.Sprint("/", n%3) }), fails: "circle"}
		},
		"redirects to long addresses": func() attack {
			return attack{answer: redirects(func(n int) string { return fmt.Sprint("/", n, strings.Repeat("x", 200_000)) }), fails: "Location"}
		},
		"redirects into every scheme": func() attack {
			return attack{answer: redirects(func(n int) string { return "file:///etc/passwd" }), fails: "only http and https"}
		},
		"a redirect to a private place": func() attack {
			return attack{answer: redirects(func(n int) string { return "http://169.254.169.254/latest/meta-data" }), fails: "169.254.169.254"}
		},
	}
	return list
}

// drips sends a beginning, and then a text for ever, byte by byte.
func drips(first, again string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer c.Close()
		io.WriteString(c, first)
		for i := 0; ; i++ {
			if _, err := io.WriteString(c, again[i%len(again):][:1]); err != nil {
				return
			}
			pause, stop := context.WithTimeout(r.Context(), 5*time.Millisecond)
			<-pause.Done()
			stop()
		}
	}
}

func redirects(to func(n int) string) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		n++
		w.Header().Set("Location", to(n))
		w.WriteHeader(http.StatusMovedPermanently)
	}
}
