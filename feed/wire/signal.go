package wire

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// signals looks for what says that copy is no story to publish, or not yet:
// kills, holds, fragments and embargoes, and at its head whatever sounds like
// one. Lines that keep it back are taken out of what is left to read.
func (r *reader) signals() {
	head := slices.IndexFunc(r.p, func(p paragraph) bool { return !p.literal && isDateline(p.text) })
	if head < 0 {
		head = min(len(r.p), headLines)
	}
	var left []paragraph
	for i, p := range r.p {
		if p.literal {
			left = append(left, p)
			continue
		}
		if why := refusal(p.text, i); why != "" {
			r.in.refuse(p, why)
		}
		if isEmbargo(p.text) {
			r.embargo(p)
			continue
		}
		if i < head {
			if field := guardOf(p); field != "" {
				r.guard(p, field)
				continue
			}
			p.doubt = cmp.Or(slip(p), p.doubt)
		} else if isCapitals(p.text) && !strings.Contains(p.text, ":") && guardOf(p) == "editor_note" {
			r.guard(p, "editor_note") // wherever it stands
			continue
		}
		left = append(left, p)
	}
	r.p = left
}

// refuse says why the copy as a whole is not taken; only the first time.
func (in *draft) refuse(p paragraph, why string) {
	in.find(p.line, refused, p.text)
	if in.refusal == "" {
		in.refusal = why + "; if line " + number(p.line) + " is copy, put a backslash before it"
	}
}

// What the faults say to do.
const (
	isKill   = "withdraws a story and is none: withdraw the article itself with `dateline article kill ID`"
	isHold   = "holds a story and is none: hold the article itself with `dateline article hold ID`"
	isPart   = "is a part of a story (an add, insert or sub) and is never published alone: file the story whole, with `dateline article correct ID` if it was filed before"
	isAdvice = "is an advisory, which is for editors and never published: send it to them"
	isMore   = "is not the whole story, since more is to come: file the story whole"
)

// headLines is how many paragraphs at the beginning may say what the copy is.
const headLines = 6

// refusal is why a paragraph, the i-th, says that this is no story; empty when
// it does not.
func refusal(text string, i int) string {
	begin := strings.ToUpper(text[:min(len(text), 300)])
	if i >= headLines && len(text) > maxSignal || !slices.ContainsFunc(signalWords, func(w string) bool { return strings.Contains(begin, w) }) {
		return ""
	}
	rest := text
	if i < headLines {
		_, rest = splitDateline(text, noTime)
	}
	switch {
	case kill.MatchString(text), i < headLines && (withdraws.MatchString(rest) || killHead.MatchString(text)):
		return isKill
	case hold.MatchString(text):
		return isHold
	case i < headLines && fragment.MatchString(text):
		return isPart
	case i < headLines && advice.MatchString(text):
		return isAdvice
	case more2come.MatchString(text):
		return isMore
	}
	return ""
}

// signalWords are parts of what the patterns below look for: most copy has none,
// and needs no closer look.
var signalWords = strings.Split("KILL|HOLD|HELD|WITHDR|DISREGARD|SUPPRIME|DIFUNDIR|VERWENDEN|DO NOT USE|ANUL|ANNUL|ZURÜCK|ADD|INSERT|SUB|PICKUP|"+
	"MORE|SIGUE|SUITE|SEGUE|FOLGT|MEHR|ADVISOR|AVISO|AVIS ", "|")

// maxSignal is the length of the longest line, in bytes, that may say so
// further down.
const maxSignal = 120

var (
	kill = regexp.MustCompile(`^\W*(?:(?:(?i:ACHTUNG|ATTENTION)\W+)?(?:KILL\W+){1,}KILL\b|STORY WITHDRAWN\b|MANDATORY KILL\b|KILL NOTICE\b|` +
		`BULLETIN KILL\b|STORY KILLED\b|WITHDRAWAL NOTICE\b|ANNULE ET SUPPRIME\b|NO DIFUNDIR\b|NICHT VERWENDEN\b)|` +
		`^(?i)(?:kill[ ,;!.-]+){2,}kill[ !.]*$|^(?i)\W*(?:story withdrawn|mandatory kill|kill notice|do not use this story)\W*$`)
	killHead = regexp.MustCompile(`^\W*(?:(?:WITHDRAWN|WITHDRAWAL|KILL|KILLED|ANULADA|ANULADO|ANULACIÓN|ANNULATION|ANNULÉ|ZURÜCKGEZOGEN|ZURÜCKZIEHUNG|ANNULLATA|ANNULLAMENTO)(?:\W*$| ?[-:–—/(]))`)
	// "Please disregard the story headlined …"
	withdraws = regexp.MustCompile(`^(?i)(?:please )?(?:disregard|withdraw|kill) (?:the |our |this )?(?:[\w ]{0,30})?(?:story|stories|item|article|copy|report)\b|` +
		`^(?i)the (?:[\w., ]{0,40})?(?:story|item|article|report) (?:headlined|slugged|titled) .{0,200}\b(?:is|are|was|has been|have been) (?:wrong and (?:is )?|hereby )?withdrawn\b`)
	hold = regexp.MustCompile(`^\W*(?:(?i:ACHTUNG|ATTENTION)\W+)?(?:(?:HOLD\W+){1,}HOLD\b|STORY HELD\b|WITHHOLD STORY\b)|^HOLD\W*$|^(?i)(?:hold[ ,;!.-]+){2,}hold[ !.]*$`)
	take = `(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth)`
	// "1st Add", "BC-Ferry, 2nd Insert", "SUB 3rd graf", "Insert after 4th paragraph"
	fragment = regexp.MustCompile(`^(?:[\p{L}\d.-]+(?:[, -]+[\p{L}\d.]+){0,4}[, -]+)?(?i:` + take + `) (?:Add|ADD|Insert|INSERT|Sub|SUB|Pickup|PICKUP)s?\b(?:[^a-z]|$)|` +
		`^(?i:add|insert|sub) (?:(?i:no\.? ?)?\d{1,2}|[A-Z])\W*$|` +
		`^(?:ADD|INSERT|SUB|Add|Insert|Sub)\W*$|^(?:ADD|INSERT|SUB|Add|Insert|Sub)s?:? (?:\d|after|AFTER|at end|` + take + `|for|FOR).{0,40}\b(?i:grafs?|pars?|paras?|paragraphs?|lead|pgh)\b`)
	// "ADVISORY: …", "MEDIA ADVISORY", "(ADVISORY)", "Ferry-ADVISORY"
	advice    = regexp.MustCompile(`^\W*(?:(?:[A-Z'’]+ ){0,2}ADVISORY|Advisory|(?:Media|News|Photo|Video|Editors?['’]?|Editorial) Advisory|AVISO A (?:LOS )?(?:EDITORES|MEDIOS|CLIENTES)|AVIS AUX (?:CLIENTS|RÉDACTIONS|ABONNÉS))(?:\W*$| ?[:–—(/]| ?- ?|[-/])|^[\w'’-]{2,20}-ADVISORY\b`)
	more2come = regexp.MustCompile(`^(?i)\W*(?:\(more\)|more follows|-more-|-- ?more ?--|\(sigue\)|\(suite\)|\(segue\)|\(folgt\)|\(mehr\))\W*$`)
)

// advisory is a note for editors: a line in brackets before the copy that says
// what changed, or one that begins with "Eds:".
var advisory = regexp.MustCompile(`^[(\[](?i:` +
	`adds?|updates?|updating|corrects?|recasts?|refiles?|fixes|clarifies|changes|removes?|deletes?|drops|inserts?|rewrites?|repeats?|restores|replaces|incorporates|includes|` +
	`moves?|new throughout|writes through|with|note|eds|editors?|attention|for|removing|fixing|recasting|adding|correcting|story|this story|` +
	`a[ñn]ade|ampl[íi]a|actualiza|corrige|recti?fica|agrega|ampliaci[óo]n|actualizaci[óo]n|` +
	`ajoute|actualise|corrige|pr[ée]cise|rectifie|remplace|avec|` +
	`neu|erg[äa]nzt|aktualisiert|berichtigt|korrigiert|f[üu]gt|pr[äa]zisiert|durchgehend|` +
	`acrescenta|atualiza|aggiunge|aggiorna|corregge|voegt|vult|herhaalt|dodaje|aktualizuje|poprawia|` +
	`добавл\p{L}+|исправл\p{L}+|уточн\p{L}+|обновл\p{L}+|дополн\p{L}+|ekler|güncelle\p{L}+|düzelt\p{L}+)(?:[^\p{L}].*)?[)\]]\.?$`)

// opensAdvisory is how many of the lines are an advisory, 0 when they begin
// with none.
func opensAdvisory(block []line) int {
	if !strings.HasPrefix(block[0].text, "(") && !strings.HasPrefix(block[0].text, "[") {
		return 0
	}
	text := ""
	for i, l := range block[:min(len(block), headLines)] {
		if text += " " + l.text; strings.HasSuffix(l.text, ")") || strings.HasSuffix(l.text, "]") {
			if isBracketed(strings.TrimSpace(text)) {
				return i + 1
			}
			return 0
		}
	}
	return 0
}

// isBracketed reports whether the whole text stands in one pair of brackets.
func isBracketed(s string) bool { return bracketedLine.MatchString(s) }

var bracketedLine = regexp.MustCompile(`^(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])\.?$`)
