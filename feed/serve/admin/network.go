package admin

import (
	"fmt"
	"time"
)

// Network is how the site is reached.
type Network struct {
	Listen      []string     `json:"listen"`              // where; those for HTTPS begin with https://
	Connections int          `json:"connections"`         // that are open
	Most        int          `json:"connections_limit"`   // that may be
	Crowded     int          `json:"connections_crowded"` // that came when there were as many: idle ones were closed for them, or they waited
	Limited     int          `json:"limited_requests"`    // that were refused with 429, since whoever sent them asks too often
	Certificate *Certificate `json:"certificate,omitempty"`
}

// Certificate is that of HTTPS.
type Certificate struct {
	Names     []string  `json:"names,omitempty"`
	From      time.Time `json:"from,omitzero"` // it is valid; zero while there is none
	Until     time.Time `json:"until,omitzero"`
	Authority bool      `json:"authority"`       // it is asked of one, and is not read from files
	Fault     string    `json:"fault,omitempty"` // why no other, or none, could be taken up last
	FaultAt   time.Time `json:"fault_at,omitzero"`
}

// endsSoon is how long before its end somebody should look after a certificate.
// Of one that was made for a short time, it is the last fifth.
const endsSoon = 14 * 24 * time.Hour

func (c Certificate) endsSoon(now time.Time) bool {
	return !c.Until.IsZero() && c.Until.Sub(now) < min(endsSoon, c.Until.Sub(c.From)/5)
}

// lookAtNetwork finds what keeps readers out.
func (v *Status) lookAtNetwork() {
	if n := v.Network; n.Most > 0 && n.Connections >= n.Most {
		v.trouble(fmt.Sprintf("There are as many connections as may be, %s: those that are idle are closed for new ones, and where none is idle new ones wait.", number(n.Most)),
			"When it stays so, raise limits.connections, and the number of files that the process may have open.")
	}
	v.lookAtCertificate()
}

// lookAtCertificate finds one that is not as it should be.
func (v *Status) lookAtCertificate() {
	c := v.Network.Certificate
	if c == nil {
		return
	}
	do := "Put one for the host of site.url, with its chain, and its key, into the files of tls.cert_file and tls.key_file: they are taken up at once."
	if c.Authority {
		do = "The authority must reach this server under the host of site.url, on port 443 or 80, and is asked again and again: the log says what it answers."
	}
	if c.Fault != "" {
		v.trouble(fmt.Sprintf("A certificate could not be taken up %s: %s.", ago(v.At, c.FaultAt), c.Fault), do)
	}
	switch {
	case c.Until.IsZero():
		v.trouble("There is no certificate for HTTPS, and nobody who comes that way is answered.", do)
	case v.At.After(c.Until):
		v.trouble(fmt.Sprintf("The certificate of HTTPS ended %s, and nobody accepts it any more.", ago(v.At, c.Until)), do)
	case c.endsSoon(v.At):
		v.trouble(fmt.Sprintf("The certificate of HTTPS ends %s, and there is no other yet.", ago(v.At, c.Until)), do)
	}
}
