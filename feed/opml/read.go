package opml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

// Entry is one feed that an outline names.
type Entry struct {
	Title  string
	Page   string
	Feed   string
	Folder []string // the folders it stands in, the outermost first
}

// What an outline may cost.
const (
	maxDepth    = 50      // of folders
	maxElements = 1000    // in each other
	maxEntries  = 100_000 // feeds
)

// Read is the feeds of an outline, in its order. What has no xmlUrl is a
// folder. Attributes are found whatever their case, as outlines in the wild
// need it.
func Read(data []byte) (list []Entry, err error) {
	// XML 1.0 §2.2 has no other control characters, in whatever encoding.
	data = slices.DeleteFunc(bytes.Clone(bytes.TrimPrefix(data, []byte("\ufeff"))), func(b byte) bool {
		return b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != 0
	})
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = charset.NewReaderLabel
	var folders []string
	depth := 0 // of elements of whatever name
	opml := false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && opml {
			return list, nil
		} else if err != nil {
			return list, fmt.Errorf("read the outline near byte %d: %w", d.InputOffset(), err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxElements {
				return list, fmt.Errorf("the outline is too large: its elements are more than %d deep", maxElements)
			}
			switch name := strings.ToLower(t.Name.Local); {
			case !opml && name != "opml":
				return nil, fmt.Errorf("this is no OPML: it begins with <%s>", t.Name.Local)
			case name == "opml":
				opml = true
			case name == "outline":
				if len(folders) == maxDepth || len(list) == maxEntries {
					return list, fmt.Errorf("the outline is too large: at most %d feeds, %d deep", maxEntries, maxDepth)
				}
				e := entryOf(t.Attr)
				if e.Feed != "" {
					e.Folder = append([]string{}, folders...)
					list = append(list, e)
				}
				folders = append(folders, e.Title)
			}
		case xml.EndElement:
			depth--
			if strings.EqualFold(t.Name.Local, "outline") && len(folders) > 0 {
				folders = folders[:len(folders)-1]
			}
		}
	}
}

func entryOf(attributes []xml.Attr) (e Entry) {
	values := map[string]string{}
	for _, a := range attributes {
		values[strings.ToLower(a.Name.Local)] = strings.TrimSpace(a.Value)
	}
	e.Feed, e.Page = values["xmlurl"], values["htmlurl"]
	for _, name := range []string{"title", "text", "xmlurl"} {
		if e.Title == "" {
			e.Title = values[name]
		}
	}
	return e
}
