package parse

import (
	"fmt"

	"dateline/feed/clean"
)

// maxWarnings is how many are kept; a feed with more is broken in one way
// many times.
const maxWarnings = 100

// warnings gathers what was odd about a feed.
type warnings struct {
	list []string
	more int
}

func (w *warnings) add(format string, args ...any) {
	if len(w.list) == maxWarnings {
		w.more++
		return
	}
	w.list = append(w.list, clean.Excerpt(fmt.Sprintf(format, args...), 300))
}

// lines are the warnings, each legal and on one line.
func (w *warnings) lines() []string {
	if w.more > 0 {
		return append(w.list, fmt.Sprintf("and %d more", w.more))
	}
	return w.list
}

// tally counts one kind of fault and remembers where it was met first.
type tally struct{ count, first int }

func (t *tally) at(offset int) {
	if t.count == 0 {
		t.first = offset
	}
	t.count++
}

// report adds one warning for all that was counted, none for nothing.
func (t tally) report(w *warnings, one, many string) {
	switch {
	case t.count == 1:
		w.add("%s at byte %d", one, t.first)
	case t.count > 1:
		w.add("%d %s, the first at byte %d", t.count, many, t.first)
	}
}
