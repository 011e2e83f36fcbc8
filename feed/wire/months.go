package wire

import (
	"strings"
	"time"

	"dateline/feed/clean"
)

// months are their names and usual short forms, in the cases that dates are
// written in, as clean.Slug makes them: English, Spanish, French, German,
// Portuguese, Italian, Dutch, Polish, Russian, Turkish, Swedish and their like,
// and Greek, Ukrainian, Czech, Slovak, Finnish and Arabic, by the names of Egypt
// and the Gulf, of the Levant and of the Maghreb. Japanese, Chinese and Korean
// number them: see dayOf.
var months = words([]string{
	"jan january januar jänner januari januarie janvier janv enero ene gennaio gen janeiro styczeń stycznia stycz sty январь января янв ocak oca ιανουάριος ιανουαρίου ιαν січень січня січ leden ledna led január januára tammikuu tammikuuta tammi يناير جانفي كانون-الثاني",
	"feb february februar feber februari février févr fév febrero febbraio fevereiro fev luty lutego lut февраль февраля февр фев şubat şub φεβρουάριος φεβρουαρίου φεβ лютий лютого лют únor února úno februára helmikuu helmikuuta helmi فبراير فيفري شباط",
	"mar march märz maerz mär mrz maart mrt mars marzo março marzec marca mart март марта мар μάρτιος μαρτίου μαρ березень березня бер březen března bře marec marca maaliskuu maaliskuuta maalis مارس آذار اذار",
	"apr april avril avr abril abr aprile kwiecień kwietnia kwi апрель апреля апр nisan nis απρίλιος απριλίου απρ квітень квітня квіт кві duben dubna dub apríl apríla huhtikuu huhtikuuta huhti أبريل ابريل إبريل أفريل نيسان",
	"may mai mei maj mayo maggio mag maio maja май мая mayıs mayis μάιος μαΐου μαΐ μάι травень травня трав květen května kvě máj mája toukokuu toukokuuta touko مايو ماي أيار ايار",
	"jun june juni juin junio giugno giu junho czerwiec czerwca cze июнь июня июн haziran haz ιούνιος ιουνίου ιουν червень червня черв čer červen června čvn jún júna kesäkuu kesäkuuta kesä يونيو يونيه جوان حزيران",
	"jul july juli juillet juil julio luglio lug julho lipiec lipca lip июль июля июл temmuz tem ιούλιος ιουλίου ιουλ липень липня лип červenec července čvc júl júla heinäkuu heinäkuuta heinä يوليو يوليه جويلية تموز",
	"aug august augustus augusti août agosto ago sierpień sierpnia sie август августа авг ağustos ağu αύγουστος αυγούστου αυγ серпень серпня серп сер srpen srpna srp augusta elokuu elokuuta elo أغسطس اغسطس أوت آب",
	"sep sept september septembre septiembre setiembre settembre set setembro wrzesień września wrz сентябрь сентября сент сен eylül eyl σεπτέμβριος σεπτεμβρίου σεπ σεπτ вересень вересня вер верес září zář septembra syyskuu syyskuuta syys سبتمبر أيلول ايلول",
	"oct october okt oktober octobre octubre ottobre ott outubro out październik października paź октябрь октября окт ekim eki οκτώβριος οκτωβρίου οκτ жовтень жовтня жовт жов říjen října říj októbra október lokakuu lokakuuta loka أكتوبر اكتوبر تشرين-الأول تشرين-الاول",
	"nov november novembre noviembre novembro listopad listopada lis ноябрь ноября нояб ноя kasım kasim kas νοέμβριος νοεμβρίου νοε νοέ листопад листопада лист listopadu novembra marraskuu marraskuuta marras نوفمبر تشرين-الثاني",
	"dec december dez dezember déc décembre dic diciembre dicembre dezembro grudzień grudnia gru декабрь декабря дек aralık aralik ara δεκέμβριος δεκεμβρίου δεκ грудень грудня груд prosinec prosince decembra joulukuu joulukuuta joulu ديسمبر كانون-الأول كانون-الاول",
}, func(i int) time.Month { return time.Month(i + 1) })

// weekdays are the names of the days of the week, by their English ones.
var weekdays = words([]string{
	"sunday sun sonntag dimanche domingo domenica zondag niedziela воскресенье pazar κυριακή неділя neděle nedeľa sunnuntai sunnuntaina الأحد",
	"monday mon montag lundi lunes lunedì segunda segunda-feira maandag poniedziałek понедельник pazartesi δευτέρα понеділок pondělí pondelok maanantai maanantaina الاثنين الإثنين",
	"tuesday tue tues dienstag mardi martes martedì terça terça-feira dinsdag wtorek вторник salı sali τρίτη вівторок úterý utorok tiistai tiistaina الثلاثاء",
	"wednesday wed mittwoch mercredi miércoles mercoledì quarta quarta-feira woensdag środa среда çarşamba τετάρτη середа středa streda keskiviikko keskiviikkona الأربعاء",
	"thursday thu thurs donnerstag jeudi jueves giovedì quinta quinta-feira donderdag czwartek четверг perşembe πέμπτη четвер čtvrtek štvrtok torstai torstaina الخميس",
	"friday fri freitag vendredi viernes venerdì sexta sexta-feira vrijdag piątek пятница cuma παρασκευή п’ятниця pátek piatok perjantai perjantaina الجمعة",
	"saturday sat samstag sonnabend samedi sábado sabato zaterdag sobota суббота cumartesi σάββατο субота sobota lauantai lauantaina السبت",
}, func(i int) string { return time.Weekday(i).String() })

// ofDates are words of a date that say nothing.
var ofDates = words([]string{"de del of the den der el le la r г года год yılı yili di do р року рік του"}, func(int) bool { return true })

// keyOf is what a word of a date is looked up by: Greek capitals have no
// accents.
func keyOf(word string) string { return withoutTonos.Replace(clean.Slug(word)) }

var withoutTonos = strings.NewReplacer("ά", "α", "έ", "ε", "ή", "η", "ί", "ι", "ό", "ο", "ύ", "υ", "ώ", "ω", "ϊ", "ι", "ϋ", "υ", "ΐ", "ι", "ΰ", "υ", "ς", "σ")

// words is a table of words: those of the i-th text stand for value(i).
func words[V any](lists []string, value func(i int) V) map[string]V {
	m := map[string]V{}
	for i, list := range lists {
		for word := range strings.FieldsSeq(list) {
			m[keyOf(word)] = value(i)
		}
	}
	return m
}
