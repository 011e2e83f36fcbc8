package serve

import (
	"slices"
	"strings"

	"dateline/feed"
)

// IsPolled reports whether path is that of a feed, if there is one. An answer
// there depends on nothing but the store, the second, the path, and the fields
// of the request that its Vary names or that make it conditional.
func IsPolled(path string) bool {
	name := path[strings.LastIndexByte(path, '/')+1:]
	return slices.Contains(feed.Formats(), feed.Format(name))
}
