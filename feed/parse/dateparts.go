package parse

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// parts are what a written date is made of. The zero value of a number is
// "not seen", but hour to nanosecond.
type parts struct {
	year, day, hour, minute, second, nano int
	month                                 time.Month
	maybeTuesday                          bool // month was read from "mar", where it may be mardi, martes or martedì
	hasTime, afternoon, morning           bool
	hasZone                               bool
	offset                                int   // seconds
	numbers                               []int // of the date, in order, that no sign tells apart
	shortYear                             bool  // the last of numbers has two digits
}

// isoDate finds a date that begins with the year, with what is joined to it.
var isoDate = regexp.MustCompile(`^(\d{4})(?:([-/.])(\d{1,2})(?:[-/.](\d{1,2}))?|(\d\d)(\d\d))?(?:[t_ ]+|$)`)

// compact is a date and time without separators.
var compact = regexp.MustCompile(`^(\d{8})t?(\d\d)(\d\d)(\d\d)(\D|$)`)

// compactTime is a time without separators.
var compactTime = regexp.MustCompile(`^(\d\d)(\d\d)(\d\d)(\D|$)`)

// readParts reads a date part by part. Every word must be known.
func readParts(s string) (time.Time, bool) {
	s = strings.ToLower(s)
	if m := compact.FindStringSubmatch(s); m != nil {
		s = m[1] + " " + m[2] + ":" + m[3] + ":" + m[4] + " " + s[len(m[0])-len(m[5]):]
	}
	var p parts
	if m := isoDate.FindStringSubmatch(s); m != nil {
		p.year, p.month, p.day = number(m[1]), time.Month(number(m[3]+m[5])), number(m[4]+m[6])
		if m[3] != "" && p.month == 0 || m[4]+m[6] != "" && p.day == 0 {
			return time.Time{}, false
		}
		p.month, p.day = max(p.month, 1), max(p.day, 1)
		s = compactTime.ReplaceAllString(s[len(m[0]):], "$1:$2:$3$4")
	}
	for _, word := range strings.Fields(unjoin(s)) {
		if !p.word(word) {
			return time.Time{}, false
		}
	}
	return p.time()
}

// monthNumber is a day or month name with a number joined to it: 10-jan-26.
var monthNumber = regexp.MustCompile(`(\d)[-/.]?([a-zäéûç]{3,12})\.?[-/.](\d)`)

// clock joined to the number of a zone, a Z or the name of one.
var joinedZone = regexp.MustCompile(`(:\d\d(?:\.\d+)?)(z|[+-]\d|[a-z]{3,4}\b)`)

// unjoin sets spaces where words are joined, and takes away the signs between
// them.
func unjoin(s string) string {
	s = monthNumber.ReplaceAllString(s, "$1 $2 $3")
	s = joinedZone.ReplaceAllString(s, "$1 $2")
	s = strings.Map(func(r rune) rune {
		switch r {
		case ',', ';', '(', ')', '\u202f':
			return ' '
		case '−':
			return '-'
		}
		return r
	}, s)
	return strings.ReplaceAll(s, "--", "-")
}

// word takes in one word; ok is false when it means nothing or comes twice.
func (p *parts) word(w string) bool {
	w = strings.TrimRight(w, ".")
	switch {
	case w == "" || noise[w]:
		return true
	case w == "am" || w == "a.m" || w == "pm" || w == "p.m":
		p.morning, p.afternoon = w[0] == 'a', w[0] == 'p'
		return true
	case strings.ContainsRune(w, ':'), clockFrench.MatchString(w):
		return p.clock(w)
	case w[0] == '+' || w[0] == '-':
		return p.zone(w)
	}
	if m, ok := months[w]; ok && (p.month == 0 || p.maybeTuesday) {
		p.maybeTuesday = p.month == 0 && w == "mar" && p.day == 0 && len(p.numbers) == 0
		p.month = m
		return true
	}
	if offset, ok := zones[w]; ok {
		// "GMT+0100" has its number; "+0100 (CET)" has its name twice.
		if !p.hasZone {
			p.offset, p.hasZone = offset, true
		}
		return true
	}
	if len(w) == 1 && w[0] >= 'a' && w[0] <= 'y' && p.hasTime { // RFC 5322 §4.3: as good as no zone
		return true
	}
	for name := range strings.SplitSeq("gmt utc ut", " ") {
		if rest, ok := strings.CutPrefix(w, name); ok && rest != "" {
			return p.zone(rest)
		}
	}
	return p.number(w)
}

// number takes in a number of the date, or a date of three numbers.
func (p *parts) number(w string) bool {
	for _, sep := range []string{"/", ".", "-"} {
		if strings.Count(w, sep) == 2 {
			return p.numeric(strings.Split(w, sep), sep)
		}
	}
	for _, ending := range []string{"st", "nd", "rd", "th", "er", "º", "°", "ª"} { // 1st, 1er, 1º
		w = strings.TrimSuffix(w, ending)
	}
	if !isDigits(w) || len(w) > 4 || len(p.numbers) == 2 {
		return false
	}
	p.numbers = append(p.numbers, number(w))
	p.shortYear = len(w) == 2
	if len(w) >= 3 { // only a year has as many digits, and it may stand anywhere
		if p.year != 0 {
			return false
		}
		p.year, p.numbers = number(w), p.numbers[:len(p.numbers)-1]
	}
	return true
}

// numeric takes in a date of three numbers with the year at the end: day and
// month in the order of Europe where dots divide them, else in the only order
// that is possible.
func (p *parts) numeric(w []string, sep string) bool {
	if p.year != 0 || p.day != 0 || p.month != 0 || len(p.numbers) > 0 {
		return false
	}
	for _, n := range w {
		if !isDigits(n) || len(n) > 4 {
			return false
		}
	}
	a, b := number(w[0]), number(w[1])
	switch {
	case len(w[2]) != 4 && len(w[2]) != 2:
		return false
	case sep == "." || a > 12 || a == b:
		p.day, p.month = a, time.Month(b)
	case b > 12:
		p.month, p.day = time.Month(a), b
	default:
		return false
	}
	p.year = fullYear(number(w[2]), len(w[2]))
	return true
}

// clockFrench is a time with an h: 14h30.
var clockFrench = regexp.MustCompile(`^\d{1,2}h\d{0,2}$`)

// clockShape is a time of the day, with its half of the day joined to it or
// not.
var clockShape = regexp.MustCompile(`^(\d{1,2})[:h](\d{1,2})?(?::(\d{1,2})(?:[.,:](\d{1,9})\d*)?)?(am|pm)?$`)

func (p *parts) clock(w string) bool {
	if strings.HasPrefix(w, "gmt") || strings.HasPrefix(w, "utc") {
		return p.zone(w[3:])
	}
	if w[0] == '+' || w[0] == '-' {
		return p.zone(w)
	}
	m := clockShape.FindStringSubmatch(w)
	if m == nil || p.hasTime {
		return false
	}
	p.hour, p.minute, p.second = number(m[1]), number(m[2]), number(m[3])
	p.nano = number((m[4] + "000000000")[:9])
	p.hasTime = true
	if m[5] != "" {
		p.morning, p.afternoon = m[5] == "am", m[5] == "pm"
	}
	return true
}

// zoneShape is an offset from UTC; one digit of the hours may be missing, and
// the last where it is a zero.
var zoneShape = regexp.MustCompile(`^([+-])(\d{1,2}?)(?::?(\d\d)|:0)?$`)

func (p *parts) zone(w string) bool {
	m := zoneShape.FindStringSubmatch(w)
	if m == nil || number(m[3]) > 59 {
		return false
	}
	offset := number(m[2])*3600 + number(m[3])*60
	if m[1] == "-" {
		offset = -offset
	}
	if p.hasZone && p.offset != 0 && p.offset != offset || !isOffset(offset) {
		return false
	}
	p.offset, p.hasZone = offset, true
	return true
}

// time puts the parts together; ok is false when one is missing or there is no
// such day or time.
func (p *parts) time() (time.Time, bool) {
	if !p.place() || p.month < 1 || p.month > 12 || p.day < 1 {
		return time.Time{}, false
	}
	days := 0
	switch {
	case p.afternoon || p.morning:
		if p.hour < 1 || p.hour > 12 {
			return time.Time{}, false
		}
		if p.hour %= 12; p.afternoon {
			p.hour += 12
		}
	case p.hour == 24 && p.minute == 0 && p.second == 0: // midnight at the end of the day
		p.hour, days = 0, 1
	}
	if p.second == 60 { // a leap second
		p.second = 59
	}
	if p.hour > 23 || p.minute > 59 || p.second > 59 {
		return time.Time{}, false
	}
	t := time.Date(p.year, p.month, p.day, p.hour, p.minute, p.second, p.nano, time.FixedZone("", p.offset))
	if t.Day() != p.day { // 31 April
		return time.Time{}, false
	}
	return t.AddDate(0, 0, days), true
}

// place gives the numbers that stood alone their meaning: with the name of a
// month, a day and then a year.
func (p *parts) place() bool {
	switch len(p.numbers) {
	case 0:
		return p.year != 0 && p.day != 0
	case 1:
		if p.year == 0 || p.day != 0 {
			return false
		}
		p.day = p.numbers[0]
	case 2:
		if p.year != 0 || p.day != 0 || !p.shortYear {
			return false
		}
		p.day, p.year = p.numbers[0], fullYear(p.numbers[1], 2)
	}
	return true
}

// fullYear is a year written with that many digits. RFC 2822 §4.3: two-digit
// years are those from 1950 to 2049, and three digits count from 1900.
func fullYear(year, digits int) int {
	switch {
	case digits >= 4:
		return year
	case digits == 2 && year < 50:
		return 2000 + year
	}
	return 1900 + year
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// number is the number in s, which is digits or nothing.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
