package related

import (
	"slices"
	"testing"
)

func TestPhrasesAreJoined(t *testing.T) {
	for _, test := range []struct {
		terms []term // those that count most first
		want  []string
	}{
		{[]term{{text: "Delcy Rodríguez", kind: pair, order: 5}, {text: "President Delcy", kind: pair, order: 4}}, []string{"President Delcy Rodríguez"}},
		{[]term{{text: "President Delcy", kind: pair, order: 4}, {text: "Delcy Rodríguez", kind: pair, order: 5}}, []string{"President Delcy Rodríguez"}},
		{[]term{{text: "Rodríguez", order: 1}, {text: "dam", order: 2}, {text: "Delcy Rodríguez", kind: pair, order: 5}}, []string{"Delcy Rodríguez", "dam"}},
		{[]term{{text: "Delcy Rodríguez", kind: pair, order: 5}, {text: "Rodríguez", order: 1}}, []string{"Delcy Rodríguez"}},
		{[]term{{text: "Delcy Rodríguez", kind: pair, order: 5}, {text: "Rodríguez Marín", kind: pair, order: 9}}, []string{"Delcy Rodríguez", "Rodríguez Marín"}},
		{[]term{{text: "望舒", kind: gram, order: 7}, {text: "舒教", kind: gram, order: 8}, {text: "顾望", kind: gram, order: 6}}, []string{"顾望舒教"}},
		{[]term{{text: "顾望", kind: gram, order: 6}, {text: "舒教", kind: gram, order: 8}, {text: "望舒", kind: gram, order: 7}}, []string{"顾望舒教"}},
		{[]term{{text: "顾望", kind: gram, order: 6}, {text: "望舒", kind: gram, order: 17}}, []string{"顾望", "望舒"}},
		{[]term{{text: "US", order: 1}, {text: "Russia", order: 2}, {text: "USA", order: 3}}, []string{"US", "Russia", "USA"}},
	} {
		var phrases []phrase
		for _, term := range test.terms {
			phrases = add(phrases, newPhrase(term))
		}
		var got []string
		for _, p := range phrases {
			got = append(got, p.text)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: got %q, want %q", test.terms, got, test.want)
		}
	}
}
