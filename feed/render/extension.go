package render

import (
	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// The _dateline objects of JSON Feed. The format lets publishers add objects
// whose name begins with an underscore; Extension says what these hold.

type jsonFeedExtension struct {
	About      string          `json:"about"`
	Tombstones []jsonTombstone `json:"tombstones,omitempty"`
}

type jsonTombstone struct {
	ID     string       `json:"id"`
	When   string       `json:"when"`
	Status store.Status `json:"status"`
	Reason string       `json:"reason,omitempty"`
}

type jsonItemExtension struct {
	Version        int               `json:"version"`
	Signal         string            `json:"signal,omitempty"`
	CorrectionNote string            `json:"correction_note,omitempty"`
	Urgency        int               `json:"urgency,omitempty"`
	Expires        string            `json:"expires,omitempty"`
	Categories     []jsonCategory    `json:"categories,omitempty"`
	Subjects       []string          `json:"subjects,omitempty"`
	Dateline       store.Dateline    `json:"dateline,omitzero"`
	Credit         store.Credit      `json:"credit,omitzero"`
	Enclosures     []store.Enclosure `json:"enclosures,omitempty"`
	Related        []page            `json:"related,omitempty"`
	Source         *jsonSource       `json:"source,omitempty"`
	AlsoAt         []jsonSource      `json:"also_at,omitempty"`
	Rights         string            `json:"rights,omitempty"`
}

type jsonCategory struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

type jsonSource struct {
	Name    string `json:"name"`
	Title   string `json:"title,omitempty"`
	FeedURL string `json:"feed_url"`
	FeedID  string `json:"feed_id,omitempty"`
	ID      string `json:"id,omitempty"`
	URL     string `json:"url,omitempty"`
}

func feedExtension(f feed.Feed) jsonFeedExtension {
	x := jsonFeedExtension{About: f.Site.At(feed.ExtensionPath)}
	for _, t := range f.Killed {
		x.Tombstones = append(x.Tombstones, jsonTombstone{t.GUID, rfc3339(t.When), t.Status, clean.Text(t.Reason)})
	}
	return x
}

func itemExtension(it item) jsonItemExtension {
	x := jsonItemExtension{
		Version: it.Version, CorrectionNote: clean.Text(it.CorrectionNote), Urgency: it.Urgency, Subjects: it.Subjects,
		Dateline: it.Dateline, Credit: it.Credit, Enclosures: it.Enclosures, Related: it.related, Rights: clean.Text(it.Rights),
	}
	x.Signal, _ = signal(it.Article.Article)
	if !it.Expires.IsZero() {
		x.Expires = rfc3339(it.Expires)
	}
	for _, c := range it.categories[:len(it.Categories)] { // the site's own come first
		x.Categories = append(x.Categories, jsonCategory{c.term, c.label})
	}
	if it.Origin.Source != "" {
		source := jsonSourceOf(it.Origin)
		x.Source = &source
	}
	for _, o := range it.AlsoAt {
		x.AlsoAt = append(x.AlsoAt, jsonSourceOf(o))
	}
	return x
}

func jsonSourceOf(o store.Origin) jsonSource {
	return jsonSource{Name: o.Source, Title: o.FeedTitle, FeedURL: o.FeedURL, FeedID: o.FeedID, ID: o.EntryID, URL: o.Link}
}

// ExtensionPart is one kind of _dateline object.
type ExtensionPart struct {
	Title  string
	Fields []ExtensionField
}

// ExtensionField is one member of a _dateline object.
type ExtensionField struct{ Name, Text string }

// Extension says what the _dateline objects of our JSON feeds hold.
func Extension() []ExtensionPart {
	return []ExtensionPart{
		{"Of the feed", []ExtensionField{
			{"about", "The address of this page."},
			{"tombstones", "The articles that were withdrawn for good, the last one first, for as long as a notice stands in their place and thirty days more. Whoever keeps copies must drop them."},
			{"tombstones.id", "The id that the item had."},
			{"tombstones.when", "When it was withdrawn. An item of the same id that was modified later has come back."},
			{"tombstones.status", "“killed”."},
			{"tombstones.reason", "Why, in words for readers."},
		}},
		{"Of an item", []ExtensionField{
			{"version", "How often the article was filed, corrections included: 1 for the first."},
			{"signal", "“correction” for an article with a correction note; “kill” for the notice in place of one that was withdrawn for good, “hold” while one is checked."},
			{"correction_note", "What was wrong. It stands in the text too."},
			{"urgency", "From 1, a flash, to 9."},
			{"expires", "When the article must no longer be shown."},
			{"categories", "What it is filed under here, the primary category first. They are among the tags too."},
			{"categories.slug", "The name of the category in addresses."},
			{"categories.title", "Its name for people."},
			{"subjects", "Codes of what it is about, such as medtop:16000000 of IPTC’s Media Topics. They are among the tags too."},
			{"dateline", "Place, date and agency at the head of the text, where they stand too."},
			{"dateline.place", "Where it was written."},
			{"dateline.date", "The day, as YYYY-MM-DD."},
			{"dateline.agency", "Who wrote it."},
			{"credit", "Agency and initials at the foot of the text, where they stand too."},
			{"credit.agency", "Whom to credit."},
			{"credit.sign_off", "The initials of those who wrote and edited it."},
			{"enclosures", "The attachments, with all that is known of them."},
			{"enclosures.url", "As in the attachment."},
			{"enclosures.type", "Its media type."},
			{"enclosures.length", "Bytes."},
			{"enclosures.width", "Pixels."},
			{"enclosures.height", "Pixels."},
			{"enclosures.caption", "What it shows."},
			{"enclosures.credit", "Whom to credit for it."},
			{"related", "Pages that belong with the article: those that its editor named, in that order, then articles found near to it."},
			{"related.title", "The title of the page."},
			{"related.url", "Its address."},
			{"source", "Where a gathered article came from. Its page there is the item’s external_url."},
			{"source.name", "The name of the source in addresses here."},
			{"source.title", "What the source calls itself."},
			{"source.feed_url", "The address of its feed."},
			{"source.feed_id", "The id of its feed."},
			{"source.id", "The id of the article there."},
			{"source.url", "The page of the article there."},
			{"also_at", "The other sources that had it, each as in source."},
			{"rights", "Who may do what with it."},
		}},
	}
}
