package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/feed/serve/limit"
)

// advise warns of what can be taken and is hardly what its writer wants.
func (c *config) advise(doc *document) {
	if canonical, ok := clean.Language(c.Site.Language); languageShape.MatchString(c.Site.Language) && (!ok || canonical != c.Site.Language) {
		near, hint := canonical, "write it as it is registered"
		if !ok {
			near, hint = clean.LanguageOf(c.Site.Language), "readers and checkers of feeds will not know it"
		}
		doc.warnNear("site.language", near, "%q is no registered language: %s", c.Site.Language, hint)
	}
	if o := c.Output; o.KeepFor > 0 && o.MaxAge > o.KeepFor {
		doc.warn("output.max_age", "is longer than output.keep_for, %s: an article may have left a feed before a reader asks again", short(o.KeepFor))
	}
	if c.Output.Notice < c.Output.KeepFor {
		doc.warn("output.notice_for", "is shorter than output.keep_for, %s: readers who come late show what was withdrawn for good", short(c.Output.KeepFor))
	}
	for i, f := range c.Feeds {
		for j, slug := range f.Any {
			if slices.Contains(f.None, slug) {
				doc.warn(fmt.Sprintf("feeds[%d].any[%d]", i, j), "%q is under `none` too: nothing that is filed there will be in this feed", slug)
			}
		}
	}
	if len(c.TLS.Listen) == 0 && (c.TLS.CertFile != "" || c.TLS.ACME.AcceptTerms) {
		doc.warn("tls", "names no `listen`: HTTPS is not spoken, unless systemd passes sockets for it")
	}
	for i, text := range c.Proxies {
		if n, ok := limit.ParseNetwork(text); ok && n.Bits() == 0 {
			doc.warn(fmt.Sprintf("trusted_proxies[%d]", i), "is everybody: whoever asks may then say to be anyone, and has no limit")
		}
	}
	c.adviseSources(doc)
}

func (c *config) adviseSources(doc *document) {
	reach := c.fetcher()
	seen := map[string]string{} // the name of the source with an address
	for i, s := range c.Sources {
		key := fmt.Sprintf("sources[%d]", i)
		u, err := url.Parse(s.URL)
		if err != nil {
			continue // that is a fault
		}
		if first, ok := seen[sameAddress(u)]; ok {
			doc.warn(key+".url", "is that of source %q too: its server is asked twice for the same", first)
		} else {
			seen[sameAddress(u)] = s.Name
		}
		if err := reach.CheckHost(u.Hostname()); err != nil && u.Hostname() != "" && s.Proxy == "" {
			doc.warn(key+".url", "is not fetched: %s is no public address, and fetch.allow_private does not name it", u.Hostname())
		}
		if u.User != nil {
			doc.warn(key+".url", "has a user or a password in it, for all who may read this file: use `auth`, with the password in a file")
		}
		if p, err := url.Parse(s.Proxy); err == nil && p.User != nil {
			doc.warn(key+".proxy", "has a user or a password in it: see that nobody else may read this file")
		}
		for name := range s.Headers {
			if strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "Cookie") {
				doc.warn(key+".headers."+name, "is a secret: see that nobody else may read this file")
			}
		}
		if s.Every > 7*24*time.Hour {
			doc.warn(key+".every", "is longer than a week: what comes and goes in its feed between two polls is missed")
		} else if s.Every >= time.Minute && s.Every < c.Fetch.Timeout {
			doc.warn(key+".every", "is shorter than fetch.timeout, %s: a slow answer takes longer than it may be until the next", short(c.Fetch.Timeout))
		}
		lower := map[string]string{}
		for name, slug := range s.Map {
			if other, ok := lower[strings.ToLower(name)]; ok && other != slug {
				doc.warn(key+".map."+name, "is there twice but for its case, with another category: either may be taken")
			}
			lower[strings.ToLower(name)] = slug
		}
	}
	for i, address := range c.Outlines {
		if u, err := url.Parse(address); err == nil && u.User != nil {
			doc.warn(fmt.Sprintf("sources_opml[%d]", i), "has a user or a password in it, for all who may read this file")
		}
	}
}

// sameAddress is what two URLs of the same feed have in common.
func sameAddress(u *url.URL) string {
	host := strings.ToLower(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	return host + strings.TrimSuffix(u.EscapedPath(), "/") + "?" + u.RawQuery
}

// short is a duration as people write it in the configuration.
func short(d time.Duration) string {
	text := d.String()
	if d >= time.Minute {
		text = strings.TrimSuffix(text, "0s")
	}
	if d >= time.Hour && strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
