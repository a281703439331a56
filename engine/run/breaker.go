package run

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/engine/state"
)

// breakAfter is how many failures in a row open a breaker; the time it stays
// open then grows from leastOpen to mostOpen, a random share of it each time.
const (
	breakAfter = 5
	leastOpen  = 2 * time.Minute
	mostOpen   = time.Hour
)

// itsWrites is the name under which the breaker of a system's writes is kept: one
// of unit 0 is that of the system as a whole, which cannot be read, any other a
// field's.
const itsWrites = "(writes)"

// fuse names a breaker: an end, and a field of it or what stands for one.
type fuse struct {
	end  int
	unit state.Number
}

// breakers are what is left alone for a while, in this pass and the next.
type breakers struct {
	all    map[fuse]*state.Breaker
	writes state.Number            // the unit of a system's writes
	probes map[fuse]bool           // half-open ones that let their one request through
	fenced map[fuse][]state.Entity // who waits for a probe

	tries, refusals map[place]int
	rejected        map[rejection]string
}

// rejection is a field of a record that its end refused in this pass.
type rejection struct {
	entity state.Entity
	at     place
}

func (p *pass) loadBreakers() error {
	x := &p.breakers
	x.all, x.probes, x.fenced = map[fuse]*state.Breaker{}, map[fuse]bool{}, map[fuse][]state.Entity{}
	x.tries, x.refusals, x.rejected = map[place]int{}, map[place]int{}, map[rejection]string{}
	var err error
	if x.writes, err = p.Store.Number(state.NumberUnit, p.Pipeline.Name+"/"+itsWrites); err != nil {
		return err
	}
	err = p.Store.View(func(v *state.View) error {
		return v.Breakers(p.numbers.pipeline, func(k *state.Breaker) error {
			if end := p.endOf(k.End); end >= 0 {
				x.all[fuse{end, k.Unit}] = k
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return p.neighbours()
}

// neighbours takes over what another pipeline found of the same systems.
func (p *pass) neighbours() error {
	for _, q := range p.Peers {
		if q.Name == p.Pipeline.Name {
			continue
		}
		pn, err := p.Store.Number(state.NumberPipeline, q.Name)
		if err != nil {
			return err
		}
		writes, err := p.Store.Number(state.NumberUnit, q.Name+"/"+itsWrites)
		if err != nil {
			return err
		}
		err = p.Store.View(func(v *state.View) error {
			return v.Breakers(pn, func(k *state.Breaker) error {
				p.takeOver(q, k, writes)
				return nil
			})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) takeOver(q *plans.Pipeline, k *state.Breaker, writes state.Number) {
	name := strings.TrimPrefix(p.Store.Name(state.NumberEnd, k.End), q.Name+"/")
	i := slices.IndexFunc(q.Ends, func(e *plans.End) bool { return e.Name == name })
	if i < 0 || !k.Until.After(p.now) || k.Unit != 0 && k.Unit != writes {
		return
	}
	for _, e := range p.ends {
		f := fuse{end: e.Index}
		if k.Unit != 0 {
			f.unit = p.breakers.writes
		}
		if e.System.Name == q.Ends[i].System.Name && p.breakers.all[f] == nil {
			p.breakers.all[f] = &state.Breaker{Pipeline: p.numbers.pipeline, End: e.number, Unit: f.unit, Failures: k.Failures, Reason: k.Reason, Until: k.Until}
		}
	}
}

// openFuse returns the breaker that keeps something from being asked now; nil when
// nothing does.
func (p *pass) openFuse(f fuse) *state.Breaker {
	k := p.breakers.all[f]
	if k == nil || !k.Until.After(p.now) || p.Allow["probe"] > 0 {
		return nil
	}
	return k
}

// halfOpen reports whether a breaker was open and lets one request through.
func (p *pass) halfOpen(f fuse) bool {
	k := p.breakers.all[f]
	return k != nil && !k.Until.IsZero() && p.openFuse(f) == nil
}

// failedFuse counts a failure. With enough of them in a row, or where the system
// says how long it wants to be left alone, the breaker opens.
func (p *pass) failedFuse(f fuse, reason string, after time.Duration, atOnce bool) {
	k := p.breakers.all[f]
	if k == nil {
		k = &state.Breaker{Pipeline: p.numbers.pipeline, End: p.ends[f.end].number, Unit: f.unit}
		p.breakers.all[f] = k
	}
	k.Failures++
	k.Reason = reason
	if atOnce {
		k.Failures = max(k.Failures, breakAfter)
	}
	if after > 0 {
		k.Until = p.now.Add(after)
	}
	if k.Failures >= breakAfter {
		if until := p.now.Add(p.jitter(k.Failures - breakAfter)); until.After(k.Until) {
			k.Until = until
		}
	}
	p.changeFuse(func(b *state.Batch) { b.PutBreaker(k) })
}

// worked closes a breaker.
func (p *pass) worked(f fuse) {
	k := p.breakers.all[f]
	if k == nil {
		return
	}
	delete(p.breakers.all, f)
	p.changeFuse(func(b *state.Batch) { b.DeleteBreaker(k.Pipeline, k.End, k.Unit) })
	p.again = append(p.again, p.breakers.fenced[f]...)
	delete(p.breakers.fenced, f)
}

// changeFuse stores a change of a breaker at once: a pass that fails now has
// nothing else to store.
func (p *pass) changeFuse(change func(*state.Batch)) {
	if !p.Write {
		return
	}
	b := p.Store.NewBatch()
	change(b)
	if err := p.Store.Commit(b); err != nil && p.stopped == nil {
		p.stopped = fmt.Errorf("state: %w", err)
	}
}

// jitter is how long a breaker stays open after so many failures too many: a
// random share of a time that doubles, and not less than a second.
func (p *pass) jitter(n int) time.Duration {
	span := mostOpen
	if n < 5 {
		span = min(mostOpen, leastOpen<<n)
	}
	var b [8]byte
	if p.Random == nil {
		return span
	}
	if _, err := p.Random.Read(b[:]); err != nil {
		return span
	}
	return time.Second + time.Duration(binary.LittleEndian.Uint64(b[:])%uint64(span))
}

// reasonFuse is why something waits for a system.
func reasonFuse(k *state.Breaker) string {
	return fmt.Sprintf("left alone until %s after %d failures: %s", k.Until.UTC().Format(time.DateTime), k.Failures, k.Reason)
}

// reasonField is why something waits for a field. Its reason counts the
// refusals itself.
func reasonField(k *state.Breaker) string {
	return fmt.Sprintf("left alone until %s: %s", k.Until.UTC().Format(time.DateTime), k.Reason)
}

// systemic reports whether an error says something about the system as a whole,
// and how long the system wants to be left alone.
func systemic(err error) (time.Duration, bool) {
	switch connectors.KindOf(err) {
	case connectors.Unavailable, connectors.Limited, connectors.Denied:
	default:
		return 0, false
	}
	var e *connectors.Error
	if errors.As(err, &e) {
		return e.After, true
	}
	return 0, true
}

// fuses are the breakers for the summary.
func (p *pass) fuses() []plans.Breaker {
	var out []plans.Breaker
	for _, f := range slices.SortedFunc(maps.Keys(p.breakers.all), func(a, b fuse) int { return cmp.Or(a.end-b.end, int(a.unit)-int(b.unit)) }) {
		k := p.breakers.all[f]
		out = append(out, plans.Breaker{
			End: p.ends[f.end].Name, Field: p.fieldOfFuse(f), Failures: k.Failures, Reason: k.Reason, Until: k.Until, Open: k.Until.After(p.now),
		})
	}
	return out
}

func (p *pass) fieldOfFuse(f fuse) string {
	if f.unit == p.breakers.writes {
		return itsWrites
	}
	if i := p.unitOf(f.unit); f.unit != 0 && i >= 0 {
		return p.Pipeline.Units[i].Name
	}
	return ""
}
