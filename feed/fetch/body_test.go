package fetch_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"dateline/feed/fetch"
)

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func brotlied(data []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestSpeed)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// stored is a gzip file that is as long as its data.
func stored(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.NoCompression) // the level is one that there is
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// coded answers with a body and the name of its coding.
func coded(coding string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("Content-Encoding", coding)
		w.Write(body)
	}
}

func TestBodyIsDecoded(t *testing.T) {
	want := []byte(strings.Repeat("<item>The ferry crossed again.</item>", 5000))
	half := len(want) / 2
	zip := gzipped(want)
	for _, tc := range []struct {
		name, coding string
		body         []byte
	}{
		{"identity", "identity", want},
		{"gzip", "gzip", zip},
		{"another case and name", " X-GZIP ", zip},
		{"brotli", "br", brotlied(want)},
		{"twice", "gzip, gzip", gzipped(zip)},
		{"brotli inside gzip", "br,gzip", gzipped(brotlied(want))},
		{"in two members", "gzip", append(gzipped(want[:half]), gzipped(want[half:])...)},
		{"with an empty member", "gzip", append(zip[:len(zip):len(zip)], gzipped(nil)...)},
		{"padded with zeros", "gzip", append(zip[:len(zip):len(zip)], make([]byte, 600)...)},
		{"with a byte too many", "gzip", append(zip[:len(zip):len(zip)], '\n')},
	} {
		o := get(t, fetcher(t), fetch.Request{URL: server(t, coded(tc.coding, tc.body)).URL})
		if o.Kind != fetch.Fetched || !bytes.Equal(o.Body, want) {
			t.Errorf("%s: got %v, %d bytes", tc.name, o, len(o.Body))
		}
	}
}

func TestBodyThatIsNotWhatItsHeaderSays(t *testing.T) {
	text := []byte(strings.Repeat("<item>The ferry crossed again.</item>", 5000))
	zip, br := gzipped(text), brotlied(text)
	damaged := bytes.Clone(zip)
	damaged[len(zip)-6] ^= 1 // the checksum
	for _, tc := range []struct {
		coding string
		body   []byte
		want   string
	}{
		{"gzip", text, "it is not the gzip data that its header promises"},
		{"br", text, "it is not the br data that its header promises"},
		{"gzip", damaged, "it is not the gzip data that its header promises"},
		{"gzip", zip[:len(zip)/2], "it ends in the middle of its gzip data"},
		{"br", br[:len(br)/2], "it ends in the middle of its br data"},
		{"gzip, gzip", gzipped(zip[:len(zip)/2]), "it ends in the middle of its gzip data"},
		{"zstd", text, `its content coding "zstd" is not known; gzip and br are`},
		{"gzip, gzip, gzip", zip, "it is compressed 3 times over"},
		{strings.Repeat("br,", 10_000), br, "it is compressed 10000 times over"},
	} {
		o := get(t, fetcher(t), fetch.Request{URL: server(t, coded(tc.coding, tc.body)).URL})
		mustFail(t, o, "read body of 127.0.0.1: "+tc.want)
	}
}

func TestLimitOfBytes(t *testing.T) {
	fits, over := bytes.Repeat([]byte("x"), 2048), bytes.Repeat([]byte("x"), 2049)
	noise := make([]byte, 4096) // that does not get smaller
	rand.NewChaCha8([32]byte{}).Read(noise)
	streamed := func(body []byte) http.HandlerFunc { // without a Content-Length
		return func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			w.Write(body)
		}
	}
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		want    string // empty means that it is fetched
	}{
		"announced":             {coded("", fits), ""},
		"announced too long":    {coded("", over), "limit of 2 KiB reached"},
		"streamed":              {streamed(fits), ""},
		"streamed too long":     {streamed(over), "limit of 2 KiB reached"},
		"gzip":                  {coded("gzip", gzipped(fits)), ""},
		"gzip too long":         {coded("gzip", gzipped(over)), "limit of 2 KiB after decompression reached"},
		"br":                    {coded("br", brotlied(fits)), ""},
		"br too long":           {coded("br", brotlied(over)), "limit of 2 KiB after decompression reached"},
		"too long as sent":      {coded("gzip", gzipped(noise)), "limit of 2 KiB reached"},
		"too long after a step": {coded("gzip, gzip", gzipped(append(gzipped(fits), make([]byte, 4096)...))), "limit of 2 KiB after decompression reached"},
		// Where a member ends, what follows may be no member, but not too long.
		"too long between members": {coded("gzip, gzip", append(gzipped(stored(fits[:1900])), gzipped(stored(fits[:500]))...)),
			"limit of 2 KiB after decompression reached"},
	} {
		t.Run(name, func(t *testing.T) {
			f := fetcher(t)
			f.MaxBytes = 2048
			o := get(t, f, fetch.Request{URL: server(t, tc.handler).URL})
			if tc.want == "" {
				if o.Kind != fetch.Fetched || !bytes.Equal(o.Body, fits) {
					t.Errorf("got %v", o)
				}
				return
			}
			mustFail(t, o, "read body of 127.0.0.1: "+tc.want)
			if !strings.Contains(o.Hint, "fetch.max_bytes") {
				t.Errorf("hint %q", o.Hint)
			}
		})
	}
}

// TestBombsStayInMemory: 10 GiB of zeros in ten megabytes cost little more than
// the limit.
func TestBombsStayInMemory(t *testing.T) {
	zeros := make([]byte, 8<<20)
	member, inner := gzipped(zeros), brotlied(zeros)
	f := fetcher(t)
	f.MaxBytes = 1 << 20
	for name, h := range map[string]http.HandlerFunc{
		"br":         coded("br", inner),
		"br in gzip": coded("br, gzip", gzipped(inner)),
		"gzip": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			for range 1280 {
				if _, err := w.Write(member); err != nil {
					return
				}
			}
		},
	} {
		s := server(t, h)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		o := get(t, f, fetch.Request{URL: s.URL})
		runtime.ReadMemStats(&after)
		mustFail(t, o, "limit of 1 MiB after decompression reached")
		if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 { // the window of brotli included
			t.Errorf("%s: %d MiB were allocated on the way to 1", name, used>>20)
		}
	}
}

func TestBodyCutShort(t *testing.T) {
	zip := gzipped([]byte(strings.Repeat("<item>The ferry crossed again.</item>", 5000)))
	for name, tc := range map[string]struct{ answer, want string }{
		"of a known length": {"Content-Length: 100\r\n\r\n<rss><item>", "cut short after 11 of 100 bytes"},
		"in chunks":         {"Transfer-Encoding: chunked\r\n\r\nb\r\n<rss><item>\r\n5\r\n<it", "cut short after 14 bytes"},
		"compressed": {fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(zip), zip[:50]),
			fmt.Sprintf("cut short after 50 of %d bytes", len(zip))},
		"after its compressed data": {fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(zip)+9, zip),
			fmt.Sprintf("cut short after %d of %d bytes", len(zip), len(zip)+9)},
	} {
		t.Run(name, func(t *testing.T) {
			url := raw(t, "HTTP/1.1 200 OK\r\nETag: \"1\"\r\n"+tc.answer)
			mustFail(t, get(t, fetcher(t), fetch.Request{URL: url}), "read body of 127.0.0.1: "+tc.want)
		})
	}
}

// TestSlowServers wait for as long as they are let.
func TestSlowServers(t *testing.T) {
	wait := func(r *http.Request) { <-r.Context().Done() }
	for name, h := range map[string]http.HandlerFunc{
		"no answer": func(w http.ResponseWriter, r *http.Request) { wait(r) },
		"one byte, and then none": func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "<")
			w.(http.Flusher).Flush()
			wait(r)
		},
		"a redirect without an end": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", r.URL.Path+"x")
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusFound)
			w.(http.Flusher).Flush()
			wait(r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := fetcher(t)
			f.Timeout = 200 * time.Millisecond
			o := get(t, f, fetch.Request{URL: server(t, h).URL})
			mustFail(t, o, "limit of 200ms reached")
			if o.Status == http.StatusOK && !strings.Contains(o.Err.Error(), "read body of 127.0.0.1, of which 1 bytes came: ") {
				t.Errorf("got %v", o.Err)
			}
			if !strings.Contains(o.Hint, "fetch.timeout") {
				t.Errorf("hint %q", o.Hint)
			}
		})
	}
}
