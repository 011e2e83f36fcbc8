package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"dateline/store"
)

// moment is a time as pages show it: always in UTC and to the minute.
type moment struct{ time.Time }

// Text is the time for people: "22 Nov 2026, 11:05 UTC".
func (m moment) Text() string { return m.UTC().Format("2 Jan 2006, 15:04 UTC") }

// Machine is the time for programs, with its seconds (RFC 3339).
func (m moment) Machine() string { return m.UTC().Format(time.RFC3339) }

// articles is a number of articles in words: "No articles", "1 article",
// "1,204 articles".
func articles(n int) string {
	switch n {
	case 0:
		return "No articles"
	case 1:
		return "1 article"
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " articles"
}

// size is a number of bytes in words: "640 bytes", "3.4 MB". It is empty for
// 0, which means unknown.
func size(bytes int64) string {
	switch {
	case bytes <= 0:
		return ""
	case bytes < 1000:
		return fmt.Sprintf("%d bytes", bytes)
	case bytes < 999_500:
		return fmt.Sprintf("%.0f kB", float64(bytes)/1e3)
	case bytes < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

// language is what is said of the language of an article where it is not the
// site's: both empty where nothing needs to be said.
type language struct {
	Language  string // BCP 47
	Direction string // where it differs from the site's
	Around    string // the site's language, for the words of the page within the article
}

func (p *Pages) languageOf(a store.Article) language {
	if a.Language == "" || strings.EqualFold(a.Language, p.language) {
		return language{}
	}
	l := language{Language: a.Language, Around: p.language}
	if d := direction(a.Language); d != direction(p.language) {
		l.Direction = d
		if d == "" {
			l.Direction = "ltr"
		}
	}
	return l
}

// direction is "rtl" for a language written from right to left, "" for every
// other. A script in the tag decides (uz-Arab, ar-Latn); without one the
// language does.
func direction(tag string) string {
	parts := strings.Split(strings.ToLower(tag), "-")
	for _, part := range parts[1:] {
		if len(part) == 1 { // what follows is an extension
			break
		}
		if len(part) == 4 && part[0] > '9' {
			return rightToLeft[part]
		}
	}
	return rightToLeft[parts[0]]
}

// rightToLeft holds the languages that are commonly written from right to
// left, and the scripts that are.
var rightToLeft = map[string]string{
	"ar": "rtl", "arc": "rtl", "azb": "rtl", "ckb": "rtl", "dv": "rtl", "fa": "rtl", "he": "rtl", "iw": "rtl",
	"ks": "rtl", "lrc": "rtl", "mzn": "rtl", "nqo": "rtl", "pnb": "rtl", "ps": "rtl", "sd": "rtl", "syr": "rtl",
	"ug": "rtl", "ur": "rtl", "yi": "rtl",
	"adlm": "rtl", "arab": "rtl", "aran": "rtl", "hebr": "rtl", "nkoo": "rtl", "rohg": "rtl", "syrc": "rtl", "thaa": "rtl",
}
