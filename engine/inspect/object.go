package inspect

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"syncline/connectors"
	"syncline/engine/plans"
	"syncline/schema"
)

// Options say how to look.
type Options struct {
	Now      time.Time
	Stale    time.Duration  // the age from which an open job is stale
	Limit    int            // records that are read of an object; 0: all
	Shown    int            // how many groups, words and jobs are told of each kind; 0: ten
	Temp     string         // the folder of temporary files; "": the system's
	Seed     uint64         // of the digests
	Progress func(done int) // told after every page; nil: nobody
}

// Subject is an object of an open system, and what is known of it.
type Subject struct {
	Object   connectors.Object
	Facts    connectors.Facts
	Uses     []Use            // the pipelines that read it
	Entities []*schema.Entity // the models that it may be of, where none does
	Entity   string           // the one that was named; "": the likeliest
	Region   string           // of phone numbers without a country
}

// Use is a pipeline that reads an object at one of its ends.
type Use struct {
	Pipeline *plans.Pipeline
	End      int
}

// headRecords and headBytes bound what is read before it is guessed what the
// fields are.
const (
	headRecords = 2000
	headBytes   = 8 << 20
)

// object is an object under inspection.
type object struct {
	Subject
	o       Options
	full    *schema.Shape
	profile *profile
	views   []*view
	guess   *guess // nil: pipelines read it, or no model fits
	whole   *guess // where the attributes of the pipelines' entity may stand, of what nothing maps
	report  *ObjectReport
	ids     label

	head    []byte // the first records, encoded
	held    int
	begun   bool
	reasons words
	oldest  time.Time
	newest  time.Time
	rec     *schema.Record
}

// Object reads the records of an object, once, and says what they are like. An
// error is ours, or the context's; what fails at the system is in the report.
func Object(ctx context.Context, conn connectors.Conn, s Subject, o Options) (*ObjectReport, error) {
	if o.Shown == 0 {
		o.Shown = 10
	}
	x := &object{Subject: s, o: o, full: schema.NewShape(s.Object.Fields...)}
	x.report = &ObjectReport{Object: s.Object.Name, Doc: s.Object.Doc, Open: s.Object.Open, Fields: []FieldReport{}, Unmapped: []Unmapped{}, Duplicates: []*Duplicates{}}
	x.profile = newProfile(x.full, o.Seed)
	x.rec = schema.NewRecord(x.full)
	x.ids = x.idLabel()
	defer x.close()
	if err := x.read(ctx, conn); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var own *localError
		if errors.As(err, &own) {
			return nil, own.err
		}
		x.report.Failed, x.report.Unsupported = err.Error(), connectors.KindOf(err) == connectors.Unsupported
	}
	if err := x.begin(); err != nil {
		return nil, err
	}
	if err := x.finish(); err != nil {
		return nil, err
	}
	return x.report, nil
}

// localError is a failure of this machine, and not of the system.
type localError struct{ err error }

func (e *localError) Error() string { return e.err.Error() }

func (x *object) close() {
	for _, v := range x.views {
		v.twins.close()
	}
}

// read walks the listing.
func (x *object) read(ctx context.Context, conn connectors.Conn) error {
	reader, ok := conn.(connectors.Reader)
	if !ok {
		return &connectors.Error{Kind: connectors.Unsupported, Op: "read", Where: x.Object.Name, Err: errors.New("the connector cannot list records")}
	}
	sel := x.selection()
	stream, err := reader.Read(ctx, sel, nil, true)
	if err != nil {
		return err
	}
	defer stream.Close()
	var batch connectors.Batch
	for {
		batch.Reset()
		err := stream.Next(ctx, &batch)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := x.page(ctx, conn, sel, stream, batch.Items); err != nil {
			return err
		}
		if x.o.Progress != nil {
			x.o.Progress(x.report.Records)
		}
		if x.o.Limit > 0 && x.report.Records >= x.o.Limit {
			x.report.Partial = true
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// selection asks for all that the object has.
func (x *object) selection() *connectors.Selection {
	sel := &connectors.Selection{Object: x.Object.Name, ID: x.Object.ID, At: x.Object.At, Shape: x.full}
	for _, u := range x.Uses {
		if own := &u.Pipeline.Ends[u.End].Selection; sel.ID == "" && u.Pipeline.Ends[u.End].Each == "" {
			sel.ID = own.ID
		}
	}
	for _, u := range x.Uses {
		if own := &u.Pipeline.Ends[u.End].Selection; sel.At == "" && u.Pipeline.Ends[u.End].Each == "" {
			sel.At = own.At
		}
	}
	if sel.ID == "" {
		sel.ID = likelyID(x.Object)
	}
	return sel
}

// likelyID is the field that is called as an id of the object would be.
func likelyID(o connectors.Object) string {
	for _, f := range o.Fields {
		if slices.Contains([]string{"id", "uid", "uuid", "key"}, folded(f.Name)) {
			return schema.PathTo(f.Name).String()
		}
	}
	for _, f := range o.Fields {
		t := tokens(f.Name)
		if len(t) == 2 && t[1] == "id" && calls(o.Name, singular(t[0])) {
			return schema.PathTo(f.Name).String()
		}
	}
	return ""
}

func (x *object) page(ctx context.Context, conn connectors.Conn, sel *connectors.Selection, stream connectors.Stream, items []connectors.Item) error {
	var ids []string
	for i := range items {
		it := &items[i]
		switch {
		case it.Gone:
		case it.Err != nil:
			x.unreadable(it.Err)
		case it.Raw == nil && it.ID != "":
			ids = append(ids, it.ID)
		default:
			x.rec.Reset()
			if err := stream.Decode(it, x.rec); err != nil {
				x.unreadable(err)
			} else if err := x.add(x.rec); err != nil {
				return err
			}
		}
	}
	return x.byID(ctx, conn, sel, ids)
}

// mostAtOnce is how many records a Getter is asked for.
const mostAtOnce = 1000

// byID reads the records of a listing that gives ids only.
func (x *object) byID(ctx context.Context, conn connectors.Conn, sel *connectors.Selection, ids []string) error {
	getter, ok := conn.(connectors.Getter)
	for part := range slices.Chunk(ids, mostAtOnce) {
		if !ok {
			return errors.New("the listing has ids only, and the connector reads none by id")
		}
		all, err := getter.Get(ctx, sel, part)
		if err != nil {
			return err
		}
		for i := range all {
			switch {
			case all[i].Err != nil:
				x.unreadable(all[i].Err)
			case all[i].Presence == connectors.Live:
				if err := x.add(all[i].Record); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// unreadable counts a record that could not be read. The reasons are told
// without what they quote.
func (x *object) unreadable(err error) {
	x.report.Unreadable++
	var e *connectors.Error
	if errors.As(err, &e) && e.Err != nil {
		err = e.Err
	}
	x.reasons.add(brief(err.Error()))
}

// add takes a record: the first ones wait until it is known what they are.
func (x *object) add(rec *schema.Record) error {
	if x.o.Limit > 0 && x.report.Records >= x.o.Limit {
		return nil
	}
	if x.Facts.Whole {
		for i := range rec.Slots {
			if rec.Slots[i].IsAbsent() {
				rec.Slots[i] = schema.NullValue()
			}
		}
	}
	x.report.Records++
	if rec.ID == "" {
		x.report.NoID++
	}
	if at := rec.At.Time(); !at.IsZero() {
		if x.oldest.IsZero() || at.Before(x.oldest) {
			x.oldest = at
		}
		if at.After(x.newest) {
			x.newest = at
		}
	}
	x.profile.add(rec)
	if x.begun {
		return x.show(rec)
	}
	x.head = rec.AppendBinary(x.head)
	x.held++
	if x.held < headRecords && len(x.head) < headBytes {
		return nil
	}
	return x.begin()
}

// begin guesses what the records are, and shows the views those that waited.
func (x *object) begin() error {
	if x.begun {
		return nil
	}
	x.begun = true
	x.lookFor()
	rec, rest := schema.NewRecord(x.full), x.head
	for range x.held {
		var err error
		if rest, err = rec.DecodeBinary(rest); err != nil {
			return &localError{err}
		}
		if err := x.show(rec); err != nil {
			return err
		}
	}
	x.head = nil
	return nil
}

func (x *object) show(rec *schema.Record) error {
	for _, v := range x.views {
		if err := v.add(rec); err != nil {
			return &localError{err}
		}
	}
	return nil
}

// lookFor makes the views: as each pipeline reads the object, or, where none
// does, as the likeliest model would.
func (x *object) lookFor() {
	g := &guesser{object: x.Object.Name, id: x.selection().ID, region: x.Region, places: x.profile.all}
	for _, u := range x.Uses {
		end := u.Pipeline.Ends[u.End]
		x.report.Pipelines = append(x.report.Pipelines, u.Pipeline.Name)
		if end.Each != "" {
			x.report.Notes = append(x.report.Notes, "pipeline "+u.Pipeline.Name+" reads the elements of "+end.Each+": its keys and lists are not looked at here")
			continue
		}
		x.report.Entity = u.Pipeline.Entity.Name
		x.see(viewOf(u, x.full, x.o.Now))
	}
	switch {
	case len(x.Uses) > 0:
		x.whole = g.of(x.Uses[0].Pipeline.Entity)
		return
	case x.Entity != "":
		if i := slices.IndexFunc(x.Entities, func(e *schema.Entity) bool { return e.Name == x.Entity }); i >= 0 {
			x.guess = g.of(x.Entities[i])
		}
	default:
		x.guess = g.model(x.Entities)
		x.report.Guessed = x.guess != nil
	}
	if x.guess != nil {
		x.report.Entity = x.guess.entity.Name
		x.see(proposed(x.guess, x.full, x.Region, x.Facts.Whole))
	}
}

func (x *object) see(v *view) {
	v.twins = newTwins(v.rules, v.entity, v.shape, x.o.Seed, x.o.Temp)
	if isJob(v.entity) {
		v.jobs = newJobs(v, x.o, x.ids)
	}
	x.views = append(x.views, v)
}

// idLabel is what may be shown of ids: those that are e-mail addresses, or of a
// field that a label calls personal, are masked.
func (x *object) idLabel() label {
	l := label{known: true}
	if f, ok := (schema.Type{Kind: schema.KindObject, Fields: x.Object.Fields}).Field(x.Object.ID); ok {
		l.class = f.Class
	}
	return l
}
