package poll

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestNameServerThatNeverAnswers holds up the sources whose names it should
// know, each for a while and less and less often, and no others: with half of
// all sources dark, the rest is polled as before.
func TestNameServerThatNeverAnswers(t *testing.T) {
	source := newOrigin(t)
	source.say(item("1", "One"))
	// What resolvers share is made by the first of them. Were it of the bubble,
	// nobody else could use it.
	(&net.Resolver{PreferGo: true}).LookupHost(t.Context(), "localhost")
	synctest.Test(t, func(t *testing.T) {
		const each = 40
		f := newFarm(t)
		f.server.Close()
		f.Now, f.Sources, f.PerHost = time.Now, nil, 2
		f.Fetcher.Resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe() // within the bubble, so that waiting takes no time
			go io.Copy(io.Discard, there)
			return here, nil
		}}
		for i := range each {
			f.Sources = append(f.Sources,
				Source{Name: fmt.Sprint("dark", i), URL: fmt.Sprintf("https://news%d.example.com/feed", i), Category: "world", Every: time.Hour},
				Source{Name: fmt.Sprint("light", i), URL: fmt.Sprint(source.URL, "/feed", i), Category: "world", Every: time.Hour})
		}
		f.adopt()
		d := &days{f, source}
		stop := d.run(t)
		// Four at a time, ten seconds for each of those that are dark.
		pass(each/4*10*time.Second + 5*time.Second)
		if n := d.requests(); n != each {
			t.Errorf("%d of %d others were polled", n, each)
		}
		pass(24 * time.Hour)
		if n := d.requests(); n < each {
			t.Errorf("%d polls of the %d others in a day", n, each)
		}
		list, err := f.store.Schedule(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			if dark := strings.HasPrefix(s.Name, "dark"); dark != (s.Failures > 0) || dark && (s.Failures > 6 || !strings.Contains(s.Error, "no answer from the name server")) || s.Polled.IsZero() {
				t.Errorf("%+v", s)
			}
		}
		stop()
		f.store.Close()
	})
}
