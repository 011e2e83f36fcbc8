package wire

import (
	"fmt"
	"unicode/utf8"

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

// ReadReason is the Reason in {"reason": "…"}. It fails with *store.Invalid,
// with every fault there is.
func ReadReason(data []byte) (string, error) {
	var in draft
	var text string
	switch {
	case len(data) == 0:
	case !utf8.Valid(data):
		in.fault(whole, notUTF8)
	default:
		in.object("", data, fields{"reason": &text})
	}
	for i, f := range in.faults {
		if f.Field == whole {
			in.faults[i].Field = "body"
		}
	}
	if len(in.faults) > 0 {
		return "", &store.Invalid{Faults: in.faults}
	}
	return Reason(text)
}
