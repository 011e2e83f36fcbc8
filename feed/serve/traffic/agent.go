package traffic

import (
	"regexp"
	"strconv"
	"strings"
)

// maxName is how much of what a program calls itself is kept, in bytes.
const maxName = 200

// Services that fetch a feed once for many say in their User-Agent for how
// many. There is no standard; these are the forms that are about, such as
// "Feedbin feed-id:1 - 8 subscribers", "(…; 2 readers)", "3 subscriber(s)",
// "users 2" and "subscribers 1".
var (
	numberFirst = regexp.MustCompile(`(?i)(?:^|[^0-9a-z.])(\d{1,9})([ +_]+(?:subscriber|reader)(?:s\b|\(s\)|\b))`)
	wordFirst   = regexp.MustCompile(`(?i)\b((?:subscribers|readers|users)[ +_:=]+)(\d{1,9})\b`)
)

// announced is what a program calls itself, without what changes from day to
// day, and how many subscribers it announces: 0 when it says nothing of that.
func announced(userAgent string) (name string, subscribers int) {
	name = printable(userAgent)
	if !mayAnnounce(name) {
		return name, 0
	}
	if m := numberFirst.FindStringSubmatchIndex(name); m != nil {
		subscribers, _ = strconv.Atoi(name[m[2]:m[3]])
		name = name[:m[2]] + "N" + name[m[3]:]
	} else if m := wordFirst.FindStringSubmatchIndex(name); m != nil {
		subscribers, _ = strconv.Atoi(name[m[4]:m[5]])
		name = name[:m[4]] + "N" + name[m[5]:]
	}
	return name, subscribers
}

// mayAnnounce spares most programs a closer look.
func mayAnnounce(name string) bool {
	for _, word := range []string{"ubscriber", "eaders", "eader ", "eader;", "eader)", "sers"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// printable is a text in ASCII that can be shown, and not longer than maxName.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text[:min(len(text), maxName)])
	return strings.TrimSpace(text)
}
