package wire

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// isEmbargo reports whether a line says that copy may not be published before
// a time.
func isEmbargo(text string) bool {
	begin := strings.ToLower(text[:min(len(text), 60)])
	return slices.ContainsFunc(embargoWords, func(w string) bool { return strings.Contains(begin, w) }) && embargoed.MatchString(text)
}

var embargoWords = strings.Split("embarg|sperrfrist|эмбарго|ambargo|not for|hold for", "|")

var embargoed = regexp.MustCompile(`^(?i)\W*(?:(?:strictly |sous |under |bajo |sotto |sob |unter )?(?:embargo(?:ed|ad[oa]|ert)?|sperrfrist|эмбарго|ambargo)` +
	`(?:\W*$|\W*[:,–—-]\W*|\W+(?:(?:strictly |for (?:publication|release|use|broadcast) )?(?:until|till|to|not before|before|hasta|jusqu\p{L}*|bis|fino|at[ée]|tot|do|до)(?:[^\p{L}].*)?$)|\W+(?:\d|for release\b))|` +
	`not for (?:publication|release|use|broadcast)(?:\W[\w ]{0,40})? (?:before|until)\b|hold for release\b)`)

// embargo takes in such a line. It is a fault when the time is not beyond
// doubt: what is published too early cannot be called back.
func (r *reader) embargo(p paragraph) {
	t, why := embargoTime(p.text, r.o.Now)
	if why != "" {
		r.in.fault("embargo", "%s, on line %d: write a line such as \"Embargo: %s\"; if the line is copy, put a backslash before it", why, p.line, r.example(t))
		r.in.find(p.line, refused, p.text)
		return
	}
	if !r.in.Embargo.IsZero() && !r.in.Embargo.Equal(t) {
		r.in.fault("embargo", "is there twice, on line %d for the second time: leave one out", p.line)
	}
	r.in.Embargo = t
	r.in.find(p.line, "embargo", t.UTC().Format(time.RFC3339))
}

// example is how an embargo is written: the time that may be meant, or else the
// next noon.
func (r *reader) example(t time.Time) string {
	if t.IsZero() {
		t = r.o.Now.UTC().Truncate(24 * time.Hour).Add(36 * time.Hour)
	}
	return t.UTC().Format(time.RFC3339)
}

var (
	instantIn = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)`)
	// "00:01 GMT", "0001 GMT", "10.30am BST", "18h CET", "14 Uhr MEZ"
	clock = regexp.MustCompile(`(?i)\b(\d{1,2})(?:[:.h]?(\d{2}))? ?(am|pm|a\.m\.?|p\.m\.?|uhr|hrs|hs|h)?,? ?\(?(gmt|utc|z|cet|cest|mez|mesz|bst|est|edt|pst|pdt)?(?: ?([+-]\d{1,2})(?::?(\d{2}))?)?\b\)?`)
	// The zones whose names hardly mean another; where they might, the
	// other's hour is earlier.
	zones   = map[string]int{"gmt": 0, "utc": 0, "z": 0, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "bst": 1, "est": -5, "edt": -4, "pst": -8, "pdt": -7}
	filling = set("strictly sous under bajo sotto sob unter sperrfrist эмбарго ambargo not for publication release use broadcast hold before until till to on at " +
		"from hasta jusqu au jusqu'au jusqu’au bis zum um den dem am uhr hrs hs hour hours el las los la a à le fino alle al ore às as horas até ate tot do до time")
)

// embargoTime is the time that an embargo line names. why says what of it is
// open; the time is then zero, or the one that is probably meant.
func embargoTime(text string, now time.Time) (t time.Time, why string) {
	if s := instantIn.FindString(text); s != "" {
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00"} {
			if t, err := time.Parse(layout, s); err == nil {
				return t.UTC(), ""
			}
		}
		return t, "names a time that is none"
	}
	at, zone, rest, ok := cutClock(text)
	d, dayOK := dayOf(unfilled(rest))
	switch {
	case !dayOK && !ok:
		return t, "does not say until when"
	case !dayOK:
		return t, "does not say on which day for certain"
	}
	date, near := nextDay(d, now)
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		t = day.Add(at)
	}
	switch {
	case t.IsZero():
		return t, "names a day that is none"
	case !ok:
		return t, "does not say at what time"
	case zone == nil:
		return t, "does not say in which time zone"
	case !near:
		return t, "does not say in which year"
	}
	return t.Add(-time.Duration(*zone) * time.Minute), ""
}

// cutClock takes the time of day, and the zone in minutes east, off a text.
func cutClock(text string) (at time.Duration, zone *int, rest string, ok bool) {
	for _, m := range clock.FindAllStringSubmatchIndex(text, -1) {
		part := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return strings.ToLower(text[m[2*i]:m[2*i+1]])
		}
		if part(3) == "" && part(4) == "" && !strings.ContainsAny(text[m[0]:m[1]], ":") {
			continue // a day or a year
		}
		hour, _ := strconv.Atoi(part(1))
		minute, _ := strconv.Atoi(part(2))
		switch half := strings.ReplaceAll(part(3), ".", ""); {
		case (half == "am" || half == "pm") && (hour < 1 || hour > 12):
			continue
		case half == "pm" && hour < 12:
			hour += 12
		case half == "am" && hour == 12:
			hour = 0
		}
		if hour > 23 || minute > 59 {
			continue
		}
		if offset, known := zones[part(4)]; known {
			minutes := offset * 60
			if hours, err := strconv.Atoi(part(5)); err == nil {
				extra, _ := strconv.Atoi(part(6))
				if minutes += hours * 60; hours < 0 {
					extra = -extra
				}
				minutes += extra
			}
			zone = &minutes
		}
		return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute, zone, text[:m[0]] + " " + text[m[1]:], true
	}
	return 0, nil, text, false
}

// unfilled is what is left of an embargo line without the words around the
// day.
func unfilled(text string) string {
	var left []string
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",:;()[]*–—", r) }) {
		if !filling[w] && !strings.HasPrefix(w, "embarg") && strings.Trim(w, "-.") != "" {
			left = append(left, w)
		}
	}
	return strings.Join(left, " ")
}

// soon is how far ahead an embargo without a year may be.
const soon = 60 * 24 * time.Hour

// nextDay is the date of the day in its year, or the next one that is not
// past; near is false when that is too far ahead to be meant for certain.
func nextDay(d day, now time.Time) (date string, near bool) {
	if d.year != 0 {
		return d.in(d.year), true
	}
	today := now.UTC()
	for ahead := range 9 {
		date := d.in(today.Year() + ahead)
		if date >= today.Format(time.DateOnly) {
			t, err := time.Parse(time.DateOnly, date)
			return date, err == nil && t.Sub(today) < soon
		}
	}
	return "", false
}

func number(n int) string { return fmt.Sprint(n) }
