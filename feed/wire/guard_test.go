package wire

import (
	"strings"
	"testing"
	"time"
)

// heads are the places of a line at the head of copy.
func heads(line string) []string {
	return []string{
		line + "\n\nWar\n\nHead\n\nLONDON — It ran.",
		line + "\nWar\n\nHead\n\nLONDON — It ran.",
		"War\n" + line + "\n\nHead\n\nLONDON — It ran.",
		"War\n\n" + line + "\n\nHead\n\nLONDON — It ran.",
		"War\n\n" + line + "\n\nLONDON — It ran.",
		"War\n\nHead\n\n" + line + "\n\nLONDON — It ran.",
		"War\n\nHead\n\n" + line + "\n\nIt ran, and ran, and came back at night with nine.",
		"War\nHead\n" + line + "\nIt ran, and ran, and came back at night with nine.",
	}
}

// TestWhatMayKeepCopyBack is refused, with what to write, wherever it stands at
// the head, and whatever category is given beside it.
func TestWhatMayKeepCopyBack(t *testing.T) {
	for line, field := range map[string]string{
		"Embago: 2026-11-24T10:00:00Z":            "embargo",
		"Enbargo: 2026-11-24T10:00:00Z":           "embargo",
		"Embrago: noon":                           "embargo",
		"EMBAGO : 10:00":                          "embargo",
		"Embargo time: 10:00 GMT":                 "embargo",
		"Press embargo: Tuesday":                  "embargo",
		"Release: 10:00 GMT":                      "embargo",
		"Release date: Nov 24":                    "embargo",
		"Realease time: Nov 24":                   "embargo",
		"Hold: until Tuesday":                     "embargo",
		"Publish after: 10:00":                    "embargo",
		"Sperfrist: 24.11. 10 Uhr":                "embargo",
		"Not before 1000 GMT":                     "embargo",
		"Not before noon on Tuesday":              "embargo",
		"NOT BEFORE TUESDAY":                      "embargo",
		"Hold until 1000 GMT":                     "embargo",
		"Hold until further notice":               "embargo",
		"Do not publish before ten":               "embargo",
		"(Do not use until 10.30)":                "embargo",
		"For release at 10:00":                    "embargo",
		"Not for publication before ten tomorrow": "embargo",
		"No publicar antes de las 10:00":          "embargo",
		"Ne pas publier avant demain":             "embargo",
		"Gesperrt bis 24.11.":                     "embargo",
		"For use after 10am Monday":               "embargo",
		"ADVANCE FOR MONDAY":                      "embargo",
		"Embargado hasta las 10":                  "embargo",
		"ATTENTION EDITORS - her name is wrong":   "editor_note",
		"Background for editors only":             "editor_note",
		"Desk note: check with legal":             "editor_note",
		"Desk not: check with legal":              "editor_note",
		"Internal: check with legal":              "editor_note",
		"Intenal: check with legal":               "editor_note",
		"Editr note: check with legal":            "editor_note",
		"Editors notes: check with legal":         "editor_note",
		"Note to desk: check with legal":          "editor_note",
		"Private: her number is 555 0100":         "editor_note",
		"Confidential":                            "editor_note",
		"CONFIDENTIAL - check with legal":         "editor_note",
		"NOT FOR PUBLICATION":                     "editor_note",
		"Not for publication: her number":         "editor_note",
		"Internal use only":                       "editor_note",
		"DO NOT PUBLISH":                          "editor_note",
		"Do not publish – legal has it":           "editor_note",
		"Nota interna: consultar":                 "editor_note",
		"Vertraulich: fragen":                     "editor_note",
		"Внутреннее: спросить":                    "editor_note",
	} {
		for _, text := range heads(line) {
			for _, category := range []string{"", "world"} {
				got := faults(t, Text, text, Options{Category: category})
				want := map[string]string{"embargo": `"Embargo: 2026-11-2`, "editor_note": `"Editor note: `}[field]
				if strings.HasPrefix(line, "Not for publication before") { // which was known before
					want = "Embargo: "
				}
				if !strings.Contains(got[field], want) || !strings.Contains(got[field], "backslash") {
					t.Errorf("%q with category %q: %v", text, category, got)
				}
			}
		}
	}
	// A backslash files it all the same.
	if a := read(t, Text, "War\n\n"+`\Release: the film`+"\n\nLONDON — It ran.", Options{}); a.Headline != "Release: the film" {
		t.Errorf("got %q", a.Headline)
	}
}

// TestEmbargoInOtherWords is one when it says beyond doubt until when.
func TestEmbargoInOtherWords(t *testing.T) {
	for _, line := range []string{"Not before 1000 GMT, 24 November 2026", "Hold until 10:00 GMT, Nov 24", "Do not publish before 2026-11-24T10:00:00Z", "For release at 10:00 GMT on Nov 24"} {
		for _, text := range heads(line) {
			if !strings.Contains(strings.ToLower(text), "\nhead\n") {
				continue
			}
			a, err := desk.Read([]byte(text), Text, Options{Now: noon, Category: "war"})
			if err != nil || !a.Embargo.Equal(time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)) || strings.Contains(a.Headline+a.Body, line) {
				t.Errorf("%q: %v, %v", text, a.Embargo, err)
			}
		}
	}
}

// TestPagesThatMayBeKeptBack are refused too, and what is said for readers is not.
func TestPagesThatMayBeKeptBack(t *testing.T) {
	page := func(line string) string {
		return "<html><head><title>Ferry</title><meta name=category content=war></head><body><article><p>LONDON — It ran.</p><p>" + line + "</p><p>It ran back.</p></article></body></html>"
	}
	for line, field := range map[string]string{
		"EDS: do not use her name": "editor_note", "NOT FOR PUBLICATION: her name": "editor_note", "Desk note: libel check": "editor_note",
		"EMBARGO: 2026-11-23T20:00:00Z": "embargo", "Embargoed until 1000 GMT": "embargo", "<b>Hold</b> until 1000 GMT": "embargo",
	} {
		if got := faults(t, HTML, page(line), Options{}); !strings.Contains(got[field], `<meta name="`+field) {
			t.Errorf("%q: %v", line, got)
		}
	}
	for _, line := range []string{"Editor's note: this story was updated.", "Hold the line, says mayor", "Update: it runs."} {
		if a := read(t, HTML, page(line), Options{}); !strings.Contains(a.Body, line) && !strings.Contains(a.Body, strings.ReplaceAll(line, "'", "&#39;")) {
			t.Errorf("%q: %s", line, a.Body)
		}
	}
	got := faults(t, Text, "War\n\nHead\n\nLONDON (DTL) — It ran.DTL\n\nkk/jt\n\nEmbago: 2026-11-23T20:00:00Z", Options{})
	if !strings.Contains(got["embargo"], "line 9") {
		t.Errorf("below the sign-off: %v", got)
	}
}

// TestHeadlinesWithColons and the like are filed without a doubt.
func TestHeadlinesWithColons(t *testing.T) {
	for _, headline := range []string{
		"Ferry: service runs again", "Gold: prices rise", "Creditors: banks agree", "Auditors: the books are wrong", "Editorial: why ferries matter", "Sport: a look back", "Analysis: what the truce means",
		"Oil embargo on the Oru: what it means", "Hold the line, says mayor", "Hold on tight", "Not before time, the line opens", "Release of prisoners begins", "Publish or perish, says dean", "Do not publish list of names, court says",
		"Confidential papers found in attic", "Internal affairs minister quits", "Private schools: fees rise", "Update on the ferry", "Press freedom: a long way to go", "Cargo: what ships carry", "Advance for rebels in one town", "Background: what the truce means", "Attention turns to the ferry",
	} {
		r := explain(t, "War\n\n"+headline+"\n\nLONDON — It ran.")
		if r.Article.Headline != headline || len(r.Doubts()) > 0 {
			t.Errorf("%q: %q, %v", headline, r.Article.Headline, told(r))
		}
	}
}

// TestMistypedHeaderLines are taken for what they look like, with a doubt on
// their line.
func TestMistypedHeaderLines(t *testing.T) {
	for line, want := range map[string]string{
		"Catgory: War": `"Category:"`, "Urgncy: 3": `"Urgency:"`, "Headlin: Ferry": `"Headline:"`, "Correcton: nine, not ten": `"Correction:"`, "Tgas: a, b": `"Tags:"`, "Expirse: 2026-12-24": `"Expires:"`,
		"Langauge: en": `"Language:"`, "Sumary: it ran": `"Summary:"`,
	} {
		for _, text := range []string{
			"War\n\n" + line + "\n\nLONDON — It ran.", "War\n\nHead\n\n" + line + "\n\nIt ran, and ran, and came back at night with nine.",
			line + "\n\nHead\n\nIt ran, and ran, and came back at night with nine.", line + "\n\nIt ran, and ran, and came back at night with nine.",
		} {
			r, err := desk.Explain([]byte(text), Text, Options{Now: noon, Category: "war"})
			doubt := ""
			for _, f := range r.Doubts() {
				if f.Text == line {
					doubt = f.Doubt
				}
			}
			if err != nil || !strings.Contains(doubt, want) || !strings.Contains(doubt, "backslash") {
				t.Errorf("%q: %v, %q", text, err, told(r))
			}
		}
	}
}

// TestGivenCategory beside a first line that no category has for a name: that
// is left out, with a doubt.
func TestGivenCategory(t *testing.T) {
	r, err := desk.Explain([]byte("Wrld\n\nFerry runs\n\nLONDON — It ran."), Text, Options{Now: noon, Category: "war"})
	if err != nil || r.Article.Headline != "Ferry runs" || r.Finds[0].Field != leftOut || !strings.Contains(r.Finds[0].Doubt, "Headline:") {
		t.Errorf("%v, %+v", err, r.Finds)
	}
	r, err = desk.Explain([]byte("World\n\nFerry runs\n\nLONDON — It ran."), Text, Options{Now: noon, Category: "war"})
	if err != nil || len(r.Doubts()) > 0 {
		t.Errorf("%v, %+v", err, r.Finds)
	}
}

// TestNotForPublicationWithinCopy is refused wherever it stands, and what only
// sounds so is doubted there.
func TestNotForPublicationWithinCopy(t *testing.T) {
	for _, line := range []string{"NOT FOR PUBLICATION", "(DO NOT PUBLISH)", "INTERNAL USE ONLY"} {
		got := faults(t, Text, "War\n\nHead\n\nLONDON — It ran.\n\n"+line+"\n\nHer number is 555 0100, and she can be called until ten.", Options{})
		if !strings.Contains(got["editor_note"], "line 7") {
			t.Errorf("%q: %v", line, got)
		}
	}
	for _, line := range []string{"Internal: check with legal", "Embago: noon", "Release: 10:00 GMT"} {
		r := explain(t, "War\n\nHead\n\nLONDON — It ran.\n\n"+line+"\n\nIt ran back, with nine people and a goat on board, to where it had come from.")
		if n := len(r.Doubts()); n != 1 || r.Doubts()[0].Line != 7 {
			t.Errorf("%q: %v", line, told(r))
		}
	}
}
