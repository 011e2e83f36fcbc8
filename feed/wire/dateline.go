package wire

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/store"
)

// opening is a dateline as it stands before the first words of copy:
// "Nur-Sultan, Jan 10 (EFE).- ", "LONDON — ", "(Reuters) - ".
type opening struct {
	place, agency string
	day           day
	dated         bool
	rest          string // of the paragraph, behind the dateline
}

// maxOpening is the length of the longest dateline, in bytes.
const maxOpening = 200

// isDateline reports whether a paragraph begins with a dateline for certain.
func isDateline(text string) bool {
	_, ok, _ := readDateline(text)
	return ok
}

// readDateline reads the dateline that a paragraph begins with; ok is false
// when it begins with none for certain. The doubt is then not empty when it
// looks as if.
func readDateline(text string) (o opening, ok bool, doubt string) {
	if m := agencyFirst.FindStringSubmatch(text); m != nil && looksLikeAgency(m[1]) {
		// "(ANSA) - ROMA, 10 GEN - …" or no place at all: "(Reuters) - …"
		if o, _, _ = readDateline(m[2]); o.dated && o.agency == "" {
			o.agency = m[1]
			return o, true, ""
		}
		return opening{agency: m[1], rest: m[2]}, isAgency(m[1]), notCertain(m[2])
	}
	if m := cornered.FindStringSubmatch(text); m != nil { // "【東京11月22日共同】…"
		o = opening{place: m[1], agency: m[3], rest: m[4]}
		o.day, o.dated = dayOf(m[2])
		return o, o.dated, ""
	}
	head, rest, mark := cutHead(text)
	if mark == noMark {
		return opening{}, false, ""
	}
	o = readHead(head)
	o.rest = rest
	if o.agency == "" && o.dated { // "МОСКВА, 10 янв - РИА Новости. …"
		for _, name := range plainAgencies {
			if behind, found := strings.CutPrefix(rest, name+". "); found {
				o.agency, o.rest = name, behind
			}
		}
	}
	if m := vagueDay.FindString(o.place); m != "" {
		return o, false, m + " may be two days: write the month as a word, such as 3 April"
	}
	switch o.judge(mark) {
	case certain:
		return o, true, ""
	case doubtful:
		return o, false, notCertain(o.rest)
	}
	return opening{}, false, ""
}

// vagueDay is one that some write with the month first and some with the day.
var vagueDay = regexp.MustCompile(`\b\d{1,2}/\d{1,2}\b(?:/\d{2,4})?`)

var cornered = regexp.MustCompile(`^【(\p{L}{1,20}?)[、， ]?(\d{1,2}月\d{1,2}日)[、， ]?(\p{L}{2,20})】 ?(.+)$`)

var agencyFirst = regexp.MustCompile(`^\(([^()]{2,40})\) ?[-–—_]{1,2} (.+)$`)

func notCertain(rest string) string {
	first, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsLower(first) {
		return "it looks like a dateline and is taken for copy: if it is one, write place, date and agency: PLACE, Jan 10 (AGENCY) —"
	}
	return "it may be a dateline, and is taken for copy: if it is one, write the date too: PLACE, Jan 10 (AGENCY) —"
}

// mark is what divides a dateline from the copy.
type mark int

const (
	noMark  mark = iota
	colon        // "NEW DELHI: "
	dash         // " - ", " — "
	dotDash      // ".- ", which prose does not have
	slashes      // "/TASS/. "
)

var (
	dashes          = regexp.MustCompile(`(\.?)(?:[-–—―−]{1,3}|=|_)(?: |$)`)
	slashed         = regexp.MustCompile(`^([^/]+/[\p{L}. ]{2,30}/)\.?(?: ?[-–—]{1,3})? `)
	gluedAgencyHead = regexp.MustCompile(`^([^()]{2,100}?) ?-{1,2}\(([^()]{2,40})\) ?-{1,2} ?(.+)$`)
	initials        = regexp.MustCompile(`(?:^|[^\p{L}])\p{L}\.\p{L}$`)
)

// cutHead divides a paragraph at the first mark that may end a dateline.
func cutHead(text string) (head, rest string, how mark) {
	short := text[:min(len(text), maxOpening)]
	if !strings.ContainsAny(short, "-–—―−=_/:") {
		return "", "", noMark
	}
	if m := gluedAgencyHead.FindStringSubmatch(text); m != nil && isAgency(m[2]) { // "NEW YORK--(BUSINESS WIRE)--It ran."
		return m[1] + " (" + m[2] + ")", m[3], dash
	}
	if m := slashed.FindStringSubmatch(text); m != nil {
		if _, agency := cutAgency(m[1]); isAgency(agency) {
			return m[1], text[len(m[0]):], slashes
		}
	}
	at := dashes.FindStringSubmatchIndex(short)
	if i := strings.Index(short, ": "); i > 0 && (at == nil || i < at[0]) {
		return short[:i], text[i+2:], colon
	}
	if at == nil || at[0] == 0 {
		return "", "", noMark
	}
	head, rest, how = short[:at[0]], text[at[1]:], dash
	if last, _ := utf8.DecodeLastRuneInString(head); unicode.IsLower(last) && at[2] == at[3] {
		return "", "", noMark // "Two- and three-year bonds"
	}
	if at[3] > at[2] { // a dot before the dash
		if how = dotDash; initials.MatchString(head) {
			head += "."
		}
	}
	return strings.TrimSpace(head), strings.TrimSpace(rest), how
}

// readHead reads what stands before the mark: place, date and agency, in this
// order or with the date last.
func readHead(head string) (o opening) {
	head, o.agency = cutAgency(head)
	if d, ok := dayOf(o.agency); ok { // "GENEVA (22 November 2026) – "
		o.day, o.dated, o.agency = d, true, ""
	} else {
		head = o.cutDay(head)
	}
	if o.agency == "" {
		head, o.agency = cutAgency(strings.TrimRight(head, ", "))
	}
	o.place = strings.TrimRight(head, ",;،、， ")
	if o.dated || o.agency != "" { // "Москва. 10 января."
		if bare, ok := strings.CutSuffix(o.place, "."); ok && !abbreviated.MatchString(o.place) {
			o.place = bare
		}
	}
	return o
}

// abbreviated is a place that ends in a short form: "WASHINGTON, D.C.",
// "ATLANTA, Ga."
var abbreviated = regexp.MustCompile(`(?:(?:^|[^\p{L}])\p{L}\.|, ?\p{Lu}\p{L}{1,4}\.)$`)

// cutDay takes the day off the end of a text.
func (o *opening) cutDay(head string) string {
	for at := 0; at < len(head); at++ {
		if last, _ := utf8.DecodeLastRuneInString(head[:at]); at > 0 && !strings.ContainsRune(" ,.،、，", last) || head[at] == ' ' {
			continue
		}
		if d, ok := dayOf(head[at:]); ok {
			o.day, o.dated = d, true
			return strings.TrimRight(head[:at], ",،、， ")
		}
	}
	return head
}

// verdict says whether an opening is a dateline.
type verdict int

const (
	none verdict = iota
	doubtful
	certain
)

// judge weighs what was read. A date or a known agency beside a place makes a
// dateline; a place alone only in capitals, before a dash and a new sentence,
// or any sentence with a dash in it would have one.
func (o opening) judge(how mark) verdict {
	place, agency := isPlace(o.place), o.agency != ""
	if agency && !looksLikeAgency(o.agency) || !place && o.place != "" {
		return none
	}
	goesOn := o.rest == "" || continues(o.rest)
	switch {
	case agency && o.dated, how == slashes:
		return certain
	case o.place == "":
		return none
	case agency && (isAgency(o.agency) || how == dotDash || isCityInCapitals(o.place) && !goesOn):
		return certain
	case o.dated && (how == dotDash || how == dash && !goesOn):
		return certain
	case agency || o.dated:
		return doubtful
	case how == dotDash:
		return certain
	case how == dash && isCityInCapitals(o.place) && !goesOn && !isNoPlace(o.place):
		return certain
	case len(strings.Fields(o.place)) <= 3 && (how == dash || isCityInCapitals(o.place)):
		return doubtful
	}
	return none
}

// continues reports whether what stands behind a dash goes on with a sentence.
func continues(rest string) bool {
	for _, r := range rest {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.IsLower(r)
		}
	}
	return false
}

// isCityInCapitals reports whether a place is in capitals, but perhaps for what
// joins it and for the region behind the comma: "PARIS and BERLIN", "SAN JOSÉ,
// Costa Rica".
func isCityInCapitals(place string) bool {
	city, _, _ := strings.Cut(place, ",")
	letters := 0
	for word := range strings.FieldsSeq(city) {
		if joins[word] {
			continue
		}
		if word != strings.ToUpper(word) {
			return false
		}
		letters += strings.Count(strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) {
				return 'x'
			}
			return -1
		}, word), "x")
	}
	return letters > 1
}

var (
	placeShape = regexp.MustCompile(`^['’‘]?[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}.'’‘ʻ/()&, -]*$`)
	particle   = regexp.MustCompile(`^['’‘]?\p{Ll}{1,3}-\p{Lu}`) // al-Hasakah, 's-Hertogenbosch
	joins      = set("and y et und e en i и ve & de del della delle dei di da do dos das du des d'Ivoire la las los le les " +
		"am an der den dem auf im in bei ob upon on of the sur sous op aan ten bij nad pod na al el bin ibn by near under")
	// A sentence may begin with these, and no place but one in capitals does.
	noFirst = set("On In At He She It They We I You But And For By From After Before When While Since Until No Yes Only Not This That " +
		"These Those There Here His Her Its Their Our My En Er Sie Es Wir Am Im Der Die Das Il Elle Ils Ella Ellos A O Un Una Uno Het De Een Он Она Это В На О")
	// These stand in capitals before a dash, and are no places.
	noPlace = set("BREAKING EXCLUSIVE UPDATE UPDATED UPDATES WATCH LIVE OPINION ANALYSIS EXPLAINER FACTBOX TIMELINE VIDEO PHOTOS PHOTO " +
		"CORRECTION CORRECTED NOTE WARNING ALERT URGENT FLASH BULLETIN NEWS SPORT SPORTS BUSINESS EDITORIAL COMMENT REVIEW FEATURE PROFILE " +
		"NATO WHO UNICEF UNESCO EU UN US U.S. USA UK U.K. U.N. E.U. WTO IMF OPEC FIFA UEFA NASA BBC CNN GOP FBI CIA OTAN ONU UE OMS EEUU EE.UU. " +
		"URGENTE EXCLUSIVA EILMELDUNG EXKLUSIV ANALYSE KOMMENTAR ESCLUSIVA ULTIMORA DIRECTO EXCLUSIF ALERTE СРОЧНО ABD SON")
)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		m[word] = true
	}
	return m
}

func isNoPlace(place string) bool {
	first, _, _ := strings.Cut(place, " ")
	return noPlace[place] || noPlace[first]
}

// isPlace reports whether a text has the shape of one place or several.
func isPlace(s string) bool {
	if s == "" || len(s) > 100 || !placeShape.MatchString(s) {
		return false
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '/' })
	if len(words) == 0 || len(words) > 10 || noFirst[words[0]] && s != strings.ToUpper(s) {
		return false
	}
	for i, w := range words {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(w, "'’‘("))
		if unicode.IsLower(first) && !joins[w] && !particle.MatchString(w) || i == 0 && joins[w] && w != "al" && w != "el" {
			return false
		}
		if _, isDay := weekdays[strings.ToLower(w)]; isDay && len(words) == 1 {
			return false
		}
	}
	return strings.ContainsFunc(s, unicode.IsLetter)
}

// splitDateline takes the dateline off a paragraph, if it begins with one for
// certain. The date of a day that no month has is empty.
func splitDateline(text string, now time.Time) (store.Dateline, string) {
	o, ok, _ := readDateline(text)
	if !ok {
		return store.Dateline{}, text
	}
	d := store.Dateline{Place: o.place, Agency: o.agency}
	if o.dated {
		d.Date = o.day.date(now)
	}
	return d, o.rest
}
