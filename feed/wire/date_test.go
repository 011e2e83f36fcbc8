package wire

import (
	"strings"
	"testing"
)

// TestDaysInDoubt: of a day without a year that is tomorrow, one that is long
// ago, one whose weekday is another, and one in the future it is said; tomorrow
// is taken for what is meant, rather than what is a year old.
func TestDaysInDoubt(t *testing.T) {
	for text, want := range map[string][2]string{
		"Nov 22": {"2026-11-22", ""}, "Nov 23": {"2026-11-23", "tomorrow"}, "Nov 24": {"2025-11-24", "gives no year"}, "Nov 23, 2026": {"2026-11-23", ""},
		"Nov 24, 2026": {"2026-11-24", "in the future"}, "Jan 10, 2027": {"2027-01-10", "in the future"}, "Jan 10, 2025": {"2025-01-10", ""},
		"Monday, Nov 23": {"2026-11-23", "tomorrow"}, "Tuesday, Nov 23": {"2026-11-23", "is a Monday"}, "Oct 10": {"2026-10-10", ""}, "Jan 10": {"2026-01-10", "gives no year"},
	} {
		d, ok := dayOf(text)
		date := d.date(noon)
		if doubt := d.doubt(date, noon); !ok || date != want[0] || (doubt == "") != (want[1] == "") || !strings.Contains(doubt, want[1]) {
			t.Errorf("%q is %s, %q, want %s, %q", text, date, doubt, want[0], want[1])
		}
	}
	r := explain(t, "War\n\nHead\n\nLima, Nov 23 (DTL) — It ran.")
	if got := r.Doubts(); len(got) != 1 || got[0].Field != "dateline.date" || got[0].Line != 5 {
		t.Errorf("got %v", told(r))
	}
}
