package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dateline/feed/serve/admin"
)

// newPair is a certificate that signs itself, and its key, both PEM.
func newPair(t *testing.T, name string, until time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: serial, DNSNames: []string{name}, NotBefore: until.Add(-time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
}

// secureClient trusts the certificates in PEM, for the name of the site.
func secureClient(t *testing.T, roots ...string) *http.Client {
	pool := x509.NewCertPool()
	for _, root := range roots {
		pool.AppendCertsFromPEM([]byte(root))
	}
	transport := &http.Transport{
		TLSClientConfig:   &tls.Config{RootCAs: pool, ServerName: "news.dateline.example"},
		ForceAttemptHTTP2: true, DisableKeepAlives: true,
	}
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestHTTPS(t *testing.T) {
	s := prepare(t, "")
	secure := freeAddress(t)
	withAdmin := strings.Replace(basics, `admin: {listen: ""}`, `admin: {listen: "unix:admin"}`, 1)
	s.write("config.yaml", withAdmin+"listen: "+s.address+"\ntls: {listen: \""+secure+"\", cert_file: cert.pem, key_file: key.pem, redirect: true}\n")
	later := time.Now().Add(time.Hour)
	cert, key := newPair(t, "news.dateline.example", later)
	s.write("cert.pem", cert)
	s.write("key.pem", key)
	s.start("", nil)
	client := secureClient(t, cert)
	resp, err := client.Get("https://" + secure + "/rss.xml")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != 200 || resp.ProtoMajor != 2 || !strings.Contains(string(body), "<rss") || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%+v %v", resp, err)
	}
	if c, err := tls.Dial("tcp", secure, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		c.Close()
		t.Error("it speaks TLS 1.1")
	}

	t.Run("redirect", func(t *testing.T) { redirects(t, s, client) })

	// A new pair is taken up; a bad one is not, with one line about it.
	newCert, newKey := newPair(t, "news.dateline.example", later)
	oldCert, oldKey := newPair(t, "news.dateline.example", time.Now().Add(-time.Minute))
	otherCert, otherKey := newPair(t, "other.example", later)
	s.write("cert.pem", newCert)
	s.write("key.pem", newKey)
	s.logs("the certificate was taken up")
	if v := s.status(); v.Network.Certificate.Fault != "" || v.Network.Certificate.Until.Unix() != later.Unix() || !slices.Contains(v.Network.Listen, "https://"+secure) {
		t.Errorf("%+v", v.Network.Certificate)
	}
	for name, pair := range map[string][2]string{
		"another's key":     {newCert, key},
		"half":              {newCert[:len(newCert)/2], newKey},
		"empty":             {"", ""},
		"overdue":           {oldCert, oldKey},
		"for somebody else": {otherCert, otherKey},
	} {
		s.write("cert.pem", pair[0])
		s.write("key.pem", pair[1])
		line := s.logs("the certificate cannot be taken up")
		resp, err := secureClient(t, newCert).Get("https://" + secure + "/healthz")
		if err != nil {
			t.Fatalf("%s: %v after %s", name, err, line)
		}
		resp.Body.Close()
		if v := s.status(); v.Network.Certificate.Until.Unix() != later.Unix() || v.Well || len(v.Troubles) != 1 ||
			!strings.Contains(v.Troubles[0].What, v.Network.Certificate.Fault) || v.Network.Certificate.Fault == "" {
			t.Errorf("%s: %+v", name, v)
		}
	}
	if err := s.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.logs("the certificate cannot be taken up")
	if _, err := secureClient(t, cert).Get("https://" + secure + "/healthz"); err == nil {
		t.Error("it still has the first certificate")
	}
	if said, status := s.end(syscall.SIGTERM); status != 0 {
		t.Errorf("status %d: %s", status, said)
	}
}

// status is what the admin listener says, at its Unix socket.
func (s *launched) status() (v admin.Status) {
	s.Helper()
	resp, err := (&http.Client{Transport: through(s.path("admin"))}).Get(socketURL + "/status.json")
	if err != nil {
		s.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		s.Fatal(resp.Status, err)
	}
	return v
}

// redirects looks where plain requests are sent. They come from another machine
// as far as the server can see: a proxy that is trusted says so.
func redirects(t *testing.T, s *launched, client *http.Client) {
	config, err := os.ReadFile(s.path("config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s.write("config.yaml", string(config)+"trusted_proxies: [127.0.0.1]\n")
	s.logs("the configuration was taken up")
	for _, tc := range []struct {
		method, path, proto string
		status              int
		location            string
	}{
		{"GET", "/rss.xml?a=b", "http", 301, "https://news.dateline.example/rss.xml?a=b"},
		{"GET", "/category/world", "", 301, "https://news.dateline.example/category/world"},
		{"GET", "//evil.example/", "", 301, "https://news.dateline.example//evil.example/"},
		{"POST", "/rss.xml", "", 308, "https://news.dateline.example/rss.xml"},
		{"GET", "/api/v1/articles", "http", 403, ""},
		{"GET", "/rss.xml", "https", 200, ""},
		{"GET", "/readyz", "http", 200, ""},
	} {
		req, err := http.NewRequest(tc.method, "http://"+s.address+tc.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "evil.example"
		req.Header.Set("X-Forwarded-For", "192.0.2.1")
		req.Header.Set("X-Forwarded-Proto", tc.proto)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tc.status || resp.Header.Get("Location") != tc.location {
			t.Errorf("%s %s: %s, %s", tc.method, tc.path, resp.Status, resp.Header.Get("Location"))
		}
	}
	resp, err := client.Get("http://" + s.address + "/rss.xml") // from this machine
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
}

// TestHTTPSStartsWithABadCertificate only when somebody may still take it.
func TestHTTPSStartsWithABadCertificate(t *testing.T) {
	overdue, itsKey := newPair(t, "news.dateline.example", time.Now().Add(-time.Minute))
	for name, tc := range map[string]struct{ cert, key, want string }{
		"missing":   {"", "", "no such file"},
		"no pair":   {overdue, "", "failed to find any PEM data in key input"},
		"is no PEM": {"a", itsKey, "failed to find any PEM data in certificate input"},
	} {
		s := prepare(t, "tls: {listen: \"127.0.0.1:0\", cert_file: cert.pem, key_file: key.pem}\n")
		if name != "missing" {
			s.write("cert.pem", tc.cert)
			s.write("key.pem", tc.key)
		}
		var said strings.Builder
		if code := run(t.Context(), []string{"serve", "--config", s.path("config.yaml")}, nil, io.Discard, &said); code != exitFailed || !strings.Contains(said.String(), tc.want) || strings.Count(said.String(), "\n") != 1 {
			t.Errorf("%s: status %d: %s", name, code, said.String())
		}
		var found strings.Builder
		if code := run(t.Context(), []string{"config", "check", "--config", s.path("config.yaml")}, nil, &found, io.Discard); code != exitFailed || !strings.Contains(found.String(), tc.want) {
			t.Errorf("%s: config check: status %d: %s", name, code, found.String())
		}
	}
	s := prepare(t, "tls: {listen: \"127.0.0.1:0\", cert_file: cert.pem, key_file: key.pem}\n")
	s.write("cert.pem", overdue)
	s.write("key.pem", itsKey)
	var found strings.Builder
	if code := run(t.Context(), []string{"config", "check", "--config", s.path("config.yaml")}, nil, &found, io.Discard); code != 0 || !strings.Contains(found.String(), "warning") || !strings.Contains(found.String(), "it was valid until") {
		t.Errorf("config check: status %d: %s", code, found.String())
	}
	s.start("", nil).logs("the certificate is no good", "it was valid until "+fmt.Sprint(time.Now().UTC().Year()))
}
