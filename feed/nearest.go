package feed

import "strings"

// Nearest is the member of known that a person most likely meant by word; ""
// when none is near. Case does not count, and of equally near ones the first
// wins.
func Nearest(word string, known []string) string {
	word = strings.ToLower(word)
	best, distance := "", len([]rune(word))/3+2
	for _, k := range known {
		if d := editDistance([]rune(word), []rune(strings.ToLower(k))); d < distance {
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
