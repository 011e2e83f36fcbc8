package poll

import (
	"testing"
	"time"

	"dateline/feed/fetch"
	"dateline/feed/parse"
	"dateline/store"
)

func TestNext(t *testing.T) {
	s := Source{Every: 30 * time.Minute}
	busy := store.Source{Brought: 10, Pace: 100}
	skip := parse.Pause{}
	for hour := range 24 {
		skip.SkipHours[hour] = hour != 20
	}
	never := parse.Pause{}
	for day := range 7 {
		never.SkipDays[day] = true
	}
	for _, c := range []struct {
		what  string
		state store.Source
		o     fetch.Outcome
		pause parse.Pause
		want  time.Duration
	}{
		{"a busy source", busy, fetch.Outcome{}, parse.Pause{}, 30 * time.Minute},
		{"a new source", store.Source{}, fetch.Outcome{}, parse.Pause{}, 30 * time.Minute},
		{"ten articles a day", store.Source{Brought: 1, Pace: 10}, fetch.Outcome{}, parse.Pause{}, 144 * time.Minute},
		{"hardly ever one", store.Source{Brought: 1, Pace: 0.01}, fetch.Outcome{}, parse.Pause{}, 12 * time.Hour},
		{"a ttl", busy, fetch.Outcome{}, parse.Pause{TTL: time.Hour}, time.Hour},
		{"a shorter ttl", busy, fetch.Outcome{}, parse.Pause{TTL: time.Minute}, 30 * time.Minute},
		{"an endless ttl", busy, fetch.Outcome{}, parse.Pause{TTL: 1e6 * time.Hour}, 12 * time.Hour},
		{"a period", busy, fetch.Outcome{}, parse.Pause{Period: 2 * time.Hour}, 2 * time.Hour},
		{"a max-age", busy, fetch.Outcome{MaxAge: 3 * time.Hour}, parse.Pause{TTL: time.Hour}, 3 * time.Hour},
		{"a Retry-After", busy, fetch.Outcome{RetryAfter: 48 * time.Hour}, parse.Pause{}, 48 * time.Hour},
		{"an overrun", store.Source{Brought: 1, Pace: 10, Overrun: noon}, fetch.Outcome{}, parse.Pause{}, 72 * time.Minute},
		{"hours to skip", busy, fetch.Outcome{}, skip, 8 * time.Hour},
		{"all days to skip", busy, fetch.Outcome{}, never, 30 * time.Minute},
	} {
		at, why := next(s, c.state, c.o, c.pause, noon, 0)
		if at.Sub(noon) != c.want || why == "" {
			t.Errorf("%s: in %s, since %s; want %s", c.what, at.Sub(noon), why, c.want)
		}
		if later, _ := next(s, c.state, c.o, c.pause, noon, 1); later.Before(at) || later.Sub(noon) > c.want*11/10+time.Hour {
			t.Errorf("%s: spread to %s", c.what, later.Sub(noon))
		}
	}
}

func TestAgain(t *testing.T) {
	s := Source{Every: 30 * time.Minute}
	for _, c := range []struct {
		failures int
		o        fetch.Outcome
		want     time.Duration
	}{
		{1, fetch.Outcome{}, time.Hour},
		{3, fetch.Outcome{}, 4 * time.Hour},
		{50, fetch.Outcome{}, 24 * time.Hour},
		{0, fetch.Outcome{Kind: fetch.Throttled}, 30 * time.Minute},
		{0, fetch.Outcome{Kind: fetch.Throttled, RetryAfter: 5 * time.Hour}, 5 * time.Hour},
		{50, fetch.Outcome{RetryAfter: 1000 * time.Hour}, 7 * 24 * time.Hour},
	} {
		if at, _ := again(s, store.Source{Failures: c.failures}, c.o, noon, 0); at.Sub(noon) != c.want {
			t.Errorf("%d failures, %+v: in %s, want %s", c.failures, c.o, at.Sub(noon), c.want)
		}
	}
}

func TestPaceFollowsTheSource(t *testing.T) {
	state := store.Source{Good: noon.Add(-time.Hour)}
	for range 100 { // one an hour
		state.Pace = paceOf(state, 1, noon)
	}
	if state.Pace < 23 || state.Pace > 25 {
		t.Errorf("one an hour: %f a day", state.Pace)
	}
	for range 100 {
		state.Pace = paceOf(state, 0, noon)
	}
	if state.Pace > 1 {
		t.Errorf("after days without any: %f a day", state.Pace)
	}
}

func TestFirstPollTellsThePaceByItsDates(t *testing.T) {
	at := func(hours ...int) (list []store.Gathered) {
		for _, h := range hours {
			list = append(list, store.Gathered{Article: store.Article{Published: noon.Add(-time.Duration(h) * time.Hour)}})
		}
		return list
	}
	s := Source{Every: time.Hour}
	for what, c := range map[string]struct {
		items []store.Gathered
		want  float64
	}{
		"three in two days": {at(48, 24, 0, 10), 1.5},
		"many at once":      {at(0, 0, 0), 24},
		"one":               {at(48), 24},
		"none":              {nil, 24},
		"without dates":     {make([]store.Gathered, 3), 24},
		"of the future":     {at(-5, 24, 12), 2},
	} {
		if got := firstPace(s, c.items, noon); got != c.want {
			t.Errorf("%s: %f a day, want %f", what, got, c.want)
		}
	}
}

func TestFilter(t *testing.T) {
	a := store.Article{Headline: "Goats at the Über-Ferry", Summary: "It crossed", Tags: []string{"boats"}, Byline: []store.Author{{Name: "Ana Sá"}}}
	for text, want := range map[string]bool{
		"goats": true, "goat": false, "über": true, "ferry": true, "the  über": true, "BOATS": true, "sá": true, "an": false,
		"/goa.s/": true, "/^goats.*y$/": true, "/^ferry/": false, "c++": false,
	} {
		f, err := NewFilter(text)
		if err != nil || f.Matches(a) != want {
			t.Errorf("%q: %v, error %v", text, !want, err)
		}
	}
	for _, text := range []string{"", " ", "/(/", "/" + string(make([]byte, 2000)) + "/"} {
		if _, err := NewFilter(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
