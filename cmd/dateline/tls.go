package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"dateline/feed/serve/admin"
)

type tlsConfig struct {
	Listen   addresses  `yaml:"listen"`
	CertFile string     `yaml:"cert_file"`
	KeyFile  string     `yaml:"key_file"`
	ACME     acmeConfig `yaml:"acme"`
	Redirect bool       `yaml:"redirect"`
}

type acmeConfig struct {
	AcceptTerms bool   `yaml:"accept_terms"`
	Email       string `yaml:"email"`
	Directory   string `yaml:"directory"`
	RootFile    string `yaml:"root_file"`
}

func (c *config) checkTLS(doc *document) {
	t := c.TLS
	t.Listen.check(doc, "tls.listen")
	if (t.CertFile == "") != (t.KeyFile == "") {
		doc.fault("tls", "needs both cert_file and key_file")
	}
	byFile, byACME := t.CertFile != "", t.ACME.AcceptTerms
	if len(t.Listen) > 0 && byFile == byACME {
		doc.fault("tls", "needs either cert_file and key_file, or acme.accept_terms: true")
	}
	site, _ := url.Parse(c.Site.URL)
	if t.Redirect && (len(t.Listen) == 0 || site == nil || site.Scheme != "https") {
		doc.fault("tls.redirect", "needs tls.listen, and a site.url that begins with https")
	}
	if byACME && (site == nil || site.Scheme != "https" || net.ParseIP(site.Hostname()) != nil || !strings.Contains(site.Hostname(), ".")) {
		doc.fault("tls.acme.accept_terms", "needs a site.url with https and a public name, for which the certificate is made out")
	}
	if t.ACME.Email != "" && !emailShape.MatchString(t.ACME.Email) {
		doc.fault("tls.acme.email", "must be an e-mail address")
	}
	if u, err := url.Parse(t.ACME.Directory); err != nil || u.Scheme != "https" || u.Host == "" {
		doc.fault("tls.acme.directory", "must be the https URL of an ACME directory")
	}
}

// certificates are those that HTTPS is spoken with: a pair of files, or what an
// ACME authority gives.
type certificates struct {
	host      string // of the site
	cert, key string // files; empty with acme
	log       *slog.Logger
	authority func() *autocert.Manager        // makes a client of an ACME authority; nil with files
	acme      atomic.Pointer[account]         // that which is in use
	pair      atomic.Pointer[tls.Certificate] // in force; of an authority, when it was looked at last
	fault     atomic.Pointer[refusal]         // why no other could be taken up last
}

// account asks an ACME authority, and answers when that looks whether the host is
// ours.
type account struct {
	*autocert.Manager
	challenges http.Handler
}

// certificates are nil when the configuration has no tls.listen.
func (c config) certificates(ctx context.Context, log *slog.Logger) (*certificates, error) {
	if len(c.TLS.Listen) == 0 {
		return nil, nil
	}
	site, err := url.Parse(c.Site.URL)
	if err != nil {
		return nil, err
	}
	t := &certificates{host: site.Hostname(), log: log}
	if c.TLS.CertFile == "" {
		if t.authority, err = c.acmeManager(ctx, t.host); err != nil {
			return nil, err
		}
		t.meet()
		return t, nil
	}
	t.cert, t.key = c.file(c.TLS.CertFile), c.file(c.TLS.KeyFile)
	pair, err := t.load()
	if err != nil && pair == nil {
		return nil, fmt.Errorf("%w: look at `tls` in the configuration", err)
	} else if err != nil { // better than nothing, and it may be renewed any moment
		t.refuse(err)
		log.Warn("the certificate is no good, and is used all the same", "fault", err)
	}
	t.pair.Store(pair)
	return t, nil
}

// load reads the pair. One with an error is complete, but nobody would accept
// it.
func (t *certificates) load() (*tls.Certificate, error) {
	cert, err := readWhole(t.cert)
	key, wrong := readWhole(t.key)
	var pair tls.Certificate
	if err = cmp.Or(err, wrong); err == nil {
		pair, err = tls.X509KeyPair(cert, key)
	}
	if err != nil {
		return nil, fmt.Errorf("read certificate %s with key %s: %w", t.cert, t.key, err)
	}
	if now := time.Now(); now.After(pair.Leaf.NotAfter) {
		return &pair, fmt.Errorf("certificate %s: it was valid until %s", t.cert, pair.Leaf.NotAfter.Format(time.RFC3339))
	} else if now.Before(pair.Leaf.NotBefore) {
		return &pair, fmt.Errorf("certificate %s: it is valid from %s on: is the clock right?", t.cert, pair.Leaf.NotBefore.Format(time.RFC3339))
	}
	if err := pair.Leaf.VerifyHostname(t.host); err != nil {
		return &pair, fmt.Errorf("certificate %s: %w", t.cert, err)
	}
	return &pair, nil
}

// reload takes up the files. What is no good changes nothing.
func (t *certificates) reload() {
	pair, err := t.load()
	if err != nil {
		t.refuse(err)
		t.log.Error("the certificate cannot be taken up, and that of before stays in force", "fault", err)
		return
	}
	t.take(pair)
	t.log.Info("the certificate was taken up", "names", strings.Join(pair.Leaf.DNSNames, " "), "until", pair.Leaf.NotAfter)
}

// take puts a pair into force.
func (t *certificates) take(pair *tls.Certificate) {
	t.pair.Store(pair)
	t.fault.Store(nil)
}

func (t *certificates) refuse(err error) { t.fault.Store(&refusal{err.Error(), time.Now()}) }

// shown is what shows of it on the admin listener; nil without HTTPS.
func (t *certificates) shown() *admin.Certificate {
	if t == nil {
		return nil
	}
	v := &admin.Certificate{Authority: t.authority != nil}
	if pair := t.pair.Load(); pair != nil {
		v.Names, v.From, v.Until = pair.Leaf.DNSNames, pair.Leaf.NotBefore.UTC(), pair.Leaf.NotAfter.UTC()
	}
	if f := t.fault.Load(); f != nil {
		v.Fault, v.FaultAt = f.text, f.at.UTC()
	}
	return v
}

// tlsConfig is Go's own, which speaks TLS 1.2 and 1.3, with HTTP/2.
func (t *certificates) tlsConfig() *tls.Config {
	return &tls.Config{GetCertificate: t.get, NextProtos: []string{"h2", "http/1.1", acme.ALPNProto}}
}

func (t *certificates) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if t.authority == nil {
		return t.pair.Load(), nil
	}
	if len(hello.SupportedProtos) == 1 && hello.SupportedProtos[0] == acme.ALPNProto { // RFC 8737 §3: the authority looks
		return t.acme.Load().GetCertificate(hello)
	}
	if t.pair.Load() == nil { // only run asks for one: authorities count those who ask in vain
		return nil, errors.New("there is no certificate yet")
	}
	return t.acme.Load().GetCertificate(t.hello())
}

// challenge answers an authority that looks by HTTP: RFC 8555 §8.3.
func (t *certificates) challenge(w http.ResponseWriter, r *http.Request) {
	t.acme.Load().challenges.ServeHTTP(w, r)
}

// meet begins anew with the authority, but for what is kept on the disk.
func (t *certificates) meet() {
	m := t.authority()
	t.acme.Store(&account{m, m.HTTPHandler(nil)})
}

// hello asks for the certificate of the site, and always for the same, whoever
// the client is.
func (t *certificates) hello() *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{
		ServerName:       t.host,
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
		SupportedCurves:  []tls.CurveID{tls.CurveP256},
	}
}

// run keeps the certificates until ctx ends: it takes up files that change, or
// gets one from the authority, which is renewed when two thirds of its time are
// over.
func (t *certificates) run(ctx context.Context) {
	if t.authority != nil {
		t.obtain(ctx)
		return
	}
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	watchFiles(ctx, []string{t.cert, t.key}, content(t.cert, t.key), hup, t.log, func(bool) { t.reload() })
}

const (
	obtainRetry = 90 * time.Second // after the first failure; autocert keeps it for a minute
	obtainMost  = time.Hour        // after many
)

// obtain asks the authority until there is a certificate.
func (t *certificates) obtain(ctx context.Context) {
	for wait := obtainRetry; ctx.Err() == nil; wait = min(2*wait, obtainMost) {
		cert, err := t.acme.Load().GetCertificate(t.hello())
		if err == nil {
			t.take(cert)
			t.log.Info("there is a certificate", "name", t.host, "until", cert.Leaf.NotAfter)
			t.mind(ctx, cert.Leaf)
			return
		}
		if ctx.Err() == nil {
			t.refuse(fmt.Errorf("the authority gave none: %w", err))
			t.log.Error("the authority gave no certificate; trying again. It must reach this server as "+t.host+", on port 443 or 80", "error", err, "in", wait)
		}
		pause(ctx, wait)
	}
}

// mind tells when the certificate was renewed, and when that is overdue:
// autocert renews it when two thirds of its time are over, and says nothing of
// what goes wrong. Its timer stands while the machine sleeps, and goes by the
// clock as it was when it was started: so once it is begun with anew.
func (t *certificates) mind(ctx context.Context, known *x509.Certificate) {
	for again := false; ; {
		lifetime := known.NotAfter.Sub(known.NotBefore)
		if pause(ctx, min(lifetime/20, obtainMost)); ctx.Err() != nil {
			return
		}
		cert, err := t.acme.Load().GetCertificate(t.hello())
		switch {
		case err != nil:
			t.refuse(fmt.Errorf("there is none any more: %w", err))
			t.log.Error("there is no certificate any more", "error", err)
		case !cert.Leaf.Equal(known):
			known, again = cert.Leaf, false
			t.take(cert)
			t.log.Info("the certificate was renewed", "name", t.host, "until", known.NotAfter)
		case time.Until(known.NotAfter) < lifetime/5 && !again:
			again = true
			t.meet()
		case time.Until(known.NotAfter) < lifetime/5:
			t.log.Error("the certificate is not renewed. The authority must reach this server as "+t.host+", on port 443 or 80", "until", known.NotAfter)
		}
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, wait time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(wait):
	}
}

// acmeManager makes what gets certificates for host. What that is given it keeps
// beside the store, for the server's own user alone. Its requests end with ctx.
func (c config) acmeManager(ctx context.Context, host string) (func() *autocert.Manager, error) {
	roots, err := c.acmeRoots()
	if err != nil {
		return nil, fmt.Errorf("tls.acme.root_file: %w", err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if roots != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return func() *autocert.Manager {
		return &autocert.Manager{
			Prompt:     autocert.AcceptTOS, // accept_terms says so
			Cache:      autocert.DirCache(c.dataFile("acme")),
			HostPolicy: autocert.HostWhitelist(host),
			Email:      c.TLS.ACME.Email,
			Client: &acme.Client{
				DirectoryURL: c.TLS.ACME.Directory,
				HTTPClient:   &http.Client{Transport: endsWith{ctx, transport}, Timeout: time.Minute},
				UserAgent:    "Dateline",
			},
		}
	}, nil
}

// acmeRoots are the certificates by which the ACME authority is known; nil for
// those of the system.
func (c config) acmeRoots() (*x509.CertPool, error) {
	path := c.TLS.ACME.RootFile
	if path == "" {
		return nil, nil
	}
	data, err := readWhole(c.file(path))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("%s has no certificate in PEM", c.file(path))
	}
	return roots, nil
}

// endsWith is a transport whose requests end with a context of its own, too:
// autocert has none for them.
type endsWith struct {
	ctx   context.Context
	inner http.RoundTripper
}

func (t endsWith) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(t.ctx, cancel)
	resp, err := t.inner.RoundTrip(r.WithContext(ctx))
	if err != nil {
		stop()
		cancel()
		return nil, err
	}
	resp.Body = &endingBody{resp.Body, func() { stop(); cancel() }}
	return resp, nil
}

type endingBody struct {
	io.ReadCloser
	done func()
}

func (b *endingBody) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}
