package wire

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// day is a day as copy names it. Year is 0 where it does not say.
type day struct {
	year    int
	month   time.Month
	day     int
	weekday string // in English, empty when it is not named
}

var (
	isoDay    = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)
	dottedDay = regexp.MustCompile(`^(\d{1,2})\. ?(\d{1,2})\.(?: ?(\d{4}))?$`)
	// "2026年11月22日", "11월 22일", with the day of the week behind it
	numberedDay = regexp.MustCompile(`^(?:(\d{4}) ?[年년] ?)?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일号](?: ?[(（]\p{L}{1,3}[)）])?$`)
	slashDay    = regexp.MustCompile(`^(\d{1,2})/(\d{1,2})/(\d{4})$`)
	ordinal     = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|er|e|º|ª|°|o|-?го)?$`)
	fourDigit   = regexp.MustCompile(`^\d{4}$`)
)

// dayOf reads a day: "Jan. 10", "10 de enero de 2026", "lundi 1er mars",
// "10.01.2026", "2026-01-10". It may be one that no month has: see date. Of
// "3/4/2026" nobody can say which day it is: ok is false.
func dayOf(s string) (d day, ok bool) {
	s = strings.TrimSpace(s)
	if !isASCII(s) {
		s = foreign(s)
	}
	if m := numberedDay.FindStringSubmatch(s); m != nil {
		return numbers(m[1], m[2], m[3])
	}
	if m := isoDay.FindStringSubmatch(s); m != nil {
		return numbers(m[1], m[2], m[3])
	}
	if m := dottedDay.FindStringSubmatch(s); m != nil {
		return numbers(m[3], m[2], m[1])
	}
	if m := slashDay.FindStringSubmatch(s); m != nil {
		if first, _ := strconv.Atoi(m[1]); first > 12 || m[1] == m[2] {
			return numbers(m[3], m[2], m[1])
		}
		if second, _ := strconv.Atoi(m[2]); second > 12 {
			return numbers(m[3], m[1], m[2])
		}
		return d, false
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '.' || r == '،' })
	for _, w := range words {
		if !d.word(w) {
			return d, false
		}
	}
	return d, d.day > 0 && d.month > 0
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// foreign is a day with the digits of ASCII, and the Arabic months that have two
// words as one.
func foreign(s string) string {
	s = strings.Map(func(r rune) rune {
		for _, zero := range []rune{'٠', '۰', '０'} {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, s)
	return twoWords.Replace(strings.ReplaceAll(s, "/", " ")) // "نوفمبر/تشرين الثاني"
}

var twoWords = strings.NewReplacer("كانون ", "كانون-", "تشرين ", "تشرين-")

func numbers(year, month, number string) (d day, ok bool) {
	d.year, _ = strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d.month = time.Month(m)
	d.day, _ = strconv.Atoi(number)
	return d, m >= 1 && m <= 12
}

// word takes in one word of a date; ok is false when it belongs to none, or
// was said already.
func (d *day) word(w string) (ok bool) {
	key := keyOf(w)
	month, isMonth := months[key]
	weekday, isWeekday := weekdays[key]
	switch m := ordinal.FindStringSubmatch(strings.ToLower(w)); {
	case m != nil && d.day == 0:
		d.day, _ = strconv.Atoi(m[1])
		return d.day > 0
	case fourDigit.MatchString(w) && d.year == 0:
		d.year, _ = strconv.Atoi(w)
		return d.year > 0
	case isMonth && (d.month == 0 || d.month == month): // by two of its names
		d.month = month
		return true
	case isWeekday && d.weekday == "":
		d.weekday = weekday
		return true
	}
	return ofDates[key]
}

// date is the day as YYYY-MM-DD. Without a year it is the nearest that is not
// after now, or that of tomorrow: it is tomorrow already somewhere, and copy for
// the morning bears its day, while nobody files what is a year old but for one
// day. It is empty for a day that no month has.
func (d day) date(now time.Time) string {
	if d.year != 0 {
		return d.in(d.year)
	}
	latest := now.UTC().AddDate(0, 0, 1).Format(time.DateOnly)
	year := now.UTC().AddDate(0, 0, 1).Year()
	for back := range 9 { // eight years hold every February 29
		if date := d.in(year - back); date != "" && date <= latest {
			return date
		}
	}
	return ""
}

// in is the day in that year, empty when it does not have it.
func (d day) in(year int) string {
	t := time.Date(year, d.month, d.day, 0, 0, 0, 0, time.UTC)
	if t.Day() != d.day || t.Year() != year || year < 1 || year > 9999 {
		return ""
	}
	return t.Format(time.DateOnly)
}

// doubt says why the date that the day was taken for may be another.
func (d day) doubt(date string, now time.Time) string {
	t, err := time.Parse(time.DateOnly, date)
	switch {
	case err != nil:
		return ""
	case d.weekday != "" && t.Weekday().String() != d.weekday:
		return "that day is a " + t.Weekday().String() + ", and the copy says " + d.weekday + ": mend one, or leave the weekday out"
	case date > now.UTC().Format(time.DateOnly) && d.year == 0:
		return "that is tomorrow: if it is not, write the year behind the day"
	case date > now.UTC().AddDate(0, 0, 1).Format(time.DateOnly):
		return "that is in the future: if it is not meant, mend the year"
	case d.year == 0 && now.Sub(t) > longAgo:
		return "the copy gives no year: if it is not " + strconv.Itoa(t.Year()) + ", write the year behind the day"
	}
	return ""
}

// longAgo is more than lies between most copy and its filing.
const longAgo = 60 * 24 * time.Hour
