package related

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// stem is a folded word without the endings, or in Arabic the beginnings, that
// most often divide the forms of one word. It need not be a word itself, and
// now and then two words share one; rare words hardly do.
func stem(word string) string {
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case r < 0x250:
		return stemLatin(word)
	case unicode.Is(unicode.Cyrillic, r):
		return stemRussian(word)
	case unicode.Is(unicode.Arabic, r):
		return stemArabic(word)
	}
	return word
}

// stemLatin cuts the plural that English, French, Spanish and Portuguese
// share, one ending of verbs or of German nouns, and a last vowel.
func stemLatin(w string) string {
	if n := len(w); n > 3 && w[n-1] == 's' && w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i' {
		w = w[:n-1]
	}
	for _, ending := range [...]string{"ing", "ed", "en", "er"} {
		if cut, ok := strings.CutSuffix(w, ending); ok && len(cut) >= 4 {
			return cut
		}
	}
	n := len(w)
	if n <= 4 {
		return w
	}
	switch w[n-1] {
	case 'a', 'o':
		return w[:n-1]
	case 'e': // countrie is what is left of countries
		return w[:n-1]
	case 'y':
		return w[:n-1] + "i"
	}
	return w
}

// stemRussian cuts the ending of a noun, a name or an adjective, and of a
// surname what it is made with too: that may be an ending as well.
func stemRussian(word string) string {
	word = cutRussian(word)
	if strings.HasSuffix(word, "ов") || strings.HasSuffix(word, "ев") {
		word = cutRussian(word)
	}
	return word
}

func cutRussian(word string) string {
	const left = 4 // letters, at least
	for n := 3; n > 0; n-- {
		cut := len(word) - 2*n // every letter of Cyrillic is two bytes
		if cut >= 2*left && isRussianEnding(word[cut:]) {
			return word[:cut]
		}
	}
	return word
}

func isRussianEnding(s string) bool {
	endings := [...]string{
		"а", "ам", "ами", "ах", "ая", "е", "ев", "его", "ее", "ей", "ем", "ему", "и", "ие", "ией", "ии", "ий", "им", "ими",
		"их", "ию", "ия", "иям", "иях", "й", "о", "ов", "ого", "ое", "ой", "ом", "ому", "у", "ую", "ы", "ые", "ый", "ым",
		"ыми", "ых", "ь", "ью", "ю", "юю", "я", "ям", "ями", "ях", "яя",
	}
	_, ok := slices.BinarySearch(endings[:], s)
	return ok
}

// stemArabic cuts the article and what is written together with it.
func stemArabic(word string) string {
	for _, prefix := range [...]string{"وال", "بال", "كال", "فال", "ال", "لل"} {
		if cut, ok := strings.CutPrefix(word, prefix); ok && utf8.RuneCountInString(cut) >= 3 {
			return cut
		}
	}
	return word
}
