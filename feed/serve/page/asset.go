package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
)

//go:embed style.css
var styleSheet []byte

//go:embed copy.js
var script []byte

// Asset is a file that pages load.
type Asset struct {
	Path        string // changes with the bytes, so that it can be cached for ever
	ContentType string
	Body        []byte
}

// Assets are all of them: the style sheet of all pages, and the script that
// adds buttons which copy addresses. Pages are whole without the script.
func Assets() []Asset {
	return []Asset{
		NewAsset("style", ".css", styleSheet),
		NewAsset("copy", ".js", script),
	}
}

// NewAsset is a file of that name and extension, .css or .js.
func NewAsset(name, extension string, body []byte) Asset {
	sum := sha256.Sum256(body)
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
	return Asset{"/" + name + "-" + hex.EncodeToString(sum[:])[:12] + extension, types[extension], body}
}
