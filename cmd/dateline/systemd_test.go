package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// notifications is the socket of a service manager.
func notifications(t *testing.T) (c *net.UnixConn, variable string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, "NOTIFY_SOCKET=" + path
}

// heardOf waits for a message that has a match, passing over those that feed the
// watchdog when it is not about that.
func heardOf(t *testing.T, c *net.UnixConn, pattern string) {
	t.Helper()
	wanted := regexp.MustCompile(pattern)
	buffer := make([]byte, 4096)
	n, err := c.Read(buffer)
	for err == nil && string(buffer[:n]) == "WATCHDOG=1" && !wanted.MatchString("WATCHDOG=1") {
		n, err = c.Read(buffer)
	}
	if err != nil || !wanted.Match(buffer[:n]) {
		t.Fatalf("heardOf %q, want %q, %v", buffer[:n], pattern, err)
	}
}

// TestServiceManagerIsTold of the whole life of a server, in order.
func TestServiceManagerIsTold(t *testing.T) {
	c, variable := notifications(t)
	s := prepare(t, "").start("", nil, variable, "WATCHDOG_USEC=60000")
	ready := `^READY=1\nSTATUS=Serving on ` + regexp.QuoteMeta(s.address) + `$`
	heardOf(t, c, ready)
	for range 3 {
		heardOf(t, c, `^WATCHDOG=1$`)
	}
	s.Process.Signal(syscall.SIGHUP)
	heardOf(t, c, `^RELOADING=1\nMONOTONIC_USEC=\d+$`)
	heardOf(t, c, ready)
	if said, status := s.end(syscall.SIGTERM); status != 0 {
		t.Error(status, said)
	}
	heardOf(t, c, `^STOPPING=1\nSTATUS=Answering the requests in flight$`)
}

// TestWatchdogStarves when the store does not answer, and the manager is heardOf
// why.
func TestWatchdogStarves(t *testing.T) {
	c, variable := notifications(t)
	name, value, _ := strings.Cut(variable, "=")
	t.Setenv(name, value)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	feedWatchdog(t.Context(), func(context.Context) error { return errors.New("the disk is gone") }, log)
	feedWatchdog(t.Context(), func(context.Context) error { return nil }, log)
	heardOf(t, c, `^STATUS=The store does not answer: the disk is gone$`)
	heardOf(t, c, `^WATCHDOG=1$`)
}

// TestPassedSockets takes those of systemd in place of the configuration's.
func TestPassedSockets(t *testing.T) {
	plain, secure := listenFile(t, "tcp", "127.0.0.1:0"), listenFile(t, "tcp", "127.0.0.1:0")
	unix := listenFile(t, "unix", filepath.Join(t.TempDir(), "http"))
	s := prepare(t, "")
	cert, key := newPair(t, "news.dateline.example", time.Now().Add(time.Hour))
	s.write("cert.pem", cert)
	s.write("key.pem", key)
	s.write("config.yaml", basics+"listen: "+s.address+"\ntls: {listen: \"127.0.0.1:1\", cert_file: cert.pem, key_file: key.pem}\n")
	s.start("LISTEN_PID=$$; export LISTEN_PID; ", []*os.File{plain.file, secure.file, unix.file}, "LISTEN_FDS=3", "LISTEN_FDNAMES=http:https:http")
	for client, url := range map[*http.Client]string{
		http.DefaultClient:                 "http://" + plain.address,
		secureClient(t, cert):              "https://" + secure.address,
		{Transport: through(unix.address)}: socketURL,
	} {
		resp, err := client.Get(url + "/rss.xml")
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(body), "<rss") {
			t.Errorf("%s: %s, %v", url, resp.Status, err)
		}
		resp.Body.Close()
	}
	if c, err := net.Dial("tcp", s.address); err == nil {
		c.Close()
		t.Error("it listens where the configuration says, too")
	}
	if said, status := s.end(syscall.SIGTERM); status != 0 {
		t.Error(status, said)
	}
	if _, err := os.Stat(unix.address); err != nil {
		t.Errorf("the socket that is not its own is gone: %v", err)
	}
}

// TestSocketsForSomebodyElse are left alone: the variables are another
// process's.
func TestSocketsForSomebodyElse(t *testing.T) {
	plain := listenFile(t, "tcp", "127.0.0.1:0")
	s := prepare(t, "").start("", []*os.File{plain.file}, "LISTEN_PID=1", "LISTEN_FDS=1")
	resp, err := http.Get("http://" + s.address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}
