package main

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
)

// newAuthority is Pebble, the ACME server that Let's Encrypt tests with. It
// reaches every name at 127.0.0.1, for HTTPS and HTTP at these addresses, and
// its certificates last so many seconds.
func newAuthority(t *testing.T, secure, plain string, lifetime uint64) (directory, itsRoot, roots string) {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "10") // per cent: a client must bear with that
	logger := log.New(t.Output(), "pebble ", 0)
	store := db.NewMemoryStore()
	authority := ca.New(logger, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: lifetime}})
	looks := va.New(logger, portOf(t, plain), portOf(t, secure), true, newResolver(t), store)
	front := wfe.New(logger, store, looks, authority, []string{"pebble.example"}, true, false, 1, 1)
	server := httptest.NewTLSServer(front.Handler())
	t.Cleanup(server.Close)
	itsRoot = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	return server.URL + wfe.DirectoryPath, itsRoot, string(authority.GetRootCert(0).PEM())
}

func portOf(t *testing.T, address string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(address)
	port, err2 := strconv.Atoi(text)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	return port
}

// newResolver is a DNS server that says 127.0.0.1 of every name.
func newResolver(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // as Pebble asks
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		var answer dns.Msg
		answer.SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			header := dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}
			answer.Answer = []dns.RR{&dns.A{Hdr: header, A: net.IPv4(127, 0, 0, 1)}}
		}
		w.WriteMsg(&answer)
	})}
	ended := make(chan error)
	go func() { ended <- server.ActivateAndServe() }()
	t.Cleanup(func() {
		l.Close()
		<-ended
	})
	return l.Addr().String()
}

// TestACME gets a certificate from an authority by either challenge, answers
// with it, keeps it for itself, and has it again after a restart, without the
// authority.
func TestACME(t *testing.T) {
	for name, closed := range map[string]string{"tls-alpn-01": "plain", "http-01": "secure"} {
		t.Run(name, func(t *testing.T) {
			s, secure := prepare(t, ""), freeAddress(t)
			looks := map[string]string{"plain": s.address, "secure": secure}
			looks[closed] = freeAddress(t) // where the authority finds nobody
			directory, itsRoot, roots := newAuthority(t, looks["secure"], looks["plain"], 0)
			s.write("authority.pem", itsRoot)
			s.write("config.yaml", basics+"listen: "+s.address+"\ntls:\n  listen: \""+secure+"\"\n  redirect: true\n"+
				"  acme: {accept_terms: true, email: a@news.dateline.example, directory: \""+directory+"\", root_file: authority.pem}\n")
			s.start("", nil)
			s.got("there is a certificate")
			httpsAnswers(t, secure, roots)
			s.private("data/acme")
			if said, status := s.end(syscall.SIGTERM); status != 0 {
				t.Fatal(status, said)
			}
			s.write("config.yaml", strings.Replace(s.read("config.yaml"), directory, "https://127.0.0.1:1/dir", 1))
			s.start("", nil)
			s.got("there is a certificate")
			httpsAnswers(t, secure, roots)
		})
	}
}

// got waits for what is hoped for, and fails when the authority gives none: the
// next attempt is a long time off.
func (s *launched) got(want string) {
	s.Helper()
	for line := range s.log {
		if strings.Contains(line, want) {
			return
		}
		if strings.Contains(line, "level=ERROR") {
			s.Fatal(line)
		}
	}
	s.Fatalf("it ended, and did not log %q", want)
}

func (s *launched) read(name string) string {
	s.Helper()
	data, err := os.ReadFile(s.path(name))
	if err != nil {
		s.Fatal(err)
	}
	return string(data)
}

// private looks whether nobody else can read what is in a folder.
func (s *launched) private(folder string) {
	s.Helper()
	files := 0
	err := filepath.WalkDir(s.path(folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			s.Errorf("%s: others have rights: %s", path, info.Mode())
		}
		files++
		return err
	})
	if err != nil || files < 3 { // the folder, the account's key, the certificate
		s.Errorf("%d files, %v", files, err)
	}
}

func httpsAnswers(t *testing.T, address, roots string) {
	t.Helper()
	resp, err := secureClient(t, roots).Get("https://" + address + "/rss.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "<rss") {
		t.Errorf("%s %v", resp.Status, err)
	}
}

// TestACMERenews: a certificate that lasts seconds is followed by another, and
// both are good.
func TestACMERenews(t *testing.T) {
	s, secure := prepare(t, ""), freeAddress(t)
	directory, itsRoot, roots := newAuthority(t, secure, s.address, 15)
	s.write("authority.pem", itsRoot)
	s.write("config.yaml", basics+"listen: "+s.address+"\ntls:\n  listen: \""+secure+"\"\n"+
		"  acme: {accept_terms: true, directory: \""+directory+"\", root_file: authority.pem}\n")
	s.start("", nil)
	s.got("there is a certificate")
	s.logs("the certificate was renewed") // it may come so late that it was missed already
	httpsAnswers(t, secure, roots)
}

// heldBack lets no request through once it is set.
type heldBack struct {
	atomic.Bool
	inner http.RoundTripper
}

func (h *heldBack) RoundTrip(r *http.Request) (*http.Response, error) {
	if h.Load() {
		return nil, errors.New("held back")
	}
	return h.inner.RoundTrip(r)
}

// TestACMERenewsLate: a certificate that autocert does not renew in time, since
// its timer stood while the machine slept or the clock was set on, is renewed all
// the same.
func TestACMERenewsLate(t *testing.T) {
	secure := freeAddress(t)
	directory, itsRoot, roots := newAuthority(t, secure, freeAddress(t), 10)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "authority.pem"), []byte(itsRoot), 0o600); err != nil {
		t.Fatal(err)
	}
	c := defaultConfig()
	c.folder, c.Site.URL = folder, "https://news.dateline.example"
	c.TLS.Listen, c.TLS.ACME = addresses{secure}, acmeConfig{AcceptTerms: true, Directory: directory, RootFile: "authority.pem"}
	ctx, stop := context.WithCancel(t.Context())
	said := make(chan string, 100)
	certs, err := c.certificates(ctx, newLog(c, lineWriter(func(line string) { said <- line }), slog.LevelInfo))
	if err != nil {
		t.Fatal(err)
	}
	slow := certs.acme.Load() // which will not be able to
	held := &heldBack{inner: slow.Client.HTTPClient.Transport}
	slow.Client.HTTPClient.Transport = held
	l, err := tls.Listen("tcp", secure, certs.tlsConfig())
	if err != nil {
		t.Fatal(err)
	}
	site := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: log.New(io.Discard, "", 0)}
	var running sync.WaitGroup
	running.Go(func() { site.Serve(l) })
	running.Go(func() { certs.run(ctx) })
	if line := <-said; !strings.Contains(line, "there is a certificate") {
		t.Fatal(line)
	}
	held.Store(true)
	for looks := 0; !strings.Contains(<-said, "the certificate was renewed"); looks++ { // in between, that it is late
		if looks == 100 {
			t.Fatal("it is not renewed")
		}
	}
	if resp, err := secureClient(t, roots).Get("https://" + secure + "/"); err != nil {
		t.Error(err)
	} else {
		resp.Body.Close()
	}
	stop()
	site.Close()
	running.Wait()
}

// TestACMEInVain: when the authority does not reach the server, the log says
// what to do, readers who come with HTTPS get no answer, others do, and the
// server ends when it should.
func TestACMEInVain(t *testing.T) {
	s, secure := prepare(t, ""), freeAddress(t)
	directory, itsRoot, roots := newAuthority(t, freeAddress(t), freeAddress(t), 0)
	s.write("authority.pem", itsRoot)
	s.write("config.yaml", strings.Replace(basics, `admin: {listen: ""}`, `admin: {listen: "unix:admin"}`, 1)+"listen: "+s.address+"\ntls:\n  listen: \""+secure+"\"\n"+
		"  acme: {accept_terms: true, directory: \""+directory+"\", root_file: authority.pem}\n")
	s.start("", nil)
	s.logs("the authority gave no certificate; trying again. It must reach this server as news.dateline.example, on port 443 or 80")
	if v := s.status(); len(v.Troubles) != 2 || !strings.Contains(v.Troubles[0].What, "the authority gave none") || !strings.Contains(v.Troubles[1].What, "There is no certificate") {
		t.Errorf("%+v", v.Troubles)
	}
	if resp, err := secureClient(t, roots).Get("https://" + secure + "/rss.xml"); err == nil {
		t.Error(resp.Status)
	}
	resp, err := http.Get("http://" + s.address + "/rss.xml")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	if said, status := s.end(syscall.SIGTERM); status != 0 {
		t.Error(status, said)
	}
}
