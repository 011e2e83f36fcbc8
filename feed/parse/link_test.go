package parse

import (
	"net/url"
	"testing"
)

func TestAbsolute(t *testing.T) {
	base, _ := url.Parse("https://example.com/news/today.html")
	for ref, want := range map[string]string{
		"https://example.com/a":         "https://example.com/a",
		"HTTPS://Example.com/A":         "https://Example.com/A",
		"b":                             "https://example.com/news/b",
		"/b?c#d":                        "https://example.com/b?c#d",
		"//other.example/b":             "https://other.example/b",
		"?c":                            "https://example.com/news/today.html?c",
		" \n /b\t ":                     "https://example.com/b",
		"/a\nb":                         "https://example.com/ab",
		"/é ü":                          "https://example.com/%C3%A9%20%C3%BC",
		"/%C3%A9":                       "https://example.com/%C3%A9",
		"/100%":                         "https://example.com/100%25",
		"/?q=a b|c%":                    "https://example.com/?q=a%20b%7Cc%25",
		`/a"<b>\`:                       "https://example.com/a%22%3Cb%3E%5C",
		"https://bücher.example/":       "https://xn--bcher-kva.example/",
		"http://[::1]:8080/":            "http://[::1]:8080/",
		"https://user:pw@example.com/":  "https://example.com/",
		"":                              "",
		"javascript:alert(1)":           "",
		"JAVASCRIPT:alert(1)":           "",
		"java\nscript:alert(1)":         "",
		"mailto:a@example.com":          "",
		"data:,x":                       "",
		"https://":                      "",
		"https:///a":                    "",
		"https://a b/":                  "",
		"http://example.com:port/":      "",
		"https://exa\u0000mple.com/":    "https://example.com/",
		"tag:example.com,2026:1":        "",
		"\u202ejavascript:alert(1)":     "",
		"http:example.com":              "",
		"https://example.com/a/../b/./": "https://example.com/b/",
	} {
		if got := absolute(base, ref); got != want {
			t.Errorf("absolute(%q) = %q, want %q", ref, got, want)
		}
	}
	if got := absolute(nil, "/b"); got != "" {
		t.Errorf("without a base: %q", got)
	}
}
