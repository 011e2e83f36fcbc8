package feed

// Format is one of the languages a feed is written in. Its value is the last
// element of a feed's address.
type Format string

const (
	RSS  Format = "rss.xml"
	Atom Format = "atom.xml"
	JSON Format = "feed.json"

	// Ninjs is for newsrooms' programs, and offered to nobody else.
	Ninjs Format = "ninjs.json"
)

// Formats are those for readers, in the order in which they are offered.
func Formats() []Format { return []Format{RSS, Atom, JSON} }

// Name is what people call the format.
func (f Format) Name() string {
	switch f {
	case RSS:
		return "RSS"
	case Atom:
		return "Atom"
	case JSON:
		return "JSON Feed"
	case Ninjs:
		return "ninjs"
	}
	return string(f)
}

// MediaType is the bare media type, as in a link's type attribute.
func (f Format) MediaType() string {
	switch f {
	case RSS:
		return "application/rss+xml"
	case Atom:
		return "application/atom+xml"
	case JSON:
		return "application/feed+json"
	case Ninjs:
		return "application/json"
	}
	return "application/octet-stream"
}

// ContentType is the value of the header field. JSON takes no charset
// parameter (RFC 8259 §11).
func (f Format) ContentType() string {
	if f == JSON || f == Ninjs {
		return f.MediaType()
	}
	return f.MediaType() + "; charset=utf-8"
}
