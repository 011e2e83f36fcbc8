//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestWritersWaitForTheReader: while a file is read that nobody had open for
// writing, who opens it for that waits; the signal that tells of it does no
// harm.
func TestWritersWaitForTheReader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ferry.txt")
	if err := os.WriteFile(path, []byte("It ran."), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if writersOf(f) != nobody {
		t.Skip("there are no leases here")
	}
	toWrite := func() error {
		fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_NONBLOCK, 0)
		if err == nil {
			syscall.Close(fd)
		}
		return err
	}
	if err := toWrite(); err != syscall.EWOULDBLOCK { // and SIGIO: fcntl(2)
		t.Errorf("a writer gets %v while the file is read", err)
	}
	f.Close()
	if err := toWrite(); err != nil {
		t.Errorf("a writer gets %v afterwards", err)
	}
}

// TestInboxOnAFullDisk: what cannot be filed stays, which is told once, and is
// filed when there is room.
func TestInboxOnAFullDisk(t *testing.T) {
	disk := smallDisk(t, 12<<20)
	in, s, log := boxTest(t, disk)
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 10<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	const files = 10
	for i := range files {
		in.put(t, fmt.Sprintf("%d.json", i), fmt.Sprintf(`{"headline": "Number %d", "categories": ["world"], "body": "<p>%s</p>"}`, i, noise(300_000)), now.Add(-time.Hour).Add(time.Duration(i)*time.Second))
	}
	err := in.look(t.Context(), now)
	if err == nil || !strings.Contains(err.Error(), "no room left for the store") {
		t.Fatalf("a full disk: %v", err)
	}
	again := in.look(t.Context(), now.Add(time.Minute))
	if again == nil || again.Error() != err.Error() {
		t.Errorf("the next look says %v, and it would be logged again", again)
	}
	done, left := len(in.names(t, "done")), len(in.names(t, ""))
	if done == 0 || left == 0 || done+left != files || len(headlines(t, s)) != done || len(in.names(t, "failed")) > 0 {
		t.Errorf("%d done, %d left, %d filed", done, left, len(headlines(t, s)))
	}
	if strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("each file is told of:\n%s", log)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	in.step(t, now.Add(time.Hour))
	if len(in.names(t, "")) > 0 || len(headlines(t, s)) != files {
		t.Errorf("with room: %d left, %d filed", len(in.names(t, "")), len(headlines(t, s)))
	}
}
