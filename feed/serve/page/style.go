package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
)

//go:embed style.css
var styleSheet string

// Style is the style sheet of all pages and the path at which they expect it.
// The path changes with the bytes, so what is served there can be cached for
// ever.
func Style() (css []byte, path string) {
	sum := sha256.Sum256([]byte(styleSheet))
	return []byte(styleSheet), "/style-" + hex.EncodeToString(sum[:])[:12] + ".css"
}
