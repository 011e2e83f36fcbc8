package poll

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/feed"
	"dateline/store"
)

// Source is somebody else's feed, as the configuration declares it.
type Source struct {
	Name      string
	URL       string
	Category  string            // where its articles go: a slug,
	Map       map[string]string // unless one of their own categories, in lower case, is named here
	Every     time.Duration     // it is never polled more often; zero means half an hour
	Republish feed.Republish    // what of its articles is kept and shown
	FullText  bool              // of an article whose feed has only a part of it, the page is fetched too
	Include   []Filter          // when there are any, only what one of them matches is taken
	Exclude   []Filter          // what one of them matches is not

	UserAgent      string // in place of the poller's
	Header         http.Header
	User, Password string
	Proxy          string // URL
	AllowPrivate   bool   // whether addresses of private networks may be reached
}

// defaultEvery is how often a source is polled at most when it does not say.
const defaultEvery = 30 * time.Minute

func (s Source) every() time.Duration {
	if s.Every > 0 {
		return s.Every
	}
	return defaultEvery
}

// rules name what decides which of its items are filed, and how.
func (s Source) rules() string {
	return store.Digest(fmt.Sprint(s.Category, s.Map, s.Republish, s.FullText, s.Include, s.Exclude))
}

// slugs are the categories of an article that its source files under these.
// rule says which key of the configuration decided.
func (s Source) slugs(categories []string) (list []string, rule string) {
	var mapped []string
	for _, name := range categories {
		if slug := s.Map[strings.ToLower(name)]; slug != "" && !slices.Contains(list, slug) {
			list, mapped = append(list, slug), append(mapped, strconv.Quote(name))
		}
	}
	if len(list) == 0 {
		return []string{s.Category}, "category"
	}
	return list, "map of " + strings.Join(mapped, ", ")
}
