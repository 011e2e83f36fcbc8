package clean

import "strconv"

// HasHalf reports whether the JSON of a text has an escape that is half of a
// character, \ud800 to \udfff without its other half (RFC 8259 §8.2): decoders
// put U+FFFD in its place without a word.
func HasHalf(json []byte) bool {
	high := false
	for i := 0; i < len(json); i++ {
		unit := uint64(0)
		if json[i] == '\\' {
			if i++; i+4 < len(json) && json[i] == 'u' {
				unit, _ = strconv.ParseUint(string(json[i+1:i+5]), 16, 16)
				i += 4
			}
		}
		if low := unit >= 0xdc00 && unit < 0xe000; low != high {
			return true
		}
		high = unit >= 0xd800 && unit < 0xdc00
	}
	return high
}
