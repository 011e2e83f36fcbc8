package traffic

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// door is a server behind a Door, and its log.
type door struct {
	*testing.T
	*httptest.Server
	mu    sync.Mutex
	log   bytes.Buffer
	level slog.Level
	told  chan Answered
}

func (d *door) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(b)
}

func newDoor(t *testing.T) *door {
	d := &door{T: t, told: make(chan Answered, 10)}
	log := slog.New(Named(slog.NewJSONHandler(d, &slog.HandlerOptions{Level: slog.LevelInfo})))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /a/{x}", func(w http.ResponseWriter, r *http.Request) {
		log.With("by", "handler").InfoContext(r.Context(), "inside")
		http.NewResponseController(w).SetWriteDeadline(time.Time{})
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, "12345")
	})
	mux.HandleFunc("GET /abort", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /wait", func(w http.ResponseWriter, r *http.Request) {
		d.told <- Answered{Route: "waiting"}
		<-r.Context().Done()
	})
	now := noon
	d.Server = httptest.NewServer(&Door{Next: mux, Log: log, Level: func() slog.Level { return d.level }, Told: func(a Answered) { d.told <- a },
		Now: func() time.Time { now = now.Add(time.Second); return now }})
	t.Cleanup(d.Close)
	return d
}

func (d *door) ask(ctx context.Context, path, id string) *http.Response {
	d.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", d.URL+path, nil)
	if err != nil {
		d.Fatal(err)
	}
	req.Header.Set("X-Request-Id", id)
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil {
		resp.Body.Close()
	}
	return resp
}

func TestEveryLineOfARequestHasItsID(t *testing.T) {
	d := newDoor(t)
	resp := d.ask(t.Context(), "/a/b?token=hidden", "proxy-1:2/3")
	if got := resp.Header.Get("X-Request-Id"); got != "proxy-1:2/3" {
		t.Errorf("the answer has the id %q", got)
	}
	if a := <-d.told; a != (Answered{"GET /a/{x}", http.StatusTeapot, 5, time.Second}) {
		t.Errorf("told of %+v", a)
	}
	d.Close()
	lines := strings.Split(strings.TrimSpace(d.log.String()), "\n")
	if len(lines) != 2 || strings.Contains(d.log.String(), "hidden") {
		t.Fatalf("log:\n%s", &d.log)
	}
	for _, line := range lines {
		var l struct{ Request, Msg, Path, Agent, Client string }
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Request != "proxy-1:2/3" {
			t.Errorf("%v: %s", err, line)
		}
		if l.Msg == "request" && (l.Path != "/a/b" || l.Agent != "Go-http-client/1.1" || l.Client == "") {
			t.Errorf("%s", line)
		}
	}
}

func TestIDIsMadeWhenThereIsNoneThatIsWellFormed(t *testing.T) {
	d, seen := newDoor(t), map[string]bool{}
	for _, id := range []string{"", "has blank", `quoted"`, strings.Repeat("x", 129), "näh", "<script>"} {
		got := d.ask(t.Context(), "/a/b", id).Header.Get("X-Request-Id")
		if !idShape.MatchString(got) || got == id || seen[got] {
			t.Errorf("the id %q made %q", id, got)
		}
		seen[got] = true
		<-d.told
	}
}

func TestWhatHasNoAnswerIsToldOfToo(t *testing.T) {
	d := newDoor(t)
	d.ask(t.Context(), "/abort", "")
	if a := <-d.told; a.Route != "GET /abort" {
		t.Errorf("of an answer that broke off: %+v", a)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var asking sync.WaitGroup
	asking.Go(func() { d.ask(ctx, "/wait", "") })
	<-d.told
	cancel()
	asking.Wait()
	if a := <-d.told; a.Status != 499 {
		t.Errorf("of a client that went away: %+v", a)
	}
	d.ask(t.Context(), "/nothing", "")
	if a := <-d.told; a.Route != "" || a.Status != 404 {
		t.Errorf("of no address: %+v", a)
	}
}

func TestRequestsAreLoggedAtTheLevelOfTheMoment(t *testing.T) {
	d := newDoor(t)
	d.level = slog.LevelDebug
	d.ask(t.Context(), "/nothing", "")
	<-d.told
	d.Close()
	if d.log.Len() > 0 {
		t.Errorf("log:\n%s", &d.log)
	}
}
