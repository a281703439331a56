package serve

import (
	"strings"
	"time"

	"github.com/adhocore/gronx"

	"syncline/engine/plans"
)

// nightly is how often everything is listed where an end does not say it: the
// net below events.
const nightly = 24 * time.Hour

// rhythm is when the ends of a pipeline want to be read.
type rhythm struct {
	every time.Duration // the shortest; 0: none
	crons []string
	sweep time.Duration
	hooks bool // some of its ends tell by themselves
}

func rhythmOf(p *plans.Pipeline) rhythm {
	r := rhythm{sweep: nightly}
	for _, e := range p.Ends {
		if e.Every > 0 && (r.every == 0 || e.Every < r.every) {
			r.every = e.Every
		}
		if e.Cron != "" {
			r.crons = append(r.crons, e.Cron)
		}
		if e.Sweep > 0 {
			r.sweep = min(r.sweep, e.Sweep)
		}
		r.hooks = r.hooks || e.Webhook
	}
	return r
}

// next says when a pipeline that was polled last at a time is polled again;
// zero: never by itself. Jitter is what share of an interval it may come later:
// pipelines that began together do not stay together.
func (r *rhythm) next(last time.Time, jitter float64) (at time.Time) {
	if r.every > 0 {
		at = last.Add(r.every + time.Duration(jitter*float64(min(r.every/10, time.Minute))))
	}
	for _, c := range r.crons {
		if t, ok := tick(c, last); ok && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	return at
}

// zonePrefix is how a schedule names its time zone, as cron does.
const zonePrefix = "CRON_TZ="

// tick is the next time of a cron schedule after a moment, in the zone that it
// names, else in that of the moment.
func tick(cron string, after time.Time) (time.Time, bool) {
	if rest, ok := strings.CutPrefix(cron, zonePrefix); ok {
		name, expression, _ := strings.Cut(rest, " ")
		zone, err := time.LoadLocation(name)
		if err != nil {
			return time.Time{}, false
		}
		cron, after = strings.TrimSpace(expression), after.In(zone)
	}
	t, err := gronx.NextTickAfter(cron, after, false)
	return t, err == nil
}
