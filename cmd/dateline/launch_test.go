package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// launched is a server that runs as a process of its own.
type launched struct {
	testing.TB
	*exec.Cmd
	folder  string
	address string // of its listener, host and port
	log     chan string
}

// basics is a configuration without articles and sources; what is added comes
// behind it.
const basics = "site: {title: T, url: \"https://news.dateline.example\", publisher: {name: T}}\nadmin: {listen: \"\"}\nsamples: false\ncategories: [{slug: world, title: World}]\n"

// prepare is a server that is not started yet. The configuration is basics, an
// address to listen at, and more.
func prepare(t testing.TB, more string) *launched {
	t.Helper()
	s := &launched{TB: t, folder: t.TempDir(), address: freeAddress(t)}
	s.write("config.yaml", basics+"listen: "+s.address+"\n"+more)
	return s
}

func (s *launched) path(name string) string { return filepath.Join(s.folder, name) }

func (s *launched) write(name, text string) {
	s.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

// start runs it, in a shell of which lines may be said before, with more
// variables in its environment, until it says that it listens.
func (s *launched) start(before string, files []*os.File, env ...string) *launched {
	s.Helper()
	program, err := os.Executable()
	if err != nil {
		s.Fatal(err)
	}
	if err := os.Symlink(program, s.path("dateline")); err != nil && !os.IsExist(err) {
		s.Fatal(err)
	}
	s.Cmd = exec.Command("/bin/sh", "-c", before+"exec ./dateline serve")
	s.Dir, s.Env, s.ExtraFiles = s.folder, append(os.Environ(), env...), files
	stdout, err := s.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	stderr, err := s.StderrPipe()
	if err != nil {
		s.Fatal(err)
	}
	if err := s.Start(); err != nil {
		s.Fatal(err)
	}
	log := make(chan string, 100_000)
	s.log = log
	go func() {
		defer close(log)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			log <- lines.Text()
		}
	}()
	process := s.Process
	s.Cleanup(func() { process.Kill() })
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "Listening on ") {
			return s
		}
	}
	s.Fatalf("it does not start: %s", s.rest())
	return nil
}

func launch(t *testing.T, more string) *launched { return prepare(t, more).start("", nil) }

// rest is what it still logs, until it has ended.
func (s *launched) rest() string {
	var all strings.Builder
	for line := range s.log {
		fmt.Fprintln(&all, line)
	}
	return all.String()
}

// logs waits until it logs a line with all of the parts.
func (s *launched) logs(parts ...string) string {
	s.Helper()
	var before strings.Builder
lines:
	for line := range s.log {
		fmt.Fprintln(&before, line)
		for _, part := range parts {
			if !strings.Contains(line, part) {
				continue lines
			}
		}
		return line
	}
	s.Fatalf("it ended and did not log %q, but\n%s", parts, before.String())
	return ""
}

// end sends a signal and waits for its end: what it logged, and its status.
func (s *launched) end(signal os.Signal) (said string, status int) {
	s.Helper()
	if err := s.Process.Signal(signal); err != nil {
		s.Fatal(err)
	}
	said = s.rest()
	s.Wait()
	return said, s.ProcessState.ExitCode()
}

// passed is a socket that another process is given.
type passed struct {
	file    *os.File
	address string
}

func listenFile(t *testing.T, network, address string) passed {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	file, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return passed{file, l.Addr().String()}
}

// through is a transport that asks whatever it is asked at a Unix socket.
func through(path string) *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}}
}
