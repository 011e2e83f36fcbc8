package static

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

// answer is what a handler answers. It is an http.ResponseWriter.
type answer struct {
	path     string // that was asked for, without percent-encoding
	status   int
	header   http.Header
	body     bytes.Buffer
	modified time.Time // zero when it does not say
}

// ask has a handler answer a GET.
func ask(h http.Handler, address string) (*answer, error) {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", address, err)
	}
	r.RequestURI = address
	a := &answer{path: r.URL.Path, status: http.StatusOK, header: http.Header{}}
	h.ServeHTTP(a, r)
	a.modified, _ = http.ParseTime(a.header.Get("Last-Modified"))
	return a, nil
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
