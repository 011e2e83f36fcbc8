// Package parse reads other people's feeds: bytes to items. What identifies an
// item and when it was published is decided here. It does no I/O, and its
// functions are safe for use by many goroutines.
//
// It goes in steps, each in files of its own: the characters (charset.go);
// what the document is (sniff.go); mending, which makes of it a document in
// which nothing is left for gofeed to stumble over, and notes what gofeed
// drops (lexer.go, mend.go, jsonmend.go); gofeed; what the parts mean (rss.go,
// atom.go, json.go, date.go, link.go); and who the items are (identity.go,
// hash.go).
//
// # Limits
//
// A feed gives at most 10,000 items. Elements that lie deeper than 100, or
// beyond 2,000 in one item and 200,000 in all, are left out, and so are members
// of JSON's lists beyond 200,000. A text is cut after 2 MiB, a title or a value
// after 64 KiB. References grow by xml:base to at most 8 MiB together. No DOCTYPE is read, and no
// entity that one declares is expanded. Time and memory are linear in the
// length of the input. Whatever is left out costs a warning.
package parse
