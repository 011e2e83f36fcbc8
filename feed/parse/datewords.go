package parse

import (
	"strings"
	"time"
)

// months are their names and short forms in English, German, French, Spanish,
// Italian and Portuguese. A dot behind them is gone.
var months = func() map[string]time.Month {
	m := map[string]time.Month{}
	for i, names := range []string{
		"jan january januar jänner januari janvier janv enero ene gennaio gen janeiro",
		"feb february februar feber février fevrier févr fevr fév fev febrero febbraio fevereiro",
		"mar march märz maerz mär mrz mars marzo março marco",
		"apr april avril avr abril abr aprile",
		"may mai mayo maggio mag maio",
		"jun june juni juin junio giugno giu junho",
		"jul july juli juillet juil julio luglio lug julho",
		"aug august août aout aoû agosto ago",
		"sep sept september septembre septiembre setiembre settembre set setembro",
		"oct october okt oktober octobre octubre ottobre ott outubro out",
		"nov november novembre noviembre novembro",
		"dec december dez dezember déc décembre decembre dic diciembre dicembre dezembro",
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] = time.Month(i + 1)
		}
	}
	return m
}()

// noise are the words of a date that say nothing: names of days, which are
// often wrong, and particles.
var noise = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(`
		mon tue tues wed weds thu thur thurs fri sat sun
		monday tuesday wednesday thursday friday saturday sunday
		mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
		lun mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
		mié mie jue vie sáb sab dom lunes martes miércoles miercoles jueves viernes sábado sabado domingo
		gio lunedì lunedi martedì martedi mercoledì mercoledi giovedì giovedi venerdì venerdi sabato domenica
		seg ter qua qui sex segunda terça terca quarta quinta sexta
		segunda-feira terça-feira terca-feira quarta-feira quinta-feira sexta-feira
		at on of the um uhr den der le à a de del às as ore h hrs date: published: t`) {
		m[name] = true
	}
	return m
}()

// zones are the offsets of the zones' names, in seconds. Names that mean more
// than one zone are those of RFC 822 and of what newsrooms write. The letters
// of RFC 822 are not here but Z (word).
var zones = func() map[string]int {
	m := map[string]int{}
	for offset, names := range map[float64]string{
		0:    "z ut utc gmt wet",
		-10:  "hst",
		-9:   "akst",
		-8:   "pst akdt pt",
		-7:   "mst pdt mt",
		-6:   "cst mdt ct",
		-5:   "est cdt et",
		-4:   "ast edt clt",
		-3.5: "nst",
		-3:   "adt art brt clst",
		-2.5: "ndt",
		1:    "bst west cet mez",
		2:    "cest mesz eet sast",
		3:    "eest msk eat trt",
		3.5:  "irst",
		4:    "gst",
		5:    "pkt",
		5.5:  "ist",
		7:    "wib ict",
		8:    "sgt hkt awst pht myt",
		9:    "jst kst",
		9.5:  "acst",
		10:   "aest",
		10.5: "acdt",
		11:   "aedt",
		12:   "nzst",
		13:   "nzdt",
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] = int(offset * 3600)
		}
	}
	return m
}()
