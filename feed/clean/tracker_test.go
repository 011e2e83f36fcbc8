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
