package admin

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"dateline/feed/publish"
	"dateline/feed/serve/traffic"
	"dateline/store"
)

// Metrics are what Prometheus is told. Those that are told of something as it
// happens are safe for use by many goroutines, and wait for nothing.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by route and class of status
	bytes    *prometheus.CounterVec   // by route
	duration *prometheus.HistogramVec // by route
	gate     prometheus.Counter
	polls    *prometheus.CounterVec // by outcome
	articles *prometheus.CounterVec // by what became of them
	commits  prometheus.Histogram
	batches  prometheus.Histogram
}

// NewMetrics are metrics that begin at zero, and those for which look asks.
func NewMetrics(version string, look Look) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.requests = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dateline_http_requests_total", Help: "Requests that were answered, by route and class of status."}, []string{"route", "code"})
	m.bytes = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dateline_http_response_body_bytes_total", Help: "Bytes of bodies that were sent, by route."}, []string{"route"})
	m.duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "dateline_http_request_duration_seconds", Help: "How long requests took, by route; those that the gate answers take microseconds, and are not among them.",
		Buckets: []float64{.001, .005, .025, .1, .5, 1, 5, 30},
	}, []string{"route"})
	m.gate = prometheus.NewCounter(prometheus.CounterOpts{Name: "dateline_http_gate_answers_total", Help: "Requests that were answered at the gate; they are among dateline_http_requests_total."})
	m.polls = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dateline_source_polls_total", Help: "Polls of sources, by what came of them."}, []string{"outcome"})
	m.articles = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dateline_source_articles_total", Help: "Articles that sources brought, by what became of them."}, []string{"result"})
	m.commits = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "dateline_store_commit_duration_seconds", Help: "How long write transactions of the store took until they were on the disk.", Buckets: prometheus.ExponentialBuckets(.0005, 4, 8),
	})
	m.batches = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "dateline_store_commit_writes", Help: "How many writes shared a transaction of the store.", Buckets: prometheus.ExponentialBuckets(1, 4, 5),
	})
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "dateline_build_info", Help: "The version of the server, as a label; always 1.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.bytes, m.duration, m.gate, m.polls, m.articles, m.commits, m.batches, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		&look)
	// So that rates begin with the first of each, and not with the second.
	for _, outcome := range []string{"fetched", "not modified", "gone", "throttled", "refused", "missing", "failed", "unreadable", "held back", "unrecorded"} {
		m.polls.WithLabelValues(label(outcome))
	}
	for _, result := range []string{"new", "revised", "joined", "killed"} {
		m.articles.WithLabelValues(result)
	}
	return m
}

// Handler answers with all metrics in the form that is asked for.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

// Answered counts an answer.
func (m *Metrics) Answered(a traffic.Answered) {
	route := routeOf(a.Route)
	m.requests.WithLabelValues(route, class(a.Status)).Inc()
	m.bytes.WithLabelValues(route).Add(float64(a.Bytes))
	m.duration.WithLabelValues(route).Observe(a.Took.Seconds())
}

// Gate counts the answers that are given at the gate to one who asks there, at
// one route.
func (m *Metrics) Gate(route string) func(status, bytes int) {
	route = routeOf(route)
	whole, same := m.requests.WithLabelValues(route, class(http.StatusOK)), m.requests.WithLabelValues(route, class(http.StatusNotModified))
	bytes := m.bytes.WithLabelValues(route)
	return func(status, n int) {
		m.gate.Inc()
		if status == http.StatusNotModified {
			same.Inc()
			return
		}
		whole.Inc()
		bytes.Add(float64(n))
	}
}

// Committed is told of a write transaction.
func (m *Metrics) Committed(writes int, took time.Duration) {
	m.commits.Observe(took.Seconds())
	m.batches.Observe(float64(writes))
}

// Polled is told of a poll, by the word for what came of it.
func (m *Metrics) Polled(outcome string, y store.Yield) {
	m.polls.WithLabelValues(label(outcome)).Inc()
	for result, n := range map[string]int{"new": y.New, "revised": y.Revised, "joined": y.Joined, "killed": y.Killed} {
		m.articles.WithLabelValues(result).Add(float64(n))
	}
}

// routeOf is the pattern of a route without its method, and "none" for what no
// route takes.
func routeOf(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	if pattern == "" || pattern == "/" {
		return "none"
	}
	return strings.TrimSuffix(pattern, "{$}")
}

func class(status int) string { return strconv.Itoa(status/100) + "xx" }

func label(words string) string { return strings.ReplaceAll(words, " ", "_") }

// Look is where metrics come from that are looked at when they are asked for.
type Look struct {
	Stats    func(context.Context) (store.Stats, error)
	Schedule func(context.Context) ([]store.Source, error)
	InForce  func() InForce // zero until there is a configuration in force
	Network  func() Network
	Now      func() time.Time
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe and Collect make it a prometheus.Collector.
func (l *Look) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(l, to) }

// looksFor is how long a look at the store may take.
const looksFor = 5 * time.Second

// Collect tells what there is. What cannot be told is left out, and
// dateline_store_up says so.
func (l *Look) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), looksFor)
	defer cancel()
	gauge := func(name, help string, value float64) {
		to <- prometheus.MustNewConstMetric(describe(name, help), prometheus.GaugeValue, value)
	}
	total := func(name, help string, value float64) {
		to <- prometheus.MustNewConstMetric(describe(name, help), prometheus.CounterValue, value)
	}
	c, k := l.InForce(), publish.Kept{}
	if c.Publisher != nil {
		k = c.Publisher.Kept()
	}
	gauge("dateline_documents", "Documents in memory.", float64(k.Documents))
	gauge("dateline_documents_bytes", "Bytes of the documents in memory, in all codings.", float64(k.Bytes))
	gauge("dateline_documents_limit_bytes", "Bytes that the documents in memory may take.", float64(k.Limit))
	total("dateline_documents_hits_total", "Documents that were in memory when they were asked for; begins anew when the configuration is reloaded.", float64(k.Hits))
	total("dateline_documents_renders_total", "Documents that had to be made when they were asked for; begins anew when the configuration is reloaded.", float64(k.Renders))

	gauge("dateline_config_last_reload_successful", "0 while the configuration file is refused, and that of before is in force.", truth(c.Fault == ""))
	if c.Backup != nil {
		b, _ := c.Backup()
		made := 0.0
		if !b.Last.IsZero() {
			made = float64(b.Last.Unix())
		}
		gauge("dateline_backup_last_timestamp_seconds", "When the newest backup of those on a schedule was made; 0 when there is none.", made)
		gauge("dateline_backup_interval_seconds", "How often one is to be made.", b.Every.Seconds())
	}

	n := l.Network()
	gauge("dateline_connections", "Connections that are open.", float64(n.Connections))
	gauge("dateline_connections_limit", "Connections that may be open.", float64(n.Most))
	total("dateline_connections_full_total", "Connections that came when there were as many as may be: idle ones were closed for them, or they waited.", float64(n.Crowded))
	total("dateline_http_refused_total", "Requests that were refused with 429, since whoever sent them asks too often.", float64(n.Limited))
	if c := n.Certificate; c != nil && !c.Until.IsZero() {
		gauge("dateline_certificate_start_timestamp_seconds", "From when the certificate of HTTPS is valid.", float64(c.From.Unix()))
		gauge("dateline_certificate_end_timestamp_seconds", "Until when the certificate of HTTPS is valid.", float64(c.Until.Unix()))
	}

	stats, err := l.Stats(ctx)
	gauge("dateline_store_up", "1 when the store answers.", truth(err == nil))
	if err != nil {
		return
	}
	gauge("dateline_store_articles", "Articles in the store, of every status.", float64(stats.Articles))
	gauge("dateline_store_size_bytes", "Bytes of the file of the store.", float64(stats.Size))
	gauge("dateline_store_free_bytes", "Bytes of the file of the store that are free for reuse.", float64(stats.Free))
	if stats.Room >= 0 {
		gauge("dateline_store_room_bytes", "Bytes left on the disk of the store.", float64(stats.Room))
	}
	gauge("dateline_store_write_failing", "1 when the last write to the store came to nothing, as on a full disk.", truth(stats.Fault != ""))
	total("dateline_store_sequence_total", "Changes of the store since it was made: the sequence of the last.", float64(stats.Sequence))
	gauge("dateline_store_readers", "Reads of the store that are going on.", float64(stats.Readers))
	oldest := 0.0
	if !stats.OldestReader.IsZero() {
		oldest = max(0, l.Now().Sub(stats.OldestReader).Seconds())
	}
	gauge("dateline_store_oldest_reader_seconds", "For how long the oldest read of the store has been going on.", oldest)
	l.sources(ctx, to, gauge)
}

func (l *Look) sources(ctx context.Context, to chan<- prometheus.Metric, gauge func(name, help string, value float64)) {
	list, err := l.Schedule(ctx)
	if err != nil {
		return
	}
	now, states := l.Now(), map[State]int{}
	due, running, lag, last := 0, 0, time.Duration(0), time.Time{}
	for _, s := range list {
		states[sourceOf(s, now).State]++
		at, ok := s.Due()
		if s.Claimed.After(now) {
			running++
		} else if ok && !at.After(now) {
			due++
			lag = max(lag, now.Sub(at))
		}
		if s.Good.After(last) {
			last = s.Good
		}
	}
	for _, state := range States() {
		to <- prometheus.MustNewConstMetric(describe("dateline_sources", "Sources, by how they are.", "state"), prometheus.GaugeValue, float64(states[state]), label(string(state)))
	}
	gauge("dateline_poller_due", "Sources that are due and wait to be polled.", float64(due))
	gauge("dateline_poller_running", "Sources that are being polled, or are about to be.", float64(running))
	gauge("dateline_poller_lag_seconds", "For how long the source that has been due longest has waited.", lag.Seconds())
	if !last.IsZero() {
		gauge("dateline_sources_last_good_timestamp_seconds", "When a source was last well.", float64(last.UnixMilli())/1000)
	}
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
