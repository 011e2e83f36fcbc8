package main

import (
	"bytes"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

// BenchmarkAgainstNginx runs this server and nginx side by side over the same
// bytes, a feed of 50 full articles, and drives both with wrk. Each iteration
// is a pair of runs, one after the other, and what is told are medians, so ask
// for several:
//
//	go test ./cmd/dateline -run '^$' -bench AgainstNginx -benchtime 9x
//
// The budget: of the requests a second that nginx answers, this server answers
// as many with the whole feed in gzip, and 0.9 with 304.
func BenchmarkAgainstNginx(b *testing.B) {
	for _, tool := range []string{"nginx", "wrk"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skipf("%s is not installed", tool)
		}
	}
	const path = "/rss.xml"
	ours := startDateline(b)
	nginx := startNginx(b, path, ours)
	for _, tc := range []struct {
		name, coding string
		known        bool // the client has the feed already
		changes      int  // of the feed in a second, meanwhile
		clients      int
	}{
		{"200-gzip", "gzip", false, 0, 32},
		{"200-identity", "", false, 0, 32},
		{"304", "gzip", true, 0, 32},
		{"200-gzip-256-clients", "gzip", false, 0, 256},
		{"304-256-clients", "gzip", true, 0, 256},
		{"200-gzip-while-filing", "gzip", false, 50, 32},
	} {
		b.Run(tc.name, func(b *testing.B) {
			pair := []*rival{ours, nginx}
			runs := map[*rival][]load{}
			for b.Loop() {
				for _, r := range pair {
					r.changing(b, tc.changes, func() {
						runs[r] = append(runs[r], r.drive(b, path, tc.coding, tc.known, tc.clients))
					})
				}
				slices.Reverse(pair)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(len(runs[ours]), func(i int) float64 { return runs[ours][i].rate / runs[nginx][i].rate }), "ratio")
			for name, r := range map[string][]load{"dateline": runs[ours], "nginx": runs[nginx]} {
				b.ReportMetric(median(len(r), func(i int) float64 { return r[i].rate }), name+"-req/s")
				b.ReportMetric(median(len(r), func(i int) float64 { return r[i].p50.Seconds() * 1e6 }), name+"-p50-µs")
				b.ReportMetric(median(len(r), func(i int) float64 { return r[i].p99.Seconds() * 1e6 }), name+"-p99-µs")
			}
		})
	}
}

// median is that of n values.
func median(n int, value func(int) float64) float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = value(i)
	}
	slices.Sort(values)
	return (values[n/2] + values[(n-1)/2]) / 2
}

// rival is one of the two servers.
type rival struct {
	url    string       // without a slash at the end
	change func() error // changes the feed once
}

// load is what wrk says of one run.
type load struct {
	rate     float64 // requests a second
	p50, p99 time.Duration
}

var wrkNumbers = regexp.MustCompile(`(?s)\s50%\s+(\S+)\n.*\s99%\s+(\S+)\n.*Requests/sec:\s+(\S+)`)

// drive asks for path with wrk for two seconds, after a check that the answer
// is the one that is meant.
func (r *rival) drive(b *testing.B, path, coding string, known bool, clients int) (result load) {
	var header []string
	if coding != "" {
		header = []string{"Accept-Encoding", coding}
	}
	if known {
		header = append(header, "If-None-Match", r.ask(b, path, header...).Header.Get("ETag"))
	}
	resp := r.ask(b, path, header...)
	want := http.StatusOK
	if known {
		want = http.StatusNotModified
	}
	if resp.StatusCode != want || !known && resp.Header.Get("Content-Encoding") != coding {
		b.Fatalf("%s%s with %q: %s, %v", r.url, path, header, resp.Status, resp.Header)
	}
	args := []string{"-t2", "-d2s", "-c" + strconv.Itoa(clients), "--latency"}
	for h := range slices.Chunk(header, 2) {
		args = append(args, "-H", h[0]+": "+h[1])
	}
	out, err := exec.Command("wrk", append(args, r.url+path)...).CombinedOutput()
	found := wrkNumbers.FindSubmatch(out)
	if err != nil || found == nil || bytes.Contains(out, []byte("Socket errors")) || bytes.Contains(out, []byte("Non-2xx")) {
		b.Fatalf("wrk: %v\n%s", err, out)
	}
	for i, value := range []*time.Duration{&result.p50, &result.p99} {
		if *value, err = time.ParseDuration(string(found[i+1])); err != nil {
			b.Fatal(err)
		}
	}
	if result.rate, err = strconv.ParseFloat(string(found[3]), 64); err != nil {
		b.Fatal(err)
	}
	return result
}

// changing changes the feed so many times a second while f runs.
func (r *rival) changing(b *testing.B, perSecond int, f func()) {
	if perSecond == 0 {
		f()
		return
	}
	ticker, stop := time.NewTicker(time.Second/time.Duration(perSecond)), make(chan bool)
	defer ticker.Stop()
	var done sync.WaitGroup
	began, n := time.Now(), 0
	done.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
			if err := r.change(); err != nil {
				b.Error(err)
				return
			}
			n++
		}
	})
	defer func() {
		close(stop)
		done.Wait()
		if rate := float64(n) / time.Since(began).Seconds(); rate < 0.9*float64(perSecond) {
			b.Logf("%s changed only %.0f times a second", r.url, rate)
		}
	}()
	f()
}

// ask is the answer to a GET; header is name, value, name, value …
func (r *rival) ask(b *testing.B, path string, header ...string) *http.Response {
	req, err := http.NewRequest("GET", r.url+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	for h := range slices.Chunk(header, 2) {
		req.Header.Set(h[0], h[1])
	}
	resp, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body(b, resp)))
	return resp
}

func body(b *testing.B, resp *http.Response) []byte {
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return data
}
