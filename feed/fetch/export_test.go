package fetch

import (
	"crypto/x509"
	"net"
)

// Trust makes f trust a test's own servers, and no others.
func (f *Fetcher) Trust(roots *x509.CertPool) { f.roots = roots }

// Resolve makes f look names up with r.
func (f *Fetcher) Resolve(r *net.Resolver) { f.resolver = r }
