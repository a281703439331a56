package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/schema"
)

var errResults = errors.New("the answer does not tell what became of every change")

// batch carries out changes of one verb that share requests.
func (c *conn) batch(ctx context.Context, w *Write, tasks []*task) {
	tasks = c.readBefore(ctx, tasks)
	for len(tasks) > 0 {
		elements, some := c.bundle(ctx, w, tasks)
		for times := 0; len(some) > 0; times++ {
			again := c.sendBatch(ctx, w, some, elements)
			if len(again) == 0 || times == mostAgain || c.pause(ctx, times) != nil {
				break
			}
			elements, some = c.bundle(ctx, w, again)
		}
		n := 0
		for n < len(tasks) && tasks[n].bundled {
			n++
		}
		tasks = tasks[n:]
	}
}

// mostAgain is how often changes are sent again that a batch gave back undone.
const mostAgain = 4

// pause waits before a batch is sent again: twice as long each time.
func (c *conn) pause(ctx context.Context, times int) error {
	wait := time.Second << times
	if sleep := c.options.HTTP.Sleep; sleep != nil {
		return sleep(ctx, wait)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// readBefore reads what has to be read before, all at once, and returns the
// changes that can go on.
func (c *conn) readBefore(ctx context.Context, tasks []*task) []*task {
	var ids []string
	for _, t := range tasks {
		t.rev = t.ch.Revision
		if t.reads(&t.parts[0]) {
			ids = append(ids, t.id)
		}
	}
	if len(ids) == 0 {
		return tasks
	}
	found, err := c.fetch(ctx, tasks[0].p, ids)
	var out []*task
	at := 0
	for _, t := range tasks {
		if t.reads(&t.parts[0]) {
			if err != nil {
				t.res.Err = err
				continue
			}
			at++
			if err := t.saw(&found[at-1]); err != nil {
				t.res.Err = t.failure(err)
				continue
			}
		}
		out = append(out, t)
	}
	return out
}

// bundle makes the elements of the next request: as many changes as it takes.
// It marks those it looked at, and gives those that have an element.
func (c *conn) bundle(ctx context.Context, w *Write, tasks []*task) (elements []schema.Value, some []*task) {
	size := int64(0)
	for _, t := range tasks {
		if len(some) == max(w.Batch.Most, 1) {
			break
		}
		e, err := t.element(ctx, w, len(some))
		if err != nil {
			t.res.Err, t.bundled = t.failure(err), true
			continue
		}
		n := int64(len(e.AppendJSON(nil))) + 2
		if most := c.d.Limits.Payload; most > 0 && len(some) > 0 && size+n > most-most/8 {
			break
		}
		size += n
		t.bundled = true
		elements, some = append(elements, e), append(some, t)
	}
	return elements, some
}

// element returns what stands for the change in a batch.
func (t *task) element(ctx context.Context, w *Write, index int) (schema.Value, error) {
	pt := &t.parts[0]
	out, err := t.step(ctx, pt, &w.Steps[0])
	if err != nil {
		return schema.Value{}, err
	}
	if out == nil {
		return schema.Value{}, errors.New("the change has nothing to write")
	}
	if err := t.condition(w, out); err != nil {
		return schema.Value{}, err
	}
	t.in.Sub = out.sub(index)
	if w.Batch.Element == nil {
		return out.value, nil
	}
	return w.Batch.Element(t.in)
}

// sub is the request as one inside a batch.
func (o *outgoing) sub(index int) *SubRequest {
	s := &SubRequest{Method: o.method, URL: o.path, Body: o.value, Index: index, Headers: schema.Object(nil, nil)}
	if len(o.query) > 0 {
		s.URL += "?" + o.query.Encode()
	}
	for name, values := range o.header {
		if next, err := schema.PathTo(name).Set(s.Headers, schema.String(strings.Join(values, ", "))); err == nil {
			s.Headers = next
		}
	}
	return s
}

// sendBatch sends one request and gives each change its result. It returns those
// that were not done and may be sent again.
func (c *conn) sendBatch(ctx context.Context, w *Write, tasks []*task, elements []schema.Value) (again []*task) {
	in := *tasks[0].in
	in.Elements, in.Set, in.Sub = schema.List(elements...), schema.Value{}, nil
	k := &call{op: w.Verb, o: tasks[0].o, r: &w.Batch.Request, in: &in}
	var err error
	if k.out, err = c.outgoing(k.r, &in); err == nil {
		if k.out.kind == nil && k.out.method != http.MethodDelete {
			k.out.kind, k.out.value = JSON{}, in.Elements
		}
		_, err = c.send(ctx, k)
	}
	var results [][]byte
	if err == nil {
		results, err = k.results(w.Batch, len(tasks))
	}
	if err != nil {
		for _, t := range tasks {
			t.res.Err = t.failure(err)
		}
		return nil
	}
	var alone []*task
	for i, t := range tasks {
		t.res.Err, t.undone = nil, false
		if err := t.result(w, results[i]); err != nil {
			t.res.Err = t.failure(err)
			alone = append(alone, t)
		}
		if t.undone {
			again = append(again, t)
		}
	}
	if w.Batch.Whole && len(alone) > 0 {
		c.separate(ctx, tasks)
		return nil
	}
	c.settle(ctx, w, tasks)
	return again
}

// results returns what stands for each change, in their order.
func (k *call) results(b *Batch, n int) ([][]byte, error) {
	elements, err := (&Records{At: b.Results}).cut(k.seen.json)
	if err != nil {
		return nil, k.untold(err)
	}
	out := make([][]byte, n)
	for i, e := range elements {
		at := i
		if b.Key != nil {
			in := *k.in
			if in.Result, err = schema.FromJSON(e.raw); err != nil {
				return nil, k.untold(err)
			}
			v, err := b.Key(&in)
			if err != nil {
				return nil, k.untold(err)
			}
			if at, err = strconv.Atoi(v.Plain()); err != nil {
				return nil, k.untold(errResults)
			}
		}
		if at < 0 || at >= n || out[at] != nil {
			return nil, k.untold(errResults)
		}
		out[at] = e.raw
	}
	for _, raw := range out {
		if raw == nil {
			return nil, k.untold(errResults)
		}
	}
	return out, nil
}

// result judges one change of a batch.
func (t *task) result(w *Write, raw []byte) error {
	s := &w.Steps[0]
	k := &call{op: t.verb, o: t.o, r: &s.Request, in: t.in, out: &outgoing{method: http.MethodPost}}
	in := *t.in
	var err error
	if in.Result, err = schema.FromJSON(raw); err != nil {
		return k.untold(err)
	}
	in.Header, in.Body = http.Header{}, in.Result
	if in.Status, err = w.Batch.status(&in); err != nil {
		return k.untold(err)
	}
	if w.Batch.Body != nil {
		if in.Body, err = w.Batch.Body(&in); err != nil {
			return k.untold(err)
		}
	}
	if t.undone, err = t.c.judged(k, &in); err != nil {
		return err
	}
	t.done++
	resp := &httpclient.Response{Status: in.Status, Header: in.Header}
	k.seen = seen{resp: resp, json: in.Body.AppendJSON(nil), in: &in}
	t.last = k
	return t.learn(w, s, &in)
}

// status returns the status of one result.
func (b *Batch) status(in *Input) (int, error) {
	if b.Status == nil {
		return http.StatusOK, nil
	}
	v, err := b.Status(in)
	if err != nil {
		return 0, err
	}
	if v.Kind() == schema.KindBool {
		if v.Bool() {
			return http.StatusOK, nil
		}
		return http.StatusUnprocessableEntity, nil
	}
	return strconv.Atoi(v.Plain())
}

// judged says what one result means, by the rules of an answer, and whether the
// change may be sent again.
func (c *conn) judged(k *call, in *Input) (undone bool, err error) {
	v := httpclient.Standard(&httpclient.Response{Status: in.Status})
	if rule := c.fitting(k, in.Status, in.Header, func() *Input { return in }); rule != nil {
		k.rule = rule
		v, _ = rule.verdict(in, c.now())
	}
	if v.Action == httpclient.Return {
		return false, nil
	}
	e := &connectors.Error{Kind: v.Kind, Op: k.op, Where: k.o.Name, Hint: v.Hint, After: v.After}
	if v.Action == httpclient.Repeat && !v.Undone {
		e.Kind = connectors.Uncertain
	}
	text := v.Text
	if text == "" {
		text = fmt.Sprintf("the API refused this change of the batch, status %d", in.Status)
	}
	e.Err = errors.New(text)
	if k.rule != nil && k.rule.Field != nil {
		if v, err := k.rule.Field(in); err == nil {
			e.Field = k.o.fieldCalled(v.Plain())
		}
	}
	return v.Action == httpclient.Repeat && v.Undone, e
}

// separate sends every change of a batch that was refused as a whole in a
// request of its own: nothing of it was done.
func (c *conn) separate(ctx context.Context, tasks []*task) {
	for _, t := range tasks {
		t.res.Err, t.done, t.last, t.told, t.id = nil, 0, nil, "", t.ch.ID
		t.in.Sub = nil
		t.run(ctx)
	}
	c.settleMany(ctx, tasks[0].o, tasks)
}

// settle tells how the records of a batch stand.
func (c *conn) settle(ctx context.Context, w *Write, tasks []*task) {
	tasks = slices.DeleteFunc(slices.Clone(tasks), func(t *task) bool { return t.res.Err != nil })
	if w.After == AfterRead {
		c.readBack(ctx, tasks)
		return
	}
	for _, t := range tasks {
		t.finish(ctx, w)
	}
}
