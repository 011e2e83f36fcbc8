package serve

import (
	"net/http"
	"strconv"
	"strings"

	"dateline/feed"
)

// chooseEncoding is the content coding that suits a client best of those that
// are offered: the one with the highest q-value, and among equals the first
// (RFC 9110 §12.5.3). A client that sends no Accept-Encoding gets identity. ok
// is false when it refuses all that there are.
func chooseEncoding(r *http.Request, offered []feed.Encoding) (best feed.Encoding, ok bool) {
	accept := strings.Join(r.Header.Values("Accept-Encoding"), ",")
	if strings.TrimSpace(accept) == "" {
		return feed.Identity, true
	}
	weights := map[string]float64{}
	for part := range strings.SplitSeq(accept, ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		weights[codingName(coding)] = weight(parameters)
	}
	highest := 0.0
	for _, e := range offered {
		q, named := weights[string(e)]
		if rest, any := weights["*"]; !named && any {
			q, named = rest, true
		}
		if !named && e == feed.Identity {
			// Acceptable unless it is excluded, but what is named is wanted.
			q = 0.0001
		}
		if q > highest {
			best, highest = e, q
		}
	}
	return best, highest > 0
}

// codingName is a coding in lower case. RFC 9110 §8.4.1.3: x-gzip is gzip.
func codingName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "x-gzip" {
		return string(feed.Gzip)
	}
	return s
}

// weight is the q parameter; 1 when there is none, 0 when it is no number.
func weight(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(p), "=")
		if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || q < 0 || q > 1 {
			return 0
		}
		return q
	}
	return 1
}
