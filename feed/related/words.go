package related

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word of a text, or in scripts that are written without spaces a
// few characters of it.
type word struct {
	text    string // as it stands there
	stem    string // as words are compared
	capital bool   // begins with a capital letter
	acronym bool   // is a few capital letters
	starts  bool   // is the first of a sentence, where a capital says nothing
	follows bool   // nothing but a space, a hyphen or an apostrophe divides it from the one before
	gram    bool   // is no word but some characters, which overlap with the next
}

// matters reports whether the word is read at all: those of one or two letters
// are not much more than grammar in any language.
func (w word) matters() bool { return w.acronym || utf8.RuneCountInString(w.text) > 2 }

const (
	longestWord = 40    // letters; longer ones are addresses and noise
	mostWords   = 1_000 // of a text: what counts stands above
)

// words are the words of a plain text in order.
func words(text string) []word {
	var s splitter
	s.starts = true
	begin := -1 // of the word being read
	for i, r := range text {
		if len(s.words) >= mostWords {
			return s.words
		}
		if isWordRune(r) {
			if begin >= 0 && !sameWord(s.last, r) {
				s.end(text[begin:i])
				begin = i
			}
			if begin < 0 {
				begin = i
			}
			if !unicode.IsMark(r) {
				s.last = r
			}
			continue
		}
		if begin >= 0 {
			s.end(text[begin:i])
			begin = -1
		}
		s.between(r)
	}
	if begin >= 0 {
		s.end(text[begin:])
	}
	return s.words
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// sameWord reports whether two neighbours belong to one word: all do but
// those of scripts that are not divided by spaces, and their neighbours.
func sameWord(a, b rune) bool {
	return unicode.IsMark(b) || script(a) == script(b)
}

// script is 0 for the scripts that divide words by spaces.
func script(r rune) int {
	switch {
	case r < 0xe00: // the most of what is read
		return 0
	case unicode.Is(unicode.Han, r):
		return 1
	case unicode.Is(unicode.Hiragana, r):
		return 2
	case unicode.Is(unicode.Katakana, r), r == 'ー':
		return 3
	case unicode.Is(unicode.Hangul, r):
		return 4
	case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return 5
	}
	return 0
}

// splitter makes words. Its fields say what stood before the next one.
type splitter struct {
	words   []word
	last    rune // letter of the word being read
	starts  bool // a sentence begins
	divided bool // something stood between that is no part of a name
}

// between reads a character that belongs to no word.
func (s *splitter) between(r rune) {
	switch r {
	case ' ', '-', '‐', '‑', '\'', '’', '\u00a0':
	case '.':
		if n := len(s.words); n == 0 || utf8.RuneCountInString(s.words[n-1].text) > 1 { // not an initial
			s.starts = true
		}
	case '!', '?', '…', ':', '\n', '“', '„', '«', '"', '‘', '•', '。', '！', '？':
		s.starts = true
	default:
		s.divided = true
	}
}

// end takes the word that was read.
func (s *splitter) end(text string) {
	switch script(s.last) {
	case 1, 4:
		s.grams(text, 2)
	case 5:
		s.grams(text, 4)
	case 2: // the grammar of Japanese
	default:
		s.add(text)
	}
	s.starts, s.divided = false, false
}

func (s *splitter) add(text string) {
	if n := utf8.RuneCountInString(text); n > longestWord || strings.Trim(text, "0123456789") == "" {
		return
	}
	first, _ := utf8.DecodeRuneInString(text)
	s.words = append(s.words, word{
		text: text, stem: stem(fold(text)),
		capital: unicode.IsUpper(first), acronym: isAcronym(text), starts: s.starts,
		follows: !s.starts && !s.divided,
	})
}

// grams takes every n neighbours.
func (s *splitter) grams(text string, n int) {
	var at []int
	for i := range text {
		at = append(at, i)
	}
	at = append(at, len(text))
	for i := 0; i+n < len(at); i++ {
		gram := text[at[i]:at[i+n]]
		s.words = append(s.words, word{text: gram, stem: gram, gram: true})
	}
}
