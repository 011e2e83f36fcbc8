package wire

import (
	"strings"
	"testing"
)

// BenchmarkRead reads wire copy of the usual length, and as much of it as one
// request may hold.
func BenchmarkRead(b *testing.B) {
	const paragraph = "The ferry crossed the river again on Monday with nine people and a goat on board, eleven years after the last one was sunk at its moorings, " +
		"and none of those who stood on the quay said that they had thought to see it in their lives.\n\n"
	for name, n := range map[string]int{"story": 12, "large": 3000} {
		data := []byte("Conflicts & War\n\nFerry runs again\n\nBellmar, Nov 20 (DTL).- It ran.\n\n" + strings.Repeat(paragraph, n) + "It was late.DTL\n\nkk/jt\n\nRelated Articles\n\nBack to top button")
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := desk.Read(data, Text, Options{Now: noon}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
