package main

import (
	"context"
	"crypto/rand"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"syncline/engine/run"
)

// traces makes spans of what is timed in passes, and sends them to a collector
// over OTLP. A run's id in the journal is the id of its trace. What a span says
// are names of the configuration and counts: no id of a record, no value, no
// text of an error.
type traces struct {
	sender   *sender
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

const (
	// traceQueue is how many spans wait for the collector; more are dropped.
	traceQueue = 2048

	// traceEnd is how long the end of the service waits for the collector.
	traceEnd = 2 * time.Second
)

// tracesTo returns the traces that the environment asks for, in the words of
// OpenTelemetry; nil for none.
func tracesTo(ctx context.Context, env func(string) (string, bool)) (*traces, error) {
	endpoint := traceEndpoint(env)
	if endpoint == "" {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, err
	}
	about, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "syncline"), attribute.String("service.version", buildVersion().Version)),
		resource.WithFromEnv())
	if err != nil {
		return nil, err
	}
	t := &traces{sender: &sender{SpanExporter: exporter}}
	t.provider = sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(t.sender, sdktrace.WithMaxQueueSize(traceQueue)),
		sdktrace.WithResource(about), sdktrace.WithIDGenerator(runIDs{}),
	)
	t.tracer = t.provider.Tracer("syncline")
	return t, nil
}

// traceEndpoint is where traces go to; "" for nowhere.
func traceEndpoint(env func(string) (string, bool)) string {
	if off, _ := env("OTEL_SDK_DISABLED"); strings.EqualFold(off, "true") {
		return ""
	}
	if kind, _ := env("OTEL_TRACES_EXPORTER"); kind == "none" {
		return ""
	}
	if own, _ := env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"); own != "" {
		return own
	}
	if all, _ := env("OTEL_EXPORTER_OTLP_ENDPOINT"); all != "" {
		return strings.TrimSuffix(all, "/") + "/v1/traces"
	}
	return ""
}

// listen makes a span of what is timed.
func (t *traces) listen(e run.Event) {
	if t == nil || e.Kind != run.Timed {
		return
	}
	id, err := uuid.Parse(e.Run)
	if err != nil {
		return
	}
	ctx := context.WithValue(context.Background(), runKey{}, id)
	if e.Stage != run.StagePass {
		ctx = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID(id), SpanID: passSpan(id), TraceFlags: trace.FlagsSampled,
		}))
	}
	_, span := t.tracer.Start(ctx, e.Stage, trace.WithTimestamp(e.Began), trace.WithAttributes(attributes(e)...))
	if e.Failed {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(e.At))
}

func attributes(e run.Event) []attribute.KeyValue {
	all := []attribute.KeyValue{attribute.String("syncline.pipeline", e.Pipeline)}
	if e.End != "" {
		all = append(all, attribute.String("syncline.end", e.End))
	}
	if e.Done > 0 {
		all = append(all, attribute.Int("syncline.records", e.Done))
	}
	if e.Writes > 0 {
		all = append(all, attribute.Int("syncline.writes", e.Writes))
	}
	return all
}

// close sends what waits, if the collector takes it soon.
func (t *traces) close() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), traceEnd)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // whoever waits for traces is not who waits for the service
}

type runKey struct{}

// runIDs gives a pass the ids that follow from its run.
type runIDs struct{}

// NewIDs implements sdktrace.IDGenerator.
func (runIDs) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id, _ := ctx.Value(runKey{}).(uuid.UUID)
	return trace.TraceID(id), passSpan(id)
}

// NewSpanID implements sdktrace.IDGenerator.
func (runIDs) NewSpanID(context.Context, trace.TraceID) (id trace.SpanID) {
	_, _ = io.ReadFull(rand.Reader, id[:]) // it never fails
	return id
}

// passSpan is the id of a run's span: the half of its id that is random.
func passSpan(id uuid.UUID) trace.SpanID { return trace.SpanID(id[8:]) }

// sender is an exporter that keeps its failures to itself, until somebody asks.
type sender struct {
	sdktrace.SpanExporter
	failing atomic.Bool
	trouble atomic.Pointer[error] // not told yet
}

// ExportSpans implements sdktrace.SpanExporter.
func (s *sender) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := s.SpanExporter.ExportSpans(ctx, spans)
	if was := s.failing.Swap(err != nil); err != nil && !was {
		s.trouble.Store(&err)
	}
	return nil
}

// trouble returns why the collector takes nothing: once, until it took
// something again.
func (t *traces) trouble() error {
	if t == nil {
		return nil
	}
	if err := t.sender.trouble.Swap(nil); err != nil {
		return *err
	}
	return nil
}

var (
	_ sdktrace.IDGenerator  = runIDs{}
	_ sdktrace.SpanExporter = (*sender)(nil)
)
