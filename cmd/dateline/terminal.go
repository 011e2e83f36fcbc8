package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminal is what w writes to when that is a terminal; ok is false when it is
// none.
func terminal(w io.Writer) (f *os.File, ok bool) {
	f, ok = w.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// ink colours text. The zero ink colours none.
type ink struct{ on bool }

// inkOf is for what is written to w: colours are for terminals that have them,
// and for people who want them: https://no-color.org
func inkOf(w io.Writer) ink {
	_, ok := terminal(w)
	return ink{ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (i ink) good(text string) string { return i.in("32", text) } // green
func (i ink) bad(text string) string  { return i.in("31", text) } // red
func (i ink) odd(text string) string  { return i.in("33", text) } // yellow

func (i ink) in(colour, text string) string {
	if !i.on {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
