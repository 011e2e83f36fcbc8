package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dateline/feed"
)

// fault is one thing that is wrong with the configuration file, or, as a
// warning, one that may not be what its writer wants.
type fault struct {
	Line   int    `json:"line"`          // from 1; 0 when the file cannot be read at all
	Column int    `json:"column"`        // from 1, as is Line
	Key    string `json:"key,omitempty"` // such as sources[2].url
	Text   string `json:"problem"`
	Near   string `json:"did_you_mean,omitempty"` // the known key or value that is nearest
}

// text is the fault in a line.
func (f fault) text(path string) string {
	place := path
	if f.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", path, f.Line, f.Column)
	}
	key := f.Key
	if strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }) {
		key = strconv.Quote(key) // it came out of the file, and may go to a terminal
	}
	text := strings.TrimSpace(key + " " + f.Text)
	if f.Near != "" {
		text += fmt.Sprintf(": did you mean %q?", f.Near)
	}
	return place + ": " + text
}

// err is all faults, a line each, in the order of the file. Warnings are none.
func (d *document) err() error {
	if len(d.faults) == 0 {
		return nil
	}
	return errors.New(strings.Join(d.lines(d.faults), "\n"))
}

// lines are faults or warnings as text.
func (d *document) lines(list []fault) (lines []string) {
	for _, f := range inOrder(list) {
		lines = append(lines, f.text(d.path))
	}
	return lines
}

// inOrder are the faults in the order of the file.
func inOrder(list []fault) []fault {
	return slices.SortedStableFunc(slices.Values(list), func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Text, b.Text))
	})
}

// fault says what is wrong with the key, at its place or the nearest place
// above it that the file has.
func (d *document) fault(key, format string, args ...any) {
	d.faultNear(key, "", format, args...)
}

// faultNear is fault with the known value that was probably meant.
func (d *document) faultNear(key, near, format string, args ...any) {
	if f, ok := d.at(key); ok {
		f.Text, f.Near = fmt.Sprintf(format, args...), near
		d.faults = append(d.faults, f)
	}
}

// warn says what may be wrong with the key, and is taken nevertheless.
func (d *document) warn(key, format string, args ...any) {
	d.warnNear(key, "", format, args...)
}

// warnNear is warn with the value that was probably meant.
func (d *document) warnNear(key, near, format string, args ...any) {
	if f, ok := d.at(key); ok {
		f.Text, f.Near = fmt.Sprintf(format, args...), near
		d.warnings = append(d.warnings, f)
	}
}

// at is the place of a key. ok is false when its value is not known, since it,
// or what it stands in, could not be taken, or it may be what was misspelt.
func (d *document) at(key string) (f fault, ok bool) {
	place := key
	for place != "" && d.places[place] == nil {
		place = above(place)
	}
	if place != key && d.misspelt[place] {
		return f, false
	}
	for k := place; k != ""; k = above(k) {
		if d.untaken[k] {
			return f, false
		}
	}
	f = fault{Line: 1, Column: 1, Key: key}
	if n := d.places[place]; n != nil {
		f.Line, f.Column = n.Line, n.Column
	}
	return f, !d.untaken[place]
}

// above is the key that a key stands in.
func above(key string) string { return key[:max(strings.LastIndexAny(key, ".["), 0)] }

// unsure reports whether something of a key, or below it, could not be taken.
func (d *document) unsure(key string) bool {
	for _, keys := range []map[string]bool{d.misspelt, d.untaken} {
		for k := range keys {
			if k == key || strings.HasPrefix(k, key+".") || strings.HasPrefix(k, key+"[") {
				return true
			}
		}
	}
	return false
}

// oneOf faults a value that is not known.
func oneOf(doc *document, key, value string, known []string) {
	switch {
	case slices.Contains(known, value):
	case value == "":
		doc.fault(key, "is missing: name one of %s", strings.Join(known, ", "))
	default:
		doc.faultNear(key, feed.Nearest(value, known), "%q must be one of %s", value, strings.Join(known, ", "))
	}
}
