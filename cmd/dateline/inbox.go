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
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"dateline/feed/serve"
	"dateline/feed/wire"
)

type inboxConfig struct {
	Path     string        `yaml:"path"`
	Category string        `yaml:"category"`
	Settle   time.Duration `yaml:"settle"`
}

func (c inboxConfig) check(doc *document) {
	if c.Settle < time.Second || c.Settle > time.Hour {
		doc.fault("inbox.settle", "must be from 1s to 1h")
	}
}

// inbox files what is put into a folder: wire copy, HTML, article JSON and
// ninjs. It goes the way of the API, with a token of its own, so that the two
// take the same things and refuse them with the same words. Files are taken in
// the order of their age, and only when they are whole: see readiness.
type inbox struct {
	folder   string
	category string        // of what names none; empty means that the copy has to
	settle   time.Duration // how long a file has to have been the same
	secret   string
	handler  http.Handler
	writers  func(*os.File) writers // who writes to a file
	log      *slog.Logger

	seen     map[string]sight // the files that were left by the last look
	arrivals *arrivals        // nil when nobody tells of them
}

// inboxToken is the name of the inbox in the change log.
const inboxToken = "inbox"

func newInboxToken() serve.Token {
	return serve.Token{Name: inboxToken, Secret: rand.Text(), May: []string{"publish", "moderate"}, Unlimited: true}
}

const (
	inboxLook     = 2 * time.Second // between two looks into the folder
	inboxPatience = time.Minute     // the longest between two, when nothing can be filed
)

// run takes what comes into the folder until ctx ends.
func (in *inbox) run(ctx context.Context) {
	told, pause := "", inboxLook
	defer func() { in.arrivals.close() }()
	for {
		if in.arrivals.over() {
			in.arrivals.close()
			in.arrivals, _ = watchArrivals(in.folder) // without it, files are taken when they have settled
		}
		text := ""
		if err := in.look(ctx, time.Now()); err != nil {
			text = err.Error()
		}
		switch {
		case text != "" && text != told: // not at every look
			in.log.Error("the inbox waits, and its files stay where they are; trying again", "error", text)
		case text == "" && told != "":
			in.log.Info("the inbox goes on")
		}
		if told = text; text == "" {
			pause = inboxLook
		} else {
			pause = min(2*pause, inboxPatience)
		}
		if !in.wait(ctx, pause, text == "") {
			return
		}
	}
}

// wait returns when it is time to look again: after the pause, or at once when
// a whole file has come. ok is false when ctx has ended.
func (in *inbox) wait(ctx context.Context, pause time.Duration, well bool) (ok bool) {
	look := time.NewTimer(pause)
	defer look.Stop()
	var landed <-chan struct{}
	if well {
		landed = in.arrivals.landed()
	}
	select {
	case <-look.C:
	case <-landed:
	case <-ctx.Done():
		return false
	}
	return true
}

func (in *inbox) makeFolders() error {
	for _, folder := range []string{"done", "failed"} {
		if err := os.MkdirAll(filepath.Join(in.folder, folder), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// look takes the files that are whole, the oldest first. The error is one that
// would befall the others too: they are left for the next look.
func (in *inbox) look(ctx context.Context, now time.Time) error {
	if err := in.makeFolders(); err != nil { // somebody may have removed them
		return err
	}
	files, err := oldest(in.folder, mostFiles)
	if err != nil {
		return err
	}
	before := in.seen
	in.seen = map[string]sight{}
	for _, f := range files {
		in.seen[f.Name()] = sightOf(f, before[f.Name()], now)
	}
	for _, f := range files {
		if ctx.Err() != nil {
			return nil
		}
		s := in.seen[f.Name()]
		taken, trouble, err := in.take(ctx, f.Name(), s, now)
		switch {
		case err != nil:
			return err
		case taken:
			delete(in.seen, f.Name())
			in.arrivals.forget(f.Name())
			continue
		case trouble != "" && trouble != s.told:
			in.log.Error("a file of the inbox could not be filed; trying again", "file", f.Name(), "error", trouble)
		}
		s.told = trouble
		in.seen[f.Name()] = s
	}
	return nil
}

// maxFile is more than the API takes, in bytes: what is longer is not read to
// its end to be refused.
const maxFile = 16 << 20

// take files one file, if it is whole, and moves it to done, or to failed with
// the reason beside it. trouble is what is the matter with this file, and may
// pass; err is what would befall the others too.
func (in *inbox) take(ctx context.Context, name string, s sight, now time.Time) (taken bool, trouble string, err error) {
	if in.arrivals.of(name) != landed && s.rest(now) < in.settle {
		return false, "", nil
	}
	// A pipe that took the place of the file would be waited for without end.
	f, err := os.OpenFile(filepath.Join(in.folder, name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist): // somebody took it back
		return false, "", nil
	case err != nil:
		return false, pathCause(err).Error(), nil
	}
	defer f.Close()
	if ok, trouble := in.ready(f, name, s, now); !ok {
		return false, trouble, nil
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return false, pathCause(err).Error(), nil
	}
	if info, err := f.Stat(); err != nil || !s.same(info) || endsEarly(name, data) && s.rest(now) < young {
		return false, "", nil
	}
	return in.settleFile(ctx, name, data)
}

// settleFile files what a file says and moves it.
func (in *inbox) settleFile(ctx context.Context, name string, data []byte) (taken bool, trouble string, err error) {
	answer := in.file(ctx, name, data)
	switch code := answer.code; {
	case ctx.Err() != nil:
		return false, "", nil
	case code == http.StatusInsufficientStorage || code == http.StatusServiceUnavailable:
		return false, "", errors.New(strings.TrimSuffix(faultsOf(answer.body.Bytes()), "."))
	case code >= 500:
		return false, fmt.Sprintf("the server answered %d", code), nil
	case code < 300:
		if _, err := in.move(name, "done", ""); err != nil {
			return false, "", fmt.Errorf("a file was filed and cannot be moved to done: %w", unnamed(err))
		}
		in.log.Info("filed from the inbox", append([]any{"file", name}, doubtsOf(answer.body.Bytes())...)...)
		return true, "", nil
	}
	reason := faultsOf(answer.body.Bytes())
	to, err := in.move(name, "failed", reason)
	if err != nil {
		return false, "", fmt.Errorf("a file was refused and cannot be moved to failed: %w", unnamed(err))
	}
	in.log.Warn("a file of the inbox was refused", "file", name, "moved_to", to, "why", strings.ReplaceAll(reason, "\n", "; "))
	return true, "", nil
}

// unnamed is an error of files without their names, so that it is the same for
// all of them.
func unnamed(err error) error {
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return pathCause(err)
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

// move puts a file into a folder of the inbox, beside those of the same name,
// with the reason, if there is one, beside it. It tells where the file is.
func (in *inbox) move(name, folder, reason string) (to string, err error) {
	extension := filepath.Ext(name)
	to = filepath.Join(folder, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(filepath.Join(in.folder, to)); errors.Is(err, fs.ErrNotExist) {
			break
		}
		to = filepath.Join(folder, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, extension), n, extension))
	}
	if reason != "" {
		if err := os.WriteFile(filepath.Join(in.folder, to+".why.txt"), []byte(reason+"\n"), 0o644); err != nil {
			return "", err
		}
	}
	return to, os.Rename(filepath.Join(in.folder, name), filepath.Join(in.folder, to))
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
