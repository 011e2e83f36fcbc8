package admin

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"dateline/feed/serve/traffic"
	"dateline/store"
)

// measured are metrics over a real store, after everything has happened once.
func measured(h *house) *Metrics {
	m := NewMetrics("v1.2.3", h.look())
	m.Answered(traffic.Answered{Route: "GET /category/{slug}/rss.xml", Status: 200, Bytes: 1000, Took: 20 * time.Millisecond})
	m.Answered(traffic.Answered{Route: "/", Status: 404, Took: time.Millisecond})
	gate := m.Gate("GET /category/{slug}/rss.xml")
	gate(200, 1000)
	gate(304, 0)
	m.Committed(3, 20*time.Millisecond)
	m.Polled("held back", store.Yield{New: 2})
	m.Polled("fetched", store.Yield{New: 5, Revised: 1})
	return m
}

func (h *house) look() Look {
	return Look{h.store.Stats, h.store.Schedule, func() InForce { return h.inForce }, func() Network { return h.network }, func() time.Time { return h.now }}
}

func (h *house) scrape(m *Metrics) string {
	h.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusOK {
		h.Fatalf("%d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestMetricsCountWhatHappens(t *testing.T) {
	late := well("late")
	late.Next = noon.Add(-20 * time.Minute)
	h := newHouse(t, well("gazette"), late, failing("courier", 4, "x"))
	h.network = reached
	text := h.scrape(measured(h))
	for _, line := range []string{
		`dateline_http_requests_total{code="2xx",route="/category/{slug}/rss.xml"} 2`,
		`dateline_http_requests_total{code="3xx",route="/category/{slug}/rss.xml"} 1`,
		`dateline_http_requests_total{code="4xx",route="none"} 1`,
		`dateline_http_response_body_bytes_total{route="/category/{slug}/rss.xml"} 2000`,
		`dateline_http_request_duration_seconds_count{route="/category/{slug}/rss.xml"} 1`,
		`dateline_http_gate_answers_total 2`,
		`dateline_source_polls_total{outcome="held_back"} 1`,
		`dateline_source_polls_total{outcome="not_modified"} 0`,
		`dateline_source_articles_total{result="new"} 7`,
		`dateline_store_commit_writes_sum 3`, `dateline_store_commit_duration_seconds_count 1`,
		`dateline_sources{state="failing"} 1`, `dateline_sources{state="well"} 2`, `dateline_sources{state="held_back"} 0`,
		`dateline_poller_due 1`, `dateline_poller_running 0`, `dateline_poller_lag_seconds 1200`,
		`dateline_store_up 1`, `dateline_store_articles 0`, `dateline_build_info{version="v1.2.3"} 1`, `dateline_documents_renders_total 0`,
		`dateline_connections 12`, `dateline_connections_limit 10000`, `dateline_connections_full_total 3`,
		`dateline_http_refused_total 7`, `dateline_certificate_start_timestamp_seconds 1.7`, `dateline_certificate_end_timestamp_seconds 1.7`,
		`go_goroutines `, `process_open_fds `,
	} {
		if !strings.Contains(text, "\n"+line) {
			t.Errorf("no line %s", line)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestMetricsSayThatTheStoreIsDown(t *testing.T) {
	h := newHouse(t)
	look := h.look()
	look.Stats = func(context.Context) (store.Stats, error) { return store.Stats{}, errors.New("x") }
	m := NewMetrics("", look)
	if text := h.scrape(m); !strings.Contains(text, "\ndateline_store_up 0") || strings.Contains(text, "dateline_store_articles") {
		t.Error(text)
	}
}

func TestMetricsOfConfigurationAndBackups(t *testing.T) {
	h := newHouse(t)
	m := measured(h)
	if text := h.scrape(m); !strings.Contains(text, "\ndateline_config_last_reload_successful 1") || strings.Contains(text, "dateline_backup") {
		t.Error(text)
	}
	h.inForce.Fault = "config.yaml:1:1: it is empty"
	h.backUp(time.Time{})
	if text := h.scrape(m); !strings.Contains(text, "\ndateline_config_last_reload_successful 0") || !strings.Contains(text, "\ndateline_backup_last_timestamp_seconds 0\n") {
		t.Error(text)
	}
	h.backUp(time.Unix(1_700_000_000, 0))
	if text := h.scrape(m); !strings.Contains(text, "\ndateline_backup_last_timestamp_seconds 1.7e+09") || !strings.Contains(text, "\ndateline_backup_interval_seconds 86400") {
		t.Error(text)
	}
	h.inForce = InForce{} // of a server that starts
	if text := h.scrape(m); !strings.Contains(text, "\ndateline_documents 0") {
		t.Error(text)
	}
}

func (h *house) backUp(last time.Time) {
	h.inForce.Backup = func() (Backup, error) { return Backup{Folder: "/backups", Every: 24 * time.Hour, Last: last}, nil }
}

func TestMetricsAreNamedAsIsUsual(t *testing.T) {
	h := newHouse(t, well("gazette"))
	h.network = reached
	h.backUp(noon)
	text := h.scrape(measured(h))
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	promtool := tool(t)
	cmd := exec.Command(promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}

func tool(t *testing.T) string {
	t.Helper()
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is missing; install it with: apt-get install prometheus")
	}
	return promtool
}

const dist = "../../../cmd/dateline/dist/"

// TestWhatIsWatchedIsThere finds the names that the dashboard and the alerts
// use among those that the server has.
func TestWhatIsWatchedIsThere(t *testing.T) {
	h := newHouse(t, well("gazette"))
	h.network = reached
	h.backUp(noon)
	known := map[string]bool{"up": true}
	for _, m := range regexp.MustCompile(`(?m)^([a-z_]+)[{ ]`).FindAllStringSubmatch(h.scrape(measured(h)), -1) {
		known[m[1]] = true
	}
	for _, file := range []string{"prometheus-alerts.yaml", "grafana-dashboard.json"} {
		data, err := os.ReadFile(dist + file)
		if err != nil {
			t.Fatal(err)
		}
		used := regexp.MustCompile(`\b(?:dateline|go|process)_[a-z_]+`).FindAll(data, -1)
		if len(used) < 5 {
			t.Errorf("%s uses %d metrics", file, len(used))
		}
		for _, name := range used {
			if !known[string(name)] {
				t.Errorf("%s uses %s, which the server has not", file, name)
			}
		}
	}
	var states []string
	for _, s := range States() {
		states = append(states, label(string(s)))
	}
	data, _ := os.ReadFile(dist + "prometheus-alerts.yaml")
	for _, m := range regexp.MustCompile(`state=~?"([a-z_|]+)"`).FindAllStringSubmatch(string(data), -1) {
		for state := range strings.SplitSeq(m[1], "|") {
			if !strings.Contains(" "+strings.Join(states, " ")+" ", " "+state+" ") {
				t.Errorf("the alerts ask for sources that are %q", state)
			}
		}
	}
}

func TestAlertRulesAreWellFormed(t *testing.T) {
	if out, err := exec.Command(tool(t), "check", "rules", dist+"prometheus-alerts.yaml").CombinedOutput(); err != nil {
		t.Errorf("promtool check rules: %v\n%s", err, out)
	}
}

func BenchmarkGateCount(b *testing.B) {
	h := newHouse(b)
	m := measured(h)
	var tr traffic.Traffic
	b.RunParallel(func(pb *testing.PB) {
		count, asker, now := m.Gate("GET /rss.xml"), tr.Asker("", "agent"), time.Now()
		for pb.Next() {
			count(304, 0)
			asker.Answer(304, 0, now)
		}
	})
}
