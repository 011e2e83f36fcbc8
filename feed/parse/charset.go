package parse

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// decode is data as UTF-8, without a byte order mark. In this order it
// believes a byte order mark, zeros where UTF-16 and UTF-32 have them, the
// Content-Type of an XML document (RFC 7303 §3), the XML declaration, UTF-8;
// what does not hold is passed over with a warning. Bytes that are then no
// UTF-8 are taken for windows-1252.
func decode(data []byte, contentType string, w *warnings) []byte {
	if e, mark := unmarked(data); e != nil {
		if text, err := e.NewDecoder().Bytes(data[mark:]); err == nil {
			return bytes.TrimPrefix(text, bom)
		}
	}
	data, marked := bytes.CutPrefix(data, bom)
	for _, l := range labels(data, contentType) {
		if marked {
			break
		}
		text, err := l.decode(data, w)
		if err == nil {
			return text
		}
		w.add("%s names the character set %q, but %v", l.from, l.name, err)
	}
	if utf8.Valid(data) {
		return data
	}
	return repair(data, w)
}

var bom = []byte("\uFEFF")

// unmarked is the wide encoding that data shows by its first bytes and the
// length of its byte order mark; nil for any other.
func unmarked(data []byte) (e encoding.Encoding, mark int) {
	le16 := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	be16 := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	le32 := utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	be32 := utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	for _, m := range []struct {
		mark string
		e    encoding.Encoding
	}{ // the longer marks first: one begins like the other
		{"\xFF\xFE\x00\x00", le32}, {"\x00\x00\xFE\xFF", be32}, {"\xFF\xFE", le16}, {"\xFE\xFF", be16},
	} {
		if bytes.HasPrefix(data, []byte(m.mark)) {
			return m.e, len(m.mark)
		}
	}
	if len(data) < 4 {
		return nil, 0
	}
	var zeros string // of the first four bytes, as in RFC 4627 §3
	for _, c := range data[:4] {
		if c == 0 {
			zeros += "0"
		} else {
			zeros += "x"
		}
	}
	switch zeros {
	case "000x":
		return be32, 0
	case "x000":
		return le32, 0
	case "0x0x":
		return be16, 0
	case "x0x0":
		return le16, 0
	}
	return nil, 0
}

// label is the name of a character set, and who says so.
type label struct{ from, name string }

// declaration is the encoding of an XML declaration, wherever junk has pushed
// it.
var declaration = regexp.MustCompile(`^[^<]*<\?xml\s[^>]*?encoding\s*=\s*["']\s*([^"'\s>]+)`)

// labels are the names that are given for the character set of data, the most
// believable first.
func labels(data []byte, contentType string) (list []label) {
	head := data[:min(len(data), 1024)]
	if bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")) {
		return nil // RFC 8259 §8.1: JSON is UTF-8
	}
	if m := declaration.FindSubmatch(head); m != nil {
		list = append(list, label{"the XML declaration", string(m[1])})
	}
	media, params, err := mime.ParseMediaType(contentType)
	if err == nil && params["charset"] != "" {
		l := label{"the Content-Type", params["charset"]}
		// A charset of an XML type is authoritative; one that a server adds to
		// whatever it serves as text is not.
		if media == "text/xml" || media == "application/xml" || strings.HasSuffix(media, "+xml") {
			return append([]label{l}, list...)
		}
		list = append(list, l)
	}
	return list
}

func (l label) decode(data []byte, w *warnings) ([]byte, error) {
	e, err := htmlindex.Get(l.name)
	if err != nil {
		return nil, errors.New("there is none of that name")
	}
	name, err := htmlindex.Name(e)
	switch {
	case err != nil || name == "replacement":
		return nil, errors.New("it is not fit for use")
	case name == "utf-8":
		if at := firstInvalid(data); at >= 0 {
			return nil, fmt.Errorf("byte %d is not", at)
		}
		return data, nil
	case strings.HasPrefix(name, "utf-16"):
		return nil, errors.New("the bytes are not") // unmarked would have known
	}
	wide := wideRunes(data)
	_, single := e.(*charmap.Charmap)
	if wide > 0 && (single || wide >= 3) && utf8.Valid(data) {
		// Text in another encoding is hardly ever valid UTF-8 by accident.
		w.add("%s names the character set %q, but the text is UTF-8", l.from, l.name)
		return data, nil
	}
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return nil, err
	}
	if lost := bytes.Count(text, replacement); lost > 1+wideRunes(text)/50 {
		return nil, fmt.Errorf("%d characters are not", lost)
	} else if lost > 0 {
		w.add("characters that are no %s, and lost: %d", name, lost)
	}
	return text, nil
}

var replacement = []byte("\uFFFD")

// wideRunes counts the characters of data that are not ASCII, and the bytes
// that are no UTF-8.
func wideRunes(data []byte) (n int) {
	for _, c := range data {
		if c >= 0xC0 {
			n++
		}
	}
	return n
}

// firstInvalid is the offset of the first byte that is no UTF-8, -1 when all
// are.
func firstInvalid(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// repair reads the bytes of data that are no UTF-8 as windows-1252; a
// character that the end cuts off is dropped.
func repair(data []byte, w *warnings) []byte {
	var invalid tally
	out := make([]byte, 0, len(data)+len(data)/8)
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			if !utf8.FullRune(data[i:]) {
				break
			}
			invalid.at(i)
			r = charmap.Windows1252.DecodeByte(data[i])
		}
		out = utf8.AppendRune(out, r)
		i += n
	}
	invalid.report(w, "a byte that is not UTF-8 is read as windows-1252,", "bytes that are not UTF-8 are read as windows-1252")
	return out
}
