package engine

import (
	"strings"
	"time"

	"syncline/engine/run"
	"syncline/engine/state"
	"syncline/pipelines"
)

func deadItem(s *state.Store, p *pipelines.Pipeline, d *state.Dead) QueueItem {
	out := QueueItem{
		End: endName(s, p, d.End), Record: d.Record, Reason: d.Reason, Since: d.At, Attempts: d.Attempts, Retry: d.Retry,
		Source: d.Where, dead: d,
	}
	switch {
	case d.Dropped:
		out.Kind = QueueDropped
	case d.Kind == state.DeadLetter:
		out.Kind = QueueDead
	case d.Kind == state.DeadFailing:
		out.Kind = QueueFailing
	case d.Kind == state.DeadWaiting:
		out.Kind = waitKind(d.Reason)
	case d.Kind == state.DeadDuplicate:
		out.Kind = QueueDuplicate
	case run.AsDeclared(d):
		out.Kind = QueueDeclared
	default:
		out.Kind = QueueAside
	}
	if d.Entity != 0 {
		out.Entity = s.Public(d.Entity)
	}
	return out
}

func waitKind(reason string) string {
	if strings.HasPrefix(reason, QueueWithheld) {
		return QueueWithheld
	}
	return QueueWaiting
}

func waitItem(s *state.Store, v *state.View, p *pipelines.Pipeline, w *state.Wait) QueueItem {
	out := QueueItem{
		Kind: waitKind(w.Reason), Entity: s.Public(w.Entity), Reason: w.Reason, Since: w.Since, Until: w.Until, wait: w,
		End: endName(s, p, w.End), Field: strings.TrimPrefix(s.Name(state.NumberUnit, w.Unit), p.Name+"/"),
	}
	var l state.Link
	if ok, err := v.Link(w.Entity, &l); !ok || err != nil {
		return out
	}
	for _, e := range l.Ends {
		switch {
		case e.Record == "":
		case e.End == w.End || out.End == "":
			out.End, out.Record = endName(s, p, e.End), e.Record
			return out
		case out.Record == "":
			out.Record = endName(s, p, e.End) + "/" + e.Record
		}
	}
	return out
}

func intentItem(s *state.Store, p *pipelines.Pipeline, in *state.Intent) QueueItem {
	out := QueueItem{
		Kind: QueueInFlight, End: endName(s, p, in.End), Record: in.Record, Entity: s.Public(in.Entity), Attempts: int(in.Attempts),
		Reason: "nobody knows yet whether it arrived; the next run looks", Since: time.UnixMicro(in.At).UTC(),
	}
	return out
}

func dueItem(s *state.Store, v *state.View, p *pipelines.Pipeline, d *state.Due) QueueItem {
	out := QueueItem{
		Kind: QueueDue, Field: strings.TrimPrefix(s.Name(state.NumberUnit, d.Unit), p.Name+"/"), Since: d.At, Until: d.At,
		Reason: "somebody is told when it is open until then",
	}
	if d.Entity != 0 {
		out.Entity = s.Public(d.Entity)
	}
	if k, ok := v.Conflict(d.Pipeline, d.Entity, d.Unit, d.Subject); ok {
		out.Since = k.First
		if to := escalatesTo(p, &k); to != nil {
			out.Reason = to.Name + " is told when it is open until then"
		}
		if len(k.Sides) > 0 {
			out.End, out.Record = endName(s, p, k.Sides[0].End), k.Sides[0].Record
		}
	}
	return out
}
