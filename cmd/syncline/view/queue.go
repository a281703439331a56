package view

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/engine"
)

// QueueCount counts what of one kind stands in the queue.
type QueueCount struct {
	Kind   string
	Count  int
	Oldest time.Time
}

// QueueCounts counts the queue by kind, in the order in which kinds are told
// of.
func QueueCounts(items []engine.QueueItem) []QueueCount {
	byKind := map[string]*QueueCount{}
	for i := range items {
		c := byKind[items[i].Kind]
		if c == nil {
			c = &QueueCount{Kind: items[i].Kind, Oldest: items[i].Since}
			byKind[items[i].Kind] = c
		}
		c.Count++
		if items[i].Since.Before(c.Oldest) {
			c.Oldest = items[i].Since
		}
	}
	var out []QueueCount
	for _, kind := range engine.QueueKinds() {
		if c := byKind[kind]; c != nil {
			out = append(out, *c)
		}
	}
	return out
}

// Queue lists what waits and what died, oldest first, as far as it fits on the
// page. Counts are of all of that; quiet counts what nobody has to look at.
func (p *Page) Queue(items []engine.QueueItem, counts, quiet []QueueCount, now time.Time) {
	if len(items) == 0 {
		p.line("Nothing waits, and nothing died.")
		p.unlisted(quiet)
		return
	}
	p.queueTable(items, now)
	total := p.queueCounts(counts, now)
	if total > len(items) {
		p.line("The oldest %s of %s; -limit 0 lists all.", count(len(items)), plural(total, "item", "items"))
	}
	p.unlisted(quiet)
	p.line("`syncline queue show ID` shows one, `syncline queue retry ID` lets the next run try it again.")
}

func (p *Page) queueTable(items []engine.QueueItem, now time.Time) {
	parts := slices.ContainsFunc(items, func(q engine.QueueItem) bool { return q.Field != "" })
	var rows [][]string
	for i := range items {
		q := &items[i]
		field := q.Field
		if parts {
			field = or(field, "(whole)")
		}
		rows = append(rows, []string{
			p.paint(name, clean(q.ID)), clean(q.Kind), clean(q.Pipeline), clean(standsAt(q)), clean(field), clean(q.Reason), tries(q),
			span(now.Sub(q.Since)),
		})
	}
	p.table("", columns("id", "kind", "pipeline", "record", "field", "reason", ">tries", ">age"), rows)
	p.line("")
}

// unlisted says in one line what nobody has to look at.
func (p *Page) unlisted(counts []QueueCount) {
	if len(counts) == 0 {
		return
	}
	var each, kinds []string
	for _, c := range counts {
		each = append(each, count(c.Count)+" "+clean(c.Kind))
		kinds = append(kinds, "-kind "+clean(c.Kind))
	}
	p.line("Not listed, as nobody has to look at them: %s; %s lists them.", strings.Join(each, ", "), strings.Join(kinds, " or "))
}

func (p *Page) queueCounts(counts []QueueCount, now time.Time) (total int) {
	for _, c := range counts {
		total += c.Count
		p.line("%s %s, the oldest for %s", p.paint(strong, count(c.Count)), clean(c.Kind), span(now.Sub(c.Oldest)))
	}
	return total
}

// standsAt is the record that an item of the queue is about.
func standsAt(q *engine.QueueItem) string {
	switch {
	case q.End == "":
		return q.Record
	case q.Record == "":
		return q.End
	}
	return q.End + "/" + q.Record
}

func tries(q *engine.QueueItem) string {
	switch {
	case q.Retry:
		return "next run"
	case q.Attempts == 0:
		return ""
	}
	return strconv.Itoa(q.Attempts)
}

// Queued shows one item of the queue whole, and the commands that settle it.
func (p *Page) Queued(q engine.QueueItem, path string, now time.Time) {
	p.line("%s %s in %s", p.paint(warn, clean(q.Kind)), p.paint(name, clean(q.ID)), clean(q.Pipeline))
	attempts := ""
	if q.Attempts > 0 {
		attempts = strconv.Itoa(q.Attempts)
	}
	p.facts([][2]string{
		{"record", standsAt(&q)}, {"entity", q.Entity}, {"field", q.Field}, {"why", q.Reason}, {"attempts", attempts},
		{"since", moment(q.Since) + " (" + span(now.Sub(q.Since)) + ")"}, {"until", moment(q.Until)}, {"told", q.Alert},
		{"decided by", q.Source},
	})
	p.line("")
	if q.Retry {
		p.line("The next run tries it again.")
		return
	}
	where := ""
	if path != "." {
		where = " " + word(path)
	}
	switch q.Kind {
	case engine.QueueDead, engine.QueueAside, engine.QueueDuplicate, engine.QueueDeclared, engine.QueueDropped:
		p.line("  syncline queue retry %s%s            %s", word(q.ID), where, p.paint(faint, "# the next run reads it by its id and decides afresh"))
		if q.Kind != engine.QueueDropped {
			p.line("  syncline queue drop %s%s -why TEXT   %s", word(q.ID), where, p.paint(faint, "# hear no more of it until it changes"))
		}
	case engine.QueueFailing:
		p.line("Every run tries it again; after five attempts it is a dead letter.")
	default:
		p.line("It goes on by itself once its reason is gone; every run looks.")
	}
}

// QueueSurvey says what of which kind is meant.
func (p *Page) QueueSurvey(counts []QueueCount, now time.Time) {
	if len(counts) == 0 {
		p.line("Nothing that the filters let through stands in the queue.")
		return
	}
	p.queueCounts(counts, now)
}

// Requeued says what became of a retry or a drop.
func (p *Page) Requeued(r engine.Resolution, drop bool) {
	switch n := r.Stored + r.Same; {
	case n == 0:
	case drop:
		p.line("%s dropped: nobody hears more until the record changes.", plural(n, "item is", "items are"))
	default:
		p.line("The next run tries %s again.", plural(n, "item", "items"))
	}
	p.refusals(r.Refused, "refused")
}
