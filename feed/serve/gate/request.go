package gate

import "bytes"

// normalise appends to dst the head of a plain GET, with only what an answer
// may depend on: the path, Accept-Encoding, If-None-Match, If-Modified-Since
// and Connection: close. from is what it says of who asks, within data, on which
// no answer depends. ok is false for whatever is not one complete head with
// nothing behind it, and for every head that is the least unusual, however
// right it may be.
//
// What it takes, net/http reads in the same way: of lines that end with CRLF
// and hold nothing but printable ASCII there is only one reading, and a field
// that could change what the request means or where it ends (RFC 9112 §6) is
// not on the list.
func normalise(dst, data []byte) (head []byte, from asker, ok bool) {
	line, rest, _ := bytes.Cut(data, crlf)
	line, get := bytes.CutPrefix(line, []byte("GET "))
	path, current := bytes.CutSuffix(line, []byte(" HTTP/1.1"))
	if !get || !current || !isPath(path) {
		return dst, asker{}, false
	}
	var values [fields][]byte
	for {
		line, rest, ok = bytes.Cut(rest, crlf)
		if len(line) == 0 {
			break
		}
		name, value, found := bytes.Cut(line, []byte(":"))
		value = bytes.Trim(value, " ")
		f := fieldOf(name)
		if !ok || !found || f == unknown || !isPrintable(value) || f != ignored && values[f] != nil {
			return dst, asker{}, false
		}
		values[f] = value
	}
	if !ok || len(rest) > 0 || !isHost(values[host]) {
		return dst, asker{}, false
	}
	switch value := values[connection]; {
	case value == nil:
	case bytes.EqualFold(value, keepAlive): // as without it: RFC 9112 §9.3
		values[connection] = nil
	case bytes.EqualFold(value, closing):
		values[connection] = closing
	default:
		return dst, asker{}, false
	}
	dst = append(append(append(dst, "GET "...), path...), " HTTP/1.1\r\n"...)
	for f := encoding; f < fields; f++ {
		if values[f] != nil {
			dst = append(append(append(append(dst, names[f]...), ": "...), values[f]...), crlf...)
		}
	}
	return append(dst, crlf...), asker{values[userAgent], values[forwarded]}, true
}

// asker is what a head says of who asks: the values of User-Agent and
// X-Forwarded-For.
type asker struct{ agent, forwarded []byte }

// isBeginning reports whether data may become a plain GET when there is more of
// it, and net/http would have nothing to say before.
func isBeginning(data []byte) bool {
	const get = "GET /"
	if len(data) < len(get) {
		return string(data) == get[:len(data)]
	}
	if string(data[:len(get)]) != get || bytes.Contains(data, endOfHead) {
		return false
	}
	for i, c := range data { // a line that ends otherwise may be the last
		if c == '\n' && data[i-1] != '\r' {
			return false
		}
	}
	line, _, whole := bytes.Cut(data[len("GET "):], crlf)
	path, current := bytes.CutSuffix(line, []byte(" HTTP/1.1"))
	return !whole || current && isPath(path)
}

// closes reports whether a head that normalise has made asks for the end of
// the connection after its answer.
func closes(head []byte) bool { return bytes.HasSuffix(head, lastField) }

var (
	crlf      = []byte("\r\n")
	endOfHead = []byte("\r\n\r\n")
	keepAlive = []byte("keep-alive")
	closing   = []byte("close")
	lastField = []byte("\r\nConnection: close\r\n\r\n")
)

// field is what a header field is to us.
type field int

const (
	unknown   field = iota
	ignored         // no answer depends on it (see recorder.plain)
	host            // RFC 9112 §3.2: exactly one
	userAgent       // no answer depends on it either,
	forwarded       // nor on X-Forwarded-For
	encoding        // an answer may depend on this one and those below
	tags
	since
	connection // close, or as if it were not there
	fields     // how many there are
)

// dropped reports whether a plain request may have the field, and what is made
// of it has not.
func (f field) dropped() bool { return f > unknown && f < encoding }

var names = [fields]string{encoding: "Accept-Encoding", tags: "If-None-Match", since: "If-Modified-Since", connection: "Connection"}

func fieldOf(name []byte) field {
	var buffer [20]byte
	if len(name) > len(buffer) {
		return unknown
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		buffer[i] = c
	}
	switch string(buffer[:len(name)]) {
	case "host":
		return host
	case "connection":
		return connection
	case "accept-encoding":
		return encoding
	case "if-none-match":
		return tags
	case "if-modified-since":
		return since
	case "user-agent":
		return userAgent
	case "x-forwarded-for":
		return forwarded
	case "accept", "accept-charset", "accept-language", "cache-control", "cookie", "dnt", "forwarded", "from", "pragma", "referer",
		"via", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto", "x-real-ip":
		return ignored
	}
	return unknown
}

// isPath reports whether nobody could read path otherwise: it has no escapes,
// no query, no empty and no dotted elements.
func isPath(path []byte) bool {
	if len(path) == 0 || path[0] != '/' || bytes.Contains(path, []byte("//")) || bytes.Contains(path, []byte("/.")) {
		return false
	}
	for _, c := range path {
		if !isLetterOrDigit(c) && c != '/' && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

// isHost reports whether host is a name or an address, with a port or without.
func isHost(host []byte) bool {
	for _, c := range host {
		if !isLetterOrDigit(c) && c != '.' && c != '-' && c != ':' && c != '[' && c != ']' {
			return false
		}
	}
	return len(host) > 0
}

// isPrintable reports whether value is not empty and of printable ASCII.
func isPrintable(value []byte) bool {
	for _, c := range value {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return len(value) > 0
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
