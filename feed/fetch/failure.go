package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// failure is what went wrong, in words for an operator.
type failure struct {
	text string
	hint string // what to do about it; may be empty
	err  error  // behind it, for those who look for its type; not in the text
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.err }

// overdue is the end of the time that a fetch may take.
type overdue time.Duration

func (o overdue) Error() string { return fmt.Sprintf("limit of %s reached", time.Duration(o)) }

// ended is the failure of an act that was not done when the context ended.
func ended(ctx context.Context, act string) error {
	var late overdue
	if errors.As(context.Cause(ctx), &late) {
		return &failure{text: fmt.Sprintf("%s: %s", act, late), err: late, hint: "if the server is only slow, raise fetch.timeout"}
	}
	return &failure{text: fmt.Sprintf("%s: %s", act, ctx.Err()), err: ctx.Err()}
}

const nameHint = "look whether the name servers of this machine answer"

// noNameServer is the failure of a look-up that was not done when the context
// ended.
func noNameServer(ctx context.Context, host string) error {
	return &failure{text: fmt.Sprintf("look up %s: no answer from the name server: %s", host, context.Cause(ctx)), err: ctx.Err(), hint: nameHint}
}

// noAnswer says why a request to a host got no answer. net/http's own words
// say it several times over, with addresses of this machine and with URLs.
func noAnswer(ctx context.Context, host, proxy string, err error) error {
	var told *failure
	if errors.As(err, &told) {
		return told
	}
	if ctx.Err() != nil {
		return ended(ctx, "wait for an answer of "+host)
	}
	to := host
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		if u, e := url.Parse(proxy); e == nil {
			to = "the proxy " + u.Host
		}
		err = op.Err
	}
	if why := badCertificate(err); why != "" {
		return &failure{text: fmt.Sprintf("connect to %s: %s", to, why), err: err}
	}
	if f := noConnection(to, err); f != nil {
		f.err = err
		return f
	}
	return &failure{text: fmt.Sprintf("read answer of %s: %s", to, noHTTP(err)), err: err}
}

// noConnection says why there is no connection, and is nil when that is not
// what went wrong.
func noConnection(to string, err error) *failure {
	var (
		guarded *forbidden
		dns     *net.DNSError
		op      *net.OpError
		errno   syscall.Errno
		record  tls.RecordHeaderError
	)
	connect := func(why string) *failure { return &failure{text: fmt.Sprintf("connect to %s: %s", to, why)} }
	switch {
	case errors.As(err, &guarded):
		f := connect(guarded.Error())
		f.hint = guarded.hint()
		return f
	case errors.As(err, &dns):
		f := &failure{text: fmt.Sprintf("look up %s: %s", strings.TrimSuffix(dns.Name, "."), noName(dns))}
		if dns.IsTimeout {
			f.hint = nameHint
		}
		return f
	case errors.As(err, &record):
		f := connect("it does not speak TLS there")
		f.hint = "look whether the address should begin with http://"
		return f
	case errors.As(err, &op) && op.Op == "remote error":
		return connect("it refused the TLS handshake, " + plain(op.Err))
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout():
		return connect(fmt.Sprintf("no answer within %s", connectTimeout))
	case errors.As(err, &op) && op.Op == "dial" && errors.As(err, &errno):
		return connect(errno.Error())
	case errors.As(err, &op) && op.Op == "dial":
		return connect(plain(op.Err))
	case strings.Contains(err.Error(), "TLS handshake timeout"):
		return connect(fmt.Sprintf("no TLS handshake within %s", connectTimeout))
	case strings.HasPrefix(err.Error(), "tls: "):
		return connect(plain(err))
	}
	return nil
}

func noName(err *net.DNSError) string {
	switch {
	case err.IsNotFound:
		return "no such host"
	case err.IsTimeout:
		return "no answer from the name server"
	}
	return plain(errors.New(err.Err))
}

// badCertificate says what is wrong with a server's certificate, or nothing
// when that is not what went wrong.
func badCertificate(err error) string {
	var (
		name    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		other   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &name):
		names := name.Certificate.DNSNames
		for _, ip := range name.Certificate.IPAddresses {
			names = append(names, ip.String())
		}
		if len(names) == 0 {
			return fmt.Sprintf("its certificate is not for %s", name.Host)
		}
		return fmt.Sprintf("its certificate is for %s, not for %s", strings.Join(names[:min(len(names), 3)], ", "), name.Host)
	case errors.As(err, &unknown):
		return "its certificate is signed by an authority that is not known here"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("its certificate is valid from %s to %s only",
			invalid.Cert.NotBefore.UTC().Format(time.DateOnly), invalid.Cert.NotAfter.UTC().Format(time.DateOnly))
	case errors.As(err, &other):
		return "its certificate is not valid, " + plain(other.Err)
	}
	return ""
}

// noHTTP says what is wrong with an answer that is none.
func noHTTP(err error) string {
	var protocol textproto.ProtocolError
	var errno syscall.Errno
	text := err.Error()
	switch {
	case strings.Contains(text, "response headers exceeded"), strings.Contains(text, "header list larger"):
		return fmt.Sprintf("limit of %s for its header reached", size(maxHeader))
	case strings.Contains(text, "COMPRESSION_ERROR"): // RFC 9113 §10.5.1: what HTTP/2 says of one that is far too long
		return "its header is too long, or damaged"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(text, "server closed idle connection"):
		return "the connection was closed before it came"
	case errors.As(err, &errno):
		return errno.Error()
	case strings.Contains(text, "malformed HTTP"), errors.As(err, &protocol), strings.Contains(text, "malformed MIME header"):
		return "it is not HTTP"
	}
	return plain(err)
}

// maxWords is how much of a library's words is shown; a part of them can be
// the server's.
const maxWords = 200

// plain is an error of a library in its own words, without the names of
// packages in front.
func plain(err error) string {
	text := err.Error()
	for {
		before := text
		for _, noise := range []string{"net/http: ", "http: ", "http2: ", "HTTP/1.x transport connection broken: ", "tls: ", "x509: ", "remote error: "} {
			text = strings.TrimPrefix(text, noise)
		}
		if text == before {
			return strings.ToValidUTF8(text[:min(len(text), maxWords)], "")
		}
	}
}
