package main

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/feed"
	"dateline/feed/fetch"
	"dateline/feed/poll"
	"dateline/feed/serve/limit"
	"dateline/store"
)

type sourceConfig struct {
	Name      string            `yaml:"name"`
	URL       string            `yaml:"url" secret:"url"`
	Category  string            `yaml:"category"`
	Map       map[string]string `yaml:"map"`
	Every     time.Duration     `yaml:"every"`
	Republish string            `yaml:"republish"`
	FullText  bool              `yaml:"full_text"`
	Include   []string          `yaml:"include"`
	Exclude   []string          `yaml:"exclude"`
	UserAgent string            `yaml:"user_agent"`
	Headers   map[string]string `yaml:"headers" secret:"all"`
	Auth      authConfig        `yaml:"auth"`
	Proxy     string            `yaml:"proxy" secret:"url"`
	Retention retentionConfig   `yaml:"retention"`
}

type authConfig struct {
	User         string `yaml:"user"`
	PasswordFile string `yaml:"password_file"`
}

type fetchConfig struct {
	Workers      int           `yaml:"workers"`
	PerHost      int           `yaml:"per_host"`
	Pause        time.Duration `yaml:"pause"`
	Timeout      time.Duration `yaml:"timeout"`
	MaxBytes     string        `yaml:"max_bytes"`
	AllowPrivate []string      `yaml:"allow_private"`
}

// checkSources looks at what the values of every source mean.
func (c *config) checkSources(doc *document) {
	names := map[string]bool{}
	for i, s := range c.Sources {
		key := fmt.Sprintf("sources[%d]", i)
		if !store.IsCategory(s.Name) || names[s.Name] {
			doc.fault(key+".name", "must be a name of its own, of lower-case letters, digits and single hyphens")
		}
		names[s.Name] = true
		s.checkRequest(doc, key)
		s.Retention.check(doc, key+".retention")
		c.checkCategory(doc, key+".category", s.Category)
		for name, slug := range s.Map {
			c.checkCategory(doc, key+".map."+name, slug)
		}
		if s.Every != 0 && (s.Every < time.Minute || s.Every > 30*24*time.Hour) {
			doc.fault(key+".every", "must be from 1m to 30d")
		}
		if s.Republish != "" {
			oneOf(doc, key+".republish", s.Republish, []string{string(feed.RepublishHeadline), string(feed.RepublishSummary), string(feed.RepublishFull)})
		}
		if s.FullText && s.Republish != string(feed.RepublishFull) {
			doc.fault(key+".full_text", `needs "republish: full": nothing is kept that may not be shown`)
		}
		checkFilters(doc, key+".include", s.Include)
		checkFilters(doc, key+".exclude", s.Exclude)
		if (s.Auth.User == "") != (s.Auth.PasswordFile == "") {
			doc.fault(key+".auth", "needs both user and password_file")
		}
	}
	for i, address := range c.Outlines {
		key := fmt.Sprintf("sources_opml[%d]", i)
		if strings.TrimSpace(address) == "" || slices.Contains(c.Outlines[:i], address) {
			doc.fault(key, "must be the path or the URL of an OPML file, each once")
		} else if strings.Contains(address, "://") {
			if err := (fetch.Request{URL: address}).Check(); err != nil {
				doc.fault(key, "%s", err)
			}
		}
	}
}

// checkRequest faults what no request can be made of.
func (s sourceConfig) checkRequest(doc *document, key string) {
	const some = "http://feed.example/" // an address that has no fault
	check := func(key string, r fetch.Request) {
		if err := r.Check(); err != nil {
			doc.fault(key, "%s", err)
		}
	}
	check(key+".url", fetch.Request{URL: s.URL})
	check(key+".proxy", fetch.Request{URL: some, Proxy: s.Proxy})
	check(key+".user_agent", fetch.Request{URL: some, UserAgent: s.UserAgent})
	for name, value := range s.Headers {
		check(key+".headers."+name, fetch.Request{URL: some, Header: http.Header{name: {value}}})
	}
}

// outline is where sources_opml names one.
func (c config) outline(address string) poll.Outline {
	if !strings.Contains(address, "://") {
		address = c.file(address)
	}
	return poll.Outline{Address: address, Category: c.Categories[0].Slug}
}

func checkFilters(doc *document, key string, list []string) {
	for i, text := range list {
		if _, err := poll.NewFilter(text); err != nil {
			doc.fault(fmt.Sprintf("%s[%d]", key, i), "%s", err)
		}
	}
}

func (f fetchConfig) check(doc *document) {
	if f.Workers < 1 || f.Workers > 1000 {
		doc.fault("fetch.workers", "must be from 1 to 1000")
	}
	if f.PerHost < 1 || f.PerHost > 100 {
		doc.fault("fetch.per_host", "must be from 1 to 100")
	}
	if f.Pause < 0 || f.Pause > time.Hour {
		doc.fault("fetch.pause", "must be from 0s to 1h")
	}
	if f.Timeout < time.Second || f.Timeout > 5*time.Minute {
		doc.fault("fetch.timeout", "must be from 1s to 5m")
	}
	if _, ok := bytesOf(f.MaxBytes); !ok {
		doc.fault("fetch.max_bytes", "must be a size, such as 512KiB or 10MiB")
	}
	for i, text := range f.AllowPrivate {
		if _, ok := limit.ParseNetwork(text); !ok {
			doc.fault(fmt.Sprintf("fetch.allow_private[%d]", i), `must be an address, such as "10.1.2.3", or a network, such as "10.1.0.0/16"`)
		}
	}
}

var sizeShape = regexp.MustCompile(`^(\d{1,12}) ?(KiB|MiB|GiB|B)?$`)

// bytesOf is a size in bytes.
func bytesOf(text string) (n int64, ok bool) {
	m := sizeShape.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	shift := map[string]int{"KiB": 10, "MiB": 20, "GiB": 30}[m[2]]
	return n << shift, err == nil && n > 0 && n <= math.MaxInt64>>shift
}

// request is how the source is asked for, but for its password.
func (s sourceConfig) request() fetch.Request {
	header := http.Header{}
	for name, value := range s.Headers {
		header.Set(name, value)
	}
	return fetch.Request{URL: s.URL, Header: header, User: s.Auth.User, UserAgent: s.UserAgent, Proxy: s.Proxy}
}

// sources are those of the configuration. Every password that cannot be read
// is named.
func (c config) sources() (list []poll.Source, err error) {
	var faults []error
	for _, s := range c.Sources {
		r := s.request()
		source := poll.Source{
			Name: s.Name, URL: s.URL, Category: s.Category, Map: map[string]string{}, Every: s.Every, Republish: feed.Republish(s.Republish), FullText: s.FullText,
			UserAgent: r.UserAgent, Header: r.Header, User: r.User, Proxy: r.Proxy,
		}
		if source.Republish == "" {
			source.Republish = feed.RepublishSummary
		}
		for name, slug := range s.Map {
			source.Map[strings.ToLower(name)] = slug
		}
		source.Include, source.Exclude = filters(s.Include), filters(s.Exclude)
		if s.Auth.PasswordFile != "" {
			data, err := readWhole(c.file(s.Auth.PasswordFile))
			if err != nil {
				faults = append(faults, fmt.Errorf("source %q: read password: %w", s.Name, err))
			}
			source.Password = strings.TrimSpace(string(data))
		}
		list = append(list, source)
	}
	return list, errors.Join(faults...)
}

func filters(texts []string) (list []poll.Filter) {
	for _, text := range texts {
		f, _ := poll.NewFilter(text) // checked
		list = append(list, f)
	}
	return list
}

// fetcher fetches as the configuration says.
func (c config) fetcher() *fetch.Fetcher {
	most, _ := bytesOf(c.Fetch.MaxBytes) // checked, as the networks are
	f := &fetch.Fetcher{UserAgent: "Dateline (+" + c.Site.URL + "/)", Timeout: c.Fetch.Timeout, MaxBytes: most}
	for _, text := range c.Fetch.AllowPrivate {
		if network, ok := limit.ParseNetwork(text); ok {
			f.Allow = append(f.Allow, network)
		}
	}
	return f
}

// newApart is the time between the first polls of new sources, so that a long
// list is no burst.
const newApart = 50 * time.Millisecond

// poller polls the sources of the configuration.
func (c config) poller(s poll.Store, log *slog.Logger) (*poll.Poller, error) {
	sources, err := c.sources()
	if err != nil {
		return nil, err
	}
	p := &poll.Poller{
		Sources: sources, Site: c.site(), Category: c.desk().Slug, Store: s, Fetcher: c.fetcher(),
		Workers: c.Fetch.Workers, PerHost: c.Fetch.PerHost, Pause: c.Fetch.Pause, Spread: newApart, Now: time.Now, Log: log,
	}
	for _, address := range c.Outlines {
		p.Outlines = append(p.Outlines, c.outline(address))
	}
	return p, nil
}
