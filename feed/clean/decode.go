package clean

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// Decode is data as text, by the first of these that says what it is: its byte
// order mark; the charset that it was sent with, when that is not empty; for a
// page, its own meta element. What is valid UTF-8 beyond ASCII is that whatever
// is said, since nothing else looks like it. Without a word it is UTF-8, and
// what is not valid in it is left for Text to read as windows-1252. The error
// says why data is no text.
func Decode(data []byte, label string, page bool) (string, error) {
	e, err := encodingOf(data, label, page)
	if err != nil {
		return "", err
	}
	if e != nil {
		if data, err = e.NewDecoder().Bytes(data); err != nil {
			return "", fmt.Errorf("cannot be read as %s: %w", label, err)
		}
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", fmt.Errorf("is no text: it holds NUL characters; if it is UTF-16, save it as UTF-8")
	}
	return strings.TrimPrefix(string(data), "\ufeff"), nil
}

// encodingOf is nil for UTF-8.
func encodingOf(data []byte, label string, page bool) (encoding.Encoding, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), nil
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return nil, nil
	}
	named, name := charset.Lookup(label)
	if label != "" && named == nil {
		return nil, fmt.Errorf("has the charset %q, which is not known", label)
	}
	if beyondASCII := bytes.ContainsFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }); beyondASCII && utf8.Valid(data) {
		return nil, nil
	}
	if named == nil && page {
		if e, found, certain := charset.DetermineEncoding(data, "text/html"); certain || found != "windows-1252" {
			named, name = e, found
		}
	}
	if name == "utf-8" {
		return nil, nil
	}
	return named, nil
}
