package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// A dump is all that a store keeps, as text that any engine reads: one JSON
// object on each line. The lines are those of DumpLine in the order of its
// members: one of the store itself, the combinations by name, the listings by
// name, the sources by name, the articles by ID, the change log, the keys, what
// is left of articles that were let go of, and the end. The same store gives the same bytes, also when it was loaded from
// them.

// DumpForm is the version of the form of a dump.
const DumpForm = 1

// ErrBadDump: a dump is cut short, was altered, or is none.
var ErrBadDump = errors.New("this is not a whole dump of a store")

// DumpLine is a line of a dump. One member is set.
type DumpLine struct {
	Store       *DumpStore   `json:"store,omitempty"`
	Combination *Combination `json:"combination,omitempty"`
	Listing     *DumpListing `json:"listing,omitempty"`
	Source      *Source      `json:"source,omitempty"`
	Article     *Record      `json:"article,omitempty"`
	Change      *Change      `json:"change,omitempty"`
	Key         *DumpKey     `json:"key,omitempty"`
	Gone        *Remains     `json:"gone,omitempty"`
	End         *DumpEnd     `json:"end,omitempty"`
}

// DumpStore begins a dump.
type DumpStore struct {
	Form          int       `json:"form"` // DumpForm
	Created       time.Time `json:"created"`
	Settings      string    `json:"settings,omitempty"` // see Settings of an engine
	SettingsSince time.Time `json:"settings_since,omitzero"`
	Related       uint64    `json:"related,omitempty"` // see Relating.Through
	Trimmed       uint64    `json:"trimmed,omitempty"` // the line of the log up to which what is gone was left out
}

// DumpListing is what a listing knows that does not follow from its articles.
type DumpListing struct {
	Name    string    `json:"name"`   // empty for that of everything
	Places  uint64    `json:"places"` // that were given out
	Changed time.Time `json:"changed"`

	Expunged time.Time `json:"expunged,omitzero"` // when one of its articles was let go of last
}

// DumpKey is an idempotency key that was used. Neither it nor the fingerprint
// is kept as it was sent.
type DumpKey struct {
	Key         string    `json:"key"` // hexadecimal
	Used        time.Time `json:"used"`
	ID          ID        `json:"id"`
	Fingerprint string    `json:"fingerprint"` // hexadecimal
}

// DumpEnd ends a dump.
type DumpEnd struct {
	Lines  int    `json:"lines"`  // before this one
	SHA256 string `json:"sha256"` // of all bytes before this line, hexadecimal
}

// Record is all that an engine keeps of one article.
type Record struct {
	Article   Article           `json:"article"`
	Tombstone *Tombstone        `json:"tombstone,omitempty"`
	Changed   time.Time         `json:"changed"`           // by the last line of the log that readers should know of
	Places    map[string]uint64 `json:"places,omitempty"`  // by listing, also of those it has left
	Seen      []Sighting        `json:"seen,omitempty"`    // where it was gathered
	Links     []string          `json:"links,omitempty"`   // canonical, of where it was gathered
	Lines     []uint64          `json:"lines,omitempty"`   // of the change log: what was done to it
	Near      []ID              `json:"near,omitempty"`    // the nearest first
	Made      time.Time         `json:"made,omitzero"`     // of the version, as whoever made it says
	Edition   int               `json:"edition,omitempty"` // likewise
	Traces    []string          `json:"traces,omitempty"`  // see Traces
	Edited    bool              `json:"edited,omitempty"`  // it was gathered, and then revised here: its sources revise it no more
}

// Sighting is an entry of a source that a record stands for.
type Sighting struct {
	Source  string    `json:"s"`
	Entry   string    `json:"e"` // its ID there
	Hash    string    `json:"h"` // of what it said last
	Updated time.Time `json:"u,omitzero"`

	Categories []string `json:"c,omitempty"` // that it is filed under for this source

	// The revisions that it caused since a time, which is at most an hour ago.
	Since time.Time `json:"t,omitzero"`
	Times int       `json:"n,omitempty"`
}

// DumpWriter writes a dump. Close ends it.
type DumpWriter struct {
	to    io.Writer
	hash  hash.Hash
	lines int
}

// NewDumpWriter begins a dump. Many small writes go to w.
func NewDumpWriter(w io.Writer) *DumpWriter { return &DumpWriter{to: w, hash: sha256.New()} }

// Write writes one line.
func (w *DumpWriter) Write(line DumpLine) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	w.hash.Write(text)
	w.lines++
	_, err = w.to.Write(text)
	return err
}

// Close writes the last line. It does not close what it writes to.
func (w *DumpWriter) Close() error {
	return w.Write(DumpLine{End: &DumpEnd{w.lines, hex.EncodeToString(w.hash.Sum(nil))}})
}

// ReadDump gives the lines of a dump in their order, but for the last. It fails
// with ErrBadDump; what was read until then must then be let go of.
func ReadDump(r io.Reader, each func(DumpLine) error) error {
	from, sum, last := bufio.NewReaderSize(r, 1<<16), sha256.New(), 0
	for n := 0; ; n++ {
		text, err := from.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: %w: it ends here", n+1, ErrBadDump)
		} else if err != nil {
			return err
		}
		line, kind, err := parseDumpLine(text)
		switch {
		case err != nil:
			return fmt.Errorf("line %d: %w: %w", n+1, ErrBadDump, err)
		case kind < last || kind == 1 && last == 1 || n == 0 && kind != 1:
			return fmt.Errorf("line %d: %w: it stands at the wrong place", n+1, ErrBadDump)
		case n == 0 && line.Store.Form != DumpForm:
			return fmt.Errorf("line 1: %w: it has the form %d, and this program reads %d", ErrBadDump, line.Store.Form, DumpForm)
		}
		if line.End != nil {
			if *line.End != (DumpEnd{n, hex.EncodeToString(sum.Sum(nil))}) {
				return fmt.Errorf("%w: it was altered", ErrBadDump)
			}
			if _, err := from.ReadByte(); !errors.Is(err, io.EOF) {
				return fmt.Errorf("line %d: %w: something follows its end", n+2, ErrBadDump)
			}
			return nil
		}
		if err := each(line); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
		sum.Write(text)
		last = kind
	}
}

// parseDumpLine is a line, and the number of the member that is set, from 1.
func parseDumpLine(text []byte) (line DumpLine, kind int, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&line); err != nil {
		return line, 0, err
	}
	for i, set := range []bool{
		line.Store != nil, line.Combination != nil, line.Listing != nil, line.Source != nil,
		line.Article != nil, line.Change != nil, line.Key != nil, line.Gone != nil, line.End != nil,
	} {
		if set && kind > 0 {
			return line, 0, errors.New("it says two things")
		} else if set {
			kind = i + 1
		}
	}
	if kind == 0 {
		return line, 0, errors.New("it says nothing")
	}
	return line, kind, nil
}
