package admin

import (
	"fmt"
	"time"
)

// Front is how it stands at the door of the site.
type Front struct {
	Listening   string    `json:"listening"`
	Connections int       `json:"connections"` // open now
	Most        int       `json:"most_connections"`
	Full        uint64    `json:"times_full"`   // how often one came that was too many
	Refused     uint64    `json:"rate_limited"` // requests of who asks too often
	Certificate time.Time `json:"certificate_until,omitzero"`
}

// endsSoon is how long before its end a certificate that was not renewed is
// told of.
const endsSoon = 14 * 24 * time.Hour

// lookAtFront finds what keeps readers out.
func (v *Status) lookAtFront() {
	f := v.Front
	if f.Most > 0 && f.Connections >= f.Most {
		v.trouble(fmt.Sprintf("There are as many connections as may be, %d: new ones wait.", f.Most),
			"Raise limits.connections, and the number of files that the process may have open.")
	}
	switch until := f.Certificate; {
	case until.IsZero():
	case !until.After(v.At):
		v.trouble(fmt.Sprintf("The certificate ended %s: browsers and readers turn away.", ago(v.At, until)), "Put a new one in the place of its files, and it is taken up at once; with ACME the log says why there is none.")
	case until.Sub(v.At) < endsSoon:
		v.trouble(fmt.Sprintf("The certificate ends in %s, and was not renewed.", length(until.Sub(v.At))), "Put a new one in the place of its files, and it is taken up at once; with ACME the log says why there is none.")
	}
}
