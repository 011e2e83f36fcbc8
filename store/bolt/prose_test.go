package bolt

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"dateline/store"
)

// The benchmarks measure with copy that looks like a day's wire: of the length
// of news, in words of which few are frequent and many are rare, so that it
// compresses as English does.
const (
	frequentWords = `the of to and in a for is on that said with by was at it from as be has are not have its an he will after were they this who which their or had his been but more one two also her about would could when last than over into there some out up year people first new all other during before three through between where so against if she those while since under told several now only most no what added because near still both since until should may every such without later`
	properNames   = `Port Salter, Calloway, Brandl, Old Quay, Monday, Tuesday, Wednesday, Thursday, Friday, March, Harrowgate, Elmsworth, Lund, the Ministry, Tarn Valley, Ostrava Street, the Assembly, Ferrand, Almeida, Kestrel Point, North Coast, Sundby, the Agency, Delacroix, Mirren, the Commission, Hallam, Okafor, Petrov, Yamada`
	stemWords     = `harbour council ferry pier bridge market school hospital road rail train river storm flood harvest price wage tax budget vote elect campaign party leader minist govern parliament court judge trial appeal sentence police arrest protest strike union worker owner trade export import bank loan debt invest growth industr factor plant energ power grid wind solar fuel gas oil mine water forest fire rescue doctor nurse patient vaccin virus study research scien climat weather rain drought temperatur record match goal team coach player season league final medal race coast island border troop army peace talk treaty mission refuge camp aid relief supply food crop farm fish boat ship port cargo airport flight pass travel tour hotel museum paint film music concert festival theat book author print press report newspaper broadcast network phone computer data secur attack defen weapon missile launch satell orbit test project build house tenant rent land owner mayor region provinc capital city town villag street neighbour famil child parent student teacher univers degree job employ skill train pension retire health safe danger damage repair close open begin end increas reduc reject approv propos announc deny confirm warn call urge demand offer accept agree sign deliver receiv expect plan prepar deploy withdraw return arriv leave depart cross reach pass win lose draw face meet hold keep bring carry send show tell claim blame accus charg plead settl resolv negoti discuss debat question answer investig inspect review monitor measur count estimat calcul compar describ explain clarif stress recall admit regret praise thank honour mark celebr mourn remember`
	endingList    = ` s ed ing er ers al ment ion ions ity ive ary able ly ism ist ists ure ance ence ful less`
)

// writer makes copy; the same seed makes the same.
type writer struct {
	random          *rand.Rand
	frequent, stems []string
	names, endings  []string
	rank            *rand.Zipf
}

func newWriter(seed uint64) *writer {
	random := rand.New(rand.NewPCG(seed, 1))
	return &writer{
		random: random, frequent: strings.Fields(frequentWords), stems: strings.Fields(stemWords),
		names: strings.Split(properNames, ", "), endings: strings.Split(endingList, " "),
		rank: rand.NewZipf(random, 1.1, 4, uint64(len(strings.Fields(frequentWords))-1)),
	}
}

func (w *writer) word() string {
	switch n := w.random.IntN(100); {
	case n < 46:
		return w.frequent[w.rank.Uint64()]
	case n < 54:
		return w.names[w.random.IntN(len(w.names))]
	case n < 57:
		return fmt.Sprint(w.random.IntN(3000))
	}
	ending := ""
	if w.random.IntN(2) == 0 {
		ending = w.endings[w.random.IntN(len(w.endings))]
	}
	return w.stems[w.random.IntN(len(w.stems))] + ending
}

func (w *writer) sentence(words int) string {
	list := make([]string, words)
	for i := range list {
		list[i] = w.word()
	}
	s := strings.Join(list, " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// article is the nth of many, a minute after the one before: about 2 KB of
// copy in one or two of twelve categories.
func (w *writer) article(n int) store.Article {
	published := now.Add(time.Duration(n-1_000_000) * time.Minute)
	id := store.NewID(published)
	var body strings.Builder
	for body.Len() < 1400+w.random.IntN(1000) {
		fmt.Fprintf(&body, "<p>%s, %s. %s.</p>\n", w.sentence(14), w.sentence(9), w.sentence(12))
	}
	categories := []string{category(n)}
	if n%3 == 0 {
		categories = append(categories, category(n+5))
	}
	headline := w.sentence(9)
	return store.Article{
		ID: id, GUID: store.TagURI("wire.example", published, id), Slug: strings.ReplaceAll(strings.ToLower(headline), " ", "-"),
		Headline: headline, Summary: w.sentence(20) + ".", Body: body.String(),
		Dateline:   store.Dateline{Place: "Port Salter", Date: published.Format(time.DateOnly), Agency: "NCW"},
		Credit:     store.Credit{Agency: "NCW", SignOff: fmt.Sprintf("ic-%c%c/rl", 'a'+n%26, 'a'+n/26%26)},
		Categories: categories, Urgency: 1 + n%9, Published: published,
	}
}

func category(n int) string { return fmt.Sprintf("category-%02d", n%12) }
