package render

import (
	"dateline/feed"
	"dateline/feed/clean"
	"dateline/store"
)

// IPTC's vocabularies for what a version does to those before it, and for
// whether an article may be used.
const (
	signalScheme    = "http://cv.iptc.org/newscodes/signal/"
	pubStatusScheme = "http://cv.iptc.org/newscodes/pubstatusg2/"
)

// Notice is what feeds carry in place of an article that was withdrawn, under
// its id, at its place and with nothing of its text: most readers drop nothing
// that leaves a feed, and all take a changed item of the same id.
func Notice(a store.Article, t store.Tombstone) feed.Article {
	n := store.Article{
		ID: a.ID, GUID: a.GUID, Slug: "withdrawn", Version: a.Version, Status: t.Status,
		Categories: a.Categories, Published: a.Published, Updated: a.Updated,
		Headline: "WITHDRAWN: do not use this article",
		Summary:  "This article was withdrawn. Do not use it, and remove every copy.",
	}
	if t.Status == store.Held {
		n.Headline = "HELD: do not use this article until it is released"
		n.Summary = "This article is being checked. Do not use it until it is released, and take down every copy."
	}
	n.Body = "<p><strong>" + n.Summary + "</strong></p>"
	reason := clean.Line(t.Reason)
	if reason != "" {
		n.Body += "\n<p>" + clean.Escape(reason) + "</p>"
		n.Summary += " " + reason
	}
	return feed.Article{Article: n, Content: n.Body, Reason: reason}
}

// signal is what readers' programs must know of an article: that it corrects
// what it said before, or is withdrawn. name is ours, category IPTC's.
func signal(a store.Article) (name string, c category) {
	switch {
	case a.Status == store.Killed:
		return "kill", category{"canceled", pubStatusScheme, "Canceled"}
	case a.Status == store.Held:
		return "hold", category{"withheld", pubStatusScheme, "Withheld"}
	case a.CorrectionNote != "":
		return "correction", category{"correction", signalScheme, "Correction"}
	}
	return "", category{}
}
