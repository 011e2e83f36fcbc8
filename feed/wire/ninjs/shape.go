package ninjs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"dateline/feed"
	"dateline/store"
)

// shape is what a value must be.
type shape struct {
	kind     kind
	members  map[string]*shape // of an object: those that it may have
	required []string
	open     bool   // an object may have others too
	element  *shape // of an array; nil for any
	least    int    // elements of an array
	enum     []string
	format   func(string) bool
	must     string // what a string that has not the format must be
	whole    bool   // a number must be whole
	min, max float64
	rule     func(v *value) (detail string) // what else an object must keep; "" when it does
}

func text() *shape    { return &shape{kind: isString} }
func integer() *shape { return &shape{kind: isNumber, whole: true} }
func number() *shape  { return &shape{kind: isNumber} }

func oneOf(names ...string) *shape { return &shape{kind: isString, enum: names} }

func between(from, to float64) *shape {
	return &shape{kind: isNumber, whole: true, min: from, max: to}
}

func array(of *shape) *shape { return &shape{kind: isArray, element: of} }

func object(members map[string]*shape) *shape { return &shape{kind: isObject, members: members} }

func (s *shape) needs(names ...string) *shape {
	s.required = names
	return s
}

// check gives every fault of v and what is in it.
func (s *shape) check(v *value) (faults []store.Fault) {
	s.walk(v, func(path, detail string) {
		faults = append(faults, store.Fault{Field: path, Detail: detail})
	})
	return faults
}

func (s *shape) walk(v *value, fault func(path, detail string)) {
	if v.kind != s.kind {
		fault(v.path(), "must be "+s.article())
		return
	}
	switch s.kind {
	case isString:
		s.walkText(v, fault)
	case isNumber:
		if detail := s.wrongNumber(v.text); detail != "" {
			fault(v.path(), detail)
		}
	case isArray:
		if len(v.members) < s.least {
			fault(v.path(), fmt.Sprintf("must have at least %d members", s.least))
		}
		for _, m := range v.members {
			if s.element != nil {
				s.element.walk(m, fault)
			}
		}
	case isObject:
		s.walkObject(v, fault)
	}
}

func (s *shape) walkText(v *value, fault func(path, detail string)) {
	switch {
	case s.enum != nil && !slices.Contains(s.enum, v.text):
		fault(v.path(), "must be "+choice(s.enum))
	case s.format != nil && !s.format(v.text):
		fault(v.path(), "must be "+s.must)
	}
}

func (s *shape) walkObject(v *value, fault func(path, detail string)) {
	for i, name := range v.names {
		if member := s.members[name]; member != nil {
			member.walk(v.members[i], fault)
		} else if !s.open {
			fault(v.below(name), s.unknown(name, i))
		}
	}
	for _, name := range s.required {
		if v.get(name) == nil {
			fault(v.below(name), "is missing")
		}
	}
	if s.rule != nil {
		if detail := s.rule(v); detail != "" {
			path := v.path()
			if path == "" {
				path = whole
			}
			fault(path, detail)
		}
	}
}

// unknown says that a member, the i-th of its object, has no place here, and
// which one may be meant.
func (s *shape) unknown(name string, i int) string {
	const none = "is not known to ninjs here"
	if len(name) > 50 || i > 200 { // no slip of the pen, and the search is slow
		return none
	}
	known := make([]string, 0, len(s.members))
	for k := range s.members {
		known = append(known, k)
	}
	slices.Sort(known)
	if near := feed.Nearest(name, known); near != "" {
		return fmt.Sprintf("%s: did you mean %q?", none, near)
	}
	return none
}

// wrongNumber is what is wrong with a number, "" when nothing is.
func (s *shape) wrongNumber(text string) string {
	n, err := strconv.ParseFloat(text, 64)
	bounded := s.min != 0 || s.max != 0
	switch {
	case s.whole && (err != nil || n != math.Trunc(n)), bounded && (n < s.min || n > s.max):
		return "must be " + s.article()
	}
	return ""
}

// article is what a value of the shape is called.
func (s *shape) article() string {
	switch s.kind {
	case isString:
		if s.enum != nil {
			return choice(s.enum)
		}
		if s.must != "" {
			return s.must
		}
		return "a string"
	case isNumber:
		if s.max != 0 {
			return fmt.Sprintf("a whole number from %g to %g", s.min, s.max)
		}
		if s.whole {
			return "a whole number"
		}
		return "a number"
	case isArray:
		return "an array"
	}
	return "an object"
}

func choice(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(n)
	}
	if len(names) == 1 {
		return quoted[0]
	}
	return "one of " + strings.Join(quoted, ", ")
}

// whole64 is a whole number as an int64; ok is false for one that is too large
// or none.
func (v *value) whole64() (n int64, ok bool) {
	if v == nil || v.kind != isNumber {
		return 0, false
	}
	if n, err := strconv.ParseInt(v.text, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(v.text, 64) // 3.0 and 3e0 are whole, too
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}
