package related

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for word, want := range map[string]string{
		"Ärzte": "arzte", "STRASSE": "strasse", "straße": "strasse", "Łódź": "lodz", "São": "sao", "Œuvre": "oeuvre",
		"Þór": "thor", "Việt": "viet", "Iași": "iasi", "İstanbul": "istanbul", "Ɓ": "ɓ", "e\u0301te": "ete",
		"Озёрный": "озерный", "Йод": "йод", "ΑΘΉΝΑ": "αθήνα",
		"الحَدّاد": "الحداد", "أحمد": "احمد", "مدرسة": "مدرسه", "كـــتاب": "كتاب",
	} {
		if got := fold(word); got != want {
			t.Errorf("fold(%q) = %q, want %q", word, got, want)
		}
	}
}

// TestFoldAgreesWithUnicode compares the tables with the decomposition of
// every Latin letter that has one.
func TestFoldAgreesWithUnicode(t *testing.T) {
	for r := rune(0xc0); r < 0x1f00; r++ {
		if !unicode.Is(unicode.Latin, r) || !unicode.IsLetter(r) || r == 'ı' {
			continue
		}
		plain, accents := 0, 0
		var base rune
		for _, d := range norm.NFD.String(string(r)) {
			if unicode.IsMark(d) {
				accents++
			} else {
				base = unicode.ToLower(d)
				plain++
			}
		}
		if plain != 1 || accents == 0 || base > 'z' {
			continue
		}
		if got := fold(string(r)); got != string(base) {
			t.Errorf("fold(%c, %U) = %q, want %c", r, r, got, base)
		}
	}
}

// TestFormsOfAWord: the forms in a line are one term, and that of the next
// line another.
func TestFormsOfAWord(t *testing.T) {
	seen := map[string]string{}
	for _, line := range []string{
		"strike strikes striking", "country countries", "evacuate evacuated evacuating", "dam dams",
		"acuerdo acuerdos", "huelga huelgas", "élection élections", "président présidente présidents", "passageiro passageiros",
		"Regierung", "Soldat Soldaten", "Arbeiter", "war", "warm",
		"горняк горняки горняков горнякам", "Лаптев Лаптева Лаптеву Лаптевым", "война войны войной", "Россия России Россией",
		"جسر الجسر والجسر بالجسر",
	} {
		first := ""
		for _, word := range strings.Fields(line) {
			got := stem(fold(word))
			if first == "" {
				first = got
			}
			if got != first {
				t.Errorf("%s: %q is %q, not %q", line, word, got, first)
			}
		}
		if other, ok := seen[first]; ok {
			t.Errorf("%q and %q are both %q", line, other, first)
		}
		seen[first] = line
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"The dam — built in 1951 — holds.", "^The dam built in ^holds"},
		{"l’Assemblée d'Ukraine aujourd’hui", "^l Assemblée d Ukraine aujourd hui"},
		{"Kassym-Jomart Tokayev’s COVID-19 G20", "^Kassym Jomart Tokayev s COVID G20"},
		{"It ended. Then J. R. Smith came: “Well.” ¿Qué?", "^It ended ^Then ^J R Smith came ^Well ^Qué"},
		{"顾望舒教。会3日", "顾望 望舒 舒教"},
		{"ザトウクジラを沖縄へ", "^ザトウクジラ 沖縄"},
		{"서울에서 만나", "서울 울에 에서 만나"},
		{"ประเทศ", "ประเ ระเท ะเทศ"},
		{"کتاب قطارًا", "^کتاب قطارًا"},
		{strings.Repeat("x", 41) + " y", "y"},
		{"", ""},
	} {
		var got []string
		for _, w := range words(test.text) {
			if w.starts {
				w.text = "^" + w.text
			}
			got = append(got, w.text)
		}
		if got := strings.Join(got, " "); strings.ReplaceAll(got, "^", "") != strings.ReplaceAll(test.want, "^", "") {
			t.Errorf("words(%q) = %q, want %q", test.text, got, test.want)
		}
	}
	if n := len(words(strings.Repeat("word ", 5000))); n != mostWords {
		t.Errorf("%d words of a long text, want %d", n, mostWords)
	}
}

// TestNames lists what counts as a name.
func TestNames(t *testing.T) {
	for _, test := range []struct{ language, text, want string }{
		{"en", "So it was said by Vladimir Putin in Moscow on Monday.", "Moscow|Putin|Vladimir|Vladimir Putin"},
		{"en", "Vladimir Putin said so. The river rose, the dam held.", "Putin|Vladimir Putin"},
		{"en", "The Kremlin said the talks failed.", "Kremlin"},
		{"en", "They met in Paris, Berlin and Rio de Janeiro.", "Berlin|Janeiro|Paris|Rio"},
		{"en", "NATO and the EU agreed. It held.", "EU|NATO"},
		{"en", "Veterans Affairs to Pursue Legal Guardianship of Homeless Vets", ""},
		{"en", "DAM BREAKS ABOVE OSTERBY VILLAGE HOUSES", ""},
		{"en", "It was in La Paz that Xi Jinping spoke.", "Jinping|La|La Paz|Paz|Xi|Xi Jinping"},
		{"fr", "Le ministre Jean Dupont a vu l’Ukraine.", "Dupont|Jean|Jean Dupont|Ukraine"},
		{"de", "Die Arbeiter sahen Olaf Scholz in der Fabrik.", "Olaf Scholz"},
		{"ru", "Об этом сообщил Игорь Лаптев из Кедровска.", "Игорь|Игорь Лаптев|Кедровска|Лаптев"},
	} {
		r := reader{seen: map[string]*seen{}, nouns: capitalisesNouns(test.language)}
		r.words(words(test.text), 1)
		r.names(words(test.text), 1)
		var got []string
		for _, s := range r.seen {
			if s.name {
				got = append(got, s.text)
			}
		}
		slices.Sort(got)
		if got := strings.Join(got, "|"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.text, got, test.want)
		}
	}
}

func TestLanguageThatCapitalisesNouns(t *testing.T) {
	german := words(strings.Repeat("die alte Frau sah den Mann im kleinen Garten hinter dem Haus und rief. ", 4))
	english := words(strings.Repeat("the old woman saw John Smith of London in the garden and called to him. ", 4))
	for _, test := range []struct {
		language string
		text     []word
		want     bool
	}{
		{"", german, true}, {"", english, false}, {"de-AT", english, true}, {"en", german, false}, {"", german[:9], false},
	} {
		if got := capitalisesNouns(test.language, test.text); got != test.want {
			t.Errorf("%q, %s…: got %t", test.language, test.text[0].text, got)
		}
	}
}

// TestLongArticleKeepsWhatCounts: names and the headline are there, however
// long the body, and no more than mostTerms.
func TestLongArticleKeepsWhatCounts(t *testing.T) {
	a := articleOf("Osterby dam breaks", strings.Repeat("Filler sentences run on about nothing whatever. ", 20)+
		manyWords(400)+" Then Ilse Brandvold spoke.")
	terms := termsOf(a)
	var texts []string
	for _, term := range terms {
		texts = append(texts, term.text)
	}
	if len(terms) != mostTerms {
		t.Errorf("%d terms", len(terms))
	}
	for _, want := range []string{"Osterby", "dam", "breaks", "Ilse Brandvold"} {
		if !slices.Contains(texts, want) {
			t.Errorf("no %q in %q", want, texts)
		}
	}
}
