package storetest

import "time"

func settingsAreDated(f *fixture) {
	is := func(name string, want time.Time) {
		f.Helper()
		if got, err := f.store.Settings(f.Context(), name, f.now); err != nil || !got.Equal(want) {
			f.Errorf("%s since %s, error %v; want %s", name, got, err, want)
		}
	}
	first := f.now
	is("a", first)
	f.later(time.Hour)
	is("a", first)
	f.reopen()
	is("a", first)
	is("b", f.now)
	f.later(time.Hour)
	is("a", f.now)
}
