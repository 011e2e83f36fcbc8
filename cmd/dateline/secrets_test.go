package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// kept is an output that can be read while it is written.
type kept struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{} // holds a token after a write
}

func (k *kept) Write(b []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	select {
	case k.news <- struct{}{}:
	default:
	}
	return k.text.Write(b)
}

func (k *kept) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}

// wait waits for a line that matches.
func (k *kept) wait(t *testing.T, pattern string) []string {
	t.Helper()
	limit := time.After(time.Minute)
	for shape := regexp.MustCompile(pattern); ; {
		if m := shape.FindStringSubmatch(k.String()); m != nil {
			return m
		}
		select {
		case <-k.news:
		case <-limit:
			t.Fatalf("no %s in\n%s", pattern, k)
		}
	}
}

// TestNoSecretIsLogged has a server that logs all it can meet every kind of
// secret, right and wrong ones, and looks for them in its log.
func TestNoSecretIsLogged(t *testing.T) {
	secret := func(what string) string { return "SECRET-" + what + "-0123456789" }
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	seen := make(chan http.Header, 1000)
	source := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/gone?key="+secret("redirect"), http.StatusFound)
		case "/feed":
			fmt.Fprint(w, `<rss version="2.0"><channel><title>G</title><item><guid isPermaLink="false">g</guid><title>Goat</title></item></channel></rss>`)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer source.Close()
	write("password", secret("password"))
	write("desk.token", secret("file"))
	t.Setenv("DATELINE_TEST_TOKEN", secret("env"))
	config := func(sources string) string {
		return fmt.Sprintf(`
site: {title: W, url: "https://wire.example", publisher: {name: W}}
listen: %s
admin: {listen: "%s"}
store: {path: s.db}
categories: [{slug: world, title: World}]
fetch: {allow_private: [127.0.0.1], pause: 0s}
tokens: [{name: desk, token_file: desk.token, may: [publish, moderate]}, {name: cms, token_env: DATELINE_TEST_TOKEN, may: [read]}]
log: {level: debug, format: json, requests: true}
sources:
  - {name: a, url: "%s/feed", category: world, auth: {user: me, password_file: password}, headers: {X-Key: "%s"}}
  - {name: b, url: "%s/private", category: world, auth: {user: me, password_file: password}, headers: {X-Key: "%s"}}
  - {name: c, url: "%s/moved", category: world, auth: {user: me, password_file: password}}
  - {name: d, url: "http://far.example/feed", category: world, proxy: "http://me:%s@127.0.0.1:9"}
%s`, freeAddress(t), freeAddress(t), source.URL, secret("header"), source.URL, secret("header"), source.URL, secret("proxy"), sources)
	}
	text := config("")
	write("config.yaml", text)

	ctx, stop := context.WithCancel(t.Context())
	out, log := &kept{news: make(chan struct{}, 1)}, &kept{news: make(chan struct{}, 1)}
	var serving sync.WaitGroup
	serving.Go(func() {
		if code := run(ctx, []string{"serve", "--config", filepath.Join(folder, "config.yaml")}, strings.NewReader(""), out, log); code != 0 {
			t.Errorf("the server ended with %d", code)
		}
	})
	defer serving.Wait()
	defer stop()
	admin := out.wait(t, `http://([0-9.:]+)/status`)[1]
	address := out.wait(t, `Listening on ([0-9.:]+)\.`)[1]
	ask := func(method, host, path, body string, header ...string) int {
		t.Helper()
		req, err := http.NewRequest(method, "http://"+host+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		answer, _ := io.ReadAll(resp.Body)
		if strings.Contains(string(answer), "SECRET") {
			t.Errorf("%s %s answers with a secret:\n%s", method, path, answer)
		}
		return resp.StatusCode
	}
	copy := "World\n\nGoat wins\n\nBellmar, Jan 10 (DTL).- The goat won.\n"
	for _, want := range []int{201, 200} {
		if code := ask("POST", address, "/api/v1/articles", copy, "Authorization", "Bearer "+secret("file"), "Content-Type", "text/plain", "Idempotency-Key", secret("key")); code != want {
			t.Errorf("filing: %d", code)
		}
	}
	ask("POST", address, "/api/v1/articles", "another", "Authorization", "Bearer "+secret("file"), "Content-Type", "text/plain", "Idempotency-Key", secret("key"))
	ask("GET", address, "/api/v1/articles?key="+secret("query"), "", "Authorization", "Bearer "+secret("env"), "Cookie", "s="+secret("cookie"))
	ask("GET", address, "/api/v1/articles", "", "Authorization", "Bearer "+secret("wrong"))
	ask("GET", address, "/api/v1/articles", "", "Authorization", "Basic "+secret("basic"), "Referer", "https://x.example/?"+secret("referer"))
	ask("POST", address, "/api/v1/sources/b/fetch", "", "Authorization", "Bearer "+secret("file"))
	for _, path := range []string{"/status", "/status.json", "/metrics", "/debug/pprof/cmdline"} {
		ask("GET", admin, path+"?key="+secret("query"), "", "Authorization", "Bearer "+secret("wrong"))
	}
	ask("POST", admin, "/fetch", "source=a", "Content-Type", "application/x-www-form-urlencoded", "Cookie", "s="+secret("cookie"))
	for _, name := range []string{"b", "c", "d"} {
		log.wait(t, `a source failed.*"source":"`+name+`"`)
	}
	log.wait(t, `"msg":"request".*"path":"/api/v1/articles".*"request":"`)

	// What is refused, and what is taken up, tells none either.
	write("config.yaml", text+`  - {name: e, url: "http://me:`+secret("url")+`@127.0.0.1/feed?key=`+secret("ours")+`", category: world}`+"\n")
	log.wait(t, `was taken up.*"sources_added":1`)
	log.wait(t, `a source failed.*"source":"e"`)
	write("config.yaml", text+`  - {name: f, url: "ftp://me:`+secret("url")+`@127.0.0.1/feed", header: "`+secret("header")+`"}`+"\n")
	log.wait(t, `cannot be taken up`)
	ask("GET", admin, "/status.json", "")
	write("config.yaml", strings.Replace(text, secret("header"), secret("other"), 1))
	log.wait(t, `was taken up.*"sources_removed":1`)
	stop()
	serving.Wait()
	sent := false
	for close(seen); ; {
		h, more := <-seen
		if !more {
			break
		}
		sent = sent || h.Get("X-Key") == secret("header") && strings.HasPrefix(h.Get("Authorization"), "Basic ")
	}
	if !sent {
		t.Error("the source was not sent its secrets")
	}
	local, err := os.ReadFile(filepath.Join(folder, "s.token"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(log.String() + out.String()) {
		if strings.Contains(line, "SECRET") || strings.Contains(line, strings.TrimSpace(string(local))) || strings.Contains(line, "U0VDUkVU") || strings.Contains(line, "bWU6U0VDUkV") {
			t.Errorf("a secret is logged: %s", line)
		}
	}
	for line := range strings.Lines(log.String()) {
		if !strings.HasPrefix(line, "{") {
			t.Errorf("a line of the log is no event: %s", line)
		}
	}
}
