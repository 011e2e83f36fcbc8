package wire

import (
	"regexp"
	"slices"
	"strings"
)

// plainAgencies are news agencies, as they write themselves, that are known for
// ones without brackets around them.
var plainAgencies = strings.Split("EFE|AFP|Reuters|REUTERS|dpa|DPA|ANSA|Lusa|LUSA|TASS|ТАСС|Xinhua|Kyodo|Yonhap|Interfax|INTERFAX|"+
	"INTERFAX.RU|Интерфакс|РИА Новости|RIA Novosti|Europa Press|EUROPA PRESS|Bloomberg|Agência Brasil|Associated Press|"+
	"The Associated Press|Agence France-Presse|Thomson Reuters|Belga|Bernama|Ritzau|Tanjug|БелТА|BelTA|Anadolu|Anadolu Agency|Adnkronos|UPI", "|")

// otherAgencies are some whose names may be states, parties or words, but in
// brackets.
var otherAgencies = strings.Split("AP|PAP|APA|ANP|CP|The Canadian Press|PA|PA Media|PTI|ANI|IANS|UNI|Jiji|Antara|AA|DHA|İHA|IHA|Télam|"+
	"Notimex|EPA|AAP|NTB|TT|STT|BTA|ČTK|CTK|TASR|MTI|HINA|Hina|Agerpres|ATS|KNA|epd|SID|AGI|LaPresse|SPA|WAM|MENA|KUNA|"+
	"Ukrinform|Укринформ|Укрінформ|УНІАН|ΑΠΕ-ΜΠΕ|ΑΜΠΕ|STT-Lehtikuva|共同|新華社|新华社|연합뉴스|وكالات|رويترز|PRNewswire|PR Newswire|BUSINESS WIRE|Business Wire|"+
	"GLOBE NEWSWIRE|GlobeNewswire|ACCESSWIRE|ACCESS Newswire|Newsfile Corp.|EIN Presswire|CNW|dpa-AFX", "|")

// isAgency reports whether a name is a known agency's, or has one in it:
// "EFE/AFP".
func isAgency(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		part = strings.TrimSpace(part)
		part, _, _ = strings.Cut(part, "-FirstCall") // PRNewswire's, and its partners'
		part, _, _ = strings.Cut(part, "-Asianet")
		return slices.Contains(plainAgencies, part) || slices.Contains(otherAgencies, part)
	})
}

var agencyShape = regexp.MustCompile(`^(?:[\p{Lu}\p{Lo}][\p{L}\p{M}\p{N}.'’/&-]*|[a-z]{2,5}(?:/[a-z]{2,5})*)` +
	`(?: (?:[\p{Lu}\p{Lo}][\p{L}\p{M}\p{N}.'’/&-]*|de|da|do|del|di|of|the|y|e|et|and|&)){0,5}$`)

// looksLikeAgency reports whether a name has the shape of an agency's.
func looksLikeAgency(name string) bool { return len(name) <= 60 && agencyShape.MatchString(name) }

// cutAgency takes the agency off the end of what stands before a dash: one in
// brackets or slashes, or one that is known without.
func cutAgency(head string) (before, agency string) {
	if m := inBrackets.FindStringSubmatch(head); m != nil {
		return strings.TrimSpace(m[1]), strings.TrimSpace(m[2])
	}
	if m := inSlashes.FindStringSubmatch(head); m != nil && isAgency(strings.TrimSpace(m[2])) {
		return strings.TrimSpace(m[1]), strings.TrimSpace(m[2])
	}
	for _, name := range plainAgencies {
		rest, ok := strings.CutSuffix(head, name)
		if ok && rest != "" && strings.ContainsAny(rest[len(rest)-1:], " ,.") {
			return strings.TrimSpace(rest), name
		}
	}
	return head, ""
}

var (
	inBrackets = regexp.MustCompile(`^(.*)[(（]([^()（）]{1,60})[)）]$`)
	inSlashes  = regexp.MustCompile(`^(.*?)/([^/]{1,40})/\.?$`)
)
