package limit

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// taken is how many of n requests at one moment are admitted.
func taken(r *Rate, client string, n int, now time.Time) (taken int) {
	for range n {
		if r.Take(netip.MustParseAddr(client), now) == 0 {
			taken++
		}
	}
	return taken
}

func TestRate(t *testing.T) {
	r := NewRate(10, 50, noon)
	for _, step := range []struct {
		client string
		after  time.Duration
		want   int
	}{
		{"192.0.2.1", 0, 50},                       // its burst,
		{"192.0.2.1", 0, 0},                        // and no more
		{"192.0.2.2", 0, 50},                       // which is nothing to others
		{"::ffff:192.0.2.1", 0, 0},                 // the same in other words
		{"192.0.2.1", 99 * time.Millisecond, 0},    // ten a second,
		{"192.0.2.1", 100 * time.Millisecond, 1},   // to the moment
		{"192.0.2.1", 1100 * time.Millisecond, 10}, //
		{"192.0.2.1", time.Hour, 50},               // what was not used is no more than a burst
		{"192.0.2.2", 365 * 24 * time.Hour, 50},    // also when the clock is set on
		{"192.0.2.2", -365 * 24 * time.Hour, 50},   // and when it is set back
		{"2001:db8::1", 0, 50},
		{"2001:db8::ffff:1", 0, 0}, // of one subscriber
		{"2001:db8:0:1::1", 0, 50}, // of another
	} {
		if n := taken(r, step.client, 100, noon.Add(step.after)); n != step.want {
			t.Errorf("%s after %s: %d are admitted, want %d", step.client, step.after, n, step.want)
		}
	}
}

// TestRateSaysHowLong: whoever waits as long as was said is admitted, and not
// before.
func TestRateSaysHowLong(t *testing.T) {
	r := NewRate(3, 2, noon)
	client, now := netip.MustParseAddr("192.0.2.1"), noon
	for i := range 20 {
		wait := r.Take(client, now)
		if i >= 2 && wait == 0 {
			t.Fatalf("request %d is admitted at once", i)
		}
		if wait > 0 {
			if early := r.Take(client, now.Add(wait-1)); early != 1 {
				t.Fatalf("request %d: %s before its time, it has to wait %s", i, time.Duration(1), early)
			}
			if now = now.Add(wait); r.Take(client, now) != 0 {
				t.Fatalf("request %d has to wait again after %s", i, wait)
			}
		}
	}
}

// TestRateForgets: its memory is bounded, however many clients come, and one
// that asks too often while they do stays known.
func TestRateForgets(t *testing.T) {
	r := NewRate(1, 2, noon)
	for i := range 3 * maxClients {
		client := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
		if wait := r.Take(client, noon.Add(time.Duration(i)*time.Millisecond)); wait != 0 {
			t.Fatalf("client %d: %s", i, wait)
		}
	}
	if n := len(r.due); n != maxClients {
		t.Errorf("%d clients are known", n)
	}
}

func BenchmarkTake(b *testing.B) {
	for _, clients := range []int{1, 1000, 10 * maxClients} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			r := NewRate(50, 1000, noon)
			for i := 0; b.Loop(); i++ {
				n := i % clients
				r.Take(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), noon.Add(time.Duration(i)))
			}
		})
	}
}
