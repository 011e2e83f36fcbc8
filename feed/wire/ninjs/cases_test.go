package ninjs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPublishedCases reads the IPTC's own test cases, which are not ours to
// keep here: the folders of versions, each with should_pass and should_fail.
// Of 1.x and 2.x only what should pass is held to: they are read by mapping,
// and what the mapping has no use for is not looked at.
func TestPublishedCases(t *testing.T) {
	root := os.Getenv("NINJS_CASES")
	if root == "" {
		t.Skip("set NINJS_CASES to the folder validation/test_suite of the IPTC's repository newsinjson to read its cases")
	}
	files, err := filepath.Glob(filepath.Join(root, "*", "should_*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases below %s, error %v", root, err)
	}
	for _, file := range files {
		name, _ := filepath.Rel(root, file)
		fails := strings.Contains(name, "should_fail")
		if fails && !strings.HasPrefix(name, "3.") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if reason := differences[filepath.ToSlash(name)]; reason != "" {
				fails = !fails
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if in, err := Read(data, noon); (err != nil) != fails {
				t.Errorf("dialect %q, error: %v", in.Dialect, err)
			}
		})
	}
}

// differences are the cases that we mean to read otherwise, each with the
// reason.
var differences = map[string]string{
	"1.0/should_pass/001_simplest_file.json":               onlyShared,
	"1.0/should_pass/002_type_text.json":                   onlyShared,
	"1.0/should_pass/003_type_audio.json":                  onlyShared,
	"1.0/should_pass/004_type_video.json":                  onlyShared,
	"1.0/should_pass/005_type_picture.json":                onlyShared,
	"1.0/should_pass/006_type_graphic.json":                onlyShared,
	"1.0/should_pass/007_type_composite.json":              onlyShared,
	"1.0/should_pass/011_profile.json":                     onlyShared,
	"1.0/should_pass/012_profile_anytext.json":             onlyShared,
	"1.0/should_pass/013_version.json":                     onlyShared,
	"1.0/should_pass/014_version_anytext.json":             onlyShared,
	"1.0/should_pass/026_language.json":                    onlyShared,
	"1.0/should_pass/040_located.json":                     onlyShared,
	"1.1/should_pass/001_urgency.json":                     onlyShared,
	"1.1/should_pass/002_urgency_9.json":                   onlyShared,
	"1.2/should_pass/001_title.json":                       onlyShared,
	"1.2/should_pass/002_long_title.json":                  onlyShared,
	"1.2/should_pass/003_type_component.json":              onlyShared,
	"2.0/should_pass/006_genre.json":                       onlyShared,
	"1.0/should_pass/016_versioncreated_bad_datetime.json": noDate,
	"1.0/should_pass/019_embargoed_bad_datetime.json":      noDate,
	"1.2/should_pass/005_firstcreated_bad_datetime.json":   noDate,
	"1.0/should_pass/020_embargoed_date_only.json":         "an embargo ends at an hour, which nobody can guess",
	"1.x_dev/should_pass/001_advice_simple.json":           unpublished,
	"1.x_dev/should_pass/002_advice_complex.json":          unpublished,
	"1.x_dev/should_pass/003_advice_anyvalue.json":         unpublished,
	"2.x_dev/should_pass/001_advice_simple.json":           unpublished,
	"2.x_dev/should_pass/002_advice_complex.json":          unpublished,
	"2.x_dev/should_pass/003_advice_anyvalue.json":         unpublished,
}

const (
	onlyShared  = "it has only names that every version has, so it is held to 3.x, whose uri is a URI"
	noDate      = "its date is a few words, which a checker takes that does not look at formats"
	unpublished = "its advices are in no published schema, and nothing else in it says that it is not 3.x"
)
