package sqltable

import (
	"context"
	"fmt"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// mostFound bounds the rows one query answers with.
const mostFound = 10

// Find returns, per query, the rows whose columns hold one of the spellings
// each. Texts are compared without case.
func (c *Conn) Find(ctx context.Context, sel *connectors.Selection, queries []connectors.Query) ([][]connectors.Got, error) {
	if err := ctx.Err(); err != nil {
		return nil, c.d.Fail("read", sel.Object, err)
	}
	p, err := c.plan(ctx, sel)
	if err != nil {
		return nil, err
	}
	if err := c.settled(ctx, p); err != nil {
		return nil, c.d.Fail("read", p.table.Name, err)
	}
	answers := make([][]connectors.Got, len(queries))
	for _, same := range byPaths(queries) {
		s, err := newSearch(c.d, p, queries, same)
		if err != nil {
			return nil, err
		}
		if err := c.search(ctx, s, sel.Shape, answers); err != nil {
			return nil, c.d.Fail("read", p.table.Name, err)
		}
	}
	return answers, nil
}

// What a killed process sent may be carried out a little later: looks bounds
// how often it is waited for, between is the wait after the first look.
const (
	looks   = 9
	between = 20 * time.Millisecond
)

// settled waits until nothing is being written to the table: what is not there
// now would else come to be there after it was looked for.
func (c *Conn) settled(ctx context.Context, p *plan) error {
	if c.d.Under == nil {
		return nil
	}
	for look := range looks {
		under, err := c.d.Under(ctx, c.db, p.from)
		if err != nil || !under {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(between << look):
		}
	}
	return &connectors.Error{
		Kind: connectors.Limited, Op: "read", Where: p.table.Name, Err: plain("an earlier write is still under way"),
		Hint: "run again when it is over; a connection that broke may hold it until the database notices",
	}
}

// byPaths gathers the queries that ask for the same columns.
func byPaths(queries []connectors.Query) [][]int {
	var groups [][]int
	index := map[string]int{}
	for i, q := range queries {
		key := strings.Join(q.Paths, "\x00")
		n, ok := index[key]
		if !ok {
			n = len(groups)
			index[key] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], i)
	}
	return groups
}

// search is a set of queries that ask for the same columns: one statement over
// the first column finds the candidates of all.
type search struct {
	d       *Dialect
	p       *plan
	queries []connectors.Query
	columns []*Column        // of the paths
	exprs   []string         // that read them
	by      map[string][]int // queries by a spelling of the first column
	args    []any
}

func newSearch(d *Dialect, p *plan, queries []connectors.Query, same []int) (*search, error) {
	s := &search{d: d, p: p, queries: queries, by: map[string][]int{}}
	for _, path := range queries[same[0]].Paths {
		i, err := p.table.named(path)
		if err != nil {
			return nil, err
		}
		c := &p.table.Columns[i]
		s.columns = append(s.columns, c)
		s.exprs = append(s.exprs, d.Read(c, d.quote(c.Name)))
	}
	for _, n := range same {
		if len(s.columns) == 0 || len(queries[n].Values) != len(s.columns) {
			continue
		}
		for _, v := range queries[n].Values[0] {
			s.ask(n, v)
		}
	}
	return s, nil
}

// ask adds a spelling of the first column; a blank one, or one the column
// cannot hold, finds nothing.
func (s *search) ask(query int, v schema.Value) {
	if v.State() != schema.Present {
		return
	}
	arg, err := s.d.store(s.columns[0], v)
	if err != nil || arg == nil {
		return
	}
	key := spelling(s.columns[0], v)
	if _, asked := s.by[key]; !asked {
		s.args = append(s.args, arg)
		if text, ok := arg.(string); ok && folded(s.columns[0]) && strings.ToLower(text) != text {
			s.args = append(s.args, strings.ToLower(text))
		}
	}
	s.by[key] = append(s.by[key], query)
}

// folded reports whether a column is compared without case.
func folded(c *Column) bool { return textual(c.Type.Kind) || c.Type.Kind == schema.KindEnum }

// spelling returns what makes two values of a column the same in a search.
func spelling(c *Column, v schema.Value) string {
	if v.Kind() != c.Type.Kind {
		if w, err := convert(c, v); err == nil {
			v = w
		}
	}
	if v.Kind() == schema.KindDecimal {
		if n, err := c.Type.Normal(v, schema.Norm{}); err == nil {
			v = n
		}
	}
	text, _ := Text(v)
	s, _ := text.(string)
	return strings.ToLower(s)
}

// search runs the statements of a search.
func (c *Conn) search(ctx context.Context, s *search, shape *schema.Shape, answers [][]connectors.Got) error {
	for len(s.args) > 0 {
		n := min(len(s.args), keySizes[len(keySizes)-1])
		args := s.args[:n]
		s.args = s.args[n:]
		for _, size := range keySizes {
			if size >= n {
				for len(args) < size {
					args = append(args[:len(args):len(args)], args[len(args)-1])
				}
				break
			}
		}
		var raw []byte
		err := c.query(ctx, nil, s.text(len(args)), args, len(s.p.cols)+len(s.columns), func(cells []any) (err error) {
			rowCells := cells[:len(s.p.cols)]
			if raw, err = appendRow(raw[:0], rowCells); err != nil {
				return err
			}
			return s.answer(cells, raw, shape, answers)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// text is the statement for n spellings of the first column.
func (s *search) text(n int) string {
	what, list := s.d.quote(s.columns[0].Name), s.d.params(1, n)
	if folded(s.columns[0]) {
		marks := make([]string, n)
		for i := range marks {
			marks[i] = "lower(" + s.d.param(1+i) + ")"
		}
		what, list = "lower("+s.exprs[0]+")", "("+strings.Join(marks, ",")+")"
	}
	return fmt.Sprintf("SELECT %s, %s FROM %s WHERE %s IN %s", s.p.list(), strings.Join(s.exprs, ", "), s.p.from, what, list)
}

// answer gives a row to the queries it matches.
func (s *search) answer(cells []any, raw []byte, shape *schema.Shape, answers [][]connectors.Got) error {
	keys := make([]string, len(s.columns))
	for i, c := range s.columns {
		stored, err := asCell(cells[len(s.p.cols)+i])
		if err != nil {
			return err
		}
		if v, err := stored.valueOf(c.Type); err == nil {
			keys[i] = spelling(c, v)
		}
	}
	hash := s.p.hash(raw, cells)
	id := idText(cells[s.p.id])
	for _, n := range s.by[keys[0]] {
		if len(answers[n]) >= mostFound || !s.matches(n, keys) || known(answers[n], id) {
			continue
		}
		answers[n] = append(answers[n], s.p.got(row{raw: string(raw), hash: hash}, id, shape))
	}
	return nil
}

// matches reports whether the other columns hold one of a query's spellings.
func (s *search) matches(query int, keys []string) bool {
	for i := 1; i < len(s.columns); i++ {
		hit := false
		for _, v := range s.queries[query].Values[i] {
			hit = hit || v.Is() && spelling(s.columns[i], v) == keys[i]
		}
		if !hit {
			return false
		}
	}
	return true
}

// known reports whether a row is among the answers already.
func known(answers []connectors.Got, id string) bool {
	for _, a := range answers {
		if a.Record != nil && a.Record.ID == id {
			return true
		}
	}
	return false
}
