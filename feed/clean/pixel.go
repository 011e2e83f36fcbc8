package clean

import (
	"iter"
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
	for property, value := range declarations(style) {
		if hides(property, value) {
			return true
		}
		switch property {
		case "width", "height", "max-width", "max-height":
			if isTiny(value) {
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

// declarations are the properties of a style attribute and their values, in
// lower case.
func declarations(style string) iter.Seq2[string, string] {
	return func(yield func(property, value string) bool) {
		for declaration := range strings.SplitSeq(strings.ToLower(style), ";") {
			property, value, _ := strings.Cut(declaration, ":")
			value, _, _ = strings.Cut(value, "!")
			if !yield(strings.TrimSpace(property), strings.TrimSpace(value)) {
				return
			}
		}
	}
}

// hides reports whether a declaration takes an element out of sight.
func hides(property, value string) bool {
	switch property {
	case "display":
		return value == "none"
	case "visibility":
		return value == "hidden" || value == "collapse"
	case "mso-hide":
		return value == "all"
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
