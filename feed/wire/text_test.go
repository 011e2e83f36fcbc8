package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/store"
)

// told is what Explain made of the lines, one for each find: "3 headline: A
// headline", with a question mark behind the field of a doubt.
func told(r Reading) (list []string) {
	for _, f := range r.Finds {
		mark := ""
		if f.Doubt != "" {
			mark = "?"
		}
		list = append(list, fmt.Sprintf("%d %s%s: %s", f.Line, f.Field, mark, f.Text))
	}
	return list
}

// TestExplain tells every line of copy in many forms.
func TestExplain(t *testing.T) {
	for name, tc := range map[string]struct {
		text string
		want string
	}{
		"a page": {
			text: "Home / World / Asia\n\nConflicts & War\n\nFerry runs ‘again’, mayor says\n\n12 Shares\n\nPublished: 20 Nov 2026 | 12:31\n\n3 min read\n\n" +
				"Bellmar, Nov 20 (EFE).- The ferry ran.\n\nIt was late 11 years ago.EFE\n\ntl-ay/smq\n\nRelated Articles\n\nStorm shuts harbour\n\nTags: ferry, Oru\n\nBack to top button",
			want: `1 furniture: Home / World / Asia
				3 category: conflicts-war
				5 headline: Ferry runs ‘again’, mayor says
				7 furniture: 12 Shares
				9 furniture: Published: 20 Nov 2026 | 12:31
				11 furniture: 3 min read
				13 dateline.place: Bellmar
				13 dateline.date: 2026-11-20
				13 dateline.agency: EFE
				13 body: The ferry ran.
				15 body: It was late 11 years ago.
				15 credit.agency: EFE
				17 credit.sign_off: tl-ay/smq
				19 furniture: Related Articles
				21 furniture: Storm shuts harbour
				23 tags: ferry, Oru
				25 furniture: Back to top button`,
		},
		"sign-off on the line below": {
			text: "War\n\nHead\n\nLONDON — It ran.\n\nIt was\nwrapped here.EFE\nkk-bsi/smq/jt\n",
			want: `1 category: conflicts-war
				3 headline: Head
				5 dateline.place: LONDON
				5 body: It ran.
				7 body: It was wrapped here.
				7 credit.agency: EFE
				9 credit.sign_off: kk-bsi/smq/jt`,
		},
		"credit and sign-off on one line": {
			text: "War\n\nHead\n\nLONDON — It ran.\n\nEFE kk/smq",
			want: `1 category: conflicts-war
				3 headline: Head
				5 dateline.place: LONDON
				5 body: It ran.
				7 credit.agency: EFE
				7 credit.sign_off: kk/smq`,
		},
		"reporting and editing": {
			text: "War\n\nHead\n\nLONDON, Nov 20 (Reuters) - It ran.\n\n(Reporting by Ana Sá in Lima; Editing by Bo Ek)\n\nOur Standards: The Thomson Reuters Trust Principles.",
			want: `1 category: conflicts-war
				3 headline: Head
				5 dateline.place: LONDON
				5 dateline.date: 2026-11-20
				5 dateline.agency: Reuters
				5 body: It ran.
				7 credit.sign_off: (Reporting by Ana Sá in Lima; Editing by Bo Ek)
				9 furniture: Our Standards: The Thomson Reuters Trust Principles.`,
		},
		"rights": {
			text: "War\n\nHead\n\nPARIS (AFP) — It ran.\n\nab/cd\n\n© 2026 AFP",
			want: `1 category: conflicts-war
				3 headline: Head
				5 dateline.place: PARIS
				5 dateline.agency: AFP
				5 body: It ran.
				7 credit.sign_off: ab/cd
				9 rights: © 2026 AFP`,
		},
		"rights of a page": {
			text: "War\n\nHead\n\nPARIS — It ran.\n\n© 2026 The Bellmar Gazette",
			want: `1 category: conflicts-war
				3 headline: Head
				5 dateline.place: PARIS
				5 body: It ran.
				7 furniture?: © 2026 The Bellmar Gazette`,
		},
		"agency behind dashes": {
			text: "War\n\nHead\n\nPARIS — It ran.\n\n-- AP",
			want: `1 category: conflicts-war
				3 headline: Head
				5 dateline.place: PARIS
				5 body: It ran.
				7 credit.agency: AP`,
		},
		"an update": {
			text: "War\n\nUPDATE 1-Ferry runs\n\n(Adds mayor's reaction in\nparagraph 3)\n\nBy Ana Sá, Political Editor\n\nLONDON — It ran.",
			want: `1 category: conflicts-war
				3 headline?: Ferry runs
				5 editor_note: (Adds mayor's reaction in paragraph 3)
				8 byline?: By Ana Sá, Political Editor
				10 dateline.place: LONDON
				10 body: It ran.`,
		},
		"a correction": {
			text: "War\n\nCORRECTED-UPDATE 2-Ferry runs\n\nCORRECTION: It carried nine,\nnot ten.\n\n[Eds: new throughout]\n\n(From our desk)\n\nLONDON — It ran.",
			want: `1 category: conflicts-war
				3 headline?: Ferry runs
				5 correction_note: It carried nine, not ten.
				8 editor_note: [Eds: new throughout]
				10 editor_note?: (From our desk)
				12 dateline.place: LONDON
				12 body: It ran.`,
		},
		"a standfirst": {
			text: "War\n\nFerry runs\n\nThe mayor was there\n\nLONDON (AP) — It ran.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 summary?: The mayor was there
				7 dateline.place: LONDON
				7 dateline.agency: AP
				7 body: It ran.`,
		},
		"no dateline": {
			text: "War\n\nFerry runs\n\nShare\n\nThe ferry ran on Monday.\n\nMany saw it.\n\nPARIS (AP) — It did.\n\nShare\n\nIt ran back.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 furniture: Share
				7 body: The ferry ran on Monday.
				9 body: Many saw it.
				11 body?: PARIS (AP) — It did.
				13 body?: Share
				15 body: It ran back.`,
		},
		"header lines": {
			text: "Category: War\nUrgency: 3\nLanguage: en\nTags: a, b\nEditor's note: Spell it so.\n\nFerry runs\n\nPhoto: A. One\n\n\\Share\n\n\\EFE",
			want: `1 category: conflicts-war
				2 urgency: 3
				3 language: en
				4 tags: a, b
				5 editor_note: Spell it so.
				7 headline: Ferry runs
				9 furniture: Photo: A. One
				11 body: Share
				13 body: EFE`,
		},
		"lines that are paragraphs": {
			text: "War\nFerry runs\nBy Ana Sá\nLONDON — It ran.\nIt ran back.EFE\nkk/jt",
			want: `1 category: conflicts-war
				2 headline: Ferry runs
				3 byline: By Ana Sá
				4 dateline.place: LONDON
				4 body: It ran.
				5 body: It ran back.
				5 credit.agency: EFE
				6 credit.sign_off: kk/jt`,
		},
		"indented paragraphs": {
			text: "War\n\nFerry runs\n\n  LONDON — It ran\nfor an hour.\n  It ran back\nlater.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran for an hour.
				7 body: It ran back later.`,
		},
		"lines below the headline": {
			text: "World\nFerry runs again\nNov 20, 2026\nBy ANA SÁ | The Gazette\nAssociated Press\n\nLONDON (AP) — It ran.\n\nab/cd\n\n© Agence France-Presse\n\n((ana@example.com; +1 555 0100))",
			want: `1 category: world
				2 headline: Ferry runs again
				3 furniture?: Nov 20, 2026
				4 byline?: By ANA SÁ | The Gazette
				5 furniture?: Associated Press
				7 dateline.place: LONDON
				7 dateline.agency: AP
				7 body: It ran.
				9 credit.sign_off: ab/cd
				11 rights: © Agence France-Presse
				13 furniture: ((ana@example.com; +1 555 0100))`,
		},
		"off the wire": {
			text: "From: desk@example.com\nSubject: Ferry\nWar\nUPDATE 2-Ferry runs again on\nthe Oru\nBy Ana Sá\n    LONDON (AP) — It ran\nfor an hour.\n    It ran back.\n    EFE/ab",
			want: `1 furniture: From: desk@example.com
				2 furniture: Subject: Ferry
				3 category: conflicts-war
				4 headline?: Ferry runs again on the Oru
				6 byline: By Ana Sá
				7 dateline.place: LONDON
				7 dateline.agency: AP
				7 body: It ran for an hour.
				9 body: It ran back.
				10 credit.agency: EFE
				10 credit.sign_off: ab`,
		},
		"long lines that are paragraphs": {
			text: "War\n\nFerry runs\n\nLONDON — It ran.\nIt ran back with nine people and a goat, eleven years after the last one was sunk at its moorings in a storm that few forget.\nThat was all.\n\nIt is.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran.
				6 body: It ran back with nine people and a goat, eleven years after the last one was sunk at its moorings in a storm that few forget.
				7 body: That was all.
				9 body: It is.`,
		},
		"lines that may be paragraphs": {
			text: "War\n\nFerry runs\n\nLONDON — It ran.\nIt ran back.\n\nThat was all.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body?: It ran. It ran back.
				8 body: That was all.`,
		},
		"dateline on a line of its own": {
			text: "War\n\nFerry runs\n\nLONDON, Nov 20 (AP) —\n\nIt ran.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 dateline.date: 2026-11-20
				5 dateline.agency: AP
				7 body: It ran.`,
		},
		"no place in prose": {
			text: "War\n\nFerry runs\n\nNorway — it was late — has stayed.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 body?: Norway — it was late — has stayed.`,
		},
		"initials alone": {
			text: "War\n\nFerry runs\n\nLONDON (AP) — It ran.AP\n\njt",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 dateline.agency: AP
				5 body: It ran.
				5 credit.agency: AP
				7 credit.sign_off?: jt`,
		},
		"a credit that may be none": {
			text: "War\n\nFerry runs\n\nLONDON — It ran.XYZ",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran.
				5 credit.agency?: XYZ`,
		},
		"left over below the sign-off": {
			text: "War\n\nFerry runs\n\nLONDON — It ran.\n\nkk/jt\n\nStorm shuts harbour",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran.
				7 credit.sign_off: kk/jt
				9 furniture?: Storm shuts harbour`,
		},
		"tags and furniture": {
			text: "War\n\nFerry runs\n\nLONDON — It ran.\n\nTags: Ferry, Oru\nShare\nBack to top button",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran.
				7 tags: Ferry, Oru
				8 furniture: Share
				9 furniture: Back to top button`,
		},
		"tags below a heading": {
			text: "War\n\nFerry runs\n\nLONDON — It ran, and came back at night with nine people.\n\nTags\n\nFerry\n\nOru river\n\nShare\n\nRelated Articles\n\nStorm shuts harbour",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran, and came back at night with nine people.
				7 furniture: Tags
				9 tags: Ferry
				11 tags: Oru river
				13 furniture: Share
				15 furniture: Related Articles
				17 furniture: Storm shuts harbour`,
		},
		"below a glued credit": {
			text: "War\n\nFerry runs\n\nLONDON (AP) — It ran.\n\nIt did.AP\n\nStorm shuts harbour\n\nShare",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 dateline.agency: AP
				5 body: It ran.
				7 body: It did.
				7 credit.agency: AP
				9 furniture?: Storm shuts harbour
				11 furniture: Share`,
		},
		"copy below a glued credit": {
			text: "War\n\nFerry runs\n\nLONDON — It ran.AP\n\nIt ran back, with nine people and a goat on board, to where it had come from.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body?: It ran.AP
				7 body: It ran back, with nine people and a goat on board, to where it had come from.`,
		},
		"Xinhua": {
			text: "War\n\nFerry runs\n\nBEIJING, Nov. 20 (Xinhua) -- It ran.\n\nIt did. Enditem",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: BEIJING
				5 dateline.date: 2026-11-20
				5 dateline.agency: Xinhua
				5 body: It ran.
				7 furniture: Enditem
				7 body: It did.`,
		},
		"Xinhua on a line of its own": {
			text: "War\n\nFerry runs\n\nBEIJING, Nov. 20 (Xinhua) -- It ran.\n\nEnditem",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: BEIJING
				5 dateline.date: 2026-11-20
				5 dateline.agency: Xinhua
				5 body: It ran.
				7 furniture: Enditem`,
		},
		"Kyodo": {
			text: "War\n\nFerry runs\n\nTOKYO, Nov. 20, Kyodo - It ran.\n\n==Kyodo",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: TOKYO
				5 dateline.date: 2026-11-20
				5 dateline.agency: Kyodo
				5 body: It ran.
				7 credit.agency: Kyodo`,
		},
		"headlines of others within copy": {
			text: "War\n\nFerry runs\n\nLONDON — It ran.\n\nÀ lire également\n\nStorm shuts harbour\n\nGoat wins\n\nIt ran back, with nine people and a goat on board, to where it had come from.",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran.
				7 body?: À lire également
				9 body?: Storm shuts harbour
				11 body?: Goat wins
				13 body: It ran back, with nine people and a goat on board, to where it had come from.`,
		},
		"an advisory of a correction": {
			text: "War\n\nFerry runs\n\n(Corrects number in paragraph 2)\n\nLONDON — It ran.\n\n(Adds quote)",
			want: `1 category: conflicts-war
				3 headline: Ferry runs
				5 editor_note?: (Corrects number in paragraph 2)
				7 dateline.place: LONDON
				7 body: It ran.
				9 editor_note: (Adds quote)`,
		},
		"several categories": {
			text: "World / War\n\nFerry runs\n\nLONDON — It ran.",
			want: `1 category: world
				1 category: conflicts-war
				3 headline: Ferry runs
				5 dateline.place: LONDON
				5 body: It ran.`,
		},
	} {
		r := explain(t, tc.text)
		got, want := strings.Join(told(r), "\n"), strings.ReplaceAll(tc.want, "\t", "")
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// TestHeaderLines gives every field that header lines are for.
func TestHeaderLines(t *testing.T) {
	r := explain(t, `CATEGORIES: World, War
Headline: UPDATE 1-Ferry: runs
Byline: Ana Sá <ana@example.com> <https://example.com/ana>
Byline: Bo Ek <https://example.com/bo>
Summary: One line,
Summary:   and another.
Rights: Free to use.
Correction: Nine, not ten.
Note to editors: Spelling is right.
Dateline place: Bellmar - Nord
Dateline date: 10 janvier 2026
Dateline agency: the desk
Credit agency: The Wire
Sign-off: A. One & B. Two
Language: pt_br
Tag: a, b
Tag: c
Subjects: medtop:1, medtop:2
Urgency: 3
Embargo: 2026-11-23T10:00:00+01:00
Expires: 2026-12-24
Published: 2026-11-20T08:00:00Z
Updated: 2026-11-21T08:00:00.5Z
Slug: Ferry, 2
Id: urn:test:1
Related: Storm <shuts> harbour <https://example.com/storm>
Enclosure: https://example.com/a.jpg image/jpeg 1234 800x600
Enclosure caption: The ferry,
Enclosure caption: late.
Enclosure credit: C. Three

It ran.`)
	want := store.Article{
		ID: r.Article.ID, GUID: "urn:test:1", Slug: "ferry-2", Headline: "UPDATE 1-Ferry: runs", Summary: "One line,\n  and another.", Body: "<p>It ran.</p>",
		Dateline:   store.Dateline{Place: "Bellmar - Nord", Date: "2026-01-10", Agency: "the desk"},
		Byline:     []store.Author{{Name: "Ana Sá", Email: "ana@example.com", URL: "https://example.com/ana"}, {Name: "Bo Ek", URL: "https://example.com/bo"}},
		Credit:     store.Credit{Agency: "The Wire", SignOff: "A. One & B. Two"},
		Language:   "pt-BR",
		Enclosures: []store.Enclosure{{URL: "https://example.com/a.jpg", Type: "image/jpeg", Length: 1234, Width: 800, Height: 600, Caption: "The ferry,\nlate.", Credit: "C. Three"}},
		Rights:     "Free to use.", Categories: []string{"world", "conflicts-war"}, Tags: []string{"a, b", "c"}, Subjects: []string{"medtop:1", "medtop:2"}, Urgency: 3,
		Published: time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), Updated: time.Date(2026, 11, 21, 8, 0, 0, 5e8, time.UTC),
		Embargo: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Expires: time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC),
		CorrectionNote: "Nine, not ten.", EditorNote: "Spelling is right.",
		Related: []store.Related{{Title: "Storm <shuts> harbour", URL: "https://example.com/storm"}},
	}
	if !reflect.DeepEqual(r.Article, want) {
		t.Errorf("got  %+v\nwant %+v", r.Article, want)
	}
}

// TestWrongHeaderLines are faults of their fields.
func TestWrongHeaderLines(t *testing.T) {
	for text, field := range map[string]string{
		"Urgency: high":                              "urgency",
		"Urgency: 12":                                "urgency",
		"Language: english":                          "language",
		"Expires: soon":                              "expires",
		"Expires: 2020-01-01":                        "expires",
		"Dateline date: soon":                        "dateline.date",
		"Subjects: war":                              "subjects[0]",
		"Id: 12":                                     "guid",
		"Headline: another\nHeadline: one more":      "headline",
		"Enclosure caption: of what?":                "enclosures",
		"Enclosure: a.jpg":                           "enclosures[0].url",
		"Enclosure: https://e.example/a big 1000":    "enclosures[0].type",
		"Byline: Ana (at home)":                      "",
		"Byline: Ana <home>":                         "byline[0].email",
		"Dateline place: Lima\nDateline place: Cali": "dateline.place",
		"Embargo: 2026-11-23T10:00:00Z\nEmbargo: 2026-11-24T10:00:00Z": "embargo",
	} {
		_, err := desk.Explain([]byte("Category: War\n"+text+"\n\nHead\n\nIt ran."), Text, Options{Now: noon})
		if field == "" && err != nil || field != "" && (err == nil || !strings.HasPrefix(err.Error(), field+" ") || strings.Contains(err.Error(), "; "+field)) {
			t.Errorf("%q: %v, want a fault of %q", text, err, field)
		}
	}
	if got := faults(t, Text, "War\n\nHead\n\nDateline place: Lima\n\nCALI — It ran.", Options{}); len(got) != 1 || got["dateline.place"] == "" {
		t.Errorf("two places: %v", got)
	}
}

// TestExplainWithFaults holds what was understood all the same.
func TestExplainWithFaults(t *testing.T) {
	for _, text := range []string{"Wrld\n\nHead\n\nLONDON — It ran.EFE", "World\n\nUrgency: x\n\nHead\n\nLONDON — It ran.EFE", "World\n\nHead\n\nKILL KILL KILL\n\nLONDON — It ran.EFE"} {
		r, err := desk.Explain([]byte(text), Text, Options{Now: noon})
		if err == nil || r.Article.Headline != "Head" || r.Article.Credit.Agency != "EFE" || len(r.Finds) < 5 {
			t.Errorf("%q: %+v, %v", text, r, err)
		}
		if _, again := desk.Read([]byte(text), Text, Options{Now: noon}); again == nil || again.Error() != err.Error() {
			t.Errorf("Read says %v, Explain %v", again, err)
		}
	}
	r, err := desk.Explain([]byte(`{"headline":"Head","body":"<p>B</p>","categories":["war"]}`), JSON, Options{Now: noon})
	if err != nil || strings.Join(told(r), "; ") != "0 category: conflicts-war; 0 headline: Head; 0 summary: B; 0 body: <p>B</p>" {
		t.Errorf("JSON: %v, %v", told(r), err)
	}
}

// TestCopyBelowTheSignOff is a second story, and refused.
func TestCopyBelowTheSignOff(t *testing.T) {
	const second = "War\n\nHead\n\nLONDON — It ran.\n\nkk/jt\n\nAnother head\n\nThe second story had many words, and they all were about the sea."
	got := faults(t, Text, second, Options{})
	if len(got) != 1 || !strings.Contains(got["body"], "goes on on line 9, below the sign-off on line 7") {
		t.Errorf("got %v", got)
	}
	a := read(t, Text, strings.Replace(second, "kk/jt", `\kk/jt`, 1), Options{})
	if !strings.Contains(a.Body, "<p>kk/jt</p>\n<p>Another head</p>") || a.Credit.SignOff != "" {
		t.Errorf("with a backslash: %+v", a)
	}
}

func TestCategoryIsRefusedWithTheNearOnes(t *testing.T) {
	d := Desk{Site: desk.Site, Categories: slices.Clone(desk.Categories)}
	d.Categories[1].Aliases = []string{"World affairs"}
	for name, want := range map[string]string{
		"Wrld":              `"World"`,
		"World and science": `"World" or "Science & Technology"`,
		"Worl":              `"World" or "War"`,
		"Gardens":           "use one of conflicts-war, world, science",
	} {
		_, err := d.Read([]byte(name+"\n\nHead\n\nLONDON — It ran."), Text, Options{Now: noon})
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(want)) {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}
