package fetch_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"dateline/feed/fetch"
)

// names makes f ask a name server of the test's own. It gives the addresses of
// a name one after the other, and the last for ever.
func names(t *testing.T, f *fetch.Fetcher, addresses map[string][]string) {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer, err := answerName(buf[:n], addresses); err == nil {
				c.WriteTo(answer, from)
			}
		}
	})
	t.Cleanup(func() { c.Close(); done.Wait() })
	f.Resolver = askedAt(c.LocalAddr().String())
}

// askedAt is a resolver that asks a name server there.
func askedAt(address string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", address)
	}}
}

func answerName(query []byte, addresses map[string][]string) ([]byte, error) {
	var p dnsmessage.Parser
	h, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	q, err := p.Question()
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(q.Name.String(), ".")
	m := dnsmessage.Message{Header: dnsmessage.Header{ID: h.ID, Response: true, RCode: dnsmessage.RCodeNameError}, Questions: []dnsmessage.Question{q}}
	if list := addresses[name]; len(list) > 0 {
		m.RCode = dnsmessage.RCodeSuccess
		if q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(list[0]).As4()},
			}}
			addresses[name] = list[min(1, len(list)-1):]
		}
	}
	return m.Pack()
}

func TestNoConnectionToAPrivateAddress(t *testing.T) {
	asked := false
	s := server(t, func(w http.ResponseWriter, r *http.Request) { asked = true })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	away := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusMovedPermanently)
	})
	closed := &fetch.Fetcher{}
	defer closed.Close()
	mustFail(t, get(t, closed, fetch.Request{URL: s.URL}), "connect to 127.0.0.1: 127.0.0.1 is a loopback address")
	f := fetcher(t)
	names(t, f, map[string][]string{"inside.example.com": {"127.0.0.2"}})
	for _, host := range []string{"127.0.0.2", "[::1]", "[::ffff:127.0.0.2]", "0.0.0.0", "10.0.0.1", "169.254.169.254", "inside.example.com"} {
		url := "http://" + host + ":" + port + "/"
		for _, r := range []fetch.Request{{URL: url}, {URL: away.URL + "/?to=" + url}} {
			o := get(t, f, r)
			mustFail(t, o, "connect to "+strings.Trim(host, "[]")+": ")
			if !strings.Contains(o.Hint, "fetch.allow_private") || o.URL != url {
				t.Errorf("%s: ended at %s, hint %q", r.URL, o.URL, o.Hint)
			}
		}
	}
	if asked {
		t.Error("a private address was reached")
	}
}

// TestNameThatChangesItsAddress between two look-ups does not get past.
func TestNameThatChangesItsAddress(t *testing.T) {
	asked := false
	inside := server(t, func(w http.ResponseWriter, r *http.Request) { asked = true })
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	outside := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://rebind.example.com:"+port+"/", http.StatusFound)
	})
	_, port2, _ := net.SplitHostPort(outside.Listener.Addr().String())
	f := fetcher(t)
	names(t, f, map[string][]string{"rebind.example.com": {"127.0.0.1", "127.0.0.2"}})
	o := get(t, f, fetch.Request{URL: "http://rebind.example.com:" + port2 + "/"})
	mustFail(t, o, "connect to rebind.example.com: 127.0.0.2 is a loopback address")
	if asked || len(o.Hops) != 1 {
		t.Errorf("asked inside: %v, hops %v", asked, o.Hops)
	}
}

// TestOpenConnectionServesNobodyElse: what one fetch was allowed is not for
// the next, though the connection is still there.
func TestOpenConnectionServesNobodyElse(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<rss/>") }))
	s.EnableHTTP2 = true
	f := trusting(t, s)
	f.Allow = nil
	if o := get(t, f, fetch.Request{URL: s.URL, AllowPrivate: true}); o.Kind != fetch.Fetched {
		t.Fatal(o)
	}
	mustFail(t, get(t, f, fetch.Request{URL: s.URL}), "is a loopback address")
}

func TestServersThatCannotBeReached(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	l.Close()
	o := get(t, fetcher(t), fetch.Request{URL: "http://" + nobody})
	mustFail(t, o, "connect to 127.0.0.1: connection refused")
	if !errors.Is(o.Err, syscall.ECONNREFUSED) {
		t.Errorf("got %#v", o.Err)
	}
	f := fetcher(t)
	names(t, f, nil)
	o = get(t, f, fetch.Request{URL: "https://nobody.example.com/feed"})
	mustFail(t, o, "look up nobody.example.com: no such host")
	if o.URL != "https://nobody.example.com/feed" {
		t.Errorf("ended at %s", o.URL)
	}
}

// TestNameServerThatNeverAnswers: a fetch waits for it no longer than it may,
// and says for what. Another one does not wait for it.
func TestNameServerThatNeverAnswers(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.1:0") // and nobody reads
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	s := server(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "<rss/>") })
	f := fetcher(t)
	f.Timeout, f.Resolver = 300*time.Millisecond, askedAt(silent.LocalAddr().String())
	var waiting sync.WaitGroup
	for n := range 21 {
		r := []fetch.Request{
			{URL: "https://dark.example.com/feed"}, {URL: "http://dark.example.com/feed"}, {URL: "https://news.example.com/", Proxy: "http://dark.example.com:3128"},
		}[n%3]
		waiting.Go(func() {
			o := get(t, f, r)
			mustFail(t, o, "look up dark.example.com: no answer from the name server: limit of 300ms reached")
			if !strings.Contains(o.Hint, "name servers") {
				t.Errorf("hint %q", o.Hint)
			}
		})
	}
	if o := get(t, f, fetch.Request{URL: s.URL}); o.Kind != fetch.Fetched {
		t.Error(o)
	}
	waiting.Wait()
}

// TestNameServerThatNeverAnswersALongFetch: it does not take all of the time
// that a fetch may take. The connection to it is one within the bubble, where
// waiting takes no time.
func TestNameServerThatNeverAnswersALongFetch(t *testing.T) {
	// What resolvers share is made by the first of them. Were it of the bubble,
	// nobody else could use it.
	(&net.Resolver{PreferGo: true}).LookupHost(t.Context(), "localhost")
	synctest.Test(t, func(t *testing.T) {
		f := &fetch.Fetcher{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			go io.Copy(io.Discard, there)
			return here, nil
		}}}
		begun := time.Now()
		o := get(t, f, fetch.Request{URL: "https://dark.example.com/feed"})
		mustFail(t, o, "look up dark.example.com: no answer from the name server")
		if !strings.Contains(o.Hint, "name servers") {
			t.Errorf("hint %q", o.Hint)
		}
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("it took %s", took)
		}
		f.Close()
	})
}

func TestAnswersThatAreNone(t *testing.T) {
	for _, tc := range []struct{ answer, want string }{
		{"", "the connection was closed before it came"},
		{"HTTP/1.1 200 OK\r\n", "the connection was closed before it came"},
		{"220 mail.example.com ESMTP\r\n", "it is not HTTP"},
		{"SSH-2.0-OpenSSH\r\n\r\n", "it is not HTTP"},
		{"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", "it is not HTTP"},
		{"HTTP/1.1 99999999999 OK\r\n\r\n", "it is not HTTP"},
		{"HTTP/1.1 200 OK\r\nX-Long: " + strings.Repeat("x", 10<<20) + "\r\n\r\n", "limit of 256 KiB for its header reached"},
		{"HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Many: x\r\n", 1<<20) + "\r\n", "limit of 256 KiB for its header reached"},
	} {
		o := get(t, fetcher(t), fetch.Request{URL: raw(t, tc.answer)})
		mustFail(t, o, "read answer of 127.0.0.1: "+tc.want)
	}
}

func TestLongHeaderOverHTTP2(t *testing.T) {
	fields, long := 0, ""
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range fields {
			w.Header().Add("X-Long", long)
		}
	}))
	s.EnableHTTP2 = true
	f := trusting(t, s)
	fields, long = 1000, strings.Repeat("x", 1000)
	mustFail(t, get(t, f, fetch.Request{URL: s.URL}), "limit of 256 KiB for its header reached")
	fields, long = 1, strings.Repeat("x", 10<<20)
	mustFail(t, get(t, f, fetch.Request{URL: s.URL}), "its header is too long, or damaged")
}

// trusting starts s with TLS and gives a fetcher that trusts it.
func trusting(t *testing.T, s *httptest.Server) *fetch.Fetcher {
	t.Helper()
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	f := fetcher(t)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	f.Trust(roots)
	return f
}

// certificate is one for names, signed by itself.
func certificate(t *testing.T, from, to time.Time, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: to,
		DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestCertificatesThatAreWrong(t *testing.T) {
	long, past := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC)
	future := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	start := func(c tls.Certificate) (*fetch.Fetcher, string) {
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.TLS = &tls.Config{Certificates: []tls.Certificate{c}}
		f := trusting(t, s)
		names(t, f, map[string][]string{"news.example.com": {"127.0.0.1"}})
		_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
		return f, "https://news.example.com:" + port + "/"
	}
	f, url := start(certificate(t, long, future, "other.example.com"))
	mustFail(t, get(t, f, fetch.Request{URL: url}), "connect to news.example.com: its certificate is for other.example.com, 127.0.0.1, not for news.example.com")
	f, url = start(certificate(t, long, past, "news.example.com"))
	mustFail(t, get(t, f, fetch.Request{URL: url}), "connect to news.example.com: its certificate is valid from 2000-01-01 to 2001-02-03 only")
	f, url = start(certificate(t, long, future, "news.example.com"))
	if o := get(t, f, fetch.Request{URL: url}); o.Kind != fetch.Missing {
		t.Errorf("a good one: got %v", o)
	}
	f = fetcher(t)
	f.Trust(x509.NewCertPool())
	names(t, f, map[string][]string{"news.example.com": {"127.0.0.1"}})
	mustFail(t, get(t, f, fetch.Request{URL: url}), "connect to news.example.com: its certificate is signed by an authority that is not known here")
}

func TestServersThatSpeakNoTLS(t *testing.T) {
	s := server(t, func(w http.ResponseWriter, r *http.Request) {})
	o := get(t, fetcher(t), fetch.Request{URL: strings.Replace(s.URL, "http:", "https:", 1)})
	mustFail(t, o, "connect to 127.0.0.1: it does not speak TLS there")
	if !strings.Contains(o.Hint, "http://") {
		t.Errorf("hint %q", o.Hint)
	}
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	f := trusting(t, old)
	mustFail(t, get(t, f, fetch.Request{URL: old.URL}), "connect to 127.0.0.1: ")
	closed := raw(t, "")
	mustFail(t, get(t, fetcher(t), fetch.Request{URL: strings.Replace(closed, "http:", "https:", 1)}), "127.0.0.1: ")
}

func TestNoSecretIsTold(t *testing.T) {
	const at = "user:secret@"
	var to string
	away := server(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusMovedPermanently)
	})
	failing := server(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	ok := failing.URL
	f := fetcher(t)
	names(t, f, nil)
	check := func(r fetch.Request) {
		o := get(t, f, r)
		if o.Kind != fetch.Failed {
			t.Errorf("%+v: got %v", r, o)
		}
		told := fmt.Sprint(o.URL, o.Moved, o.Hops, o.Hint, o.String())
		for err := o.Err; err != nil; err = errors.Unwrap(err) {
			told += "\n" + err.Error()
		}
		if strings.Contains(told, "secret") || strings.Contains(told, "sec ret") {
			t.Errorf("%+v, led to %q: the secret is in %q", r, to, told)
		}
	}
	for _, r := range []fetch.Request{
		{URL: ok, Proxy: "http://" + at + "127.0.0.1:1"}, {URL: "https://news.example.com/", Proxy: "http://" + at + "127.0.0.1:1"},
		{URL: ok, Proxy: "socks5://" + at + "127.0.0.1:1"}, {URL: ok, Proxy: "ftp://" + at + "127.0.0.1:1"}, {URL: ok, Proxy: at + "127.0.0.1:1"},
		{URL: ok, Proxy: "http://user:se/secret@127.0.0.1"}, {URL: ok, User: "u", Password: "secret\n"},
		{URL: ok, Header: http.Header{"X-Key": {"secret\n"}}}, {URL: ok, Header: http.Header{"Authorization": {"secret"}}},
	} {
		check(r)
	}
	for _, to = range []string{
		strings.Replace(ok, "//", "//"+at, 1), "http://" + at + "127.0.0.1:1/", "http://" + at + "nobody.example.com/", "http://" + at + "10.0.0.1/",
		"http://" + at + "a:b/", "http://" + at + "[::1/", "http://user:s/secret@a/", "http://user:sec ret@a/", "http://user:%zsecret@a/",
		"ftp://" + at + "a/", "http:/" + at + "a/", "http:///" + at + "a/", "http:" + at + "a",
	} {
		check(fetch.Request{URL: to})
		check(fetch.Request{URL: away.URL})
	}
	check(fetch.Request{URL: at + "a/feed"}) // where a redirect would lead to a path
	check(fetch.Request{URL: "//" + at + "a/feed"})
}
