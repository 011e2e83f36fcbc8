package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"dateline/feed"
	"dateline/feed/clean"
)

// categories are the slugs that the names stand for. Each name that no
// category has is a fault.
func (d Desk) categories(in *draft, names []string, o Options) (slugs []string) {
	if o.Category != "" {
		names = []string{o.Category}
	}
	for _, name := range lines(names) {
		slug, ok := d.Slug(name)
		if !ok {
			in.fault("categories", "%s", d.unknown(name))
			continue
		}
		if !slices.Contains(slugs, slug) {
			slugs = append(slugs, slug)
		}
	}
	if len(slugs) == 0 && len(names) == 0 {
		in.fault("categories", "is missing: name one of %s", strings.Join(d.slugs(), ", "))
	}
	return slugs
}

// Slug is that of the category that has that slug, title or alias.
func (d Desk) Slug(name string) (slug string, ok bool) {
	for _, c := range d.Categories {
		for _, known := range slices.Concat([]string{c.Slug, c.Title}, c.Was, c.Aliases) {
			if key(known) == key(name) {
				return c.Slug, true
			}
		}
	}
	return "", false
}

// has reports whether a category has that name.
func (d Desk) has(name string) bool {
	_, ok := d.Slug(name)
	return ok
}

// unknown says that no category has the name, and which ones may be meant.
func (d Desk) unknown(name string) string {
	near := d.near(name)
	if len(near) == 0 {
		return fmt.Sprintf("%q is no category: use one of %s", name, strings.Join(d.slugs(), ", "))
	}
	for i := range near {
		near[i] = strconv.Quote(near[i])
	}
	return fmt.Sprintf("%q is no category: did you mean %s?", name, strings.Join(near, " or "))
}

// maxNear is how many categories are named for an unknown one.
const maxNear = 3

// near are the names, one of each category, that a person may have meant: the
// nearest in writing first, then those that have a word of it.
func (d Desk) near(name string) (names []string) {
	left := slices.Clone(d.Categories)
	take := func(found string) {
		names = append(names, found)
		left = slices.DeleteFunc(left, func(c feed.Category) bool { return slices.Contains(namesOf(c), found) })
	}
	for len(names) < maxNear {
		found := Desk{Categories: left}.nearest(name)
		if found == "" {
			break
		}
		take(found)
	}
	for _, c := range slices.Clone(left) {
		if i := slices.IndexFunc(namesOf(c), func(n string) bool { return sharesWord(n, name) }); i >= 0 && len(names) < maxNear {
			take(c.Title)
		}
	}
	return names
}

// nearest is the name that is most like this one, empty when none is.
func (d Desk) nearest(name string) string {
	var known []string
	for _, c := range d.Categories {
		known = append(known, namesOf(c)...)
	}
	return feed.Nearest(name, known)
}

// namesOf are the names that a category is told by.
func namesOf(c feed.Category) []string {
	return append([]string{c.Slug, c.Title}, c.Aliases...)
}

// sharesWord reports whether a name has a word of another that says something,
// or, when it is a long one, nearly has.
func sharesWord(known, name string) bool {
	words := wordsOf(known)
	return slices.ContainsFunc(wordsOf(name), func(w string) bool {
		if len(w) > 5 {
			return feed.Nearest(w, words) != ""
		}
		return len(w) > 2 && w != "and" && w != "news" && slices.Contains(words, w)
	})
}

func wordsOf(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func (d Desk) slugs() (list []string) {
	for _, c := range d.Categories {
		list = append(list, c.Slug)
	}
	return list
}

// key is what a category's name is compared by: its letters and digits, with
// "&" as "and".
func key(name string) string {
	name = strings.ReplaceAll(name, "&", " and ")
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ':' {
			return unicode.ToLower(r)
		}
		return -1
	}, clean.Line(name))
}
