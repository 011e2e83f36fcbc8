package clean

import (
	"net/url"
	"testing"
)

func TestLinkHasNoTrackers(t *testing.T) {
	for link, want := range map[string]string{
		"https://a.example/1?utm_source=rss&id=7&fbclid=x": "https://a.example/1?id=7",
		"https://a.example/1?utm_source=rss":               "https://a.example/1",
		"https://a.example/1?UTM_Source=rss#top":           "https://a.example/1#top",
		"https://a.example/1?ref=a.example":                "https://a.example/1",
		"https://code.example/tree?ref=main":               "https://code.example/tree?ref=main",
		"https://a.example/shop?cmp=1,2&source=rss":        "https://a.example/shop?cmp=1,2&source=rss",
		"https://a.example/1?b=2&a=%zz;x":                  "https://a.example/1?b=2&a=%zz;x",
		"https://a.example/1?":                             "https://a.example/1?",
		"mailto:desk@a.example?subject=utm_x":              "mailto:desk@a.example?subject=utm_x",
		"::":                                               "::",
	} {
		if got := Link(link); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", link, got, want)
		}
	}
}

func TestUntrackedComparesWithoutWhatMayTrack(t *testing.T) {
	if got := Untracked("cmp=1&source=rss-top&pk_x=1&from=here&id=7&utm_id=2", "a.example", Likely); got != "from=here&id=7" {
		t.Errorf("got %q", got)
	}
}

func TestLinksInTextsHaveNoTrackers(t *testing.T) {
	base, _ := url.Parse("https://a.example/")
	got := HTML(`<p><a href="/1?utm_medium=feed&amp;p=2">One</a> <img src="/i.png?utm_source=x"></p>`, base)
	if want := `<p><a href="https://a.example/1?p=2">One</a> <img src="https://a.example/i.png?utm_source=x"/></p>`; got != want {
		t.Errorf("got %s", got)
	}
}

func TestCanonical(t *testing.T) {
	for link, want := range map[string]string{
		"":                                       "",
		"https://Example.COM":                    "https://example.com/",
		"HTTP://example.com:80/":                 "http://example.com/",
		"https://example.com:443/A?b=1&a=2#frag": "https://example.com/A?b=1&a=2",
		"https://example.com:8443/":              "https://example.com:8443/",
		"https://example.com/?utm_source=a&UTM_medium=b&x=1&fbclid=c&gclid": "https://example.com/?x=1",
		"https://example.com/?utm_source=a":                                 "https://example.com/",
		"https://example.com/?":                                             "https://example.com/",
		"https://example.com/?ref=www.example.com":                          "https://example.com/",
		"https://example.com/?ref=v2":                                       "https://example.com/?ref=v2",
		"https://example.com/?source=rss----1&source=print":                 "https://example.com/?source=print",
		"https://example.com/?p=1":                                          "https://example.com/?p=1",
	} {
		if got := Canonical(link); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", link, got, want)
		} else if again := Canonical(got); again != got {
			t.Errorf("Canonical(%q) = %q", got, again)
		}
	}
}
