package ldap

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	driver "github.com/go-ldap/ldap/v3"

	"syncline/connectors"
	"syncline/schema"
)

const (
	// overlap is how far before the checkpoint an incremental listing by time
	// starts again: a change may reach this server later than its time says.
	overlap = time.Minute
	// skew is how far the server's clock may be behind ours.
	skew = 5 * time.Minute
)

// mark is a checkpoint: the latest time that was read, or the number of changes
// when the listing began and the server that counted them.
type mark struct {
	Version int    `json:"v"`
	Server  string `json:"server,omitempty"`
	Number  int64  `json:"number,omitempty"`
	Time    string `json:"time,omitempty"`
}

// Read lists the entries of a class. An incremental listing has what changed
// since the checkpoint and a little more; of a checkpoint of another server's
// numbers nothing follows, and the listing is a full one.
func (c *Conn) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	p, err := c.plan(sel)
	if err != nil {
		return nil, err
	}
	since, err := readMark(from)
	if err != nil {
		return nil, err
	}
	s := &stream{c: c, p: p, complete: true, next: mark{Version: 1}, start: c.clock().Add(-skew)}
	more := ""
	if p.cursor >= 0 {
		if more, err = s.since(ctx, since, full); err != nil {
			return nil, err
		}
	}
	s.incremental = more != ""
	if s.line, err = c.lease(ctx); err != nil {
		return nil, fault("read", p.class, err)
	}
	s.request = p.request(p.object.base, p.filter(more), 0)
	if c.root.paging {
		s.paging = driver.NewControlPaging(p.object.page)
		s.request.Controls = append(s.request.Controls, s.paging)
	}
	if c.root.oneDomain {
		s.request.Controls = append(s.request.Controls, driver.NewControlString(domainControl, false, ""))
	}
	return s, nil
}

func readMark(from connectors.Checkpoint) (mark, error) {
	var m mark
	if len(from) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(from, &m); err != nil || m.Version != 1 {
		return m, &connectors.Error{
			Kind: connectors.Unreadable, Op: "read", Where: "the checkpoint", Err: plain("it is not one of this connector"),
			Hint: "walk the whole listing once",
		}
	}
	return m, nil
}

// since is the condition on the cursor of an incremental listing; "" of a full
// one.
func (s *stream) since(ctx context.Context, m mark, full bool) (string, error) {
	a := s.p.attrs[s.p.cursor]
	switch {
	case a.name == "uSNChanged":
		top, err := s.c.newest(ctx)
		if err != nil {
			return "", err
		}
		s.next.Server, s.next.Number = s.c.root.service, top
		if full || m.Number == 0 || m.Server != s.next.Server {
			return "", nil
		}
		return "(" + a.name + ">=" + strconv.FormatInt(m.Number, 10) + ")", nil
	case a.form == asTime:
		t, ok := readTime(m.Time)
		if full || !ok {
			return "", nil
		}
		s.next.Time = m.Time
		return "(" + a.name + ">=" + t.Add(-overlap).Format("20060102150405Z") + ")", nil
	}
	return "", &connectors.Error{
		Kind: connectors.Unsupported, Op: "read", Where: s.p.class, Field: a.name, Err: plain("it cannot be a cursor"),
		Hint: "use modifyTimestamp, whenChanged or uSNChanged",
	}
}

// newest is the number of the last change before a listing begins.
func (c *Conn) newest(ctx context.Context) (int64, error) {
	dse, err := c.entryAt(ctx, "", []string{"highestCommittedUSN"})
	if err != nil {
		return 0, fault("read", "the root DSE", err)
	}
	n, err := strconv.ParseInt(dse.GetAttributeValue("highestCommittedUSN"), 10, 64)
	if err != nil {
		return 0, &connectors.Error{
			Kind: connectors.Unsupported, Op: "read", Where: "the root DSE", Field: "highestCommittedUSN",
			Err: plain("the server does not tell the number of its last change"), Hint: "use another cursor",
		}
	}
	return n, nil
}

// stream is a listing under way. It has a connection of its own: a server
// remembers a listing by its connection.
type stream struct {
	c           *Conn
	p           *plan
	line        *line
	request     *driver.SearchRequest
	paging      *driver.ControlPaging
	start       time.Time // what changed later is read again
	next        mark
	incremental bool
	complete    bool
	ended       bool
	elsewhere   bool // a part of the tree is on another server
	failed      error
	raw         []byte
}

// Next reads one page. After an error the listing is not complete.
func (s *stream) Next(ctx context.Context, b *connectors.Batch) error {
	b.Reset()
	for len(b.Items) == 0 {
		switch {
		case s.failed != nil:
			return s.failed
		case s.ended:
			return io.EOF
		}
		s.page(ctx, b)
	}
	return nil
}

// page asks for a page. The entries that come before an error are told first.
func (s *stream) page(ctx context.Context, b *connectors.Batch) {
	if err := ctx.Err(); err != nil {
		s.fail(err)
		return
	}
	var found *driver.SearchResult
	err := s.line.on(ctx, func(l *driver.Conn) (err error) {
		found, err = l.Search(s.request)
		return err
	})
	if found != nil {
		s.take(found.Entries, b)
		s.elsewhere = s.elsewhere || len(found.Referrals) > 0
	}
	if err != nil {
		s.fail(err)
		return
	}
	var cookie []byte
	if control, ok := driver.FindControl(found.Controls, pagingControl).(*driver.ControlPaging); ok {
		cookie = control.Cookie
	}
	if s.ended = s.paging == nil || len(cookie) == 0; !s.ended {
		s.paging.SetCookie(cookie)
		return
	}
	s.c.free(s.line)
	s.line = nil
	s.foreign(b)
}

func (s *stream) fail(err error) {
	s.failed = fault("read", s.p.class, err)
	s.Close()
}

// foreign adds an item that says that the listing is not of the whole tree.
func (s *stream) foreign(b *connectors.Batch) {
	if !s.elsewhere {
		return
	}
	s.complete = false
	it := b.Add()
	it.Where = s.p.class
	it.Err = &connectors.Error{
		Kind: connectors.Unreadable, Op: "read", Where: s.p.class, Err: plain("a part of the tree below base is on another server"),
		Hint: "choose a base that this server holds, or point url to one that holds all",
	}
}

// take makes items of entries.
func (s *stream) take(entries []*driver.Entry, b *connectors.Batch) {
	s.raw = s.raw[:0]
	var ends []int
	for _, found := range entries {
		e := s.p.entry(found)
		s.saw(e)
		if e.away && !s.incremental {
			continue
		}
		it := b.Add()
		it.Index, it.Where, it.Gone = len(b.Items)-1, found.DN, e.away
		if it.ID, it.Err = s.p.idOf(e.values); it.Err == nil {
			it.Err = s.p.whole(e)
		}
		it.Hash = s.p.hash(e)
		s.raw, _ = e.append(s.raw, 0)
		ends = append(ends, len(s.raw))
	}
	from := 0
	for i, to := range ends {
		b.Items[i].Raw = s.raw[from:to:to]
		from = to
	}
}

// saw moves the next checkpoint on, but not beyond the beginning: what changed
// while the listing ran may have been passed by.
func (s *stream) saw(e *entry) {
	if s.p.cursor < 0 {
		return
	}
	t, ok := readTime(first(e.values, s.p.cursor))
	if !ok || s.p.attrs[s.p.cursor].form != asTime {
		return
	}
	if t.After(s.start) {
		t = s.start
	}
	if last, ok := readTime(s.next.Time); !ok || t.After(last) {
		s.next.Time = t.UTC().Format("20060102150405Z")
	}
}

// Decode turns an item into a record.
func (s *stream) Decode(it *connectors.Item, rec *schema.Record) error {
	if it.Err != nil {
		return it.Err
	}
	values, err := s.p.readEntry(it.Raw)
	if err != nil {
		return err
	}
	return s.p.decode(values, it.Hash, rec)
}

// Where says which entry an item is.
func (s *stream) Where(it *connectors.Item) string { return strings.Clone(it.Where) }

// Done says where the next listing continues; complete after a full one that
// reached its end.
func (s *stream) Done() (connectors.Checkpoint, bool) {
	if s.p.cursor < 0 || s.next.Number == 0 && s.next.Time == "" || s.failed != nil {
		return nil, s.complete && s.ended && !s.incremental
	}
	m, err := json.Marshal(s.next)
	if err != nil {
		return nil, false
	}
	return m, s.complete && s.ended && !s.incremental
}

// Close ends the listing, also on the server.
func (s *stream) Close() error {
	if s.line != nil {
		s.line.cut()
		s.line = nil
	}
	return nil
}
