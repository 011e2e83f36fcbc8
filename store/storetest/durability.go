package storetest

import (
	"time"

	"dateline/store"
)

// variety files articles of every status.
func (f *fixture) variety() {
	f.Helper()
	for _, status := range []store.Status{store.Usable, store.Held, store.Killed, store.Expired} {
		f.inStatus(status)
	}
	f.file(f.fullArticle())
	a := f.article("Council to buy the ferry", "council")
	a.Embargo = f.now.Add(time.Hour)
	f.file(a)
}

func reopenedIsTheSame(f *fixture) {
	empty := f.picture(5, "harbour")
	f.reopen()
	f.same("an empty store", f.picture(5, "harbour"), empty)
	f.variety()
	full := f.picture(5, "harbour", "council")
	for range 3 {
		f.reopen()
		f.same("a store", f.picture(5, "harbour", "council"), full)
	}
}

func reopenedGoesOn(f *fixture) {
	f.variety()
	before := f.picture(5, "harbour")
	last := before.Log[len(before.Log)-1]
	f.reopen()
	f.now = last.Time.Add(-48 * time.Hour)
	receipt := f.file(f.article("Ferry pier opens", "harbour"))
	line := f.lastLine()
	f.same("sequence", []uint64{receipt.Sequence, line.Sequence}, []uint64{last.Sequence + 1, last.Sequence + 1})
	f.same("time", line.Time, last.Time.Add(micro))
	f.same("count", f.stats().Articles, before.Stats.Articles+1)
	f.now = last.Time.Add(48 * time.Hour)
	f.advance()
	f.same("public when the embargo has ended and one expired", f.stats().Public, 3)
}
