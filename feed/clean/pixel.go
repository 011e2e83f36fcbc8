package clean

import (
	"strconv"
	"strings"
)

// IsPixel reports whether a picture with these attributes, each of which may
// be empty, cannot be seen: it is a pixel wide or high at most, or its style
// hides it. Such pictures tell somebody that the text was read.
func IsPixel(width, height, style string) bool {
	if isTiny(width) || isTiny(height) {
		return true
	}
	for declaration := range strings.SplitSeq(strings.ToLower(style), ";") {
		property, value, _ := strings.Cut(declaration, ":")
		value, _, _ = strings.Cut(value, "!")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(property) {
		case "width", "height", "max-width", "max-height":
			if isTiny(value) {
				return true
			}
		case "display":
			if value == "none" {
				return true
			}
		case "visibility":
			if value == "hidden" || value == "collapse" {
				return true
			}
		case "opacity":
			if n, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64); err == nil && n == 0 {
				return true
			}
		}
	}
	return false
}

// isTiny reports whether a length, with or without a unit, is a pixel at most.
func isTiny(length string) bool {
	length = strings.ToLower(strings.TrimSpace(length))
	n, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimRight(length, "abcdefghijklmnopqrstuvwxyz")), 64)
	switch {
	case err != nil || n < 0: // a length that is none does not count
		return false
	case n == 0:
		return true
	}
	return n <= 1 && (strings.HasSuffix(length, "px") || strings.Trim(length, "0123456789.") == "")
}
