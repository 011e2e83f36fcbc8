package wire

import (
	"fmt"

	"dateline/feed/clean"
	"dateline/store"
)

// Reason is why an article is held, released or killed, as it may be kept and
// shown. It fails with *store.Invalid when there is none.
func Reason(text string) (string, error) {
	fault := func(detail string) (string, error) {
		return "", &store.Invalid{Faults: []store.Fault{{Field: "reason", Detail: detail}}}
	}
	switch text = clean.Line(text); {
	case text == "":
		return fault("is missing: say why, in words that readers may see")
	case len(text) > store.MaxLine:
		return fault(fmt.Sprintf("must be at most %d bytes long", store.MaxLine))
	}
	return text, nil
}
