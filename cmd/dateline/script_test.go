package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// update writes what is made of something else: see TestReference, and what
// scripts compare with.
var update = flag.Bool("update", false, "write the copy of config.yaml, the reference in README.md, and what scripts want")

// TestMain lets this test binary run as the command itself, and as the farm of
// the benchmark.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dateline": main, "farm": farm})
}

// TestScripts runs every terminal session in testdata/script with the real
// command. Beside testscript's own, the sessions have these commands:
//
//	config FILE KEYS…  write the shipped config.yaml to FILE, listening on a
//	                   free port ($PORT from then on), with the admin listener
//	                   on another (at $ADMIN); each KEY=VALUE replaces one of
//	                   its lines
//	server [ARGS…]     run `dateline serve` until it says that it listens; its
//	                   output up to there is stdout
//	halt               end the server with SIGTERM and wait for it
//	hup                tell the server of a SIGHUP
//	logged PATTERN     wait until the server logs a line that the regular
//	                   expression matches, which is then stdout
//	files DIR          serve a folder to others; its address is $FILES
//	get PATH           the answer of the server is stdout; a whole URL may be
//	                   asked for too
//	settle PATH        ask until the second in which the feed changed is over:
//	                   libcurl goes by Last-Modified, which has whole seconds
func TestScripts(t *testing.T) {
	shipped, err := filepath.Abs("../../config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SHIPPED", shipped)
			env.Values[serverKey{}] = &runningServer{}
			env.Defer(func() { env.Values[serverKey{}].(*runningServer).stop() })
			return nil
		},
		// [feedparser]: the Python of the system has that library.
		Condition: func(condition string) (bool, error) {
			if condition != "feedparser" {
				return false, fmt.Errorf("no such condition: %s", condition)
			}
			return exec.Command("/usr/bin/python3", "-c", "import feedparser").Run() == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"config": writeConfig, "server": startServer, "halt": stopServer, "get": getPath, "settle": settle,
			"hup": hangUp, "logged": logged, "files": serveFiles,
		},
	})
}

type serverKey struct{}

// runningServer is the server of one session.
type runningServer struct {
	cmd *exec.Cmd
	log chan string // its lines; closed when it ends
}

func (s *runningServer) stop() error {
	if s.cmd == nil {
		return nil
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	for range s.log { // to its end, as Wait wants it
	}
	err := s.cmd.Wait()
	s.cmd = nil
	return err
}

func writeConfig(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: config FILE KEY=VALUE…")
	}
	_, port, _ := net.SplitHostPort(freeAddress(ts))
	admin := freeAddress(ts)
	ts.Setenv("PORT", port)
	ts.Setenv("ADMIN", "http://"+admin)
	text := ts.ReadFile(ts.Getenv("SHIPPED"))
	for _, pair := range append([]string{"listen: 127.0.0.1:8080=listen: 127.0.0.1:" + port, "listen: 127.0.0.1:8081=listen: " + admin, "url: http://localhost:8080=url: http://localhost:" + port}, args[1:]...) {
		old, value, ok := strings.Cut(pair, "=")
		if !ok || !strings.Contains(text, old) {
			ts.Fatalf("the shipped configuration has no %q", old)
		}
		text = strings.Replace(text, old, value, 1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

func startServer(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(serverKey{}).(*runningServer)
	if neg || s.cmd != nil {
		ts.Fatalf("one server at a time; use `! exec dateline serve` for one that fails")
	}
	cmd := exec.Command("dateline", append([]string{"serve"}, args...)...)
	if program, err := exec.LookPath(filepath.Join(strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator))[0], "dateline")); err == nil {
		cmd = exec.Command(program, append([]string{"serve"}, args...)...)
	}
	cmd.Dir, cmd.Env = ts.MkAbs("."), append(os.Environ(), "HOME="+ts.MkAbs("."))
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	stderr, err := cmd.StderrPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	s.log = make(chan string, 10_000)
	go func() {
		defer close(s.log)
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			s.log <- lines.Text()
		}
	}()
	said, lines := "", bufio.NewScanner(stdout)
	for lines.Scan() {
		said += lines.Text() + "\n"
		if strings.HasPrefix(lines.Text(), "Listening on ") {
			s.cmd = cmd
			ts.Stdout().Write([]byte(said))
			return
		}
	}
	for line := range s.log {
		said += line + "\n"
	}
	cmd.Wait()
	ts.Fatalf("the server ended:\n%s", said)
}

func hangUp(ts *testscript.TestScript, neg bool, _ []string) {
	s := ts.Value(serverKey{}).(*runningServer)
	ts.Check(s.cmd.Process.Signal(syscall.SIGHUP))
}

func logged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: logged PATTERN")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	said, lines := "", ts.Value(serverKey{}).(*runningServer).log
	for limit := time.After(time.Minute); ; {
		select {
		case line, ok := <-lines:
			if !ok {
				ts.Fatalf("the server ended, and logged no such line:\n%s", said)
			}
			if said += line + "\n"; pattern.MatchString(line) {
				ts.Stdout().Write([]byte(line + "\n"))
				return
			}
		case <-limit:
			ts.Fatalf("the server logged no such line:\n%s", said)
		}
	}
}

func stopServer(ts *testscript.TestScript, neg bool, _ []string) {
	if err := ts.Value(serverKey{}).(*runningServer).stop(); err != nil {
		ts.Fatalf("the server did not end well: %v", err)
	}
}

func serveFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: files DIR")
	}
	server := httptest.NewServer(http.FileServer(http.Dir(ts.MkAbs(args[0]))))
	ts.Defer(server.Close)
	ts.Setenv("FILES", server.URL)
}

func getPath(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: get PATH")
	}
	url := args[0]
	if !strings.Contains(url, "://") {
		url = "http://127.0.0.1:" + ts.Getenv("PORT") + url
	}
	resp, err := http.Get(url)
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if ok := resp.StatusCode == http.StatusOK; ok == neg {
		ts.Fatalf("%s: %s\n%s", args[0], resp.Status, body)
	}
	ts.Stdout().Write(body)
}

func settle(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: settle PATH")
	}
	first := ""
	for {
		resp, err := http.Head("http://127.0.0.1:" + ts.Getenv("PORT") + args[0])
		ts.Check(err)
		resp.Body.Close()
		if date := resp.Header.Get("Date"); first == "" {
			first = date
		} else if date != first {
			return
		}
	}
}
