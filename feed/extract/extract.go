// Package extract finds the article in a web page that somebody else made: the
// text without what stands around it.
package extract

import (
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"codeberg.org/readeck/go-readability/v2"

	"dateline/feed/clean"
)

// ErrNone: there is no article in the page.
var ErrNone = errors.New("no article was found in the page")

const (
	maxElements = 50_000 // of a page: more is no page of an article
	fewest      = 200    // characters of an article: fewer is a teaser, or a notice to log in
)

// Article is the text of the article in a page, as sanitised HTML with absolute
// URLs. contentType is the header field as it was received, address that of
// the page. It fails with ErrNone, or says why the page cannot be read.
func Article(page []byte, contentType, address string) (body string, err error) {
	base, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("read page: %w", err)
	}
	mediaType, parameters, _ := mime.ParseMediaType(contentType)
	if mediaType != "" && mediaType != "text/html" && mediaType != "application/xhtml+xml" {
		return "", fmt.Errorf("read page: it is %s, not HTML", mediaType)
	}
	text, err := clean.Decode(page, parameters["charset"], true)
	if err != nil {
		return "", fmt.Errorf("read page: %w", err)
	}
	found, err := read(text, base)
	if err != nil {
		return "", err
	}
	body = clean.HTML(found, base)
	if utf8.RuneCountInString(clean.Plain(body)) < fewest {
		return "", ErrNone
	}
	return body, nil
}

// read is the markup of the article. The page is a stranger's: should reading
// it panic, then it is the page that has no article.
func read(text string, base *url.URL) (markup string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read page: %v", p)
		}
	}()
	if err := clean.Parseable(text); err != nil {
		return "", fmt.Errorf("read page: %w", err)
	}
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxElements
	parser.DisableJSONLD = true // of what it says nothing is used
	article, err := parser.Parse(strings.NewReader(text), base)
	if err != nil {
		return "", fmt.Errorf("read page: %w", err)
	}
	if article.Node == nil {
		return "", ErrNone
	}
	var b strings.Builder
	err = article.RenderHTML(&b)
	return b.String(), err
}
