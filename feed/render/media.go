package render

import (
	"strings"

	"dateline/store"
)

// media is a media:content element (Media RSS 1.5.1): an enclosure with all
// that is known of it.
type media struct {
	URL         string       `xml:"url,attr"`
	Type        string       `xml:"type,attr"`
	Medium      string       `xml:"medium,attr,omitempty"`
	Length      int64        `xml:"fileSize,attr,omitempty"`
	Width       int          `xml:"width,attr,omitempty"`
	Height      int          `xml:"height,attr,omitempty"`
	Description *mediaText   `xml:"media:description"`
	Credit      *mediaCredit `xml:"media:credit"`
}

type mediaText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type mediaCredit struct {
	Scheme string `xml:"scheme,attr"`
	Role   string `xml:"role,attr"`
	Name   string `xml:",chardata"`
}

func mediaOf(e store.Enclosure) media {
	m := media{URL: e.URL, Type: e.Type, Length: e.Length, Width: e.Width, Height: e.Height}
	kind, _, _ := strings.Cut(e.Type, "/")
	switch kind {
	case "image", "audio", "video":
		m.Medium = kind
	case "text", "application":
		m.Medium = "document"
	}
	if e.Caption != "" {
		m.Description = &mediaText{"plain", e.Caption}
	}
	if e.Credit != "" {
		role := "producer"
		if kind == "image" {
			role = "photographer"
		}
		m.Credit = &mediaCredit{"urn:ebu", role, e.Credit}
	}
	return m
}
