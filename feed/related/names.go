package related

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// isAcronym reports whether the word is two to six capital letters and
// digits, a letter among them.
func isAcronym(text string) bool {
	n := 0
	for _, r := range text {
		if n++; n > 6 || !unicode.IsUpper(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return n > 1
}

// isTitleCase reports whether the words have a capital wherever they are long,
// and most of them are, as in some headlines, so that it is no sign of a name.
func isTitleCase(ws []word) bool {
	all, capitals, long := 0, 0, 0
	for _, w := range ws {
		if w.gram || w.starts {
			continue
		}
		all++
		if w.capital {
			capitals++
		}
		if utf8.RuneCountInString(w.text) < 5 {
			continue
		}
		if !w.capital {
			return false
		}
		long++
	}
	return long >= 3 && capitals*10 > all*6
}

// capitalisesNouns reports whether the language has a capital at every noun,
// so that it is no sign of a name. Where none is given the texts tell.
func capitalisesNouns(language string, texts ...[]word) bool {
	if primary, _, _ := strings.Cut(language, "-"); primary != "" {
		return primary == "de" || primary == "lb" // German, Luxembourgish
	}
	const enough, many = 30, 0.28 // English news has some 15 in a hundred, German 35
	all, capitals := 0, 0
	for _, ws := range texts {
		if isTitleCase(ws) {
			continue
		}
		for _, w := range ws {
			if w.starts || w.gram {
				continue
			}
			all++
			if w.capital {
				capitals++
			}
		}
	}
	return all >= enough && float64(capitals) > many*float64(all)
}

// isCalendar reports whether the word is the name of a day or a month, which
// English writes with a capital and which tells nothing.
func isCalendar(text string) bool {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if text == day.String() {
			return true
		}
	}
	for month := time.January; month <= time.December; month++ {
		if text == month.String() {
			return true
		}
	}
	return false
}
