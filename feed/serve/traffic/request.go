package traffic

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"time"
)

// Door has Next answer every request under an id, by which it can be found in
// the log: that of X-Request-Id when it is well-formed, or a new one. The answer
// carries it in the same field.
type Door struct {
	Next  http.Handler
	Log   *slog.Logger
	Level func() slog.Level // at which each request is logged
	Told  func(Answered)    // of every answer, when it has been given; must not wait
	Now   func() time.Time
}

// Answered is what became of a request.
type Answered struct {
	Route  string // the pattern that matched it: one of few
	Status int
	Bytes  int // of the body
	Took   time.Duration
}

// clientGone is the status under which requests are counted whose client did
// not wait for the answer, as nginx has it.
const clientGone = 499

// ServeHTTP answers a request, and logs it. Neither query nor header is logged,
// but for the name of the program: they may hold what is secret.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun, id, m := d.Now(), r.Header.Get(idField), Meter(w)
	if !idShape.MatchString(id) {
		id = rand.Text()
	}
	w.Header().Set(idField, id)
	r = r.WithContext(context.WithValue(r.Context(), idKey{}, id))
	defer func() { // also when the handler gives up in the middle of an answer
		a := Answered{r.Pattern, m.Status, m.Bytes, d.Now().Sub(begun)}
		switch {
		case a.Status == 0 && r.Context().Err() != nil:
			a.Status = clientGone
		case a.Status == 0:
			a.Status = http.StatusOK
		}
		d.Told(a)
		d.Log.Log(r.Context(), d.Level(), "request", "method", printable(r.Method), "path", printable(r.URL.Path), "status", a.Status, "bytes", a.Bytes,
			"took", a.Took, "client", r.RemoteAddr, "agent", printable(r.UserAgent()))
	}()
	d.Next.ServeHTTP(m, r)
}

const idField = "X-Request-Id"

// idShape is that of ids that are taken over: none of them needs quotes anywhere.
var idShape = regexp.MustCompile(`^[A-Za-z0-9._:@/+=-]{1,128}$`)

type idKey struct{}

// ID is the id of the request that ctx belongs to; empty for none.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(idKey{}).(string)
	return id
}

// Named is a handler of logs that adds the id of the request to every line that
// it causes.
func Named(h slog.Handler) slog.Handler { return named{h} }

type named struct{ slog.Handler }

func (n named) Handle(ctx context.Context, r slog.Record) error {
	if id := ID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return n.Handler.Handle(ctx, r)
}

func (n named) WithAttrs(attrs []slog.Attr) slog.Handler { return named{n.Handler.WithAttrs(attrs)} }
func (n named) WithGroup(name string) slog.Handler       { return named{n.Handler.WithGroup(name)} }
