package fetch

import (
	"net/url"
	"reflect"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	base, err := url.Parse("https://news.example.com/feeds/world.xml")
	if err != nil {
		t.Fatal(err)
	}
	hub := Link{Rel: "hub", URL: "https://hub.example.com/"}
	for _, tc := range []struct {
		name   string
		fields []string
		want   []Link
	}{
		{"none", nil, nil},
		{"two fields", []string{`<https://hub.example.com/>; rel="hub"`, `</feeds/world.xml>; rel=self`},
			[]Link{hub, {Rel: "self", URL: "https://news.example.com/feeds/world.xml"}}},
		{"one field", []string{`<https://hub.example.com>;rel=hub , <b.json> ; REL="Alternate" ; title="a, b; \"c\"" ; type="application/feed+json"`},
			[]Link{hub, {Rel: "alternate", Type: "application/feed+json", URL: "https://news.example.com/feeds/b.json"}}},
		{"two relations", []string{`<https://hub.example.com/>; rel="self hub next"`}, []Link{{Rel: "self", URL: hub.URL}, hub}},
		{"comma in a URL", []string{`<https://hub.example.com/?a,b>; rel=hub`}, []Link{{Rel: "hub", URL: "https://hub.example.com/?a,b"}}},
		{"of no interest", []string{`<style.css>; rel=preload; as=style`, `<x>`}, nil},
		{"the first rel counts", []string{`<https://hub.example.com/>; rel=hub; rel=self`}, []Link{hub}},
		{"about something else", []string{`<https://hub.example.com/>; rel=hub; anchor="/other"`}, nil},
		{"in another scheme", []string{`<javascript:alert(1)>; rel=alternate, <https://hub.example.com/>; rel=hub`}, []Link{hub}},
		{"with a password", []string{`<https://u:secret@hub.example.com/>; rel=hub`}, []Link{hub}},
		{"broken, then good", []string{`nonsense, <https://hub.example.com/>; rel=hub`, `<unclosed`, `<https://hub.example.com/>; rel="hub`}, []Link{hub, hub}},
		{"empty parts", []string{`, ,<https://hub.example.com/>;;rel=hub;,`}, []Link{hub}},
	} {
		if got := links(tc.fields, base); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: got %+v, want %+v", tc.name, got, tc.want)
		}
	}
	if got := links([]string{strings.Repeat(`<https://hub.example.com/>; rel="hub self", `, 1000)}, base); len(got) != maxLinks {
		t.Errorf("%d of 2000 links are kept", len(got))
	}
}

func FuzzLinks(f *testing.F) {
	f.Add(`<https://hub.example.com/>; rel="hub", <b>; type="a\"b"; rel=self`)
	f.Add(`<a>;="";rel=hub,<`)
	base := &url.URL{Scheme: "https", Host: "news.example.com", Path: "/"}
	f.Fuzz(func(t *testing.T, field string) {
		for _, l := range links([]string{field}, base) {
			if u, err := url.Parse(l.URL); err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
				t.Errorf("%q: got %q", field, l.URL)
			}
		}
	})
}
