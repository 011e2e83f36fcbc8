package admin

import (
	"strings"
	"testing"
	"time"
)

// reached is a network on which everything has happened.
var reached = Network{
	Listen: []string{"127.0.0.1:8080", "unix:/run/dateline/http", "https://[::]:443"}, Connections: 12, Most: 10_000, Crowded: 3, Limited: 7,
	Certificate: &Certificate{Names: []string{"wire.example"}, From: noon.Add(-60 * 24 * time.Hour), Until: noon.Add(30 * 24 * time.Hour)},
}

func TestNetworkIsShown(t *testing.T) {
	h := newHouse(t)
	h.network = reached
	if v := h.status(); !v.Well || !v.Network.Certificate.Until.Equal(noon.Add(30*24*time.Hour)) || len(v.Network.Listen) != 3 {
		t.Errorf("%q %+v", v.Sentence, v.Network)
	}
	h.has("/status", "127.0.0.1:8080, unix:/run/dateline/http, https://[::]:443", "12 of 10,000; 3 times since the start there was no room",
		"7 requests of clients that ask too often", "until 22 Dec 2026, 12:00:00 UTC (in 30 days), wire.example")
}

func TestFullServerNeedsSomebody(t *testing.T) {
	h := newHouse(t)
	h.network = reached
	h.network.Connections = h.network.Most
	h.has("/status", "1 thing of the server needs you", "as many connections as may be, 10,000")
}

func TestCertificatesThatNeedSomebody(t *testing.T) {
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		c    Certificate
		want string // the trouble begins so; empty for none
	}{
		"fresh":                       {Certificate{From: noon.Add(-day), Until: noon.Add(89 * day)}, ""},
		"good for 15 days":            {Certificate{From: noon.Add(-75 * day), Until: noon.Add(15 * day)}, ""},
		"good for 13 days":            {Certificate{From: noon.Add(-77 * day), Until: noon.Add(13 * day)}, "The certificate of HTTPS ends in 13 days"},
		"for a week":                  {Certificate{From: noon.Add(-5 * day), Until: noon.Add(2 * day)}, ""},
		"for a week, not renewed":     {Certificate{From: noon.Add(-6 * day), Until: noon.Add(day)}, "The certificate of HTTPS ends in 24 h"},
		"over":                        {Certificate{From: noon.Add(-90 * day), Until: noon.Add(-3 * time.Hour)}, "The certificate of HTTPS ended 3 h ago"},
		"none":                        {Certificate{}, "There is no certificate for HTTPS"},
		"another was refused":         {Certificate{From: noon, Until: noon.Add(90 * day), Fault: "no PEM", FaultAt: noon.Add(-5 * time.Minute)}, "A certificate could not be taken up 5 min ago: no PEM."},
		"the clock was a year behind": {Certificate{From: noon.Add(365 * day), Until: noon.Add(455 * day)}, ""},
	} {
		for authority, do := range map[bool]string{false: "tls.cert_file", true: "port 443 or 80"} {
			tc.c.Authority = authority
			v := Status{At: noon, Network: Network{Certificate: &tc.c}}
			v.lookAtCertificate()
			v.conclude()
			switch {
			case v.Well != (tc.want == "") || len(v.Troubles) > 1:
				t.Errorf("%s: %+v", name, v.Troubles)
			case tc.want != "" && (!strings.HasPrefix(v.Troubles[0].What, tc.want) || !strings.Contains(v.Troubles[0].Do, do)):
				t.Errorf("%s: %+v", name, v.Troubles[0])
			}
		}
	}
}
