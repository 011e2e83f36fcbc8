package fetch

import (
	"net/url"
	"slices"
	"strings"
)

// Link is one relation of the answer's Link header.
type Link struct {
	Rel  string // "hub", "self" or "alternate"
	Type string // media type, as received; empty when it does not say
	URL  string // absolute
}

// maxLinks is how many are kept; a feed has a hub or two.
const maxLinks = 20

// links are those links in Link header fields that tell something about a
// feed, in their order (RFC 8288 §3). What cannot be read is left out.
func links(fields []string, base *url.URL) (list []Link) {
	for _, rest := range fields {
		for rest != "" && len(list) < maxLinks {
			var target string
			var params map[string]string
			target, params, rest = cutLink(rest)
			u, err := base.Parse(target)
			if err != nil || params == nil || params["anchor"] != "" { // with an anchor it is about something else
				continue
			}
			to, _, err := address(u.String())
			if err != nil {
				continue
			}
			for rel := range strings.FieldsSeq(strings.ToLower(params["rel"])) {
				if slices.Contains([]string{"hub", "self", "alternate"}, rel) {
					list = append(list, Link{Rel: rel, Type: params["type"], URL: to.String()})
				}
			}
		}
	}
	return list[:min(len(list), maxLinks)]
}

// cutLink cuts the first link off a Link field: what stands between angle
// brackets, and its parameters, of which the first of a name counts. params is
// nil when there is no link.
func cutLink(s string) (target string, params map[string]string, rest string) {
	s = strings.TrimLeft(s, " \t,")
	if !strings.HasPrefix(s, "<") {
		_, rest, _ = strings.Cut(s, ",")
		return "", nil, rest
	}
	target, s, ok := strings.Cut(s[1:], ">")
	if !ok {
		return "", nil, ""
	}
	params = map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t")
		if !strings.HasPrefix(s, ";") {
			break
		}
		var name, value string
		name, value, s = cutParameter(s[1:])
		if _, again := params[name]; !again {
			params[name] = value
		}
	}
	_, rest, _ = strings.Cut(s, ",")
	return strings.TrimSpace(target), params, rest
}

// cutParameter cuts one parameter off: a name, and behind an equals sign a
// token or a quoted string (RFC 9110 §5.6.4).
func cutParameter(s string) (name, value, rest string) {
	end := strings.IndexAny(s, "=;,")
	if end < 0 {
		return strings.ToLower(strings.TrimSpace(s)), "", ""
	}
	name, s = strings.ToLower(strings.TrimSpace(s[:end])), s[end:]
	if s[0] != '=' {
		return name, "", s
	}
	s = strings.TrimLeft(s[1:], " \t")
	if strings.HasPrefix(s, `"`) {
		value, rest = cutQuoted(s[1:])
		return name, value, rest
	}
	if end = strings.IndexAny(s, ";,"); end < 0 {
		end = len(s)
	}
	return name, strings.TrimSpace(s[:end]), s[end:]
}

// cutQuoted cuts a quoted string off, whose first quote is gone already.
func cutQuoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
