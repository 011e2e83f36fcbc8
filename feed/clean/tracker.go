package clean

import (
	"net/url"
	"strings"
)

// Tracking is how sure it is that a parameter of a URL says only how a reader
// came to the page.
type Tracking bool

const (
	Certain Tracking = false // whatever the site: without it the link leads to the same page
	Likely  Tracking = true  // on most sites: enough to compare two links, not to change one
)

// Link is a URL without what is Certain to be a tracker; what is no URL stays as
// it is.
func Link(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.RawQuery == "" {
		return link
	}
	if query := Untracked(u.RawQuery, u.Hostname(), Certain); query != u.RawQuery {
		u.RawQuery, u.ForceQuery = query, false
		return u.String()
	}
	return link
}

// Canonical is an absolute URL without what does not tell one page from
// another: fragment, trackers, the case of scheme and host, the default port.
func Canonical(link string) string {
	u, err := url.Parse(link)
	if err != nil || link == "" {
		return ""
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := u.Port(); port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment, u.ForceQuery = "", "", false
	u.RawQuery = Untracked(u.RawQuery, u.Hostname(), Likely)
	return u.String()
}

// PageKey is what the addresses of one page have in common: a site that goes
// from http to https stays the same.
func PageKey(link string) string {
	_, rest, _ := strings.Cut(Canonical(link), "://")
	return rest
}

// Untracked is the query of a URL on that host without trackers, in its own
// order.
func Untracked(query, host string, t Tracking) string {
	if query == "" {
		return ""
	}
	var kept []string
	for parameter := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		name, value = strings.ToLower(name), strings.ToLower(value)
		if !isTracker(name, value, host) && (t == Certain || !mayTrack(name, value)) {
			kept = append(kept, parameter)
		}
	}
	return strings.Join(kept, "&")
}

func isTracker(name, value, host string) bool {
	for _, prefix := range []string{"utm_", "mtm_", "hsa_", "_hs", "guce_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	if name == "ref" { // elsewhere it may name a branch or a chapter
		return value != "" && (value == host || "www."+value == host || value == "www."+host)
	}
	return trackers[name]
}

func mayTrack(name, value string) bool {
	for _, prefix := range []string{"pk_", "at_campaign", "at_custom", "at_medium", "at_link"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "source", "partner", "from", "emc":
		return strings.HasPrefix(value, "rss")
	case "ref":
		return value == "rss"
	}
	return likelyTrackers[name]
}

var trackers = set(`
	fbclid fb_action_ids fb_action_types fb_ref fb_source gclid gclsrc dclid gbraid wbraid msclkid twclid ttclid
	li_fat_id igshid igsh mc_cid mc_eid mkt_tok yclid ysclid _openstat wickedid vero_id vero_conv oly_anon_id
	oly_enc_id rb_clickid _ga _gl _branch_match_id guccounter ref_src ref_url hsctatracking sr_share
	ns_mchannel ns_source ns_campaign ns_linkname ns_fee`)

var likelyTrackers = set(`s_cid cmpid cmp ncid ocid ito smid xtor wt_mc wt.mc __s cvid spm scm taid`)

func set(names string) map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}
