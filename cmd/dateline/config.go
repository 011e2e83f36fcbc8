package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/feed/serve"
	"dateline/feed/wire"
	"dateline/store"
)

// config is the configuration file, key by key. The shipped config.yaml says
// what each is for.
type config struct {
	Site       siteConfig       `yaml:"site"`
	Listen     addresses        `yaml:"listen"`
	Admin      adminConfig      `yaml:"admin"`
	TLS        tlsConfig        `yaml:"tls"`
	Proxies    []string         `yaml:"trusted_proxies"`
	Limits     limitsConfig     `yaml:"limits"`
	Store      storeConfig      `yaml:"store"`
	Samples    bool             `yaml:"samples"`
	Output     outputConfig     `yaml:"output"`
	Categories []categoryConfig `yaml:"categories"`
	Retired    []string         `yaml:"retired"`
	Feeds      []feedConfig     `yaml:"feeds"`
	Sources    []sourceConfig   `yaml:"sources"`
	Outlines   []string         `yaml:"sources_opml" secret:"url"`
	Inbox      inboxConfig      `yaml:"inbox"`
	Fetch      fetchConfig      `yaml:"fetch"`
	Retention  retentionConfig  `yaml:"retention"`
	Backup     backupConfig     `yaml:"backup"`
	API        apiConfig        `yaml:"api"`
	Tokens     []tokenConfig    `yaml:"tokens"`
	Log        logConfig        `yaml:"log"`

	folder string // that of the file; paths in it are relative to it
	text   string // of the file, as it was read
}

type siteConfig struct {
	Title       string          `yaml:"title"`
	URL         string          `yaml:"url"`
	Description string          `yaml:"description"`
	Language    string          `yaml:"language"`
	Copyright   string          `yaml:"copyright"`
	Publisher   publisherConfig `yaml:"publisher"`
}

type publisherConfig struct {
	Name  string `yaml:"name"`
	Email string `yaml:"email"`
	Logo  string `yaml:"logo"`
}

type storeConfig struct {
	Path string `yaml:"path"`
}

type outputConfig struct {
	Window  int           `yaml:"window"`
	KeepFor time.Duration `yaml:"keep_for"`
	Notice  time.Duration `yaml:"notice_for"`
	Content string        `yaml:"content"`
	MaxAge  time.Duration `yaml:"max_age"`
	Delta   bool          `yaml:"delta"`
}

type categoryConfig struct {
	Slug        string          `yaml:"slug"`
	Title       string          `yaml:"title"`
	Description string          `yaml:"description"`
	Aliases     []string        `yaml:"aliases"`
	Was         []string        `yaml:"was"`
	Retention   retentionConfig `yaml:"retention"`
}

type feedConfig struct {
	Name        string   `yaml:"name"`
	Title       string   `yaml:"title"`
	Description string   `yaml:"description"`
	Any         []string `yaml:"any"`
	None        []string `yaml:"none"`
	MaxUrgency  int      `yaml:"max_urgency"`
}

// maxRate is more than the API can answer.
const maxRate = 1_000_000

type apiConfig struct {
	Rate  int `yaml:"rate"`
	Burst int `yaml:"burst"`
}

type tokenConfig struct {
	Name      string   `yaml:"name"`
	TokenFile string   `yaml:"token_file"`
	TokenEnv  string   `yaml:"token_env"`
	May       []string `yaml:"may"`
}

type logConfig struct {
	Level    string `yaml:"level"`
	Format   string `yaml:"format"`
	Requests bool   `yaml:"requests"`
}

// defaultConfig is what holds where the file says nothing.
func defaultConfig() config {
	return config{
		Listen: addresses{"127.0.0.1:8080"},
		Admin:  adminConfig{Listen: "127.0.0.1:8081", Hosts: []string{}},
		TLS:    tlsConfig{ACME: acmeConfig{Directory: autocert.DefaultACMEDirectory}},
		Limits: limitsConfig{Connections: 10_000, Rate: 50, Burst: 1000, Header: "64KiB",
			ReadHeader: 10 * time.Second, Read: time.Minute, Write: 2 * time.Minute, Idle: 2 * time.Minute},
		Store:  storeConfig{Path: "data/dateline.db"},
		Site:   siteConfig{Language: "en"},
		Output: outputConfig{Window: 50, KeepFor: 24 * time.Hour, Notice: 30 * 24 * time.Hour, Content: string(feed.Full), MaxAge: 5 * time.Minute},
		Inbox:  inboxConfig{Settle: 4 * time.Second},
		Fetch:  fetchConfig{Workers: 16, PerHost: 2, Pause: time.Second, Timeout: 30 * time.Second, MaxBytes: "10MiB"},
		Backup: backupConfig{Every: 24 * time.Hour, Keep: 7},
		API:    apiConfig{Rate: 20, Burst: 2000},
		Log:    logConfig{Level: "info", Format: "text"},
	}
}

// maxWindow keeps a feed within what readers take; archives hold the rest.
const maxWindow = 500

// loadConfig reads and checks the file. The error has a line for every fault.
func loadConfig(path string) (config, error) {
	c, doc := readConfig(path)
	return c, doc.err()
}

// loadToServe is loadConfig for those who act by all of it: it looks at the
// files and folders that it names too. The warnings are a line each.
func loadToServe(path string) (c config, warnings []string, err error) {
	c, doc := readConfig(path)
	c.probe(&doc)
	return c, doc.lines(doc.warnings), doc.err()
}

// readConfig reads and checks the file, and gathers all that is wrong with it.
func readConfig(path string) (config, document) {
	c, doc := defaultConfig(), document{path: path}
	data, err := readFile(path)
	if err == nil {
		c.folder, err = filepath.Abs(filepath.Dir(path))
	}
	if err != nil {
		doc.faults = append(doc.faults, fault{Text: err.Error()})
		return c, doc
	}
	c.text = string(data)
	if doc.decode(bytes.TrimPrefix(data, []byte("\ufeff")), &c); doc.parsed {
		c.check(&doc)
		c.advise(&doc)
	}
	return c, doc
}

// readFile reads the file of the configuration. The error says what to do, and
// not which file it is.
func readFile(path string) ([]byte, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, errors.New("it is a folder: name the file in it with --config")
	}
	data, err := readWhole(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file: name the configuration with --config, or run where config.yaml is; `dateline config example` prints one to begin with")
	case errors.Is(err, fs.ErrPermission):
		return nil, errors.New("this user may not read it: run this as the user that the server runs as, or give this one the right")
	case err != nil:
		return nil, fmt.Errorf("it cannot be read: %w", pathCause(err))
	}
	return data, nil
}

const (
	maxRead  = 16 << 20        // bytes of a file that the configuration is in, or names
	pipeWait = 2 * time.Second // that it may take to come out of a pipe
)

// readWhole is os.ReadFile for a file that may have been named by mistake: a
// device is not read to its end, and a pipe not waited for.
func readWhole(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe may have nobody who writes
	if err != nil {
		return nil, err
	}
	defer f.Close()
	f.SetReadDeadline(time.Now().Add(pipeWait)) // fails for all but pipes, which alone need it
	data, err := io.ReadAll(io.LimitReader(f, maxRead+1))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is a pipe, and did not end within %s", pipeWait)}
	} else if err == nil && len(data) > maxRead {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is larger than %s", size(maxRead))}
	}
	return data, err
}

// pathCause is an error of a file without the path that it repeats.
func pathCause(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// check looks at what the values mean.
func (c *config) check(doc *document) {
	c.Site.check(doc)
	c.checkListening(doc)
	if c.Store.Path == "" {
		doc.fault("store.path", "is empty: name a file")
	}
	if c.Output.Window < 1 || c.Output.Window > maxWindow {
		doc.fault("output.window", "must be from 1 to %d", maxWindow)
	}
	if c.Output.KeepFor < 0 || c.Output.KeepFor > 30*24*time.Hour {
		doc.fault("output.keep_for", "must be from 0s to 30d")
	}
	if c.Output.Notice < time.Hour || c.Output.Notice > 365*24*time.Hour {
		doc.fault("output.notice_for", "must be from 1h to 365d")
	}
	if c.Output.MaxAge < time.Minute || c.Output.MaxAge > 24*time.Hour {
		doc.fault("output.max_age", "must be from 1m to 24h")
	}
	oneOf(doc, "output.content", c.Output.Content, []string{string(feed.Full), string(feed.Summary)})
	c.checkCategories(doc)
	c.checkFeeds(doc)
	c.checkSources(doc)
	if c.Inbox.Category != "" && c.knowsSlugs(doc) {
		if _, ok := c.desk().Slug(c.Inbox.Category); !ok {
			doc.faultNear("inbox.category", feed.Nearest(c.Inbox.Category, c.slugs()), "%q is no category", c.Inbox.Category)
		}
	}
	c.Inbox.check(doc)
	c.Fetch.check(doc)
	c.Backup.check(doc)
	c.Retention.check(doc, "retention")
	for i, category := range c.Categories {
		category.Retention.check(doc, fmt.Sprintf("categories[%d].retention", i))
	}
	c.Admin.check(doc)
	if c.API.Rate < 0 || c.API.Rate > maxRate {
		doc.fault("api.rate", "must be how many requests a second a token may send, from 1 to %d, or 0 for no limit", maxRate)
	}
	if c.API.Burst < 1 || c.API.Burst > maxRate {
		doc.fault("api.burst", "must be how many requests a token may send at once, from 1 to %d", maxRate)
	}
	c.checkTokens(doc)
	oneOf(doc, "log.level", c.Log.Level, []string{"debug", "info", "warn", "error"})
	oneOf(doc, "log.format", c.Log.Format, []string{"text", "json"})
}

var (
	emailShape    = regexp.MustCompile(`^[^@\s()<>]+@[^@\s()<>]+$`)
	languageShape = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`)
)

func (s *siteConfig) check(doc *document) {
	for key, value := range map[string]string{"site.title": s.Title, "site.publisher.name": s.Publisher.Name, "site.url": s.URL} {
		if strings.TrimSpace(value) == "" {
			doc.fault(key, "is missing")
		}
	}
	s.URL = strings.TrimSuffix(s.URL, "/")
	if u, err := url.Parse(s.URL); s.URL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
		u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil) {
		doc.fault("site.url", `must be the public address, scheme and host only, such as "https://news.example.com"`)
	}
	if !languageShape.MatchString(s.Language) {
		near, _ := clean.Language(s.Language) // which takes en_GB
		doc.faultNear("site.language", strings.TrimSuffix(near, s.Language), `must be a BCP 47 tag, such as "en" or "pt-BR"`)
	}
	if s.Publisher.Email != "" && !emailShape.MatchString(s.Publisher.Email) {
		doc.fault("site.publisher.email", "must be an e-mail address")
	}
	if u, err := url.Parse(s.Publisher.Logo); s.Publisher.Logo != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		doc.fault("site.publisher.logo", "must be the absolute URL of a picture")
	}
}

func (c *config) checkCategories(doc *document) {
	if len(c.Categories) == 0 {
		doc.fault("categories", "is missing: declare at least one")
	}
	owner := map[string]string{} // of each name, in lower case
	for i, category := range c.Categories {
		key := fmt.Sprintf("categories[%d]", i)
		if !store.IsCategory(category.Slug) {
			doc.fault(key+".slug", "must be lower-case letters, digits and single hyphens")
		}
		if strings.TrimSpace(category.Title) == "" {
			doc.fault(key+".title", "is missing")
		}
		for j, slug := range category.Was {
			if !store.IsCategory(slug) {
				doc.fault(fmt.Sprintf("%s.was[%d]", key, j), "must be a slug: lower-case letters, digits and single hyphens")
			}
		}
		if owner[strings.ToLower(category.Slug)] == category.Slug && category.Slug != "" {
			doc.fault(key+".slug", "%q is there twice", category.Slug)
			continue // as its other names are
		}
		names := append([]string{category.Slug, category.Title}, category.Was...)
		for _, name := range append(names, category.Aliases...) {
			if strings.TrimSpace(name) == "" {
				continue // that is a fault already
			}
			if other, taken := owner[strings.ToLower(name)]; taken && other != category.Slug {
				doc.fault(key, "its name %q is taken by category %q", name, other)
			}
			owner[strings.ToLower(name)] = category.Slug
		}
	}
}

// checkFeeds looks at the combinations, and at the categories that were given
// up.
func (c *config) checkFeeds(doc *document) {
	var names []string
	slugs := map[string]bool{}
	for _, category := range c.Categories {
		if slugs[category.Slug] {
			continue // it is there twice
		}
		slugs[category.Slug] = true
		for _, was := range append([]string{category.Slug}, category.Was...) {
			if i := slices.Index(c.Retired, was); i >= 0 {
				doc.fault(fmt.Sprintf("retired[%d]", i), "%q is, or was, category %q: it cannot be given up too", was, category.Slug)
			}
		}
	}
	for i, slug := range c.Retired {
		if !store.IsCategory(slug) {
			doc.fault(fmt.Sprintf("retired[%d]", i), "must be a slug: lower-case letters, digits and single hyphens")
		}
	}
	for i, f := range c.Feeds {
		key := fmt.Sprintf("feeds[%d]", i)
		if !store.IsCategory(f.Name) || slices.Contains(names, f.Name) {
			doc.fault(key+".name", "must be a name of its own, of lower-case letters, digits and single hyphens")
		}
		names = append(names, f.Name)
		if strings.TrimSpace(f.Title) == "" {
			doc.fault(key+".title", "is missing")
		}
		if f.MaxUrgency < 0 || f.MaxUrgency > 9 {
			doc.fault(key+".max_urgency", "must be from 1 to 9, or left out")
		}
		for j, slug := range f.Any {
			c.checkCategory(doc, fmt.Sprintf("%s.any[%d]", key, j), slug)
		}
		for j, slug := range f.None {
			c.checkCategory(doc, fmt.Sprintf("%s.none[%d]", key, j), slug)
		}
	}
}

// checkCategory faults the slug of a category that there is not.
func (c *config) checkCategory(doc *document, key, slug string) {
	if c.knowsSlugs(doc) {
		oneOf(doc, key, slug, c.slugs())
	}
}

// knowsSlugs reports whether there is no category whose slug could not be read.
func (c *config) knowsSlugs(doc *document) bool {
	for i, category := range c.Categories {
		if category.Slug == "" && doc.unsure(fmt.Sprintf("categories[%d]", i)) {
			return false
		}
	}
	return !doc.untaken["categories"]
}

// slugs are those of the categories.
func (c *config) slugs() (list []string) {
	for _, category := range c.Categories {
		list = append(list, category.Slug)
	}
	return list
}

func (c *config) checkTokens(doc *document) {
	var names []string
	for i, t := range c.Tokens {
		key := fmt.Sprintf("tokens[%d]", i)
		if t.Name == "" || t.Name == localToken || t.Name == inboxToken || slices.Contains(names, t.Name) {
			doc.fault(key+".name", "must be a name of its own, and not %q or %q", localToken, inboxToken)
		}
		names = append(names, t.Name)
		if (t.TokenFile == "") == (t.TokenEnv == "") {
			doc.fault(key, "needs either token_file or token_env, so that no secret stands in this file")
		}
		if len(t.May) == 0 {
			doc.fault(key+".may", "is missing: give it some of %s", strings.Join(serve.Rights(), ", "))
		}
		for j, right := range t.May {
			oneOf(doc, fmt.Sprintf("%s.may[%d]", key, j), right, serve.Rights())
		}
	}
}

// file is a path of the configuration, relative to its own folder.
func (c config) file(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.folder, path)
}

// storePath is the file that the store is in.
func (c config) storePath() string { return c.file(c.Store.Path) }

func (c config) site() feed.Site {
	return feed.Site{
		Title: c.Site.Title, URL: c.Site.URL, Description: c.Site.Description,
		Language: c.Site.Language, Copyright: c.Site.Copyright,
		Publisher: feed.Publisher(c.Site.Publisher),
	}
}

func (c config) categories() (list []feed.Category) {
	for _, category := range c.Categories {
		list = append(list, feed.Category{
			Slug: category.Slug, Title: category.Title, Description: category.Description, Aliases: category.Aliases, Was: category.Was,
		})
	}
	return list
}

// desk reads what is filed under the categories of the configuration.
func (c config) desk() wire.Desk {
	return wire.Desk{Site: c.site(), Categories: c.categories()}
}

func (c config) combinations() (list []feed.Combination) {
	for _, f := range c.Feeds {
		rule := store.Combination{Name: f.Name, Any: f.Any, None: f.None, MaxUrgency: f.MaxUrgency}
		list = append(list, feed.Combination{Combination: rule, Title: f.Title, Description: f.Description})
	}
	return list
}

// serverURL is where this machine reaches a server that listens at an address.
func serverURL(address string) string {
	host, port, _ := net.SplitHostPort(address)
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func (c config) logLevel() (level slog.Level) {
	level.UnmarshalText([]byte(c.Log.Level)) // checked
	return level
}
