package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTenThousandIdle connections cost little and hinder nobody: who comes next
// is answered, those that are idle longest give way when there is no room, and
// the server ends as soon as it is told to. The figures are in the log of the
// test.
func TestTenThousandIdle(t *testing.T) {
	const most = 10_000
	if files, ok := maxOpenFiles(); ok && files < most+1000 {
		t.Skipf("only %d files may be open: raise that with `prlimit --nofile=%d --pid $$`", files, most+1000)
	}
	s := prepare(t, "limits: {read_header: 1h, read: 1h, idle: 1h}\n").start("", nil)
	s.logs("msg=serving", fmt.Sprint("connections=", most))
	before, begun := rssAnon(t, s.Process.Pid), time.Now()
	poll := func(c net.Conn) error {
		io.WriteString(c, "GET /rss.xml HTTP/1.1\r\nHost: a\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
		}
		return err
	}
	var clients []net.Conn
	dial := func() net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		clients = append(clients, c)
		return c
	}
	for i := range most {
		c := dial()
		switch i % 3 {
		case 0: // has asked, and is idle
			if err := poll(c); err != nil {
				t.Fatal(i, err)
			}
		case 1: // sends half a request
			io.WriteString(c, "GET /rss.xml HTTP/1.1\r\nHost:")
		}
	}
	t.Logf("%d connections in %s, %d bytes of memory and %.2f files each", most, time.Since(begun),
		(rssAnon(t, s.Process.Pid)-before)*1024/most, float64(openFiles(t, s.Process.Pid))/most)
	if err := poll(clients[0]); err != nil { // it is not idle longest any more
		t.Error(err)
	}
	begun = time.Now()
	const more = 1000
	for i := range more {
		if err := poll(dial()); err != nil {
			t.Fatalf("of those for whom there is no room, number %d: %v", i, err)
		}
	}
	t.Logf("%d more in %s, each answered", more, time.Since(begun))
	if err := poll(clients[0]); err != nil {
		t.Error("the one that asked last was closed", err)
	}
	clients[1].SetReadDeadline(time.Now().Add(time.Minute))
	if _, err := clients[1].Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Error("the one that is idle longest is still there:", err)
	}
	if n := openFiles(t, s.Process.Pid); n > most+spare {
		t.Errorf("%d files are open", n)
	}
	s.logs("level=WARN", "there are as many connections as may be", fmt.Sprint("limit=", most))
	begun = time.Now()
	if said, status := s.end(syscall.SIGTERM); status != 0 || strings.Contains(said, "level=ERROR") {
		t.Error(status, said)
	}
	t.Logf("the end took %s", time.Since(begun))
}

func openFiles(t testing.TB, pid int) int {
	t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Skip(err)
	}
	return len(list)
}
