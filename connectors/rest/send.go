package rest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/schema"
)

// call is one request and what its answer may be.
type call struct {
	op     string
	o      *Object // nil: outside one
	r      *Request
	in     *Input
	out    *outgoing // nil: what the description makes of r
	accept []int     // statuses that are no fault here
	ends   bool      // a rule may end it: a page, or a read by id
	begins bool      // a rule may begin it anew: a page
	key    string    // an idempotency key in a header
	header string    // and the header's name

	// What the last answer was taken for.
	rule *Rule
	did  Reaction // Ignore, Restart, EndOfPages, or Fail: nothing special
	seen seen
}

// seen is the last answer, read once.
type seen struct {
	resp *httpclient.Response
	json []byte
	err  error
	in   *Input // what programs that look at it see; nil until one does
}

// read returns the JSON of an answer, nil where it is empty or blank.
func (k *call) read(resp *httpclient.Response) ([]byte, error) {
	if k.seen.resp != resp {
		k.seen = seen{resp: resp}
		if len(bytes.TrimSpace(resp.Body)) > 0 {
			k.seen.json, k.seen.err = resp.JSON()
		}
	}
	return k.seen.json, k.seen.err
}

// looking is what programs that look at the answer see. Its texts are parts of
// the answer.
func (k *call) looking(resp *httpclient.Response) *Input {
	body, err := k.read(resp)
	if k.seen.in != nil {
		return k.seen.in
	}
	in := *k.in
	in.Status, in.Header, in.Body = resp.Status, resp.Header, schema.Value{}
	if err == nil && body != nil {
		in.Body, _ = schema.ViewJSON(body)
	}
	k.seen.in = &in
	return &in
}

// answer is what came back.
type answer struct {
	*httpclient.Response
	json []byte // nil: the body is empty
}

// send carries out a call. Every error is a *connectors.Error.
func (c *conn) send(ctx context.Context, k *call) (*answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, &connectors.Error{Kind: connectors.Unavailable, Op: k.op, Where: k.name(), Err: err}
	}
	client, err := c.client()
	if err != nil {
		return nil, err
	}
	if k.out == nil {
		if k.out, err = c.outgoing(k.r, k.in); err != nil {
			return nil, k.fault(connectors.Refused, err)
		}
	}
	r, err := k.out.request(k.op)
	if err != nil {
		return nil, k.fault(connectors.Refused, err)
	}
	if most := c.d.Limits.Payload; most > 0 && int64(len(r.Body)) > most {
		return nil, k.fault(connectors.Refused, errors.New("the request is larger than the API takes: "+strconv.Itoa(len(r.Body))+" bytes"))
	}
	r.Key, r.KeyHeader = k.key, k.header
	r.Classify = func(resp *httpclient.Response) httpclient.Verdict { return c.classify(k, resp) }
	resp, err := client.Do(ctx, r)
	if err != nil {
		return nil, k.named(err, resp, c)
	}
	a := &answer{Response: resp}
	if a.json, err = k.read(resp); err != nil && resp.Status < 300 && k.did != EndOfPages {
		return nil, k.untold(err)
	}
	return a, nil
}

func (k *call) name() string {
	if k.o == nil {
		return ""
	}
	return k.o.Name
}

func (k *call) fault(kind connectors.ErrorKind, err error) error {
	return &connectors.Error{Kind: kind, Op: k.op, Where: k.name(), Err: err}
}

// untold is the error of an answer that cannot be understood: of a request that
// writes it says nothing about what was done.
func (k *call) untold(err error) error {
	if k.out != nil && k.out.reads() {
		return k.fault(connectors.Unreadable, err)
	}
	return &connectors.Error{
		Kind: connectors.Uncertain, Op: k.op, Where: k.name(), Err: err,
		Hint: "the next run reads the record and finds out",
	}
}

// named adds to an error the field that the API names.
func (k *call) named(err error, resp *httpclient.Response, c *conn) error {
	var e *connectors.Error
	if !errors.As(err, &e) || k.rule == nil || k.rule.Field == nil || k.o == nil || resp == nil {
		return err
	}
	v, err2 := k.rule.Field(k.looking(resp))
	if err2 == nil {
		e.Field = k.o.fieldCalled(v.Plain())
	}
	return err
}

// fieldCalled returns the field that the API calls so; "" where there is none:
// an API quotes what people wrote.
func (o *Object) fieldCalled(name string) string {
	for i := range o.Fields {
		f := &o.Fields[i]
		if name != "" && (f.Name == name || f.path().String() == name || f.target().String() == name || f.target().Top() == name) {
			return f.Name
		}
	}
	return ""
}

// classify says what an answer means.
func (c *conn) classify(k *call, resp *httpclient.Response) httpclient.Verdict {
	k.rule, k.did = nil, Fail
	look := func() *Input { return k.looking(resp) }
	if rule := c.fitting(k, resp.Status, resp.Header, look); rule != nil {
		k.rule = rule
		v, did := rule.verdict(look(), c.now())
		k.did = did
		return v
	}
	if slices.Contains(k.accept, resp.Status) {
		if resp.Page() {
			return notOurs(resp.Status)
		}
		k.did = EndOfPages
		return httpclient.Verdict{}
	}
	if _, ok := k.out.kind.(GraphQL); ok && resp.Status < 400 && look().Body.Field("errors").Is() {
		return httpclient.Verdict{Action: httpclient.Fail, Kind: k.partly(look().Body), Text: "the answer holds errors"}
	}
	return httpclient.Standard(resp)
}

// notOurs is the verdict about a page for people that says what an API would
// say of one record: it says it of the address.
func notOurs(status int) httpclient.Verdict {
	return httpclient.Verdict{
		Action: httpclient.Fail, Kind: connectors.Unreadable, Text: "answered " + strconv.Itoa(status) + " with a page of HTML, which says nothing of a record",
		Hint: "see what answers at this address: a proxy, a log-in page, another version of the API",
	}
}

// fitting returns the first rule that fits an answer, which is only looked at
// where a rule asks for it.
func (c *conn) fitting(k *call, status int, header http.Header, look func() *Input) *Rule {
	lists := [][]Rule{nil, nil, c.d.Rules}
	if k.r != nil {
		lists[0] = k.r.Rules
	}
	if k.o != nil {
		lists[1] = k.o.Rules
	}
	for _, list := range lists {
		for i := range list {
			if k.takes(list[i].Does) && list[i].fits(status, header, look) {
				return &list[i]
			}
		}
	}
	return nil
}

// partly returns the kind of an answer of GraphQL that holds errors: with data
// beside them, something may have been done.
func (k *call) partly(body schema.Value) connectors.ErrorKind {
	if !k.out.reads() && body.Field("data").Is() {
		return connectors.Uncertain
	}
	return connectors.Refused
}

// takes reports whether a reaction has a meaning here.
func (k *call) takes(does Reaction) bool {
	return (does != Restart || k.begins) && (does != EndOfPages || k.ends)
}

// fits reports whether the rule is for this answer. A program that fails does
// not fit.
func (r *Rule) fits(status int, header http.Header, look func() *Input) bool {
	if len(r.Status) > 0 && !slices.ContainsFunc(r.Status, func(s int) bool { return s == status || s == status/100 }) {
		return false
	}
	if r.Header != "" && header.Get(r.Header) == "" {
		return false
	}
	if r.When == nil {
		return true
	}
	v, err := r.When(look())
	return err == nil && v.Bool()
}

// verdict says what the rule makes of an answer.
func (r *Rule) verdict(in *Input, now time.Time) (httpclient.Verdict, Reaction) {
	v := httpclient.Verdict{Kind: r.Kind, Undone: r.Undone, Hint: r.Hint, After: r.after(in, now), Text: r.text(in)}
	switch r.Does {
	case Fail:
		v.Action = httpclient.Fail
	case Retry, Wait:
		v.Action = httpclient.Repeat
		if v.Kind == connectors.Failed {
			v.Kind = connectors.Unavailable
		}
		if r.Does == Wait {
			v.Kind, v.Undone = connectors.Limited, true
		}
	case Refresh:
		v.Action, v.Kind = httpclient.Renew, connectors.Denied
	default:
		return httpclient.Verdict{}, r.Does
	}
	return v, Fail
}

func (r *Rule) after(in *Input, now time.Time) time.Duration {
	if r.After == nil {
		return 0
	}
	v, err := r.After(in)
	if err != nil || !v.Is() {
		return 0
	}
	if seconds, err := strconv.ParseFloat(v.Plain(), 64); err == nil {
		return time.Duration(min(max(seconds, 0), 1e9) * float64(time.Second))
	}
	if t, err := momentOf(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// text says what happened: the status, and the API's own word for it where it
// is a word and not a sentence, which might quote people.
func (r *Rule) text(in *Input) string {
	text := "the API answered with status " + strconv.Itoa(in.Status)
	if r.Code == nil {
		return text
	}
	v, err := r.Code(in)
	if err != nil || !isCode(v.Plain()) {
		return text
	}
	return text + " and the code " + v.Plain()
}

func isCode(text string) bool {
	if text == "" || len(text) > 64 {
		return false
	}
	for _, c := range []byte(text) {
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}
