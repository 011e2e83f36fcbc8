package traffic

import "net/http"

// Metered is an answer that is measured as it is written.
type Metered struct {
	http.ResponseWriter
	Status int // 0 while nothing was written
	Bytes  int // of the body
}

// Meter measures what is written to w, which may be measured already.
func Meter(w http.ResponseWriter) *Metered {
	if m, ok := w.(*Metered); ok {
		return m
	}
	return &Metered{ResponseWriter: w}
}

// WriteHeader notes the status; those before the last one (RFC 9110 §15.2) are
// not answers.
func (m *Metered) WriteHeader(status int) {
	if m.Status == 0 && status >= 200 {
		m.Status = status
	}
	m.ResponseWriter.WriteHeader(status)
}

func (m *Metered) Write(b []byte) (int, error) {
	if m.Status == 0 {
		m.Status = http.StatusOK
	}
	n, err := m.ResponseWriter.Write(b)
	m.Bytes += n
	return n, err
}

// Unwrap is for http.ResponseController.
func (m *Metered) Unwrap() http.ResponseWriter { return m.ResponseWriter }
