package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// change is one thing in which two configurations differ.
type change struct {
	Act      string      `json:"act"`                // added, removed, changed; of categories renamed, retired and vanishes too
	What     string      `json:"what"`               // category, feed, source, outline, token or key
	Name     string      `json:"name"`               // of it
	To       string      `json:"to,omitempty"`       // the category that takes the place of one that is renamed
	Keys     []keyChange `json:"keys,omitempty"`     // what is changed of it
	Articles int         `json:"articles,omitempty"` // public ones, of categories and sources
	Restart  bool        `json:"restart,omitempty"`  // it needs one, and changes nothing before
	Note     string      `json:"note,omitempty"`     // what comes of it
}

// keyChange is a key with its values, either of which is nil when it has none.
type keyChange struct {
	Key  string `json:"key"`
	From any    `json:"from"`
	To   any    `json:"to"`
}

// counts are the public articles by category and by source.
type counts struct{ categories, sources map[string]int }

// fixedKeys are those that only a start takes up, with the keys in them.
func fixedKeys() []string {
	return []string{
		"listen", "admin.listen", "tls", "limits.connections", "limits.header", "limits.read_header", "limits.read", "limits.write", "limits.idle", "store.path", "log.format",
	}
}

// keepFixed gives the keys that need a restart their values of before, and
// answers with those that were others.
func (c *config) keepFixed(before config) (list []keyChange) {
	for _, key := range fixedKeys() {
		from, to := field(&before, key), field(c, key)
		if !reflect.DeepEqual(from.Interface(), to.Interface()) {
			list = append(list, keyChange{key, treeOf(from.Interface(), hidden), treeOf(to.Interface(), hidden)})
			to.Set(from)
		}
	}
	return list
}

// manyLacking is how many entries of a list a file may lack without question,
// and more if they are not the greater part of it.
const manyLacking = 2

// lacking says what a configuration lacks of one before it, when that is so much
// that its file may have been cut off. What was renamed or given up is there. A
// source that is held back counts alone: added again, it would be let through.
func lacking(before, after config, held []string) string {
	var parts []string
	n := map[string]int{}
	for _, c := range changesOf(before, after, counts{}, plain, plain) {
		if c.Act == "removed" || c.Act == "vanishes" {
			n[c.What]++
		}
		if c.Act == "removed" && c.What == "source" && slices.Contains(held, c.Name) {
			parts = append(parts, "source "+c.Name+", of which articles are held back")
		}
	}
	for _, list := range []struct {
		what string
		had  int
	}{{"category", len(before.Categories)}, {"feed", len(before.Feeds)}, {"source", len(before.Sources)}, {"token", len(before.Tokens)}} {
		if n := n[list.what]; n > manyLacking && 2*n > list.had {
			parts = append(parts, fmt.Sprintf("%d of %s", n, counted(list.had, list.what)))
		}
	}
	return strings.Join(parts, ", ")
}

// isFixed reports whether a key is one of the fixed ones, or in one.
func isFixed(key string) bool {
	return slices.ContainsFunc(fixedKeys(), func(fixed string) bool { return key == fixed || strings.HasPrefix(key, fixed+".") })
}

// changesOf are the changes from one configuration to another, by parts and in
// the order of the files. Secrets are compared by the marks that are made of
// them; where before has marks in their place, mark1 is plain.
func changesOf(before, after config, has counts, mark1, mark2 func(string) string) (list []change) {
	from, to := treeOf(before, mark1).(map[string]any), treeOf(after, mark2).(map[string]any)
	for _, part := range []struct{ key, what, id string }{
		{"categories", "category", "slug"}, {"feeds", "feed", "name"}, {"sources", "source", "name"}, {"tokens", "token", "name"},
	} {
		list = append(list, compareLists(part.what, part.id, from[part.key].([]any), to[part.key].([]any))...)
		delete(from, part.key)
		delete(to, part.key)
	}
	list = categoryActs(list, before, after, has)
	for i := range list {
		if list[i].What == "source" {
			list[i].Articles = has.sources[list[i].Name]
		}
	}
	list = append(list, compareLists("outline", "", from["sources_opml"].([]any), to["sources_opml"].([]any))...)
	delete(from, "sources_opml")
	delete(to, "sources_opml")
	for _, k := range compareKeys("", from, to) {
		list = append(list, change{Act: "changed", What: "key", Name: k.Key, Keys: []keyChange{k}, Restart: isFixed(k.Key), Note: noteOf(k.Key)})
	}
	return list
}

// noteOf is what comes of a change of a key.
func noteOf(key string) string {
	switch first, _, _ := strings.Cut(key, "."); {
	case key == "site.url":
		return "every link in every feed begins with it, and readers come to the new one only if the old one leads there"
	case first == "site", first == "output" && key != "output.max_age":
		return "every feed is written anew"
	}
	return ""
}

// compareLists are the changes of lists, whose elements have a key that names
// them, or are names.
func compareLists(what, id string, from, to []any) (list []change) {
	name := func(element any) string {
		if m, ok := element.(map[string]any); ok {
			element = m[id]
		}
		return fmt.Sprint(element)
	}
	find := func(in []any, element any) int {
		return slices.IndexFunc(in, func(other any) bool { return name(other) == name(element) })
	}
	var places []int // in from, of those that stay
	for _, element := range to {
		i := find(from, element)
		if i < 0 {
			list = append(list, change{Act: "added", What: what, Name: name(element)})
			continue
		}
		places = append(places, i)
		if keys := compareKeys("", from[i], element); len(keys) > 0 {
			list = append(list, change{Act: "changed", What: what, Name: name(element), Keys: keys})
		}
	}
	for _, element := range from {
		if find(to, element) < 0 {
			list = append(list, change{Act: "removed", What: what, Name: name(element)})
		}
	}
	if !slices.IsSorted(places) && (what == "category" || what == "feed") {
		list = append(list, change{Act: "changed", What: what, Name: "all", Note: "they stand in another order"})
	}
	return list
}

// compareKeys are the keys in which two trees differ.
func compareKeys(key string, from, to any) (list []keyChange) {
	a, ok1 := from.(map[string]any)
	b, ok2 := to.(map[string]any)
	if !ok1 || !ok2 {
		if !reflect.DeepEqual(from, to) {
			list = append(list, keyChange{key, from, to})
		}
		return list
	}
	names := maps.Clone(a)
	maps.Copy(names, b)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		list = append(list, compareKeys(strings.TrimPrefix(key+"."+name, "."), a[name], b[name])...)
	}
	return list
}

// categoryActs says of categories that are removed what becomes of them.
func categoryActs(list []change, before, after config, has counts) []change {
	known := before.slugs()
	renamed := map[string]bool{}
	var renames []change
	for _, category := range after.Categories {
		for _, was := range category.Was {
			if slices.Contains(known, was) || has.categories[was] > 0 {
				renamed[was] = true
				renames = append(renames, change{
					Act: "renamed", What: "category", Name: was, To: category.Slug, Articles: has.categories[was],
					Note: "its articles come along, and its addresses lead to the new ones",
				})
			}
		}
	}
	list = slices.DeleteFunc(list, func(c change) bool { return c.What == "category" && c.Act == "removed" && renamed[c.Name] })
	for i, c := range list {
		if c.What != "category" || c.Act != "added" && c.Act != "removed" {
			continue
		}
		list[i].Articles = has.categories[c.Name]
		if c.Act == "added" {
			continue
		}
		if list[i].Act = "vanishes"; slices.Contains(after.Retired, c.Name) {
			list[i].Act, list[i].Note = "retired", "its articles stay, and its addresses answer that it is gone"
		} else {
			list[i].Note = "its articles stay, and its readers get 404: name it under `was` of the one that takes its place, or under `retired`"
		}
	}
	return append(renames, list...)
}
