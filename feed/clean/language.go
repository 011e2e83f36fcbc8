package clean

import "golang.org/x/text/language"

// Language is a BCP 47 language tag in its usual writing, "pt-BR" for "pt_br".
// ok is false when the tag, or a part of it, is not registered; it is then as
// it was.
func Language(tag string) (canonical string, ok bool) {
	t, err := language.Parse(tag)
	if err != nil || t == language.Und {
		return tag, false
	}
	return t.String(), true
}

// LanguageOf is the language that most people write in the region whose code
// was taken for that of a language: "ja" for "jp"; "" when there is none.
func LanguageOf(region string) string {
	r, err := language.ParseRegion(region)
	if err != nil || !r.IsCountry() {
		return ""
	}
	t, err := language.Compose(r)
	if err != nil {
		return ""
	}
	if base, sure := t.Base(); sure != language.No && base.String() != "und" {
		return base.String()
	}
	return ""
}
