package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// client asks the running server.
type client struct {
	server    string // its address, without a slash at the end
	shown     string // the same for the user
	secret    string
	tokenFile string // where secret came from
	http      *http.Client
}

// clientFlags let a command ask another server than the one of the
// configuration.
func clientFlags(cmd *cobra.Command) {
	cmd.Flags().String("server", "", "the `URL` of another server, with --token-file; without it, the one of the configuration on this machine")
	cmd.Flags().String("token-file", "", "the `file` with the token; without it, the one beside the store")
}

func newClient(cmd *cobra.Command) (*client, error) {
	server, _ := cmd.Flags().GetString("server")
	tokenFile, _ := cmd.Flags().GetString("token-file")
	if server != "" && tokenFile == "" {
		// The token of this machine is for its own server.
		return nil, wrongCall("--server needs --token-file too: name the file with a token of that server")
	}
	if u, err := url.Parse(server); server != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		return nil, wrongCall("--server %s: it must be a URL, such as https://news.example.com", server)
	}
	shown, transport := server, http.DefaultTransport
	if server == "" {
		c, err := configOf(cmd)
		if err != nil {
			return nil, err
		}
		shown, server, transport = c.local()
		if tokenFile == "" {
			tokenFile = c.localTokenFile()
		}
	}
	secret, err := readSecret(tokenFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no token at %s: start the server with `dateline serve`, which makes it, or name another with --token-file", tokenFile)
	} else if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("read token: %w: run this as the user that the server runs as", err)
	} else if err != nil {
		return nil, fmt.Errorf("read token: %w", err)
	}
	return &client{
		server: strings.TrimSuffix(server, "/"), shown: shown, secret: secret, tokenFile: tokenFile,
		http: &http.Client{Transport: transport, Timeout: time.Minute},
	}, nil
}

// get reads the answer of a GET into result.
func (c *client) get(ctx context.Context, path string, query url.Values, result any) error {
	return c.do(ctx, http.MethodGet, path, query, nil, nil, result)
}

// post sends a body and reads the answer into result.
func (c *client) post(ctx context.Context, path string, query url.Values, header http.Header, body []byte, result any) error {
	return c.do(ctx, http.MethodPost, path, query, header, body, result)
}

func (c *client) do(ctx context.Context, method, path string, query url.Values, header http.Header, body []byte, result any) error {
	address := c.server + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask %s: %w", c.shown, err)
	}
	if header != nil {
		req.Header = header
	}
	req.Header.Set("Authorization", "Bearer "+c.secret)
	resp, err := c.http.Do(req)
	if err != nil {
		return c.unreached(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", c.shown, err)
	}
	if resp.StatusCode >= 300 {
		return c.problem(resp, data)
	}
	if err := json.Unmarshal(data, result); err != nil {
		return fmt.Errorf("%s answered, but not as a dateline server does: is it one?", c.shown)
	}
	return nil
}

// unreached is the error of a request without an answer.
func (c *client) unreached(err error) error {
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted: what the server was asked to do, it may have done")
	}
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrNotExist) { // the latter of a Unix socket
		return fmt.Errorf("%w at %s: start it with `dateline serve`", errNoServer, c.shown)
	}
	return fmt.Errorf("ask %s: %w: is the address right, and does a dateline server answer there?", c.shown, cause(err))
}

// errNoServer is the error of an address where nothing listens.
var errNoServer = errors.New("no server answers")

// cause is an error of the HTTP client without the request that it repeats.
func cause(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// problem is the error that an answer tells: RFC 9457.
func (c *client) problem(resp *http.Response, data []byte) error {
	if resp.StatusCode == http.StatusUnauthorized {
		return fmt.Errorf("the server at %s does not know the token in %s: name the right one with --token-file, or remove the wrong one and restart the server, which makes a new one", c.shown, c.tokenFile)
	}
	var p struct {
		Detail string `json:"detail"`
		Errors []struct {
			Field  string `json:"field"`
			Detail string `json:"detail"`
		} `json:"errors"`
	}
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if mediaType != "application/problem+json" || json.Unmarshal(data, &p) != nil {
		return fmt.Errorf("%s answered %s, but not as a dateline server does: is it one?", c.shown, resp.Status)
	}
	if len(p.Errors) == 0 {
		return errors.New(p.Detail)
	}
	var faults []string
	for _, f := range p.Errors {
		faults = append(faults, f.Field+" "+f.Detail)
	}
	return errors.New(strings.Join(faults, "; "))
}
