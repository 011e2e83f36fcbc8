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

// PolledFeed is the path of the feed whose document, or archive of one, stands
// at path; ok is false when none can.
func PolledFeed(path string) (feedPath string, ok bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 || !IsPolled(path) && path[i+1:] != string(feed.Ninjs) || strings.HasPrefix(path, "/article/") {
		return "", false
	}
	feedPath, _, _ = strings.Cut(path[:i], "/archive/")
	return feedPath, true
}
