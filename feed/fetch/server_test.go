package fetch_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/feed/fetch"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const agent = "Dateline/1.0 (+https://news.example.com/)"

// fetcher reaches the test's own servers, which are on loopback addresses.
func fetcher(t testing.TB) *fetch.Fetcher {
	f := &fetch.Fetcher{UserAgent: agent, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	t.Cleanup(f.Close)
	return f
}

// server answers with h, and keeps what goes wrong to itself.
func server(t testing.TB, h http.HandlerFunc) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// raw is the URL of a server that answers every request with these bytes and
// hangs up.
func raw(t testing.TB, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			buf := make([]byte, 4096)
			for n := 0; !strings.Contains(string(buf[:n]), "\r\n\r\n"); {
				m, err := c.Read(buf[n:])
				if n += m; err != nil || buf[0] == 0x16 { // a handshake of TLS has no end of its own
					break
				}
			}
			io.WriteString(c, answer)
			c.Close()
		}
	})
	t.Cleanup(func() { l.Close(); done.Wait() })
	return "http://" + l.Addr().String() + "/"
}

func get(t testing.TB, f *fetch.Fetcher, r fetch.Request) fetch.Outcome {
	t.Helper()
	return f.Fetch(t.Context(), r, noon)
}

// mustFail checks that it failed, in these words and no more than a line.
func mustFail(t *testing.T, o fetch.Outcome, words string) {
	t.Helper()
	if o.Kind != fetch.Failed || o.Err == nil || !strings.Contains(o.Err.Error(), words) {
		t.Errorf("got %s %v, want a failure with %q", o.Kind, o.Err, words)
		return
	}
	for _, noise := range []string{"\n", `Get "`, "dial tcp", "net/http", "http:", "tls:", "x509:", "read tcp"} {
		if strings.Contains(strings.ReplaceAll(o.Err.Error(), "http://", ""), noise) {
			t.Errorf("%q is in %q", noise, o.Err)
		}
	}
	if o.Body != nil || o.ETag != "" || o.LastModified != "" {
		t.Errorf("failed, and yet has a body or validators: %+v", o)
	}
}
