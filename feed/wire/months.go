package wire

import (
	"strings"
	"time"

	"dateline/feed/clean"
)

// months are their names and usual short forms, in the cases that dates are
// written in, as clean.Slug makes them: English, Spanish, French, German,
// Portuguese, Italian, Dutch, Polish, Russian, Turkish, Swedish and their like.
var months = words([]string{
	"jan january januar jänner januari januarie janvier janv enero ene gennaio gen janeiro styczeń stycznia stycz sty январь января янв ocak oca",
	"feb february februar feber februari février févr fév febrero febbraio fevereiro fev luty lutego lut февраль февраля февр фев şubat şub",
	"mar march märz maerz mär mrz maart mrt mars marzo março marzec marca mart март марта мар",
	"apr april avril avr abril abr aprile kwiecień kwietnia kwi апрель апреля апр nisan nis",
	"may mai mei maj mayo maggio mag maio maja май мая mayıs mayis",
	"jun june juni juin junio giugno giu junho czerwiec czerwca cze июнь июня июн haziran haz",
	"jul july juli juillet juil julio luglio lug julho lipiec lipca lip июль июля июл temmuz tem",
	"aug august augustus augusti août agosto ago sierpień sierpnia sie август августа авг ağustos ağu",
	"sep sept september septembre septiembre setiembre settembre set setembro wrzesień września wrz сентябрь сентября сент сен eylül eyl",
	"oct october okt oktober octobre octubre ottobre ott outubro out październik października paź октябрь октября окт ekim eki",
	"nov november novembre noviembre novembro listopad listopada lis ноябрь ноября нояб ноя kasım kasim kas",
	"dec december dez dezember déc décembre dic diciembre dicembre dezembro grudzień grudnia gru декабрь декабря дек aralık aralik ara",
}, func(i int) time.Month { return time.Month(i + 1) })

// weekdays are the names of the days of the week, by their English ones.
var weekdays = words([]string{
	"sunday sun sonntag dimanche domingo domenica zondag niedziela воскресенье pazar",
	"monday mon montag lundi lunes lunedì segunda segunda-feira maandag poniedziałek понедельник pazartesi",
	"tuesday tue tues dienstag mardi martes martedì terça terça-feira dinsdag wtorek вторник salı sali",
	"wednesday wed mittwoch mercredi miércoles mercoledì quarta quarta-feira woensdag środa среда çarşamba",
	"thursday thu thurs donnerstag jeudi jueves giovedì quinta quinta-feira donderdag czwartek четверг perşembe",
	"friday fri freitag vendredi viernes venerdì sexta sexta-feira vrijdag piątek пятница cuma",
	"saturday sat samstag sonnabend samedi sábado sabato zaterdag sobota суббота cumartesi",
}, func(i int) string { return time.Weekday(i).String() })

// ofDates are words of a date that say nothing.
var ofDates = words([]string{"de del of the den der el le la r г года год yılı yili di do"}, func(int) bool { return true })

// words is a table of words: those of the i-th text stand for value(i).
func words[V any](lists []string, value func(i int) V) map[string]V {
	m := map[string]V{}
	for i, list := range lists {
		for word := range strings.FieldsSeq(list) {
			m[clean.Slug(word)] = value(i)
		}
	}
	return m
}
