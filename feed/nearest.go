package feed

import (
	"strings"
	"unicode/utf8"
)

// Nearest is the member of known that a person most likely meant by word; ""
// when none is near. Case does not count, and of equally near ones the first
// wins.
func Nearest(word string, known []string) string {
	return Within(word, known, utf8.RuneCountInString(word)/3+1)
}

// Within is as Nearest, of those that become the word when at most so many
// characters are inserted, deleted or replaced.
func Within(word string, known []string, most int) string {
	letters := []rune(strings.ToLower(word))
	best, distance := "", most+1
	for _, k := range known {
		other := []rune(strings.ToLower(k))
		if apart := len(letters) - len(other); max(apart, -apart) >= distance {
			continue // as many have to be inserted or deleted; word may be of any length
		}
		if d := editDistance(letters, other); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// editDistance is the number of characters to insert, delete or replace to
// make b of a (Levenshtein).
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
