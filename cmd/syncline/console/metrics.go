package console

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"syncline/engine"
)

// metrics are what Prometheus reads. What the service knows is asked when it is
// read; only requests are counted here.
type metrics struct {
	registry *prometheus.Registry
	service  *engine.Service
	requests *prometheus.CounterVec
	seconds  prometheus.Histogram
}

func newMetrics(s *engine.Service) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(), service: s,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "syncline_hook_requests_total", Help: "Requests of systems, by the code of the answer.",
		}, []string{"code"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "syncline_hook_seconds", Help: "How long a system waits for its answer.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5},
		}),
	}
	m.registry.MustRegister(m, m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) hook(code int, took time.Duration) {
	m.requests.WithLabelValues(strconv.Itoa(code)).Inc()
	m.seconds.Observe(took.Seconds())
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("syncline_"+name, help, labels, nil)
}

var (
	metricUp       = describe("start_time_seconds", "When the service began.")
	metricReload   = describe("config_last_reload_successful", "Whether the configuration that was loaded last is the one that is served.")
	metricReloads  = describe("config_reloads_total", "How often a reload was asked for.")
	metricEvents   = describe("events_total", "What came of events.", "outcome")
	metricPasses   = describe("passes_total", "Passes, by why they were made.", "pipeline", "kind")
	metricFailures = describe("pass_failures_total", "Passes that could not go on.", "pipeline")
	metricFailing  = describe("pipeline_failing", "Whether the last pass could not go on.", "pipeline")
	metricLast     = describe("last_pass_timestamp_seconds", "When the last pass that came through ended.", "pipeline")
	metricTook     = describe("last_pass_seconds", "How long the last pass that came through took.", "pipeline")
	metricWrites   = describe("writes_total", "Records created, updated, archived and deleted.", "pipeline", "end")
	metricRepairs  = describe("sweep_repairs_total", "Writes of sweeps: what events had missed.", "pipeline")
	metricWithheld = describe("withheld", "Kinds of change that guards withheld in the last pass.", "pipeline")
	metricInbox    = describe("inbox_records", "Records that systems told of and that wait.", "pipeline")
	metricOldest   = describe("inbox_oldest_seconds", "How long the oldest of them waits.", "pipeline")
	metricOpen     = describe("open", "What waits for a person or a system, and what died.", "pipeline", "kind")
)

// Describe implements prometheus.Collector.
func (m *metrics) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, ch) }

// Collect implements prometheus.Collector.
func (m *metrics) Collect(ch chan<- prometheus.Metric) {
	s := m.service.Status()
	send := func(d *prometheus.Desc, kind prometheus.ValueType, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, kind, v, labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) { send(d, prometheus.GaugeValue, v, labels...) }
	count := func(d *prometheus.Desc, n int, labels ...string) {
		send(d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge(metricUp, seconds(s.Since))
	gauge(metricReload, truth(!s.ReloadFailed))
	count(metricReloads, s.Reloads)
	for outcome, n := range map[string]int{
		"arrived": s.Events.Arrived, "again": s.Events.Again, "coalesced": s.Events.Coalesced, "settled": s.Events.Settled,
		"covered": s.Events.Covered, "dead": s.Events.Dead, "refused": s.Events.Refused,
	} {
		count(metricEvents, n, outcome)
	}
	for _, p := range s.Pipelines {
		for kind, n := range p.Passes {
			count(metricPasses, n, p.Name, kind)
		}
		for end, n := range p.Writes {
			count(metricWrites, n, p.Name, end)
		}
		count(metricFailures, p.Failures, p.Name)
		count(metricRepairs, p.Repairs, p.Name)
		gauge(metricFailing, truth(p.Failing), p.Name)
		gauge(metricLast, seconds(p.Last), p.Name)
		gauge(metricTook, p.Took.Seconds(), p.Name)
		gauge(metricWithheld, float64(p.Withheld), p.Name)
		gauge(metricInbox, float64(p.Inbox), p.Name)
		gauge(metricOldest, p.Age.Seconds(), p.Name)
		for kind, n := range map[string]int{"conflict": p.Conflicts, "review": p.Reviews, "waiting": p.Waiting, "dead": p.Dead} {
			gauge(metricOpen, float64(n), p.Name, kind)
		}
	}
}

func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

var _ prometheus.Collector = (*metrics)(nil)
