package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// startDateline runs the command itself on a store of its own, with a feed of
// 50 articles and no more, until b ends. A change files one more.
func startDateline(b *testing.B) *rival {
	address, folder := freeAddress(b), b.TempDir()
	const token = "token-of-the-benchmark"
	config := fmt.Sprintf(`
site: {title: Wire, url: "http://%s", publisher: {name: Desk}}
listen: %s
output: {window: 50, keep_for: 0s}
categories: [{slug: world, title: World}]
tokens: [{name: desk, token_env: TOKEN, may: [publish]}]
`, address, address)
	write(b, filepath.Join(folder, "config.yaml"), []byte(config))
	cmd := exec.Command("dateline", "serve", "--config", filepath.Join(folder, "config.yaml"))
	cmd.Env = append(os.Environ(), "TOKEN="+token)
	stdout := start(b, cmd)
	for lines := bufio.NewScanner(stdout); lines.Scan() && !strings.HasPrefix(lines.Text(), "Listening on "); {
	}
	go io.Copy(io.Discard, stdout) // ends with the command
	random := rand.New(rand.NewPCG(1, 2))
	file := func() error {
		copy, err := json.Marshal(map[string]any{
			"headline": prose(random, 60), "summary": prose(random, 150),
			"body": "<p>" + prose(random, 1000) + "</p><p>" + prose(random, 1000) + "</p>", "categories": []string{"world"},
		})
		if err != nil {
			return err
		}
		req, err := http.NewRequest("POST", "http://"+address+"/api/v1/articles", bytes.NewReader(copy))
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusCreated {
			return fmt.Errorf("file an article: %s: %w", resp.Status, err)
		}
		return nil
	}
	for range 50 {
		if err := file(); err != nil {
			b.Fatal(err)
		}
	}
	return &rival{url: "http://" + address, change: file}
}

// prose is about so many letters of words, the frequent ones more often, which
// gzip makes as small as it makes news.
func prose(random *rand.Rand, letters int) string {
	const vocabulary = 3000
	var b strings.Builder
	for b.Len() < letters {
		n := rand.NewPCG(uint64(vocabulary*random.Float64()*random.Float64()*random.Float64()), 0)
		for range 1 + n.Uint64()%4 {
			b.WriteByte("bdfgklmnprstvz"[n.Uint64()%14])
			b.WriteString([]string{"a", "e", "i", "o", "u", "ea", "er", "on", "in", "ou"}[n.Uint64()%10])
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// startNginx runs nginx on a folder with the feed as it is and in gzip, set up
// as its manual tells for files, with a worker for every processor and the
// fields of our answer. A change writes the same files anew.
func startNginx(b *testing.B, path string, ours *rival) *rival {
	identity, gzipped := ours.ask(b, path), ours.ask(b, path, "Accept-Encoding", "gzip")
	files := map[string][]byte{"": body(b, identity), ".gz": body(b, gzipped)}
	b.Logf("the feed has %d bytes, %d in gzip", len(files[""]), len(files[".gz"]))
	address, folder := freeAddress(b), b.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o755); err != nil { // its workers run as another user
		b.Fatal(err)
	}
	file := filepath.Join(folder, "root", path)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		b.Fatal(err)
	}
	fields := ""
	for name := range identity.Header {
		if !slices.Contains([]string{"Content-Type", "Content-Length", "Date", "Etag", "Last-Modified"}, name) { // its own
			fields += fmt.Sprintf("add_header %s %q;", name, identity.Header.Get(name))
		}
	}
	config := fmt.Sprintf(`
daemon off; pid %[1]s/pid; error_log %[1]s/errors; worker_processes %[2]d;
events { worker_connections 1024; }
http {
	access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
	open_file_cache max=1000 inactive=60s; open_file_cache_valid 1s;
	gzip_static on; etag on;
	types { application/rss+xml xml; }
	server { listen %[3]s; root %[1]s/root; %[4]s }
}`, folder, runtime.NumCPU(), address, fields)
	write(b, filepath.Join(folder, "nginx.conf"), []byte(config))
	change := func() error {
		for suffix, data := range files {
			if err := os.WriteFile(file+suffix+".new", data, 0o644); err != nil {
				return err
			}
			if err := os.Rename(file+suffix+".new", file+suffix); err != nil {
				return err
			}
		}
		return nil
	}
	if err := change(); err != nil {
		b.Fatal(err)
	}
	start(b, exec.Command("nginx", "-c", filepath.Join(folder, "nginx.conf"), "-e", filepath.Join(folder, "errors")))
	for {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return &rival{url: "http://" + address, change: change}
		}
	}
}

// start runs a command until b ends, and is its output.
func start(b *testing.B, cmd *exec.Cmd) io.Reader {
	cmd.Stderr = b.Output()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	return stdout
}

func write(b *testing.B, path string, data []byte) {
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.Fatal(err)
	}
}
