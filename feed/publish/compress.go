package publish

import (
	"bytes"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"dateline/feed"
)

// Levels that are quick enough for the first reader after a change, and small
// enough for all the others.
const (
	gzipLevel   = 6
	brotliLevel = 5
)

// compress is body in a coding. The same body gives the same bytes.
func compress(body []byte, encoding feed.Encoding) ([]byte, error) {
	var b bytes.Buffer
	var w io.WriteCloser
	var err error
	switch encoding {
	case feed.Identity:
		return body, nil
	case feed.Gzip:
		w, err = gzip.NewWriterLevel(&b, gzipLevel)
	case feed.Brotli:
		w = brotli.NewWriterLevel(&b, brotliLevel)
	case feed.Zstd:
		w, err = zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
	default:
		err = fmt.Errorf("no such coding")
	}
	if err == nil {
		if _, err = w.Write(body); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("compress with %s: %w", encoding, err)
	}
	return b.Bytes(), nil
}
