package ninjs

// newsItem is what we write of the schema, in the order of its parts.
type newsItem struct {
	Standard           *standard     `json:"standard,omitempty"`
	URI                string        `json:"uri"`
	Type               string        `json:"type,omitempty"`
	RepresentationType string        `json:"representationType,omitempty"`
	Version            string        `json:"version,omitempty"`
	FirstCreated       string        `json:"firstCreated,omitempty"`
	VersionCreated     string        `json:"versionCreated,omitempty"`
	EmbargoedUntil     string        `json:"embargoedUntil,omitempty"`
	Expires            string        `json:"expires,omitempty"`
	PubStatus          string        `json:"pubStatus,omitempty"`
	Urgency            int           `json:"urgency,omitempty"`
	CopyrightNotice    string        `json:"copyrightNotice,omitempty"`
	EdNote             string        `json:"edNote,omitempty"`
	Language           string        `json:"language,omitempty"`
	Slugline           string        `json:"slugline,omitempty"`
	Headlines          []copyText    `json:"headlines,omitempty"`
	Descriptions       []copyText    `json:"descriptions,omitempty"`
	By                 string        `json:"by,omitempty"`
	Located            string        `json:"located,omitempty"`
	Bodies             []copyText    `json:"bodies,omitempty"`
	People             []concept     `json:"people,omitempty"`
	Subjects           []concept     `json:"subjects,omitempty"`
	InfoSources        []concept     `json:"infoSources,omitempty"`
	Renditions         []fileOf      `json:"renditions,omitempty"`
	Associations       []association `json:"associations,omitempty"`
	AltIDs             []altID       `json:"altIds,omitempty"`
}

type standard struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Schema  string `json:"schema"`
}

type copyText struct {
	Role        string `json:"role"`
	ContentType string `json:"contentType"`
	Value       string `json:"value"`
}

type concept struct {
	Name        string    `json:"name,omitempty"`
	Rel         string    `json:"rel,omitempty"`
	Role        string    `json:"role,omitempty"` // in place of Rel, of a source
	URI         string    `json:"uri,omitempty"`
	Literal     string    `json:"literal,omitempty"`
	ContactInfo []contact `json:"contactInfo,omitempty"`
}

type contact struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type fileOf struct {
	Name        string `json:"name"`
	Href        string `json:"href"`
	ContentType string `json:"contentType"`
	Width       int    `json:"width,omitempty"`
	Height      int    `json:"height,omitempty"`
	SizeInBytes int64  `json:"sizeInBytes,omitempty"`
}

type association struct {
	Name string `json:"name"`
	Rel  string `json:"rel"`
	newsItem
}

type altID struct {
	Role  string `json:"role"`
	Value string `json:"value"`
}

// ours is the standard that the items keep.
func ours() *standard {
	return &standard{"ninjs", "3.1", "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}
}
