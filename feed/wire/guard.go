package wire

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/feed"
)

// A line at the head of copy may be meant to keep it back, or for editors
// alone, in words that no rule knows: "Embago: …", "Desk note: …", "Not before
// ten". Taken for the headline it would tell everybody. What may be so is
// refused: a line that is mended costs a minute, and one that is published
// cannot be called back.

// guardOf is the field that a line may be meant for, "embargo" or
// "editor_note"; empty when it sounds like neither, or is known for what it is.
func guardOf(p paragraph) string {
	if p.literal || len(p.text) > maxGuard {
		return ""
	}
	field := guardedName(p)
	if field == "" {
		field = guardedLine(p.text)
	}
	if field == "" {
		return ""
	}
	if known, _ := headerOf(p); known != "" || isFurniture(p.text) {
		return ""
	}
	return field
}

// guardedName is what a line with a name before it may be meant for.
func guardedName(p paragraph) string {
	name, value := nameOf(p)
	if name == "" || value == "" {
		return ""
	}
	switch key := letters(name); {
	case untilNames[key], mistyped(key, []string{"embargo", "embargoed", "embargountil", "releasetime", "holduntil", "notbefore", "sperrfrist"}) != "":
		return "embargo"
	case deskNames[key], mistyped(key, []string{"editornote", "editorsnote", "notetoeditors", "desknote", "internalnote", "internal", "confidential", "notforpublication"}) != "":
		return "editor_note"
	}
	return ""
}

// guardedLine is what a line by its first words may be meant for.
func guardedLine(text string) string {
	begin := strings.ToLower(text[:min(len(text), 80)])
	switch {
	case !slices.ContainsFunc(guardWords, func(w string) bool { return strings.Contains(begin, w) }):
		return ""
	case untilLine.MatchString(text) && (timely.MatchString(text) || strings.ContainsAny(text, "0123456789")):
		return "embargo"
	case notPublic.MatchString(text):
		return "editor_note"
	}
	return ""
}

// guardWords are parts of what the patterns look for: most lines have none, and
// need no closer look.
var guardWords = strings.Split("not |hold|releas|publi|embarg|nicht v|nicht z|freigabe|frei |gesperrt|difundir|diffus|niet |не |confiden|vertraulich|internal|nur |editor|off the|uso interno|usage interne|"+
	"for use|advance|papers|sperrfrist|attention|attn|memo|message to|note to|to all|background|guidance|information|diffond|riservato|divulgar|служеб|yayın|do n|don't|don’t|no use|no run|no broad|no trans|nie ", "|")

// maxGuard is the length of the longest line that is looked at, in bytes.
const maxGuard = 400

// guard takes in such a line of the head: one that says beyond doubt until when
// the copy is kept back is an embargo, every other is a fault.
func (r *reader) guard(p paragraph, field string) {
	t, why := embargoTime(p.text, r.o.Now)
	name, _ := nameOf(p)
	switch {
	case field == "embargo" && name == "" && why == "":
		r.embargo(p)
		return
	case field == "embargo":
		r.in.fault(field, "may be meant on line %d, in words that are not known: write a line such as \"Embargo: %s\"; if the line is copy, put a backslash before it", p.line, r.example(t))
	default:
		r.in.fault(field, "may be meant on line %d, in words that are not known: write \"Editor note: …\", which no reader sees; if the line is copy, put a backslash before it", p.line)
	}
	r.in.find(p.line, refused, p.text)
}

// nameLike is what may be the name of a header line, and its value.
var nameLike = regexp.MustCompile(`^[^\p{L}\d]{0,4}(\p{L}[\p{L}\p{M} .'’()/_-]{1,40}?) ?[:：] *(.*)$`)

// nameOf is the name of what may be meant for a header line, and its value.
func nameOf(p paragraph) (name, value string) {
	if !strings.ContainsAny(p.raw[:min(len(p.raw), 130)], ":：") {
		return "", ""
	}
	if m := nameLike.FindStringSubmatch(p.raw); m != nil {
		return m[1], strings.TrimSpace(m[2])
	}
	return "", ""
}

// letters are those of a name, in lower case.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// mistyped is the one of the known names that a slip of the fingers may have
// made this one of; empty when it is none.
func mistyped(name string, known []string) string {
	if n := utf8.RuneCountInString(name); n < 4 || n > 25 {
		return ""
	}
	most := 1
	if len(name) > 7 {
		most = 2
	}
	alike := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return k[0] != name[0] })
	if near := feed.Within(name, alike, most); near != "" {
		return near
	}
	for _, k := range known { // "embrago"
		if len(k) == len(name) && sorted(k) == sorted(name) {
			return k
		}
	}
	return ""
}

func sorted(s string) string {
	r := []rune(s)
	slices.Sort(r)
	return string(r)
}

// slip says that a line at the head may be a header line whose name is
// mistyped; empty when it is not like one.
func slip(p paragraph) string {
	name, value := nameOf(p)
	if p.literal || value == "" {
		return ""
	}
	if known, _ := headerOf(p); known != "" || isFurniture(p.text) || isPlainHeader(letters(name)) {
		return ""
	}
	near := mistyped(letters(name), headerNames())
	if near == "" {
		return ""
	}
	return fmt.Sprintf("%q is no header line, and may be meant for %q: if so, mend it; if the line is copy, put a backslash before it", name+":", strings.ToUpper(near[:1])+near[1:]+":")
}

// headerNames are the names of header lines, in their order.
func headerNames() (list []string) {
	for name := range headers {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// isPlainHeader reports whether the name is that of a header line, whose value
// was none for it.
func isPlainHeader(name string) bool { return headers[name] != "" }

var (
	// What a time may stand behind.
	untilNames = set("release releasetime releasedate releaseat releaseon releaseafter forrelease forreleaseat forreleaseon forreleaseafter timeofrelease dateofrelease " +
		"hold holduntil holdtill holdfor holdforrelease holdto onhold notbefore notuntil donotpublishbefore donotpublishuntil donotusebefore donotuseuntil donotreleasebefore donotreleaseuntil " +
		"notforpublicationbefore notforreleasebefore notforusebefore publishat publishon publishafter publishtime publishdate publishnotbefore dontpublishbefore dontpublishuntil goeslive golive golivetime liveat " +
		"availablefrom availableat validfrom embargos embargotime embargodate embargolift embargolifts embargolifted embargoends embargorelease embargotill embargoto embargostatus pressembargo newsembargo underembargo " +
		"freigabe freigabeab freigabezeit sperrvermerk sperrfristende gesperrtbis nichtvor nichtveröffentlichenvor levéeembargo levéedelembargo nepaspublieravant nepasdiffuseravant nopublicarantesde nopublicarhasta " +
		"finembargo findelembargo noncpubblicareprimadi nonpubblicareprimadi nãopublicarantesde niepublikowaćprzed непубликоватьдо")
	// What is for editors alone.
	deskNames = set("internal internalonly internaluse internaluseonly internalcomment internalnotes forinternaluse forinternaluseonly desk desknotes deskonly notetodesk notestodesk notefordesk notesfordesk notetothedesk fordesk fordeskonly " +
		"todesk newsdesk newsdesknote copydesk copydesknote subsnote notetosubs notesforsubs private privatenote strictlyconfidential notforpublicationorbroadcast notforuse notforrelease notforbroadcast notfordistribution " +
		"notpublic donotpublish dontpublish donotuse donotrun donotrelease donotdistribute foreditors foreditorsonly editorsonly editoronly foreditorseyesonly editorialnote editorialnotes editnote ednote ednotes edsnote edsnotes " +
		"editornotes noteforeditors notesforeditors notetoeditor notetoed legalnote legalcheck offtherecord productionnote productionnotes todo fixme " +
		"intern nurintern internenotiz internernotiz interneranmerkung redaktionshinweis hinweisandieredaktion andieredaktion vertraulich nichtzurveröffentlichung " +
		"interno interna notainterna usointerno confidencial notaaloseditores notaparaeditores notaalaredacción notaparalaredacción interne noteinterne usageinterne confidentiel noteàlarédaction notepourlarédaction " +
		"riservato notaperlaredazione notaallaredazione notaàredação notaparaaredação vertrouwelijk nietvoorpublicatie wewnętrzne poufne notatkadlaredakcji dahili gizli внутреннее служебное дляслужебногопользования дляредакции")

	// "Not before ten on Tuesday", "Hold until 1000 GMT"
	untilLine = regexp.MustCompile(`^(?i)\W*(?:(?:please )?(?:not (?:to be (?:published|used|released|broadcast) )?(?:before|until|till)|hold(?: (?:this|it|story|copy|all))? (?:until|till|til|to|for)|` +
		`(?:do not|don['’]t|no) (?:publish|publication|use|release|run|broadcast|transmit)(?: (?:this|it))? (?:before|until|till|earlier)|(?:for )?release (?:at|on|after|from|until)|(?:for )?publish (?:at|on|after|only after|not before)|` +
		`(?:for )?publication (?:at|on|after|not before)|(?:press |news |under )embargo|for use (?:after|from|on|at)|advance (?:copy |story )?for (?:release|use|publication|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|for (?:mon|tues|wednes|thurs|fri|satur|sun)day(?:'s|’s|s)? papers)|nicht vor|embargad[oa] (?:hasta|até)|sous embargo|sperrfrist|(?:freigabe|frei) (?:ab|für)|gesperrt bis|no (?:publicar|difundir) (?:antes|hasta)|ne pas (?:publier|diffuser) avant|` +
		`non pubblicare prima|não publicar antes|niet (?:publiceren )?v[oó][oó]r|nie publikować przed|не (?:публиковать|ранее|раньше))(?:[^\p{L}]|$)`)
	timely = regexp.MustCompile(`(?i)\b(?:noon|midday|midnight|today|tonight|tomorrow|morning|afternoon|evening|further notice|advised|(?:mon|tues|wednes|thurs|fri|satur|sun)day|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|gmt|utc|` +
		`mittag|mitternacht|morgen|heute|mediodía|medianoche|mañana|midi|minuit|demain)\b`)
	// "NOT FOR PUBLICATION", "Internal use only", "Do not publish: the family has not been told"
	notPublic = regexp.MustCompile(`^(?i)\W*(?:(?:strictly )?not for (?:publication|use|release|broadcast|distribution|onward transmission)(?: or [a-z]+)?|(?:for )?internal (?:use )?only|for internal use|do(?: not|n['’]t) (?:publish|release|distribute|transmit|run|broadcast|use)|` +
		`(?:strictly |private and )?confidential|(?:(?:background |information |guidance |note )?for )?editors['’]?(?: eyes| use| information)? only|(?:attention|attn|memo to|message to|note to|to all) (?:all )?(?:news ?desks?|desks|editors|subscribers)|off the record|nicht (?:zur veröffentlichung|veröffentlichen)|nur (?:intern|für den internen gebrauch)|vertraulich|` +
		`no (?:publicar|difundir)|uso interno|ne pas (?:publier|diffuser)|usage interne|confidentiel|non (?:pubblicare|diffondere)|riservato|não (?:publicar|divulgar)|niet (?:publiceren|voor publicatie)|nie publikować|` +
		`не (?:для (?:публикации|печати)|публиковать)|для служебного пользования|yayınlamayın)(?:\W*$| ?[:;!–—(]| - |[.,] )`)
)
