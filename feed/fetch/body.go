package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
)

// maxCodings is how often a body may be compressed. Some servers do it twice.
const maxCodings = 2

// readBody reads the body of an answer and undoes its content codings (RFC
// 9110 §8.4). Neither what is sent nor what it becomes at any step may be
// longer than limit bytes.
func readBody(ctx context.Context, resp *http.Response, limit int64) ([]byte, error) {
	act := "read body of " + resp.Request.URL.Hostname()
	if resp.ContentLength > limit {
		return nil, tooLong(act, &overlong{limit: limit})
	}
	sent := &limited{from: resp.Body, limit: limit}
	decoded, err := decode(sent, codings(resp.Header), limit)
	var body []byte
	if err == nil {
		body, err = readAll(decoded, resp, decoded == sent)
	}
	if err == nil {
		// What follows a compressed body is nothing to it, but says whether
		// all of it has come.
		_, err = io.Copy(io.Discard, sent)
	}
	if err != nil {
		return nil, brokenBody(ctx, act, resp.ContentLength, sent, err)
	}
	return body, nil
}

// maxTrusted is up to where room is made for a body on its header's word.
const maxTrusted = 1 << 20

// readAll reads from to its end. asSent tells that these are the bytes whose
// number the header may give.
func readAll(from io.Reader, resp *http.Response, asSent bool) ([]byte, error) {
	if !asSent || resp.ContentLength <= 0 || resp.ContentLength > maxTrusted {
		return io.ReadAll(from)
	}
	b := bytes.NewBuffer(make([]byte, 0, resp.ContentLength+bytes.MinRead))
	_, err := b.ReadFrom(from)
	return b.Bytes(), err
}

// codings are those of the body, in the order in which they were applied.
func codings(h http.Header) (list []string) {
	for name := range strings.SplitSeq(strings.Join(h["Content-Encoding"], ","), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
			list = append(list, name)
		}
	}
	return list
}

// decode undoes codings, the last first.
func decode(sent io.Reader, codings []string, limit int64) (io.Reader, error) {
	if len(codings) > maxCodings {
		return nil, &badCoding{fmt.Sprintf("it is compressed %d times over", len(codings))}
	}
	from := sent
	for i := len(codings) - 1; i >= 0; i-- {
		var decoder io.Reader
		switch codings[i] {
		case "gzip", "x-gzip": // RFC 9110 §8.4.1.3
			decoder = &gunzip{from: bufio.NewReader(from)}
		case "br":
			decoder = brotli.NewReader(from)
		default:
			return nil, &badCoding{fmt.Sprintf("its content coding %.50q is not known; gzip and br are", codings[i])}
		}
		from = &limited{from: &named{decoder, codings[i]}, limit: limit, decoded: true}
	}
	return from, nil
}

// badCoding is a body that cannot be decoded.
type badCoding struct{ why string }

func (e *badCoding) Error() string { return e.why }

// named gives the errors of a decoder its name. Those of what it reads from
// keep theirs.
type named struct {
	io.Reader
	coding string
}

func (n *named) Read(p []byte) (int, error) {
	count, err := n.Reader.Read(p)
	switch {
	case err == nil, err == io.EOF, errors.As(err, new(*overlong)), errors.As(err, new(*badCoding)):
		return count, err
	case err == io.ErrUnexpectedEOF:
		return count, &badCoding{fmt.Sprintf("it ends in the middle of its %s data", n.coding)}
	}
	return count, &badCoding{fmt.Sprintf("it is not the %s data that its header promises", n.coding)}
}

// gunzip reads the members of a gzip file one after the other (RFC 1952 §2.2).
// What follows the last and is none is left alone, since some servers pad.
type gunzip struct {
	from *bufio.Reader
	z    *gzip.Reader // nil before the first member
	done bool
}

func (g *gunzip) Read(p []byte) (n int, err error) {
	for !g.done {
		if g.z == nil {
			if g.z, err = gzip.NewReader(g.from); err != nil {
				return 0, err
			}
			g.z.Multistream(false)
		}
		n, err = g.z.Read(p)
		if err == nil || err != io.EOF {
			return n, err
		}
		err = g.z.Reset(g.from)
		g.z.Multistream(false)
		g.done = err == io.EOF || err == io.ErrUnexpectedEOF || err == gzip.ErrHeader
		if err != nil && !g.done {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, io.EOF
}

// limited lets limit bytes through and fails on more.
type limited struct {
	from    io.Reader
	limit   int64
	decoded bool  // these are bytes after decompression
	n       int64 // bytes so far
	err     error // that ended it, but for io.EOF
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.from.Read(p)
	if l.n += int64(n); l.n > l.limit {
		n, err = 0, &overlong{l.limit, l.decoded}
	}
	if err != nil && err != io.EOF {
		l.err = err
	}
	return n, err
}

// overlong is a body that is longer than may be.
type overlong struct {
	limit   int64
	decoded bool
}

func (e *overlong) Error() string {
	if e.decoded {
		return fmt.Sprintf("limit of %s after decompression reached", size(e.limit))
	}
	return fmt.Sprintf("limit of %s reached", size(e.limit))
}

func tooLong(act string, err *overlong) error {
	return &failure{
		text: fmt.Sprintf("%s: %s", act, err), err: err,
		hint: "if the feed is meant to be that long, raise fetch.max_bytes",
	}
}

// brokenBody says why a body could not be read: because it is too long, did
// not come whole, or is not what its header says.
func brokenBody(ctx context.Context, act string, promised int64, sent *limited, err error) error {
	var long *overlong
	var coding *badCoding
	switch {
	case errors.As(err, &long):
		return tooLong(act, long)
	case sent.err != nil && ctx.Err() != nil:
		return ended(ctx, fmt.Sprintf("%s, of which %d bytes came", act, sent.n))
	case sent.err != nil && promised >= 0:
		return &failure{text: fmt.Sprintf("%s: cut short after %d of %d bytes", act, sent.n, promised), err: sent.err}
	case sent.err != nil:
		return &failure{text: fmt.Sprintf("%s: cut short after %d bytes", act, sent.n), err: sent.err}
	case errors.As(err, &coding):
		return &failure{text: fmt.Sprintf("%s: %s", act, coding)}
	}
	return &failure{text: act + ": " + plain(err), err: err}
}

// size is a number of bytes as people write it.
func size(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
