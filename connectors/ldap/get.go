package ldap

import (
	"context"
	"slices"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
	"syncline/schema"
)

// mostIDs bounds the ids that one search asks for.
const mostIDs = 100

// Get returns the entries of the ids. An id that no entry of the class has is
// gone, and so is one whose entry the credential may not see: directories do
// not tell the two apart.
func (c *Conn) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault("read", sel.Object, err)
	}
	p, err := c.plan(sel)
	if err != nil {
		return nil, err
	}
	found, err := c.byID(ctx, p, ids)
	if err != nil {
		return nil, err
	}
	answers := make([]connectors.Got, len(ids))
	for i, id := range ids {
		switch f := found[id]; len(f) {
		case 0:
			answers[i] = connectors.Got{Presence: connectors.Gone}
		case 1:
			answers[i] = p.got(f[0], sel.Shape)
		default:
			answers[i] = connectors.Got{Err: p.unfit(p.id, id, plain("several entries have this id"))}
		}
	}
	return answers, nil
}

// got decodes an entry as the answer to an id.
func (p *plan) got(e *entry, shape *schema.Shape) connectors.Got {
	hash := p.hash(e)
	if err := p.whole(e); err != nil {
		return connectors.Got{Hash: hash, Err: err}
	}
	rec := schema.NewRecord(shape)
	if err := p.decode(e.values, hash, rec); err != nil {
		return connectors.Got{Hash: hash, Err: err}
	}
	g := connectors.Got{Presence: connectors.Live, Record: rec, Hash: hash}
	if e.away {
		g.Presence = connectors.Archived
	}
	return g
}

// byID reads entries by id, also those that were moved to where archived ones
// are.
func (c *Conn) byID(ctx context.Context, p *plan, ids []string) (map[string][]*entry, error) {
	found := make(map[string][]*entry, len(ids))
	bases := []string{p.object.base}
	if to := p.object.archiveTo; to != "" && !under(to, p.object.base) {
		bases = append(bases, to)
	}
	for _, base := range bases {
		for chunk := range slices.Chunk(ids, mostIDs) {
			var conditions []string
			for _, id := range chunk {
				if v, ok := p.attrs[p.id].idValue(id); ok && !slices.Contains(conditions, p.attrs[p.id].is(v)) {
					conditions = append(conditions, p.attrs[p.id].is(v))
				}
			}
			if len(conditions) == 0 {
				continue
			}
			answer, err := c.search(ctx, p.request(base, p.filter(anyOf(conditions)), 0))
			if err != nil {
				return nil, fault("read", p.class, err)
			}
			p.gather(answer.Entries, found)
		}
	}
	return found, nil
}

// gather sorts entries by their ids.
func (p *plan) gather(entries []*driver.Entry, found map[string][]*entry) {
	for _, raw := range entries {
		e := p.entry(raw)
		if id, err := p.idOf(e.values); err == nil && !slices.ContainsFunc(found[id], func(o *entry) bool { return o.dn == e.dn }) {
			found[id] = append(found[id], e)
		}
	}
}
