package wire

import (
	"strings"
	"testing"
	"time"

	"dateline/store"
)

func TestDatelines(t *testing.T) {
	for in, want := range map[string]store.Dateline{
		"Nur-Sultan, Jan 10 (EFE).- Text":                {Place: "Nur-Sultan", Date: "2026-01-10", Agency: "EFE"},
		"KHARTOUM, Nov 22 (Agency) - Text":               {Place: "KHARTOUM", Date: "2026-11-22", Agency: "Agency"},
		"Wellington, Nov 23 (DTL) — Text":                {Place: "Wellington", Date: "2026-11-23", Agency: "DTL"},
		"Lima, Nov. 24 (DTL) — Text":                     {Place: "Lima", Date: "2025-11-24", Agency: "DTL"},
		"LONDON — Text":                                  {Place: "LONDON"},
		"LONDON (AP) — Text":                             {Place: "LONDON", Agency: "AP"},
		"LONDON (AP) _ Text":                             {Place: "LONDON", Agency: "AP"},
		"LONDON (AP) -- Text":                            {Place: "LONDON", Agency: "AP"},
		"ST. JOHN'S, Newfoundland — Text":                {Place: "ST. JOHN'S, Newfoundland"},
		"ATLANTA, Ga. (AP) — Text":                       {Place: "ATLANTA, Ga.", Agency: "AP"},
		"WASHINGTON, D.C. — Text":                        {Place: "WASHINGTON, D.C."},
		"Washington, D.C., Sept 3 (DTL) - Text":          {Place: "Washington, D.C.", Date: "2026-09-03", Agency: "DTL"},
		"PARIS/BERLIN, 3 March (Reuters) - Text":         {Place: "PARIS/BERLIN", Date: "2026-03-03", Agency: "Reuters"},
		"Paris and Berlin, 3 March (Reuters) - Text":     {Place: "Paris and Berlin", Date: "2026-03-03", Agency: "Reuters"},
		"PARIS and BERLIN — Text":                        {Place: "PARIS and BERLIN"},
		"UNITED NATIONS, Monday, Jan 12 (DTL) - Text":    {Place: "UNITED NATIONS", Date: "2026-01-12", Agency: "DTL"},
		"Jan 10 (Reuters) - Text":                        {Date: "2026-01-10", Agency: "Reuters"},
		"(Reuters) - Text":                               {Agency: "Reuters"},
		"(ANSA) - ROMA, 10 GEN - Text":                   {Place: "ROMA", Date: "2026-01-10", Agency: "ANSA"},
		"BEIJING, Jan. 10 (Xinhua) -- Text":              {Place: "BEIJING", Date: "2026-01-10", Agency: "Xinhua"},
		"TOKYO, Jan. 10, Kyodo - Text":                   {Place: "TOKYO", Date: "2026-01-10", Agency: "Kyodo"},
		"Madrid, 10 ene (EFE).- Text":                    {Place: "Madrid", Date: "2026-01-10", Agency: "EFE"},
		"Madrid, 10 de enero de 2025 (EFE).- Text":       {Place: "Madrid", Date: "2025-01-10", Agency: "EFE"},
		"MADRID, 10 Ene. (EUROPA PRESS) - Text":          {Place: "MADRID", Date: "2026-01-10", Agency: "EUROPA PRESS"},
		"Buenos Aires, lunes 5 de enero (DTL) - Text":    {Place: "Buenos Aires", Date: "2026-01-05", Agency: "DTL"},
		"Paris, 1er mars 2026 (AFP) - Text":              {Place: "Paris", Date: "2026-03-01", Agency: "AFP"},
		"Paris, le 14 août (AFP) — Text":                 {Place: "Paris", Date: "2026-08-14", Agency: "AFP"},
		"GENÈVE, 3 déc. (AFP) - Text":                    {Place: "GENÈVE", Date: "2025-12-03", Agency: "AFP"},
		"Berlin (dpa) - Text":                            {Place: "Berlin", Agency: "dpa"},
		"Berlin, 10. Januar (dpa) - Text":                {Place: "Berlin", Date: "2026-01-10", Agency: "dpa"},
		"Wien, 3. März 2026 (APA) - Text":                {Place: "Wien", Date: "2026-03-03", Agency: "APA"},
		"Frankfurt/Main, Mittwoch, 4. Feb (dpa) - Text":  {Place: "Frankfurt/Main", Date: "2026-02-04", Agency: "dpa"},
		"Lisboa, 10 jan 2026 (Lusa) – Text":              {Place: "Lisboa", Date: "2026-01-10", Agency: "Lusa"},
		"Rio de Janeiro, 1º de outubro (DTL) - Text":     {Place: "Rio de Janeiro", Date: "2026-10-01", Agency: "DTL"},
		"L’AQUILA, 10 gennaio (ANSA) - Text":             {Place: "L’AQUILA", Date: "2026-01-10", Agency: "ANSA"},
		"DEN HAAG (ANP) - Text":                          {Place: "DEN HAAG", Agency: "ANP"},
		"’s-Hertogenbosch, 10 mrt (ANP) - Text":          {Place: "’s-Hertogenbosch", Date: "2026-03-10", Agency: "ANP"},
		"Warszawa, 10 października 2025 r. (PAP) - Text": {Place: "Warszawa", Date: "2025-10-10", Agency: "PAP"},
		"Łódź, 3 paź (PAP) - Text":                       {Place: "Łódź", Date: "2026-10-03", Agency: "PAP"},
		"МОСКВА, 10 января. /ТАСС/. Text":                {Place: "МОСКВА", Date: "2026-01-10", Agency: "ТАСС"},
		"MOSCOW, January 10. /TASS/. Text":               {Place: "MOSCOW", Date: "2026-01-10", Agency: "TASS"},
		"МОСКВА, 10 мая 2026 года - РИА Новости. Text":   {Place: "МОСКВА", Date: "2026-05-10", Agency: "РИА Новости"},
		"Москва. 10 мая. INTERFAX.RU - Text":             {Place: "Москва", Date: "2026-05-10", Agency: "INTERFAX.RU"},
		"ANKARA, 10 OCAK (AA) - Text":                    {Place: "ANKARA", Date: "2026-01-10", Agency: "AA"},
		"İSTANBUL, 3 NİSAN (AA) - Text":                  {Place: "İSTANBUL", Date: "2026-04-03", Agency: "AA"},
		"ANKARA, 5 Kasım 2026 Perşembe (AA) - Text":      {Place: "ANKARA", Date: "2026-11-05", Agency: "AA"},
		"OSLO, 2026-01-10 (NTB) - Text":                  {Place: "OSLO", Date: "2026-01-10", Agency: "NTB"},
		"Praha, 10.1.2026 (ČTK) - Text":                  {Place: "Praha", Date: "2026-01-10", Agency: "ČTK"},
		"Lima, 23/01/2026 (DTL) - Text":                  {Place: "Lima", Date: "2026-01-23", Agency: "DTL"},
		"Oslo, Feb 29, 2024 (DTL) - Text":                {Place: "Oslo", Date: "2024-02-29", Agency: "DTL"},
		"Oslo, Feb 29 (DTL) - Text":                      {Place: "Oslo", Date: "2024-02-29", Agency: "DTL"},
		"São Paulo, March 1 – Text":                      {Place: "São Paulo", Date: "2026-03-01"},
		"San José, Jan 10.- Text":                        {Place: "San José", Date: "2026-01-10"},
		"San José.- Text":                                {Place: "San José"},
		"İzmir, Dec 31 (DTL) -- Text":                    {Place: "İzmir", Date: "2025-12-31", Agency: "DTL"},
		"NEW DELHI, Jan 10 (PTI): Text":                  {Place: "NEW DELHI", Date: "2026-01-10", Agency: "PTI"},
		"ABOARD THE PAPAL PLANE (AP) — Text":             {Place: "ABOARD THE PAPAL PLANE", Agency: "AP"},
		"al-Hasakah, Jan 10 (DTL) - Text":                {Place: "al-Hasakah", Date: "2026-01-10", Agency: "DTL"},
		"ROME, May 3 - Text":                             {Place: "ROME", Date: "2026-05-03"},

		"GENEVA (22 November 2026) – Text":                       {Place: "GENEVA", Date: "2026-11-22"},
		"GENEVA (Nov 22) – Text":                                 {Place: "GENEVA", Date: "2026-11-22"},
		"NEW YORK, Nov. 20, 2026 /PRNewswire/ -- Text":           {Place: "NEW YORK", Date: "2026-11-20", Agency: "PRNewswire"},
		"NEW YORK, Nov. 20, 2026 /PRNewswire-FirstCall/ -- Text": {Place: "NEW YORK", Date: "2026-11-20", Agency: "PRNewswire-FirstCall"},
		"NEW YORK--(BUSINESS WIRE)--Text":                        {Place: "NEW YORK", Agency: "BUSINESS WIRE"},
		"NEW YORK, Nov 20--(BUSINESS WIRE)--Text":                {Place: "NEW YORK", Date: "2026-11-20", Agency: "BUSINESS WIRE"},
		"LONDON, Nov. 20, 2026 (GLOBE NEWSWIRE) -- Text":         {Place: "LONDON", Date: "2026-11-20", Agency: "GLOBE NEWSWIRE"},
		"ΑΘΗΝΑ, 22 Νοεμβρίου (ΑΠΕ-ΜΠΕ) - Text":                   {Place: "ΑΘΗΝΑ", Date: "2026-11-22", Agency: "ΑΠΕ-ΜΠΕ"},
		"ΑΘΗΝΑ, 22 ΝΟΕΜΒΡΙΟΥ (ΑΠΕ-ΜΠΕ) - Text":                   {Place: "ΑΘΗΝΑ", Date: "2026-11-22", Agency: "ΑΠΕ-ΜΠΕ"},
		"Αθήνα, 1 Μαΐου 2026 (ΑΠΕ) - Text":                       {Place: "Αθήνα", Date: "2026-05-01", Agency: "ΑΠΕ"},
		"Київ, 22 листопада (Укрінформ) - Text":                  {Place: "Київ", Date: "2026-11-22", Agency: "Укрінформ"},
		"КИЇВ, 3 серп. (УНІАН) – Text":                           {Place: "КИЇВ", Date: "2026-08-03", Agency: "УНІАН"},
		"Praha 22. listopadu (ČTK) - Text":                       {Place: "Praha", Date: "2026-11-22", Agency: "ČTK"},
		"Brno, 3. října 2026 (ČTK) - Text":                       {Place: "Brno", Date: "2026-10-03", Agency: "ČTK"},
		"Bratislava, 3. mája (TASR) - Text":                      {Place: "Bratislava", Date: "2026-05-03", Agency: "TASR"},
		"Helsinki, 22. marraskuuta (STT) - Text":                 {Place: "Helsinki", Date: "2026-11-22", Agency: "STT"},
		"الخرطوم، 22 نوفمبر (رويترز) - Text":                     {Place: "الخرطوم", Date: "2026-11-22", Agency: "رويترز"},
		"بيروت، ٢٢ تشرين الثاني (وكالات) - Text":                 {Place: "بيروت", Date: "2026-11-22", Agency: "وكالات"},
		"بيروت، 22 نوفمبر/تشرين الثاني (وكالات) - Text":          {Place: "بيروت", Date: "2026-11-22", Agency: "وكالات"},
		"東京、11月22日（共同）— Text":                                    {Place: "東京", Date: "2026-11-22", Agency: "共同"},
		"【東京11月22日共同】Text":                                       {Place: "東京", Date: "2026-11-22", Agency: "共同"},
		"北京，2026年11月20日 (新华社) -- Text":                           {Place: "北京", Date: "2026-11-20", Agency: "新华社"},
		"서울, 11월 20일 (연합뉴스) - Text":                              {Place: "서울", Date: "2026-11-20", Agency: "연합뉴스"},
		"МОСКВА, 10 янв. (ТАСС) - Text":                          {Place: "МОСКВА", Date: "2026-01-10", Agency: "ТАСС"},
		"МОСКВА, 22 нояб — РИА Новости. Text":                    {Place: "МОСКВА", Date: "2026-11-22", Agency: "РИА Новости"},
		"МОСКВА, 3 сент. /ТАСС/. Text":                           {Place: "МОСКВА", Date: "2026-09-03", Agency: "ТАСС"},
		"МИНСК, 3 окт - БелТА. Text":                             {Place: "МИНСК", Date: "2026-10-03", Agency: "БелТА"},
	} {
		got, rest := splitDateline(in, noon)
		if got != want || rest != "Text" {
			t.Errorf("%q: got %+v and %q, want %+v", in, got, rest, want)
		}
	}
}

// TestWhatLooksLikeADateline is taken for copy. What is marked may be one, and
// Explain says so.
func TestWhatLooksLikeADateline(t *testing.T) {
	for in, doubt := range map[string]bool{
		"Russia - which has the longest coast - said no.":                      true,
		"Alice — who was late — left.":                                         true,
		"He said - and nobody doubted it - that it was over.":                  false,
		"NATO — which has 32 members — met.":                                   true,
		"NATO — Ministers met.":                                                true,
		"BREAKING — Ferry runs.":                                               true,
		"BREAKING: Ferry runs.":                                                true,
		"LONDON: Rain fell.":                                                   true,
		"Paris (Texas) - Rain fell.":                                           true,
		"Olaf Berg (ABC) - the deputy - said no.":                              true,
		"Kazakhstan, Jan 10 - the day on which it ended - was quiet.":          true,
		"The Anglo-Dutch firm said":                                            false,
		"Two- and three-year bonds rose.":                                      false,
		"The ferry - nine people were on it - ran.":                            false,
		"In the end it was the weather - and nothing else - that decided.":     false,
		"Paris (the capital) - is wet.":                                        false,
		"On Monday, Jan 10 - it rained.":                                       false,
		"A long sentence without any mark of the kind that a dateline ends by": false,
		"- a list":                  false,
		"—":                         false,
		"":                          false,
		"Lima, 3/4/2026 - It":       true,
		"Lima, 3/4/2026 (EFE) - It": true,
		strings.Repeat("Very ", 60) + "(EFE) - long": false,
	} {
		_, ok, why := readDateline(in)
		if ok || (why != "") != doubt {
			t.Errorf("%q: dateline %v, doubt %q; want a doubt: %v", in, ok, why, doubt)
		}
	}
}

// TestDayWithoutYear is the nearest that is not in the future, with a day of
// grace for where it is tomorrow already.
func TestDayWithoutYear(t *testing.T) {
	for _, tc := range []struct{ now, in, want string }{
		{"2026-01-10T00:00:00Z", "Jan 10", "2026-01-10"},
		{"2026-01-09T23:00:00Z", "Jan 10", "2026-01-10"},
		{"2026-01-08T23:00:00Z", "Jan 10", "2025-01-10"},
		{"2026-01-01T05:00:00Z", "Dec 31", "2025-12-31"},
		{"2025-12-31T23:00:00Z", "1 January", "2026-01-01"},
		{"2024-02-28T12:00:00Z", "Feb 29", "2024-02-29"},
		{"2024-02-27T12:00:00Z", "29 février", "2020-02-29"},
		{"2027-02-28T12:00:00Z", "29. Februar", "2024-02-29"},
		{"1904-01-01T00:00:00Z", "Feb 29", "1896-02-29"}, // 1900 had none
		{"2026-01-09T23:00:00-12:00", "Jan 11", "2026-01-11"},
		{"2026-05-01T00:00:00Z", "Feb 30", ""},
	} {
		now, err := time.Parse(time.RFC3339, tc.now)
		if err != nil {
			t.Fatal(err)
		}
		d, ok := dayOf(tc.in)
		if got := d.date(now); !ok || got != tc.want {
			t.Errorf("%s at %s: got %q, %v; want %q", tc.in, tc.now, got, ok, tc.want)
		}
	}
}

// TestMonths reads every month of every language, whole, short and in capitals.
func TestMonths(t *testing.T) {
	for language, names := range map[string]string{
		"English":    "January February March April May June July August September October November December",
		"short":      "Jan. Feb. Mar. Apr. May Jun. Jul. Aug. Sept. Oct. Nov. Dec.",
		"Spanish":    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"French":     "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"German":     "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
		"Portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
		"Italian":    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
		"Dutch":      "januari februari maart april mei juni juli augustus september oktober november december",
		"Polish":     "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
		"Russian":    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"Turkish":    "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
		"es short":   "ene feb mar abr may jun jul ago sep oct nov dic",
		"fr short":   "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
		"pt short":   "jan fev mar abr mai jun jul ago set out nov dez",
		"it short":   "gen feb mar apr mag giu lug ago set ott nov dic",
		"pl short":   "sty lut mar kwi maj cze lip sie wrz paź lis gru",
		"ru short":   "янв. фев. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.",
		"Ukrainian":  "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
		"uk short":   "січ. лют. бер. квіт. трав. черв. лип. серп. вер. жовт. лист. груд.",
		"Greek":      "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου",
		"el short":   "Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ",
		"el bare":    "Ιανουαριου Φεβρουαριου Μαρτιου Απριλιου Μαιου Ιουνιου Ιουλιου Αυγουστου Σεπτεμβριου Οκτωβριου Νοεμβριου Δεκεμβριου",
		"Czech":      "ledna února března dubna května června července srpna září října listopadu prosince",
		"Slovak":     "januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra",
		"Finnish":    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
		"Arabic":     "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
		"Levant":     "كانون-الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين-الأول تشرين-الثاني كانون-الأول",
		"Maghreb":    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
		"tr short":   "Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara",
	} {
		for i, name := range strings.Fields(names) {
			for _, text := range []string{"7 " + name + " 2025", name + " 7, 2025", "7. " + strings.ToUpper(name) + " 2025"} {
				text = strings.Replace(text, "-", " ", 1) // names of two words
				if d, ok := dayOf(text); !ok || d != (day{year: 2025, month: time.Month(i + 1), day: 7}) {
					t.Errorf("%s: %q is %+v, %v", language, text, d, ok)
				}
			}
		}
	}
}

func TestDatesThatAreNone(t *testing.T) {
	for _, in := range []string{"", "10", "January", "Jan Feb 10", "10 11 Jan", "3/4/2026", "2026-13-01", "10 Januember", "32.13.2026", "Jan 0", "Jan 10 and 11"} {
		if d, ok := dayOf(in); ok {
			t.Errorf("%q is %+v", in, d)
		}
	}
}

// TestDatelineDoubts: a date that may be another is taken, and said.
func TestDatelineDoubts(t *testing.T) {
	for in, want := range map[string]string{
		"Oslo, Nov 20 (NTB) - It was.":               "",
		"Oslo, Jan 10 (NTB) - It was.":               "no year",
		"Oslo, Jan 10, 2026 (NTB) - It was.":         "",
		"Oslo, Monday, Jan 10, 2026 (NTB) - It was.": "is a Saturday",
	} {
		r := explain(t, "War\n\nHead\n\n"+in)
		found := ""
		for _, f := range r.Finds {
			if f.Field == "dateline.date" {
				found = f.Doubt
			}
		}
		if want == "" && found != "" || !strings.Contains(found, want) {
			t.Errorf("%q: doubt %q, want %q", in, found, want)
		}
	}
	if got := faults(t, Text, "War\n\nHead\n\nOslo, Feb 30 (NTB) - It was.", Options{}); len(got) != 1 || got["dateline.date"] == "" {
		t.Errorf("a day that is none: %v", got)
	}
}
