//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"dateline/feed/serve"
)

// smallDisk is a folder on a file system of so many bytes.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	folder := t.TempDir()
	err := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%d", size))
	if errors.Is(err, syscall.EPERM) {
		t.Skip("needs the right to mount a small file system: run as root")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// TestFullDisk files until there is no room: what was acknowledged is there,
// feeds go on, and so does filing once there is room again.
func TestFullDisk(t *testing.T) {
	folder := smallDisk(t, 18<<20)
	ballast := filepath.Join(folder, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 13<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	port, admin := portOf(t, freeAddress(t)), freeAddress(t)
	path := filepath.Join(folder, "config.yaml")
	text := fmt.Sprintf("site: {title: Wire, url: \"http://localhost:%[1]d\", publisher: {name: Desk}}\nlisten: 127.0.0.1:%[1]d\nadmin: {listen: %[2]q}\nstore: {path: wire.db}\ncategories: [{slug: world, title: World}]\n", port, admin)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	said, stdout := io.Pipe()
	var log bytes.Buffer
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := serveSite(ctx, c, path, stdout, &log); err != nil {
			t.Error(err)
		}
		stdout.Close()
	})
	if _, err := said.Read(make([]byte, 1)); err != nil { // it answers
		t.Fatal(err)
	}
	go io.Copy(io.Discard, said)
	secret, err := readSecret(c.localTokenFile())
	if err != nil {
		t.Fatal(err)
	}
	send := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequest(method, fmt.Sprintf("http://127.0.0.1:%d%s", port, path), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+secret)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(data)
	}
	n := 0
	file := func() (int, string) {
		n++
		noise := make([]byte, 300_000) // that does not shrink
		rand.Read(noise)
		return send("POST", "/api/v1/articles", fmt.Sprintf(`{"headline":"Number %d","categories":["world"],"body":"<p>%s</p>"}`, n, base64.StdEncoding.EncodeToString(noise)))
	}
	status := func() string {
		t.Helper()
		resp, err := http.Get("http://" + admin + "/status.json")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	code, answer := file()
	for code == http.StatusCreated && n < 100 {
		code, answer = file()
	}
	filed := n - 1
	if code != http.StatusInsufficientStorage || !strings.Contains(answer, "There is no room left for the store: make some, and send it again") {
		t.Errorf("after %d articles: %d %s", filed, code, answer)
	}
	if code, _ := send("GET", "/category/world/atom.xml", ""); code != http.StatusOK {
		t.Errorf("a feed on a full disk: %d", code)
	}
	if text := status(); !strings.Contains(text, "The store could not be written to") || !strings.Contains(text, "The disk of the store has") {
		t.Errorf("on a full disk: %s", text)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if code, answer = file(); code != http.StatusCreated {
		t.Errorf("with room again: %d %s", code, answer)
	}
	if text := status(); strings.Contains(text, "The store could not be written to") {
		t.Errorf("with room again: %s", text)
	}
	_, answer = send("GET", "/api/v1/articles?limit=500", "")
	var list serve.Listing
	if err := json.Unmarshal([]byte(answer), &list); err != nil || list.Count != filed+1 {
		t.Errorf("%d articles, want %d; %v", list.Count, filed+1, err)
	}
	stop()
	serving.Wait()
	if !strings.Contains(log.String(), "no space left on device") {
		t.Errorf("the log does not say why:\n%s", log.String())
	}
}
