package fetch_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"dateline/feed/fetch"
)

// BenchmarkFetch is one fetch of a feed of 30 articles of 2 KB over a warm
// connection, and of the answer that nothing has changed. "client" is the
// least that Go can do for the same: a bare http.Client, and gzip.
func BenchmarkFetch(b *testing.B) {
	var text strings.Builder
	for i := range 30 {
		fmt.Fprintf(&text, "<item><guid>%d</guid><description>", i)
		for j := range 20 {
			fmt.Fprintf(&text, "Paragraph %d says that ferry %d crossed again, with %d people and a goat on board. ", j, i, i*j*j)
		}
		text.WriteString("</description></item>\n")
	}
	body := []byte(text.String())
	for _, coding := range []string{"identity", "gzip", "br", "304"} {
		sent := map[string]func([]byte) []byte{"gzip": gzipped, "br": brotlied}[coding]
		answer := body
		if sent != nil {
			answer = sent(body)
		}
		s := server(b, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"1"`)
			if coding == "304" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("Content-Encoding", coding)
			w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
			w.Write(answer)
		})
		b.Run("dateline/"+coding, func(b *testing.B) {
			f := fetcher(b)
			b.ReportAllocs()
			for b.Loop() {
				o := get(b, f, fetch.Request{URL: s.URL, ETag: `"1"`})
				if o.Err != nil || coding != "304" && !bytes.Equal(o.Body, body) {
					b.Fatal(o)
				}
			}
		})
		if coding == "br" {
			continue // http.Client does not know it
		}
		b.Run("client/"+coding, func(b *testing.B) {
			c := http.Client{Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			b.ReportAllocs()
			for b.Loop() {
				resp, err := c.Get(s.URL)
				if err != nil {
					b.Fatal(err)
				}
				got, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || coding != "304" && !bytes.Equal(got, body) {
					b.Fatal(err)
				}
			}
		})
	}
}
