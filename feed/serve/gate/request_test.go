package gate

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// FuzzNormalise: what is taken, net/http takes too, as one request without a
// body, and reads in it what we read.
func FuzzNormalise(f *testing.F) {
	for _, head := range []string{
		"GET /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET /rss.xml HTTP/1.1\r\nHost: a:1\r\naccept-encoding: gzip, br \r\nIf-None-Match:\"a\"\r\nIf-Modified-Since: x\r\nConnection: Keep-Alive\r\nVia: a\r\nVia: b\r\n\r\n",
		"GET /rss.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
		"GET /rss.xml HTTP/1.1\r\nHost: a\r\nVia: a\r\n b\r\n\r\n",
		"GET /rss.xml HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
		"GET /rss.xml HTTP/1.1\r\nHost: a\r\n\r\nGET /",
	} {
		f.Add([]byte(head))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		head, _, ok := normalise(nil, data)
		if !bytes.Equal(data, before) {
			t.Fatalf("%q was changed to %q", before, data)
		}
		if !ok {
			return
		}
		theirs, rest := read1(t, data)
		ours, none := read1(t, head)
		if theirs.Method != "GET" || theirs.Proto != "HTTP/1.1" || theirs.ContentLength != 0 || theirs.TransferEncoding != nil || theirs.Close != closes(head) ||
			theirs.Body != http.NoBody || theirs.Host == "" || rest+none != 0 {
			t.Fatalf("%q is not plain: %+v, %d bytes behind it", data, theirs, rest)
		}
		if ours.Close != theirs.Close || ours.RequestURI != theirs.RequestURI || ours.URL.Path != theirs.RequestURI {
			t.Fatalf("%q: we ask for %q, not %q", data, ours.RequestURI, theirs.RequestURI)
		}
		for name, values := range theirs.Header {
			if f := fieldOf([]byte(name)); f == unknown || !f.dropped() && f != connection && strings.Join(ours.Header[name], "|") != strings.Join(values, "|") {
				t.Fatalf("%q: we read %q in %s, not %q", data, ours.Header[name], name, values)
			}
		}
		if again, _, ok := normalise(nil, append(head[:len(head)-2:len(head)-2], "Host: a\r\n\r\n"...)); !ok || !bytes.Equal(again, head) {
			t.Fatalf("%q becomes %q and then %q", data, head, again)
		}
	})
}

// read1 is the request that net/http reads, and how many bytes it leaves.
func read1(t *testing.T, data []byte) (*http.Request, int) {
	r := bufio.NewReader(bytes.NewReader(data))
	req, err := http.ReadRequest(r)
	if err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	return req, r.Buffered()
}
