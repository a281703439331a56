package ldap

import (
	"context"
	"slices"
	"strings"
	"unicode"

	driver "github.com/go-ldap/ldap/v3"
	"golang.org/x/text/unicode/norm"

	"syncline/connectors"
	"syncline/schema"
)

const (
	// mostFound bounds the entries that one query answers with.
	mostFound = 10
	// mostAsked bounds the queries that one search asks for.
	mostAsked = 50
)

// Find returns, per query, the entries that hold one of the values each. The
// directory compares, by the rule of each attribute.
//
// Many queries go in one search, whose answer does not say which of them an
// entry is for: that is decided by the letters and digits alone, which is wider
// than the rules of directories.
func (c *Conn) Find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	if err := ctx.Err(); err != nil {
		return nil, fault("read", sel.Object, err)
	}
	p, err := c.plan(sel)
	if err != nil {
		return nil, err
	}
	answers := make([][]connectors.Got, len(queries))
	var asked []*query
	for i, q := range queries {
		one, err := p.query(c.schema, q)
		if err != nil {
			return nil, err
		}
		if one != nil {
			one.answer = &answers[i]
			asked = append(asked, one)
		}
	}
	for together := range slices.Chunk(asked, mostAsked) {
		if err := c.findAll(ctx, p, sel.Shape, together); err != nil {
			return nil, fault("read", p.class, err)
		}
	}
	return answers, nil
}

// query is one question, as a filter.
type query struct {
	filter string
	attrs  []*attribute
	keys   []map[string]bool // by attribute: the spellings asked for
	answer *[]connectors.Got
}

// query makes the filter of a question; nil when nothing can hold it.
func (p *plan) query(d *directory, q connectors.Query) (*query, error) {
	out := &query{}
	for i, path := range q.Paths {
		parsed, err := schema.ParsePath(path)
		a := d.attribute(parsed.Top())
		if err != nil || a == nil || !parsed.IsTop() || a.name == dnName || a.name == parentName {
			return nil, &connectors.Error{
				Kind: connectors.Unreadable, Op: "read", Where: p.class, Field: path, Err: plain("it is no attribute that can be searched for"),
				Hint: "match by another field",
			}
		}
		keys := map[string]bool{}
		var conditions []string
		for _, v := range q.Values[i] {
			spelled, err := a.store(v)
			if err != nil {
				continue
			}
			for _, s := range spelled {
				keys[wide(s)] = true
				conditions = append(conditions, a.is(s))
			}
		}
		if len(conditions) == 0 {
			return nil, nil
		}
		out.filter += anyOf(conditions)
		out.attrs, out.keys = append(out.attrs, a), append(out.keys, keys)
	}
	if len(out.attrs) == 0 {
		return nil, nil
	}
	if len(out.attrs) > 1 {
		out.filter = "(&" + out.filter + ")"
	}
	return out, nil
}

// wide spells a text so that what any rule takes for equal is equal: letters
// and digits, without case and accents; the text itself where it has none.
func wide(s string) string {
	key := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(unicode.ToUpper(r))
		}
		return -1
	}, norm.NFKD.String(s))
	if key == "" {
		return strings.TrimSpace(s)
	}
	return key
}

// findAll asks several questions at once. Those that nobody answers are asked
// once more, together: when the directory finds somebody after all, or has more
// to tell than it may, each is asked by itself.
func (c *Conn) findAll(ctx context.Context, p *plan, shape *schema.Shape, asked []*query) error {
	for range 2 {
		found, cut, err := c.ask(ctx, p, asked)
		if err != nil {
			return err
		}
		if cut {
			break
		}
		deal(p, shape, found, asked)
		asked = slices.DeleteFunc(slices.Clone(asked), func(q *query) bool { return len(*q.answer) > 0 })
		if len(found) == 0 || len(asked) == 0 {
			return nil
		}
	}
	for _, q := range asked {
		found, _, err := c.ask(ctx, p, []*query{q})
		if err != nil {
			return err
		}
		*q.answer = nil
		for _, e := range found {
			q.add(p.got(p.entry(e), shape))
		}
	}
	return nil
}

// ask searches for what answers one of the questions; cut says that there is
// more.
func (c *Conn) ask(ctx context.Context, p *plan, asked []*query) (found []*driver.Entry, cut bool, err error) {
	filters := make([]string, len(asked))
	for i, q := range asked {
		filters[i] = q.filter
	}
	r := p.request(p.object.base, p.filter(anyOf(filters)), mostFound*len(asked))
	r.Attributes = compared(r.Attributes, asked)
	answer, err := c.search(ctx, r)
	if driver.IsErrorWithCode(err, driver.LDAPResultSizeLimitExceeded) {
		cut, err = true, nil
	}
	if err != nil {
		return nil, false, err
	}
	return answer.Entries, cut, nil
}

// compared adds the attributes that the questions are about to those that are
// read.
func compared(read []string, asked []*query) []string {
	out := slices.Clone(read)
	for _, q := range asked {
		for _, a := range q.attrs {
			if !slices.Contains(out, a.name) {
				out = append(out, a.name)
			}
		}
	}
	return out
}

// deal gives entries to the questions they answer.
func deal(p *plan, shape *schema.Shape, entries []*driver.Entry, asked []*query) {
	for _, e := range entries {
		for _, q := range asked {
			if q.fits(e) {
				q.add(p.got(p.entry(e), shape))
			}
		}
	}
}

// fits reports whether an entry holds a spelling of each attribute.
func (q *query) fits(e *driver.Entry) bool {
	for i, a := range q.attrs {
		held := slices.ContainsFunc(e.GetEqualFoldAttributeValues(a.name), func(v string) bool { return q.keys[i][wide(v)] })
		if !held {
			return false
		}
	}
	return true
}

func (q *query) add(g connectors.Got) {
	if g.Presence != connectors.Archived && len(*q.answer) < mostFound {
		*q.answer = append(*q.answer, g)
	}
}
