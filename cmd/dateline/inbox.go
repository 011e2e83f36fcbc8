package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/feed/serve"
	"dateline/feed/wire"
)

type inboxConfig struct {
	Path     string `yaml:"path"`
	Category string `yaml:"category"`
}

// inbox files what is put into a folder: wire copy, HTML, article JSON and
// ninjs. It goes the way of the API, with a token of its own, so that the two
// take the same things and refuse them with the same words.
type inbox struct {
	folder   string
	category string // of what names none; empty means that the copy has to
	secret   string
	handler  http.Handler
	log      *slog.Logger

	seen map[string]fs.FileInfo // as the files were when they were looked at last
}

// inboxToken is the name of the inbox in the change log.
const inboxToken = "inbox"

func newInboxToken() serve.Token {
	return serve.Token{Name: inboxToken, Secret: rand.Text(), May: []string{"publish", "moderate"}, Unlimited: true}
}

// inboxLook is how often the folder is looked into. A file that is the same two
// times in a row is whole.
const inboxLook = 2 * time.Second

// run takes what comes into the folder until ctx ends.
func (in *inbox) run(ctx context.Context) {
	look := time.NewTicker(inboxLook)
	defer look.Stop()
	told := ""
	for {
		text := ""
		if err := in.look(ctx); err != nil {
			text = err.Error()
		}
		if text != "" && text != told { // not every two seconds
			in.log.Error("the inbox cannot be read; trying again", "error", text)
		}
		told = text
		select {
		case <-look.C:
		case <-ctx.Done():
			return
		}
	}
}

func (in *inbox) makeFolders() error {
	for _, folder := range []string{"done", "failed"} {
		if err := os.MkdirAll(filepath.Join(in.folder, folder), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// look takes the files that have stayed the same since the last look.
func (in *inbox) look(ctx context.Context) error {
	if err := in.makeFolders(); err != nil { // somebody may have removed them
		return err
	}
	entries, err := os.ReadDir(in.folder)
	if err != nil {
		return err
	}
	seen := map[string]fs.FileInfo{}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || isUnfinished(entry.Name()) {
			continue
		}
		before, ok := in.seen[entry.Name()]
		if !ok || before.Size() != info.Size() || !before.ModTime().Equal(info.ModTime()) {
			seen[entry.Name()] = info
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		if err := in.take(ctx, entry.Name()); err != nil {
			seen[entry.Name()] = info // again with the next look
			in.log.Error("a file of the inbox could not be filed; trying again", "file", entry.Name(), "error", err)
		}
	}
	in.seen = seen
	return nil
}

// isUnfinished reports whether programs that copy give such names to what they
// have not written to its end.
func isUnfinished(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return true
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp":
		return true
	}
	return false
}

// take files one file and moves it to done, or to failed with the reason beside
// it. The error is one that may pass.
func (in *inbox) take(ctx context.Context, name string) error {
	data, err := os.ReadFile(filepath.Join(in.folder, name))
	if err != nil {
		return err
	}
	answer := in.file(ctx, name, data)
	switch {
	case ctx.Err() != nil:
		return nil
	case answer.code >= 500:
		return fmt.Errorf("the server answered %d", answer.code)
	case answer.code < 300:
		if err := in.move(name, "done"); err != nil {
			return err
		}
		in.log.Info("filed from the inbox", append([]any{"file", name}, doubtsOf(answer.body.Bytes())...)...)
		return nil
	}
	reason := faultsOf(answer.body.Bytes())
	if err := os.WriteFile(filepath.Join(in.folder, "failed", name+".why.txt"), []byte(reason+"\n"), 0o644); err != nil {
		return err
	}
	if err := in.move(name, "failed"); err != nil {
		return err
	}
	in.log.Warn("a file of the inbox was refused", "file", name, "why", strings.ReplaceAll(reason, "\n", "; "))
	return nil
}

// file sends the data to the API. The key makes it safe to do so again when the
// file could not be moved.
func (in *inbox) file(ctx context.Context, name string, data []byte) *heard {
	path, contentType := "/api/v1/articles", formOf(name, data).MediaType()
	if formOf(name, data) == wire.JSON && isNinjs(data) {
		path = "/api/v1/ninjs"
	}
	if in.category != "" {
		path += "?category=" + url.QueryEscape(in.category)
	}
	h := &heard{header: http.Header{}, code: http.StatusOK}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(data))
	if err != nil {
		h.code = http.StatusInternalServerError
		return h
	}
	sum := sha256.Sum256(append([]byte(name+"\x00"), data...))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", "Bearer "+in.secret)
	r.Header.Set("Idempotency-Key", hex.EncodeToString(sum[:]))
	in.handler.ServeHTTP(h, r)
	return h
}

// isNinjs tells an item from an article: it has a uri, and an article has not.
func isNinjs(data []byte) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return false
	}
	_, ok := members["uri"]
	return ok
}

// move puts a file into a folder of the inbox, beside those of the same name.
func (in *inbox) move(name, folder string) error {
	to := filepath.Join(in.folder, folder, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(filepath.Join(in.folder, name), to)
		}
		extension := filepath.Ext(name)
		to = filepath.Join(in.folder, folder, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, extension), n, extension))
	}
}

// faultsOf are those that a problem document names, a line each.
func faultsOf(body []byte) string {
	var p struct {
		Detail string `json:"detail"`
		Errors []struct {
			Field  string `json:"field"`
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	if json.Unmarshal(body, &p) != nil {
		return string(body)
	}
	lines := []string{}
	for _, f := range p.Errors {
		lines = append(lines, f.Field+" "+f.Detail)
	}
	if len(lines) == 0 {
		lines = []string{p.Detail}
	}
	return strings.Join(lines, "\n")
}

// doubtsOf are those of a receipt, for the log; none when all is certain.
func doubtsOf(body []byte) []any {
	var r serve.Receipt
	if json.Unmarshal(body, &r) != nil || len(r.Doubts) == 0 {
		return nil
	}
	lines := []string{}
	for _, d := range r.Doubts {
		lines = append(lines, fmt.Sprintf("line %d: %s", d.Line, d.Doubt))
	}
	return []any{"doubts", strings.Join(lines, "; ")}
}

// heard is an answer that stays in this process.
type heard struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (h *heard) Header() http.Header         { return h.header }
func (h *heard) WriteHeader(code int)        { h.code = code }
func (h *heard) Write(b []byte) (int, error) { return h.body.Write(b) }
