package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	standard "log"
)

// TestMoreClientsThanFiles: where few files may be open there are fewer
// connections, and whoever comes is answered all the same, however many are
// idle; the log says so once.
func TestMoreClientsThanFiles(t *testing.T) {
	s := prepare(t, "").start("ulimit -n 400; ", nil)
	s.logs("msg=serving", "connections=200") // the half
	for range 700 {
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get("http://" + s.address + "/rss.xml")
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), "<rss") {
		t.Error(resp.Status, err)
	}
	resp.Body.Close()
	s.logs("level=WARN", "there are as many connections as may be", "limit=200")
	if said, status := s.end(syscall.SIGTERM); status != 0 || strings.Contains(said, "too many open files") || strings.Contains(said, "as many connections as may be") {
		t.Error(status, said)
	}
}

// TestLimitsOfTheServer are those of the configuration.
func TestLimitsOfTheServer(t *testing.T) {
	s := launch(t, "limits: {header: 8KiB, read_header: 1s, read: 1s}\n")
	for name, tc := range map[string]struct{ request, want string }{
		"a large header":  {"GET / HTTP/1.1\r\nHost: a\r\nX-A: " + strings.Repeat("a", 16<<10) + "\r\n\r\n", "HTTP/1.1 431"},
		"a slow header":   {"HEAD / HTTP/1.1\r\nHost:", ""},
		"nothing":         {"", ""},
		"a slow body":     {"POST /api/v1/articles HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + strings.TrimSpace(s.read("data/dateline.token")) + "\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\na", "HTTP/1.1 400"},
		"half a request":  {"GET /rss.xml HTTP/1.1\r\nHost", ""},
		"a whole request": {"GET /rss.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "HTTP/1.1 200"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := net.Dial("tcp", s.address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			io.WriteString(c, tc.request)
			answer, _ := io.ReadAll(c) // it ends
			line, _, _ := strings.Cut(string(answer), "\r\n")
			if !strings.HasPrefix(line, tc.want) || tc.want == "" && line != "" {
				t.Errorf("%q, want %q", line, tc.want)
			}
		})
	}
}

// TestLibrariesLogOneLine, escaped, and only who wants to see it does: what
// they print may be the bytes of somebody else's server.
func TestLibrariesLogOneLine(t *testing.T) {
	defer standard.SetOutput(standard.Writer())
	defer standard.SetFlags(standard.Flags())
	for level, want := range map[slog.Level]int{slog.LevelInfo: 0, slog.LevelDebug: 1} {
		var said bytes.Buffer
		adoptStandardLog(newLog(defaultConfig(), &said, level))
		standard.Printf("Unsolicited response received: %s", "\x1b[31m\nlevel=ERROR msg=forged\r\n")
		if n := strings.Count(said.String(), "\n"); n != want || strings.ContainsAny(said.String(), "\x1b\r") {
			t.Errorf("%s: %q", level, said.String())
		}
	}
	var said bytes.Buffer
	l := serverLog(newLog(defaultConfig(), &said, slog.LevelInfo))
	l.Print("http: TLS handshake error from 192.0.2.1:1: EOF")
	l.Print("http: Accept error: too many open files; retrying in 5ms")
	if n := strings.Count(said.String(), "\n"); n != 1 || !strings.Contains(said.String(), "level=WARN") {
		t.Error(said.String())
	}
}

// TestLogSaysUnits: a length of time is as in the configuration, in JSON too.
func TestLogSaysUnits(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		c := defaultConfig()
		c.Log.Format = format
		var said bytes.Buffer
		newLog(c, &said, slog.LevelInfo).Info("trying again", "in", 90*time.Minute)
		if !strings.Contains(said.String(), "1h30m0s") {
			t.Error(said.String())
		}
	}
}

// BenchmarkIdleConnections says what one costs that is idle at the gate, one
// that sent half a request, and one that net/http has.
func BenchmarkIdleConnections(b *testing.B) {
	for name, send := range map[string]string{
		"silent":         "",
		"a poll":         "GET /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n",
		"half a request": "GET /rss.xml HTTP/1.1\r\nHost: a\r\nUser-Agent: abc",
		"a page":         "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				idle(b, send)
			}
		})
	}
}

func idle(b *testing.B, send string) {
	const clients = 8000
	s := prepare(b, "limits: {read_header: 1h, read: 1h, idle: 1h}\n").start("GOGC=100; export GOGC; ", nil)
	before := rssAnon(b, s.Process.Pid)
	for range clients {
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		if io.WriteString(c, send); strings.HasSuffix(send, "\r\n\r\n") {
			if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(rssAnon(b, s.Process.Pid)-before)*1024/clients, "B/connection")
	s.end(syscall.SIGTERM)
}

// rssAnon is the private memory of a process, in KiB.
func rssAnon(b testing.TB, pid int) (n int) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip(err)
	}
	_, rest, _ := strings.Cut(string(data), "RssAnon:")
	fmt.Sscan(rest, &n)
	return n
}
