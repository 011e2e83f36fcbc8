package fetch

import "crypto/x509"

// Trust makes f trust a test's own servers, and no others.
func (f *Fetcher) Trust(roots *x509.CertPool) { f.roots = roots }
