package wire

import (
	"strings"
	"testing"
	"time"
)

// TestCopyThatIsNoStory is refused, with what to do instead.
func TestCopyThatIsNoStory(t *testing.T) {
	for text, want := range map[string]string{
		"KILL KILL KILL\n\nWar\n\nFerry runs\n\nLONDON — It ran.":                                                        "article kill",
		"War\n\nKILL KILL KILL - Ferry runs\n\nLONDON — It ran.":                                                         "article kill",
		"War\n\nFerry runs\n\nkill, kill, kill\n\nLONDON — It ran.":                                                      "article kill",
		"War\n\nFerry runs\n\nLONDON — It ran.\n\nMANDATORY KILL":                                                        "article kill",
		"STORY WITHDRAWN\n\nFerry runs\n\nIt ran.":                                                                       "article kill",
		"War\n\nSTORY WITHDRAWN-Ferry runs\n\nIt ran.":                                                                   "article kill",
		"War\n\nWITHDRAWN-Ferry runs\n\nIt ran.":                                                                         "article kill",
		"War\n\nANULADA - Ferry\n\nIt ran.":                                                                              "article kill",
		"War\n\nFerry\n\nLIMA, Nov 20 (DTL) - Please disregard the story headlined “Ferry runs”, which was wrong.":       "article kill",
		"War\n\nFerry\n\nLIMA, Nov 20 (DTL) - The Nov. 19 story headlined “Ferry runs” is withdrawn. There is no other.": "article kill",
		"HOLD HOLD HOLD\n\nFerry runs\n\nIt ran.":                                                                        "article hold",
		"War\n\nAchtung: HOLD HOLD HOLD\n\nIt ran.":                                                                      "article hold",
		"War\nHold, hold, hold!\nFerry\nIt ran.":                                                                         "article hold",
		"War\n\nFerry runs, 1st Add\n\nIt also carried a goat.":                                                          "a part of a story",
		"BC-Ferry, 2nd Insert\n\nIt also carried a goat.":                                                                "a part of a story",
		"War\n\n1ST ADD\n\nIt also carried a goat.":                                                                      "a part of a story",
		"Add 2\n\nIt also carried a goat.":                                                                               "a part of a story",
		"Sub\n\nIt also carried a goat.":                                                                                 "a part of a story",
		"SUB 3rd graf\n\nIt also carried a goat.":                                                                        "a part of a story",
		"Insert after 4th paragraph: mayor\n\nIt also carried a goat.":                                                   "a part of a story",
		"War\n\nFerry runs\n\nLONDON — It ran.\n\n(MORE)":                                                                "more is to come",
		"War\n\nFerry runs\n\nMADRID (EFE).- It ran.\n\n(sigue)":                                                         "more is to come",
	} {
		got := faults(t, Text, text, Options{})
		if len(got) != 1 || !strings.Contains(got[whole], want) || !strings.Contains(got[whole], "backslash") {
			t.Errorf("%q: %v, want %q", text, got, want)
		}
	}
}

func TestPageThatIsNoStory(t *testing.T) {
	got := faults(t, HTML, `<title>STORY WITHDRAWN: Ferry runs</title><meta name=category content=war><p>It ran.`, Options{})
	if len(got) != 1 || !strings.Contains(got[whole], "article kill") {
		t.Errorf("got %v", got)
	}
}

// TestAdvisoriesAreNotPublished: what is for editors alone is refused.
func TestAdvisoriesAreNotPublished(t *testing.T) {
	for _, line := range []string{"ADVISORY", "ADVISORY: Ferry plans", "ADVISORY-Ferry plans", "(ADVISORY)", "MEDIA ADVISORY", "MEDIA ADVISORY: Ferry to run", "Editors' Advisory", "Advisory: Ferry plans", "Ferry-ADVISORY", "AVISO A LOS EDITORES", "AVIS AUX RÉDACTIONS"} {
		for _, text := range []string{line + "\n\nWar\n\nHead\n\nLONDON — It ran.", "War\n\n" + line + "\n\nLONDON — It ran.", "War\n\n" + line + "\n\nHead\n\nLONDON — It ran."} {
			if got := faults(t, Text, text, Options{}); !strings.Contains(got[whole], "is an advisory") {
				t.Errorf("%q: %v", text, got)
			}
		}
	}
	for _, headline := range []string{"Advisory board quits", "Travel advisory lifted", "ADVISORY BOARD QUITS", "TRAVEL ADVISORY LIFTED"} {
		if a := read(t, Text, "War\n\n"+headline+"\n\nLONDON — It ran.", Options{}); a.Headline != headline {
			t.Errorf("%q: %q", headline, a.Headline)
		}
	}
}

// TestStoriesThatSoundLikeSignals are filed.
func TestStoriesThatSoundLikeSignals(t *testing.T) {
	for _, headline := range []string{
		"Kill Bill returns", "KILL SWITCH FOUND", "Sub sinks off Norway", "SUB SINKS OFF NORWAY", "Insert coin: arcades return", "Add water and stir",
		"ADD TO CART: shops boom", "Hold the line, says mayor", "Hold", "HOLD ON TIGHT", "Embargo on oil takes effect", "EMBARGO ON OIL TAKES EFFECT", "Embargoed goods seized",
		"1st Addis flight lands", "Withdrawn troops return", "More follows less", "Correction in markets goes on", "Updated laws take effect", "Story withdrawn from library shelves",
		`\KILL KILL KILL`, `\EMBARGOED UNTIL NOON`, "Headline: HOLD HOLD HOLD",
	} {
		a, err := desk.Read([]byte("War\n\n"+headline+"\n\nLONDON — It ran."), Text, Options{Now: noon})
		if want := strings.TrimPrefix(strings.TrimPrefix(headline, `\`), "Headline: "); err != nil || a.Headline != want {
			t.Errorf("%q: %q, %v", headline, a.Headline, err)
		}
	}
	a := read(t, Text, "War\n\nHead\n\nLONDON — They cried:\n\n“Hold, hold, hold!”\n\nThe story was withdrawn.", Options{})
	if !strings.Contains(a.Body, "The story was withdrawn") {
		t.Errorf("got %q", a.Body)
	}
}

func TestEmbargo(t *testing.T) {
	for line, want := range map[string]string{
		"EMBARGOED UNTIL 00:01 GMT, 12 MARCH 2027":                    "2027-03-12T00:01:00Z",
		"EMBARGOED UNTIL 0001 GMT, FRIDAY 12 MARCH 2027":              "2027-03-12T00:01:00Z",
		"Embargoed until 10.30am BST on Nov 24":                       "2026-11-24T09:30:00Z",
		"Embargo: 2026-11-24T10:00:00+02:00":                          "2026-11-24T08:00:00Z",
		"STRICTLY EMBARGOED FOR PUBLICATION UNTIL 6 p.m. EST, Nov 30": "2026-11-30T23:00:00Z",
		"Not for publication before 12:00 UTC on 2026-12-01":          "2026-12-01T12:00:00Z",
		"SPERRFRIST: 24. November 2026, 14 Uhr MEZ":                   "2026-11-24T13:00:00Z",
		"Sperrfrist bis 24.11.2026, 14.30 Uhr MEZ":                    "2026-11-24T13:30:00Z",
		"EMBARGO HASTA EL 24 DE NOVIEMBRE DE 2026 A LAS 10:00 GMT":    "2026-11-24T10:00:00Z",
		"Sous embargo jusqu'au 24 novembre 2026 à 18h00 CET":          "2026-11-24T17:00:00Z",
		"(EMBARGOED UNTIL 10:00 GMT+3, 24 November 2026)":             "2026-11-24T07:00:00Z",
		"EMBARGO: 24 Nov 2026 12am GMT":                               "2026-11-24T00:00:00Z",
	} {
		for _, text := range []string{line + "\n\nWar\n\nHead\n\nLONDON — It ran.", "War\n\nHead\n\n" + line + "\n\nLONDON — It ran.", "War\n\nHead\n\nLONDON — It ran.\n\nkk/jt\n\n" + line} {
			a, err := desk.Read([]byte(text), Text, Options{Now: noon})
			if err != nil || a.Embargo.Format(time.RFC3339) != want || a.Body != "<p>It ran.</p>" {
				t.Errorf("%q: %v, %q, %v; want %s", text, a.Embargo, a.Body, err, want)
			}
		}
	}
}

// TestEmbargoInDoubt is refused, with the line to write.
func TestEmbargoInDoubt(t *testing.T) {
	for line, want := range map[string]string{
		"EMBARGOED":                                  "until when",
		"EMBARGOED UNTIL NOON":                       "until when",
		"EMBARGOED UNTIL FURTHER NOTICE":             "until when",
		"EMBARGOED UNTIL 10:00 GMT":                  "which day",
		"EMBARGOED UNTIL 10:00 GMT TOMORROW":         "which day",
		"EMBARGOED UNTIL 12 MARCH 2027":              "at what time, on line 3: write a line such as \"Embargo: 2027-03-12T00:00:00Z\"",
		"EMBARGOED UNTIL 10:00, 12 MARCH 2027":       "time zone, on line 3: write a line such as \"Embargo: 2027-03-12T10:00:00Z\"",
		"EMBARGOED UNTIL 10:00 IST, 12 MARCH 2027":   "which day",
		"EMBARGOED UNTIL 10:00 GMT, 12 MARCH":        "which year, on line 3: write a line such as \"Embargo: 2027-03-12T10:00:00Z\"",
		"EMBARGOED UNTIL 10:00 GMT, 30 FEBRUARY":     "a day that is none",
		"EMBARGOED UNTIL 10:00 GMT, 3/4/2027":        "which day",
		"Embargo: soon":                              "until when",
		"Embargo: 2026-13-24T10:00:00Z":              "a time that is none",
		"EMBARGOED UNTIL 25:00 GMT, 12 MARCH 2027":   "",
		"HOLD FOR RELEASE":                           "until when",
		"EMBARGOED UNTIL 10:00 OR 11:00 GMT, 1 DEC.": "",
	} {
		got := faults(t, Text, "War\n\n"+line+"\n\nHead\n\nLONDON — It ran.", Options{})
		if len(got) != 1 || got["embargo"] == "" || !strings.Contains(got["embargo"], want) {
			t.Errorf("%q: %v, want %q", line, got, want)
		}
	}
}

func TestHeadlineTags(t *testing.T) {
	for line, want := range map[string]string{
		"UPDATE 1-Ferry runs": "Ferry runs", "UPDATE 12 - Ferry runs": "Ferry runs", "CORRECTED-Ferry runs": "Ferry runs", "CORRECTED: Ferry runs": "Ferry runs",
		"(CORRECTED) Ferry runs": "Ferry runs", "REFILE-CORRECTED-UPDATE 3-Ferry runs": "Ferry runs", "RPT-Ferry runs": "Ferry runs", "WRAPUP 2-Ferry runs": "Ferry runs",
		"ACTUALIZA 1-Sale el barco": "Sale el barco", "BERICHTIGUNG: Fähre fährt": "Fähre fährt", "^Ferry runs<": "Ferry runs",
		"UPDATE: Ferry runs": "Ferry runs", "UPDATES PLEASE FANS": "UPDATES PLEASE FANS", "REPEAT-": "REPEAT-", "EXCLUSIVE-Ferry runs": "EXCLUSIVE-Ferry runs",
		"Correct-minded man": "Correct-minded man",
	} {
		r := explain(t, "War\n\n"+line+"\n\nLONDON — It ran.")
		if r.Article.Headline != want || (r.Finds[1].Doubt != "") != (want != line && line[0] != '^') {
			t.Errorf("%q: %q, %q", line, r.Article.Headline, r.Finds[1].Doubt)
		}
		if corrects := strings.Contains(line, "CORRECTED") || strings.Contains(line, "BERICHT"); strings.Contains(r.Finds[1].Doubt, "CORRECTION: ") != corrects {
			t.Errorf("%q: %q", line, r.Finds[1].Doubt)
		}
	}
}

func TestAdvisories(t *testing.T) {
	for _, line := range []string{
		"(Adds mayor's reaction in paragraph 3)", "(Updates with quote, background)", "(Corrects spelling of name in headline)", "(Recasts, adds details)", "(Removes extra word (the) in lead)",
		"[Refiles to fix typo]", "(New throughout)", "(Añade declaraciones del alcalde)", "(Ajoute réactions)", "(Ergänzt: Zitat)", "(Acrescenta detalhes)", "(Добавляет реакцию)", "Eds: Updates with quote.",
		"EDITORS: names are right", "Note to editors: pictures follow",
	} {
		a := read(t, Text, "War\n\nHead\n\n"+line+"\n\nLONDON — It ran (Adds is a word).", Options{})
		if _, text, found := strings.Cut(line, ": "); !strings.Contains(a.EditorNote, line) && !(found && a.EditorNote == text) || strings.Contains(a.Body+a.Headline+a.Summary, line) {
			t.Errorf("%q: note %q, body %q", line, a.EditorNote, a.Body)
		}
	}
}

// TestFurniture is left out before the copy and below it, and kept within.
func TestFurniture(t *testing.T) {
	for _, line := range []string{
		"Related Articles", "RELATED ARTICLES:", "Back to top button", "Share", "12 Shares", "1.2K shares", "Share 34", "Comments (3)", "0 comments", "Facebook Twitter WhatsApp", "Share on Facebook",
		"Read more: Storm shuts harbour", "Read also – Storm", "Lea también: La tormenta", "Lire aussi : La tempête", "Lesen Sie auch: Der Sturm", "Leggi anche: La tempesta", "Leia também: A tempestade",
		"Lees ook: De storm", "Czytaj także: Burza", "Читайте также: Шторм", "We use cookies to improve this site.", "Accept all cookies", "This website uses cookies", "Utilizamos cookies propias", "Diese Seite verwendet Cookies",
		"Photo: A. One/Agency", "FILE PHOTO: The ferry in 2020. A. One", "Foto: dpa", "Photo by A. One", "Getty Images", "AP Photo/A. One", "Crédito: A. Uno", "Фото: ТАСС",
		"Sign up for our newsletter", "Subscribe to our daily briefing", "Suscríbete a nuestro boletín", "Inscrivez-vous à notre newsletter", "Iscriviti alla newsletter", "Подпишитесь на нас", "Follow us on X",
		"Home / World / Asia", "Home > World", "Inicio » Mundo", "Startseite › Welt", "Strona główna / Świat", "Published: 10 Jan 2026 | 12:31", "Published 10 January 2026, 12:31 GMT", "Last updated: Jan 10, 2026", "Publicado el 10 de enero de 2026",
		"Publié le 10/01/2026 à 12h31", "Veröffentlicht am 10.01.2026", "Опубликовано: 10.01.2026", "Yayınlanma: 10.01.2026 12:31", "10 Jan 2026 | 12:31", "10 January 2026 12:31 GMT", "3 min read", "Reading time: 3 minutes", "Lesezeit: 3 Minuten", "Temps de lecture : 3 min",
		"Tiempo de lectura: 3 min", "Leestijd: 3 minuten", "Czas czytania: 3 min", "Advertisement", "Publicidad", "Anzeige", "Werbung", "Реклама", "- 30 -", "ENDS", "###", "* * *", "(450 words)", "BC-EU--Ferry, 1st Ld-Writethru", "AP-WF-11-20-26 1530GMT<",
		"Our Standards: The Thomson Reuters Trust Principles.", "Skip to content", "Volver arriba", "Nach oben", "Torna su", "Наверх", "Yukarı çık",
	} {
		head := read(t, Text, line+"\n\nWar\n\n"+line+"\n\nHead\n\n"+line+"\n\nLima, Nov 20 (DTL) — It ran.", Options{})
		foot := read(t, Text, "War\n\nHead\n\nLima, Nov 20 (DTL) — It ran.\n\n"+line+"\n\n"+line, Options{})
		signed := read(t, Text, "War\n\nHead\n\nLima, Nov 20 (DTL) — It ran.DTL\n\nkk/jt\n\n"+line, Options{})
		for where, body := range map[string]string{"head": head.Body, "foot": foot.Body, "below the sign-off": signed.Body} {
			if body != "<p>It ran.</p>" {
				t.Errorf("%s: %q is copy: %q", where, line, body)
			}
		}
		if head.Headline != "Head" {
			t.Errorf("%q: headline %q", line, head.Headline)
		}
		within := explain(t, "War\n\nHead\n\nLima, Nov 20 (DTL) — It ran.\n\n"+line+"\n\nIt ran back, with nine people and a goat on board, to where it had come from.")
		if strings.Count(within.Article.Body, "<p>") != 3 {
			t.Errorf("within: %q is not copy: %q", line, within.Article.Body)
		}
		if doubts := strings.Count(strings.Join(told(within), "\n"), "?"); doubts != 1 {
			t.Errorf("within: %q has %d doubts", line, doubts)
		}
	}
}

// TestCopyIsNoFurniture: the last sentence of copy stays, whatever it is about.
func TestCopyIsNoFurniture(t *testing.T) {
	for _, line := range []string{
		"Share prices fell.", "He said he would share it on Monday.", "Home prices rose 3 percent in 2026.", "Published in 1913, the book was read by few.", "Photographers were not let in.",
		"Cookies were sold at the gate.", "We use what we have.", "Related companies lost 2 percent.", "Three minutes is what it took to read.", "Follow the money, he said.", "The newsletter was printed until 1990.",
		"Comments were not allowed.", "“Sign up,” he said.", "10 January was wet.", "The end.", "Updated figures are due on Friday, the ministry said, after those for May were wrong.", "By Monday it was over.", "U.S. troops left the U.S.",
		"It was so. USA", "He went to the USA", "EFE reported it.", "© is a sign.",
		"Published on 10 January 1913, the book was read by few.",
	} {
		a := read(t, Text, "War\n\nHead\n\nLima, Nov 20 (DTL) — It ran.\n\n"+line, Options{})
		if !strings.HasSuffix(a.Body, "</p>\n<p>"+strings.NewReplacer("<", "&lt;").Replace(line)+"</p>") || a.Credit.Agency != "" {
			t.Errorf("%q: %q, %+v", line, a.Body, a.Credit)
		}
	}
}

func TestBylines(t *testing.T) {
	for line, want := range map[string]string{
		"By Ana Sá": "Ana Sá", "BY ANA SÁ AND BO EK": "ANA SÁ,BO EK", "by Ana Sá": "Ana Sá", "By Ana Sá, Bo Ek and C. D’Or": "Ana Sá,Bo Ek,C. D’Or", "Por Ana Sá y Bo Ek": "Ana Sá,Bo Ek",
		"Par Ana Sá": "Ana Sá", "Von Ana Sá und Bo Ek": "Ana Sá,Bo Ek", "Door Ana van der Sá": "Ana van der Sá", "Di Ana Sá e Bo Ek": "Ana Sá,Bo Ek", "By Ana Sá, Chief Correspondent": "Ana Sá",
		"Byline: Ana Sá": "Ana Sá",
	} {
		r := explain(t, "War\n\nHead\n\n"+line+"\n\nLONDON — It ran.")
		var names []string
		for _, a := range r.Article.Byline {
			names = append(names, a.Name)
		}
		if strings.Join(names, ",") != want || r.Article.Body != "<p>It ran.</p>" {
			t.Errorf("%q: %q, %q", line, names, r.Article.Body)
		}
	}
	for _, line := range []string{"By the end it was over.", "By Monday, it was over.", "Von Beginn an war es knapp", "Por fin llega el barco", "Par ici la sortie"} {
		if a := read(t, Text, "War\n\nHead\n\n"+line, Options{}); len(a.Byline) > 0 {
			t.Errorf("%q: %v", line, a.Byline)
		}
	}
}

func TestCreditLines(t *testing.T) {
	for text, want := range map[string]string{
		"It was so.DTL":                     "DTL|",
		"It was so. (ANSA).":                "ANSA|",
		"It was so.\n\n(ANSA).":             "ANSA|",
		"It was so.\n\n==Kyodo":             "Kyodo|",
		"It was “so.”DTL":                   "DTL|",
		"It was so. DTL":                    "DTL|",
		"It was so. (EFE)":                  "EFE|",
		"It was so. -- AP":                  "AP|",
		"It was so.Lusa":                    "Lusa|",
		"It was so.\n\nEFE":                 "EFE|",
		"It was so.\n\n(EFE)":               "EFE|",
		"It was so.\n\n— AFP":               "AFP|",
		"It was so.\n\nSource: AFP":         "AFP|",
		"It was so.\n\nFuente: EFE":         "EFE|",
		"It was so.EFE\n\nkk":               "EFE|kk",
		"It was so.DTL kk":                  "|",
		"It was so.\n\nDTL kk-bsi/smq":      "DTL|kk-bsi/smq",
		"It was so.\n\ndpa kk jt":           "dpa|kk jt",
		"It was so.\n\n(kk/jt)":             "|(kk/jt)",
		"It was so.\n\nburs-kk/jt":          "|burs-kk/jt",
		"It was so.\n\nReporting by A. One": "|Reporting by A. One",
		"It was so.\n\n(Reporting by A. One)\n\n(Editing by B. Two)":              "|(Reporting by A. One) (Editing by B. Two)",
		"It was so.\n\n(Reporte de A. Uno. Editado por B. Dos)":                   "|(Reporte de A. Uno. Editado por B. Dos)",
		"It was so.\n\n(Reportage A. Un, édité par B. Deux)":                      "|(Reportage A. Un, édité par B. Deux)",
		"It was so.\n\n(Bericht von A. Eins, redigiert von B. Zwei)":              "|(Bericht von A. Eins, redigiert von B. Zwei)",
		"It was so.\n\nAFP\n\nkk/jt\n\n© Agence France-Presse":                    "AFP|kk/jt",
		"It was so.\n\nCopyright 2026 The Associated Press. All rights reserved.": "The Associated Press|",
	} {
		a := read(t, Text, "War\n\nHead\n\nLima, Nov 20 (DTL) — It ran.\n\n"+text, Options{})
		if got := a.Credit.Agency + "|" + a.Credit.SignOff; got != want {
			t.Errorf("%q: %q, want %q; body %q", text, got, want, a.Body)
		}
	}
}
