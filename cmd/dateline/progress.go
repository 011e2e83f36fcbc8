package main

import (
	"fmt"
	"io"
)

// progress tells on a terminal how far long work is, in its last line. On
// anything else it is silent.
type progress struct {
	w           io.Writer // nil when it is no terminal
	done, total int
	what        string
}

func newProgress(w io.Writer, total int, what string) *progress {
	if _, ok := terminal(w); !ok {
		w = nil
	}
	p := &progress{w: w, total: total, what: what}
	p.show()
	return p
}

func (p *progress) add() {
	p.done++
	p.show()
}

// set says how far it is, of a total that may be 0 when nobody knows it.
func (p *progress) set(done, total int) {
	if done == p.done && total == p.total {
		return
	}
	p.clear()
	p.done, p.total = done, total
	p.show()
}

func (p *progress) show() {
	switch {
	case p.w == nil:
	case p.total == 0 && p.done > 0:
		fmt.Fprintf(p.w, "%d %s", p.done, p.what)
	case p.done < p.total:
		fmt.Fprintf(p.w, "%d of %d %s", p.done, p.total, p.what)
	}
}

// clear takes the line away, so that something else can be written there.
func (p *progress) clear() {
	if p.w != nil {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
