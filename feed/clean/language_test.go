package clean_test

import (
	"testing"

	"dateline/feed/clean"
)

func TestLanguageOf(t *testing.T) {
	for region, want := range map[string]string{"jp": "ja", "cz": "cs", "UA": "uk", "xx": "", "en-GB": "", "zz": "", "": ""} {
		if got := clean.LanguageOf(region); got != want {
			t.Errorf("LanguageOf(%q) = %q, want %q", region, got, want)
		}
	}
}
