package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/schema"
)

const (
	mostPages = 1_000_000
	mostBlank = 1_000 // pages in a row without a record
)

// walk is what one request with its pages is about.
type walk struct {
	parent       *piece       // nil: the listing stands alone
	since, until schema.Value // in the form of the request; absent: no bound
	token        string       // a sync token to begin with
}

// pager walks the pages of one request.
type pager struct {
	c  *conn
	p  *plan
	l  *Listing
	w  walk
	in *Input

	page  Page
	url   string              // of the next page, where it is an address
	at    *url.URL            // of the page before
	had   map[uint64]struct{} // what was asked for: cursors, addresses, keys
	last  uint64              // the hash of the last records
	blank int                 // pages in a row without records
	pages int
	count int64 // of records so far

	done      bool
	restarted bool      // the API asked to begin anew
	short     bool      // it ended before the total it told
	token     string    // the sync token for next time
	began     time.Time // the API's time at the first page; zero: not told
}

func (c *conn) pager(p *plan, l *Listing, w walk) *pager {
	g := &pager{c: c, p: p, l: l, w: w, had: map[uint64]struct{}{}, in: c.input(p.o.Name)}
	g.in.Fields, g.in.Since, g.in.Until = p.names, w.since, w.until
	if w.parent != nil {
		g.in.ParentID, g.in.Parent = w.parent.own, w.parent.value()
	}
	if n := g.paging(); n != nil {
		g.page.Size = n.Size.Ask
		switch next := n.Next.(type) {
		case ByNumber:
			g.page.Number = next.First
		case ByOffset:
			g.page.Offset = next.First
		}
	}
	if t, ok := l.Incremental.(SyncToken); ok && w.token != "" && t.URL {
		g.url = w.token
	}
	return g
}

// value returns the record; absent where it does not parse.
func (w *piece) value() schema.Value {
	v, _ := schema.FromJSON(w.raw)
	return v
}

func (g *pager) paging() *Paging { return g.l.Paging }

// next returns the records of the next page. After the last, done is set.
func (g *pager) next(ctx context.Context) ([]element, error) {
	if g.pages++; g.pages > g.most() {
		return nil, g.fault("the listing has more than " + strconv.Itoa(g.most()) + " pages")
	}
	k, err := g.call()
	if err != nil {
		return nil, err
	}
	a, err := g.c.send(ctx, k)
	if err != nil {
		return nil, err
	}
	if g.at = a.URL; g.pages == 1 {
		g.began = a.At
	}
	switch {
	case k.did == Restart:
		g.done, g.restarted = true, true
		return nil, nil
	case k.did == EndOfPages:
		g.done = true
		return nil, nil
	}
	body, _ := k.read(a.Response)
	elements, err := g.cut(body)
	if err != nil {
		return nil, g.p.o.unreadable("", err)
	}
	g.count += int64(len(elements))
	return elements, g.advance(k.looking(a.Response), elements)
}

// cut returns the records in the body of a page.
func (g *pager) cut(body []byte) ([]element, error) {
	if body == nil {
		if g.l.Records.Optional {
			return nil, nil
		}
		return nil, errors.New("the answer is empty where records should be")
	}
	return g.l.Records.cut(body)
}

func (g *pager) most() int {
	if n := g.paging(); n != nil && n.Most > 0 {
		return n.Most
	}
	return mostPages
}

// call makes the request of the next page.
func (g *pager) call() (*call, error) {
	g.in.Page = g.page
	k := &call{op: verbRead, o: g.p.o, r: &g.l.Request, in: g.in, ends: true, begins: true}
	var err error
	if k.out, err = g.c.outgoing(k.r, g.in); err != nil {
		return nil, k.fault(connectors.Refused, err)
	}
	k.out.safe = true
	if err := g.place(k.out); err != nil {
		return nil, k.fault(connectors.Refused, err)
	}
	if g.w.parent != nil && g.pages == 1 {
		k.accept = []int{http.StatusNotFound, http.StatusGone} // the parent went meanwhile
	}
	if n := g.paging(); n != nil && g.pages > 1 {
		for _, s := range n.Stop {
			if end, ok := s.(EndStatus); ok {
				k.accept = append(k.accept, end.Status)
			}
		}
	}
	return k, nil
}

// place puts into the request which page is asked for, and from when.
func (g *pager) place(out *outgoing) error {
	if g.url != "" {
		out.path, out.query = g.url, url.Values{}
		return nil
	}
	switch inc := g.l.Incremental.(type) {
	case Changes:
		if err := out.put(inc.Since, g.w.since); err != nil {
			return err
		}
		if err := out.put(inc.Until, g.w.until); err != nil {
			return err
		}
	case SyncToken:
		if g.w.token != "" && (g.pages == 1 || inc.Pages) {
			if err := out.put(inc.Into, schema.String(g.w.token)); err != nil {
				return err
			}
		}
	}
	n := g.paging()
	if n == nil {
		return nil
	}
	if n.Size.Ask > 0 {
		if err := out.put(n.Size.Into, schema.Int(int64(n.Size.Ask))); err != nil {
			return err
		}
	}
	switch next := n.Next.(type) {
	case ByCursor:
		if g.page.Cursor != "" {
			return out.put(next.Into, schema.String(g.page.Cursor))
		}
	case ByKey:
		if g.page.Cursor != "" {
			return out.put(next.Into, schema.String(g.page.Cursor))
		}
	case ByNumber:
		return out.put(next.Into, schema.Int(g.page.Number))
	case ByOffset:
		return out.put(next.Into, schema.Int(g.page.Offset))
	}
	return nil
}

// advance finds out where the next page is, or that there is none.
func (g *pager) advance(in *Input, elements []element) error {
	next, err := g.following(in, elements)
	if err == nil && next {
		err = g.turns(elements)
	}
	if err != nil {
		return err
	}
	if !next {
		g.done = true
		if t, ok := g.l.Incremental.(SyncToken); ok {
			v, err := t.From(in)
			if err != nil {
				return g.p.o.unreadable("", err)
			}
			g.token = strings.Clone(v.Plain())
		}
	}
	return nil
}

func (g *pager) following(in *Input, elements []element) (bool, error) {
	n := g.paging()
	if n == nil {
		return false, nil
	}
	stopped, err := g.stopped(n, in, len(elements))
	if stopped || err != nil {
		return false, err
	}
	switch next := n.Next.(type) {
	case ByCursor:
		v, err := next.From(in)
		if err != nil {
			return false, g.p.o.unreadable("", err)
		}
		g.page.Cursor = strings.Clone(v.Plain())
		return g.fresh(g.page.Cursor)
	case ByURL:
		v, err := next.From(in)
		if err != nil {
			return false, g.p.o.unreadable("", err)
		}
		return g.follow(v.Plain())
	case ByLink:
		return g.follow(linkOf(in.Header, or(next.Rel, "next")))
	case ByKey:
		return g.byKey(next, in, elements)
	}
	g.page.Number++
	g.page.Offset += int64(len(elements))
	return len(elements) > 0, nil
}

// turns holds that the pages come to an end: none has the records of the one
// before it, and no more than mostBlank in a row have none.
func (g *pager) turns(elements []element) error {
	if len(elements) == 0 {
		if g.blank++; g.blank > mostBlank {
			return g.fault("the API gave " + strconv.Itoa(mostBlank) + " pages in a row without a record, and leads to another")
		}
		return nil
	}
	sum := uint64(0)
	for _, e := range elements {
		sum = xxh3.HashSeed(e.raw, sum)
	}
	if g.blank = 0; sum == g.last {
		return g.fault("the API gave the same page twice")
	}
	g.last = sum
	return nil
}

func (g *pager) byKey(next ByKey, in *Input, elements []element) (bool, error) {
	if len(elements) == 0 {
		return false, nil
	}
	last, err := schema.FromJSON(elements[len(elements)-1].raw)
	if err != nil {
		return false, g.p.o.unreadable("", err)
	}
	g.page.Last = last
	look := *in
	look.Page = g.page
	v, err := next.Key(&look)
	if err != nil {
		return false, g.p.o.unreadable("", err)
	}
	g.page.Cursor = strings.Clone(v.Plain())
	return g.fresh(g.page.Cursor)
}

// stopped looks for the signs of the last page.
func (g *pager) stopped(n *Paging, in *Input, count int) (bool, error) {
	for _, s := range n.Stop {
		var stop bool
		switch s := s.(type) {
		case ShortPage:
			stop = n.Size.Ask > 0 && count < n.Size.Ask
		case EmptyPage:
			stop = count == 0
		case NoMore:
			v, err := s.More(in)
			if err != nil {
				return false, g.p.o.unreadable("", err)
			}
			stop = !v.Bool()
		case Total:
			v, err := s.Count(in)
			if err != nil {
				return false, g.p.o.unreadable("", err)
			}
			total, err := strconv.ParseInt(v.Plain(), 10, 64)
			if err != nil {
				return false, g.fault("the answer does not tell how many records there are")
			}
			stop = g.count >= total
			g.short = g.count < total
		}
		if stop {
			return true, nil
		}
	}
	return false, nil
}

// fresh reports whether there is a next page, and holds that it was not asked
// for before.
func (g *pager) fresh(what string) (bool, error) {
	if what == "" {
		return false, nil
	}
	sum := xxh3.HashString(what)
	if _, again := g.had[sum]; again {
		return false, g.fault("the API leads to a page that it led to before")
	}
	g.had[sum] = struct{}{}
	return true, nil
}

// follow takes the address of the next page, relative to this one's.
func (g *pager) follow(address string) (bool, error) {
	if address == "" {
		return false, nil
	}
	ref, err := url.Parse(address)
	if err != nil {
		return false, g.fault("the address of the next page is none")
	}
	u := g.at.ResolveReference(ref)
	if !strings.EqualFold(u.Host, g.c.base.Host) || u.Scheme != g.c.base.Scheme {
		return false, g.fault("the address of the next page is on another host than the API's base")
	}
	g.url = u.String()
	return g.fresh(g.url)
}

func (g *pager) fault(why string) error {
	return &connectors.Error{
		Kind: connectors.Unreadable, Op: verbRead, Where: g.p.o.Name, Err: fmt.Errorf("%s", why),
		Hint: "the listing counts as incomplete; the description may be wrong about its pages",
	}
}
