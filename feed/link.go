package feed

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"dateline/store"
)

// Link is one address of a feed or page, with what it is to it.
type Link struct {
	Rel   string // such as "self" or "alternate"
	Type  string // media type
	Title string
	Href  string // absolute
}

// Shown is the address of a source as those may have it who only look how it is:
// without a user, a password, and what its query says, which may be a key that
// its site has given to us alone. It is empty for what is no URL.
func Shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if u.User = nil; u.RawQuery != "" {
		u.RawQuery = "…"
	}
	return u.String()
}

// secretNames are those of parameters in a query that hold a key or password.
var secretNames = []string{"token", "key", "apikey", "api_key", "api-key", "access_token", "auth", "secret", "password", "pass", "sig", "signature"}

// IsSecret reports whether a parameter of a query is a key or password, going by
// its name.
func IsSecret(parameter string) bool {
	return slices.Contains(secretNames, strings.ToLower(parameter))
}

// CategoryPath is the path of a category's page, and the beginning of those of
// its feeds.
func CategoryPath(slug string) string { return "/category/" + slug }

// SourcePath is the path of the page of a source, and the beginning of those
// of its feeds.
func SourcePath(name string) string { return "/source/" + name }

// CombinationPath is the path of the page of a combination, and the beginning
// of those of its feeds.
func CombinationPath(name string) string { return "/feed/" + name }

// ArchivePath is the path of a closed archive of the feed at path; 1 is the
// oldest.
func ArchivePath(path string, number int) string {
	return ArchivesPath(path) + "/" + strconv.Itoa(number)
}

// ArchivesPath is what the paths of all archives of the feed at path begin with.
func ArchivesPath(path string) string { return path + "/archive" }

// ExtensionPath is the path of the page that describes the _dateline objects
// of the JSON feeds.
const ExtensionPath = "/docs/json-feed"

// APIPath is the path of the page that describes the API.
const APIPath = "/docs/api"

// ArchiveFormats are those in which archives are written.
func ArchiveFormats() []Format { return []Format{Atom, JSON} }

// ArticlePath is the path of an article's page. A slug of another script than
// Latin is percent-encoded, since RSS takes URLs in ASCII only.
func ArticlePath(a store.Article) string {
	return "/article/" + string(a.ID) + "/" + url.PathEscape(a.Slug)
}

// ArticleAt is the ID in the address of an article's page here; ok is false
// when it is that of no such page.
func (s Site) ArticleAt(address string) (id store.ID, ok bool) {
	own, err := url.Parse(s.URL)
	at, err2 := url.Parse(strings.TrimSpace(address))
	if err != nil || err2 != nil || !strings.EqualFold(at.Host, own.Host) {
		return "", false
	}
	name, ok := strings.CutPrefix(path.Clean("/"+at.Path), "/article/")
	if !ok {
		return "", false
	}
	name, _, _ = strings.Cut(name, "/")
	return store.ParseID(name)
}

// Related is what belongs with an article: what its editor named, and then what
// is near to it. What was named and is an article here is given as it stands,
// if it is among near, and else not at all.
func (s Site) Related(a store.Article, near []store.Article) (list []store.Related) {
	add := func(n store.Article) {
		list = append(list, store.Related{ID: n.ID, Title: n.Headline, URL: s.ArticleURL(n)})
	}
	named := map[store.ID]bool{}
	for _, r := range a.Related {
		if r.ID == "" {
			list = append(list, r)
			continue
		}
		i := slices.IndexFunc(near, func(n store.Article) bool { return n.ID == r.ID })
		if i >= 0 && !named[r.ID] {
			add(near[i])
		}
		named[r.ID] = true
	}
	for _, n := range near {
		if !named[n.ID] {
			add(n)
		}
	}
	return list
}

// At is the absolute URL of a path on the site.
func (s Site) At(path string) string { return s.URL + path }

// PageURL is the absolute URL of the page for a feed's path; that of
// everything is the front page.
func (s Site) PageURL(path string) string {
	if path == "" {
		path = "/"
	}
	return s.At(path)
}

// FeedURL is the absolute URL of the feed at path in a format.
func (s Site) FeedURL(path string, f Format) string { return s.At(path + "/" + string(f)) }

// ArticleURL is the absolute URL of an article's page.
func (s Site) ArticleURL(a store.Article) string { return s.At(ArticlePath(a)) }

// Alternates are the feeds at path, one link for each format, titled by title.
func (s Site) Alternates(path, title string) []Link {
	var links []Link
	for _, f := range Formats() {
		links = append(links, Link{
			Rel: "alternate", Type: f.MediaType(),
			Title: title + " (" + f.Name() + ")", Href: s.FeedURL(path, f),
		})
	}
	return links
}

// Host is the host name of the site, without its port: the authority of the
// ids that are minted (RFC 4151 §2.1).
func (s Site) Host() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
