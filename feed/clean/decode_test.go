package clean

import (
	"strings"
	"testing"

	"dateline/store"
)

func TestDecode(t *testing.T) {
	page := func(meta, text string) string { return "<html><head>" + meta + "</head><p>" + text + "</p></html>" }
	for _, c := range []struct {
		what, data, label string
		page              bool
		want              string
	}{
		{"UTF-8", "Été", "", false, "Été"},
		{"a byte order mark", "\ufeffÉté", "", false, "Été"},
		{"UTF-16, little end first", "\xff\xfeA\x00\xac\x20", "", false, "A€"},
		{"UTF-16, big end first", "\xfe\xff\x00A\x20\xac", "", false, "A€"},
		{"a charset", "\xcf\xf0\xe8", "windows-1251", false, "При"},
		{"Latin 1 is windows-1252", "\x80\xe9", "iso-8859-1", false, "€é"},
		{"a wrong charset", "Été", "iso-8859-1", false, "Été"},
		{"what is no UTF-8 is left alone", "\xe9t\xe9", "", false, "\xe9t\xe9"},
		{"a page that says it", page(`<meta charset="windows-1251">`, "\xcf\xf0\xe8"), "", true, page(`<meta charset="windows-1251">`, "При")},
		{"a page that says it the old way", page(`<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">`, "\x93\xfa\x96\x7b"), "", true,
			page(`<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">`, "日本")},
		{"a page that says nothing", page("", "\xe9"), "", true, page("", "\xe9")},
		{"a page that lies", page(`<meta charset="windows-1251">`, "Été"), "", true, page(`<meta charset="windows-1251">`, "Été")},
		{"the charset it was sent with goes first", page(`<meta charset="koi8-r">`, "\xcf\xf0\xe8"), "windows-1251", true, page(`<meta charset="koi8-r">`, "При")},
		{"a meta element in plain text says nothing", `<meta charset="windows-1251">` + "\xe9", "", false, `<meta charset="windows-1251">` + "\xe9"},
	} {
		if got, err := Decode([]byte(c.data), c.label, c.page); err != nil || got != c.want {
			t.Errorf("%s: got %q, error %v; want %q", c.what, got, err, c.want)
		}
	}
	for what, data := range map[string]string{"UTF-16 without a mark": "A\x00b\x00", "a program": "\x7fELF\x02\x00\x00"} {
		if got, err := Decode([]byte(data), "", false); err == nil || !strings.Contains(err.Error(), "NUL") {
			t.Errorf("%s: got %q, error %v", what, got, err)
		}
	}
	if _, err := Decode([]byte("x"), "klingon", false); err == nil || !strings.Contains(err.Error(), `"klingon"`) {
		t.Errorf("an unknown charset: error %v", err)
	}
}

// FuzzDecode: what is text has no NUL characters, and Text can read it.
func FuzzDecode(f *testing.F) {
	for _, label := range []string{"", "utf-8", "windows-1251", "shift_jis", "utf-16le", "iso-2022-jp", "gb18030", "x-user-defined", "replacement", "klingon"} {
		f.Add([]byte("<meta charset=koi8-r>\xcf\xf0\xe8\x1b$B\x93\xfa\xff\xfe"), label, true)
		f.Add([]byte("\xff\xfeA\x00\xac\x20\x00\xd8"), label, false)
	}
	f.Fuzz(func(t *testing.T, data []byte, label string, page bool) {
		text, err := Decode(data, label, page)
		switch {
		case err != nil && text != "":
			t.Errorf("%q beside the error %v", text, err)
		case strings.Contains(text, "\x00"):
			t.Errorf("NUL characters in %q", text)
		case !store.IsLegal(Text(text)):
			t.Errorf("%q is not legal", Text(text))
		}
	})
}
