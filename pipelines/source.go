package pipelines

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/adhocore/gronx"
	"github.com/zclconf/go-cty/cty"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// factPaths are the attributes of a source that say where a fact of a record
// stands; without them the connector's own is used.
var factPaths = []string{"id", "revision", "at", "author", "trace", "cursor"}

func sourceNested() Nested {
	return Nested{Name: "source", Labels: 1, Many: true, Grammar: Grammar{Attributes: slices.Concat(factPaths, []string{
		"system", "object", "mapping", "each", "sweep", "fields", "allow", "every", "cron", "webhook", "filter", "when", "left",
		"removed", "sentinel", "create", "only", "require",
	})}}
}

// words are the words of the language: a field's body mixes them with the
// names of ends, so no end may be called so.
var words = []string{
	"direction", "owner", "drift", "first", "update", "empty", "lossy", "normalise", "conflict", "group", "field", "fields", "source",
	"lookup", "match", "validate", "guard", "on", "entity", "record", "parent", "value", "prior", "var", "local", "action", "sides",
	"base", "now", "records", "rows", "review", "rule", "rules", "unavailable", "escalate", "system_of_record", "latest", "non_empty",
	"max", "min", "most_advanced", "union", "nil", "null", "true", "false", "in", "not", "and", "or", "let",
}

// sources decodes the ends, without their expressions: every end is known
// before any expression is compiled.
func (p *pipelineBody) sources() {
	seen := map[string]diag.Range{}
	for _, b := range p.nested("source") {
		if !b.unique(seen, "source") || !p.goodEnd(b) {
			continue
		}
		if e, m := p.decodeSource(b); e != nil {
			p.Ends, p.mapped = append(p.Ends, e), append(p.mapped, m)
			p.record = append(p.record, recordTypes(e))
			p.endBodies = append(p.endBodies, b)
		} else {
			p.broken[p.endKey(b.name())] = true
			p.sound = false
		}
	}
	if len(seen) == 0 {
		p.fail(codeMissing, p.header, fmt.Sprintf("pipeline %q has no source", p.body.name()), `source "NAME" { … } for each end`)
	}
}

func (p *pipelineBody) goodEnd(b *body) bool {
	if slices.Contains(words, b.name()) || slices.Contains(reserved, b.name()) {
		b.fail(codeWord, b.header, fmt.Sprintf("%q is a word of the language", b.name()), fmt.Sprintf("give the end another name, and system = system.%s", b.name()))
		p.broken[p.endKey(b.name())], p.sound = true, false
		return false
	}
	if !b.goodName() {
		p.broken[p.endKey(b.name())], p.sound = true, false
		return false
	}
	return true
}

func (p *pipelineBody) decodeSource(b *body) (*End, *mappingBody) {
	s := p.systemOf(b)
	if s == nil {
		return nil, nil
	}
	e := &End{Name: b.name(), System: s, Share: 100, Range: b.header}
	var m *mappingBody
	if b.has("mapping") {
		if m = b.mappingRef(p.Entity); m == nil {
			return nil, nil
		}
		e.Mapping, e.Object = m.Mapping, m.Object
	}
	if !b.object(e) {
		return nil, nil
	}
	b.declared(e)
	b.facts(e)
	b.timing(e)
	b.policies(e)
	return e, m
}

// systemOf is the system an end stands for: by default the one of its name.
func (p *pipelineBody) systemOf(b *body) *System {
	name, at := b.name(), b.header
	if b.has("system") {
		var ok bool
		if name, at, ok = b.ref("system", "system"); !ok {
			return nil
		}
	}
	var names []string
	for _, s := range p.config.Systems {
		if s.Name == name {
			return s
		}
		names = append(names, s.Name)
	}
	b.named("system", name, at, names)
	return nil
}

// object finds the object an end reads; it may be left out where there is one.
func (b *body) object(e *End) bool {
	if name, ok := b.text("object"); ok {
		e.Object = name
	} else if b.has("object") {
		return false
	}
	objects := e.System.Objects
	if e.Object == "" && len(objects) == 1 {
		e.Object = objects[0].Name
	}
	if objects == nil {
		return true
	}
	if e.Object == "" {
		b.fail(codeMissing, b.header, fmt.Sprintf("source %q needs an object", e.Name), didYouMean("", objectNames(objects)))
		return false
	}
	if slices.Contains(objectNames(objects), e.Object) {
		return true
	}
	b.fail(codeUnknownObject, b.at("object"), fmt.Sprintf("%s has no object %q", e.System.Name, e.Object), didYouMean(e.Object, objectNames(objects)))
	return false
}

func objectNames(objects []connectors.Object) []string {
	names := make([]string, len(objects))
	for i, o := range objects {
		names[i] = o.Name
	}
	return names
}

// declared reads fields = { name = "type" }, which declares or corrects the
// types of the object's fields.
func (b *body) declared(e *End) {
	items, _ := b.items("fields")
	for _, it := range items {
		if t, ok := b.typeOf(it.value); ok {
			e.Declared = append(e.Declared, schema.Field{Name: it.name, Type: t})
		}
	}
	object := e.discovered()
	e.Known = object != nil && !object.Open
	if object == nil {
		b.warn(codeUnknownSchema, b.header, fmt.Sprintf("what %q holds is not known yet", e.Name),
			"names of its fields are not checked until a run connects; fields = { … } gives their types")
	}
}

// discovered is what is known of the end's object; nil: nothing.
func (e *End) discovered() *connectors.Object {
	for i, o := range e.System.Objects {
		if o.Name == e.Object {
			return &e.System.Objects[i]
		}
	}
	return nil
}

// FieldsOf gives the fields of an end's object as far as they are known: the
// discovered ones, corrected and joined by those that `fields` declares.
func (e *End) FieldsOf() []schema.Field {
	var fields []schema.Field
	if o := e.discovered(); o != nil {
		fields = slices.Clone(o.Fields)
	}
	for _, d := range e.Declared {
		if i := slices.IndexFunc(fields, func(f schema.Field) bool { return f.Name == d.Name }); i >= 0 {
			fields[i].Type = d.Type
		} else {
			fields = append(fields, d)
		}
	}
	return fields
}

// recordTypes says what the expressions of an end see. A field's name of an
// object that is not known otherwise stays unchecked.
func recordTypes(e *End) endScopes {
	whole := schema.Type{Kind: schema.KindObject, Fields: e.FieldsOf()}
	s := endScopes{record: whole, parent: whole, known: e.Known}
	if e.Each == "" {
		return s
	}
	s.record = schema.Type{}
	if path, err := schema.ParsePath(e.Each); err == nil && e.Known {
		if t, ok := typeAlong(whole, path); ok {
			s.record = t.ElemType()
		}
	}
	s.known = s.record.Kind == schema.KindObject
	if !s.known {
		s.record = schema.Type{Kind: schema.KindObject}
	}
	return s
}

// facts reads where the facts of a record stand. With each they are an
// element's, or its whole's behind "parent."; a cursor is always the whole's.
func (b *body) facts(e *End) {
	e.Selection, e.Whole = connectors.Selection{Object: e.Object}, connectors.Selection{Object: e.Object}
	b.each(e)
	scopes := recordTypes(e)
	for i, name := range factPaths {
		text, ok := b.text(name)
		if !ok {
			continue
		}
		target, record, known := &e.Selection, scopes.record, scopes.known
		if rest, ofWhole := strings.CutPrefix(text, "parent."); e.Each != "" && (name == "cursor" || ofWhole && name != "id") {
			text, target, record, known = rest, &e.Whole, scopes.parent, e.Known
		}
		if path, ok := b.parsePath(text, b.at(name)); ok && (!known || b.checkPath(e, record, path, b.at(name))) {
			*factsOf(target)[i] = text
		}
	}
	if e.Each != "" {
		e.Selection.Cursor = e.Whole.Cursor
	}
}

// factsOf are the paths of a selection, in the order of factPaths.
func factsOf(s *connectors.Selection) []*string {
	return []*string{&s.ID, &s.Revision, &s.At, &s.Author, &s.Trace, &s.Cursor}
}

func (b *body) timing(e *End) {
	e.Every = b.duration("every", 0)
	if cron, ok := b.text("cron"); ok {
		e.Cron = cron
		if why := badSchedule(cron); why != "" {
			b.fail(codeDuration, b.at("cron"), why, `minute hour day month weekday: "0 6 * * 1-5", with a time zone "CRON_TZ=Europe/Berlin 0 6 * * 1-5"`)
		}
		if b.has("every") {
			b.fail(codeChoice, b.at("cron"), "either every or cron", "")
		}
	}
	e.Webhook = b.bool("webhook")
	if e.Selection.Cursor != "" {
		e.Sweep = 24 * time.Hour
	}
	e.Sweep = b.duration("sweep", e.Sweep)
}

// badSchedule says what is wrong with a cron schedule, "" for nothing.
func badSchedule(cron string) string {
	schedule := cron
	if rest, ok := strings.CutPrefix(cron, "CRON_TZ="); ok {
		zone := ""
		zone, schedule, _ = strings.Cut(rest, " ")
		if _, err := time.LoadLocation(zone); err != nil || zone == "" {
			return fmt.Sprintf("%q is no time zone", zone)
		}
	}
	if !gronx.IsValid(strings.TrimSpace(schedule)) {
		return fmt.Sprintf("%q is not a schedule", cron)
	}
	return ""
}

func (b *body) policies(e *End) {
	e.Left = Left(b.choice("left", "freeze", "unlink", "archive", "review", "ignore"))
	e.Removed = Removed(b.choice("removed", "unlink", "archive", "delete", "review"))
	e.Require = b.grade()
	b.sentinel(e)
	e.Allow = []string{"read"}
	allow, ok := b.texts("allow")
	if !ok {
		return
	}
	e.Allow = allow
	verbs := []string{"read"}
	for _, v := range e.Facts().Verbs {
		verbs = append(verbs, v.Name)
	}
	for _, verb := range allow {
		if !slices.Contains(verbs, verb) {
			b.fail(codeUnknownVerb, b.at("allow"), fmt.Sprintf("%s cannot %q", e.System.Definition.Name, verb), didYouMean(verb, verbs))
		}
	}
	b.readOnly(e)
	b.recognisable(e)
}

// sentinel reads the ids of records without which a listing is not believed.
func (b *body) sentinel(e *End) {
	ids, ok := b.texts("sentinel")
	if !ok {
		return
	}
	for i, id := range ids {
		switch {
		case strings.TrimSpace(id) == "":
			b.fail(codeWrongValue, b.at("sentinel"), "an id is empty", `the ids of records that are always there: sentinel = ["1001"]`)
		case slices.Contains(ids[:i], id):
			b.fail(codeWrongValue, b.at("sentinel"), fmt.Sprintf("%q stands twice", id), "name it once")
		}
	}
	if len(ids) == 0 {
		b.fail(codeWrongValue, b.at("sentinel"), "sentinel names no record", `the ids of records that are always there: sentinel = ["1001"]`)
	}
	e.Sentinel = ids
}

// gradeWords name the write conditions, strongest first, as require takes them.
var gradeWords = []string{"", "if_match", "unmodified_since", "revision", "compared", "read_before_write", "blind"}

func (b *body) grade() connectors.Grade {
	word, ok := b.text("require")
	if !ok {
		return connectors.GradeNone
	}
	if i := slices.Index(gradeWords, word); i > 0 {
		return connectors.Grade(i)
	}
	b.fail(codeChoice, b.at("require"), fmt.Sprintf("%q cannot be %q", "require", word), didYouMean(word, gradeWords[1:]))
	return connectors.GradeNone
}

// recognisable refuses creating where a record created twice could not be
// told from a new one.
func (b *body) recognisable(e *End) {
	facts := e.Facts()
	if e.Require != connectors.GradeNone && facts.Grade > e.Require {
		b.fail(codeGrade, b.at("require"), fmt.Sprintf("%s cannot write as %q", e.System.Definition.Name, gradeWords[e.Require]),
			fmt.Sprintf("its best is %q", gradeWords[facts.Grade]))
	}
	if e.May("create") && !facts.Complete && (facts.Create == connectors.CreateUnsafe || facts.Create == connectors.CreateMarker) {
		b.fail(codeUnsafeCreate, b.at("allow"), fmt.Sprintf("%q must not create", e.Name),
			"it can neither search, nor list completely, nor take an id of ours: a created record could not be found again")
	}
}

// compileSources compiles what the ends say in CEL.
func (p *pipelineBody) compileSources() {
	truth := schema.Type{Kind: schema.KindBool}
	for i, e := range p.Ends {
		b := p.endBodies[i]
		label := fmt.Sprintf(" of end %q", e.Name)
		e.Filter = b.program("filter", p.Record[i], expr.Options{Want: truth, Label: "filter" + label})
		p.removes(b, e)
		e.When = b.program("when", p.Pipeline.Scope, expr.Options{Want: truth, Label: "when" + label, Now: e.Every > 0})
		e.Create = b.arguments("create", p.Pipeline.Scope, p.created(b, i))
		p.rollOut(b, e)
	}
}

// removes refuses a policy that no other end could carry out.
func (p *pipelineBody) removes(b *body, e *End) {
	p.follows(b, e, "removed", map[Removed]string{RemovedArchive: "archive", RemovedDelete: "delete"}[e.Removed])
	p.follows(b, e, "left", map[Left]string{LeftArchive: "archive"}[e.Left])
}

func (p *pipelineBody) follows(b *body, e *End, policy, verb string) {
	if verb != "" && !slices.ContainsFunc(p.Ends, func(o *End) bool { return o != e && o.May(verb) }) {
		b.fail(codeNotAllowed, b.at(policy), fmt.Sprintf("no other end allows %q", verb), fmt.Sprintf("add %q to the allow of the end that is to follow", verb))
	}
}

// wanted gives the type of a field that an argument sets.
func (p *pipelineBody) wanted(b *body, i int) func(schema.Path, diag.Range) schema.Type {
	return func(path schema.Path, at diag.Range) schema.Type {
		e := p.Ends[i]
		if !e.Known || !b.checkPath(e, p.record[i].record, path, at) {
			return schema.Type{}
		}
		t, _ := typeAlong(p.record[i].record, path)
		return t.OrNull()
	}
}

// created gives the types of what a create takes beside the fields that are
// mapped: its own arguments where the connector lists them, else fields.
func (p *pipelineBody) created(b *body, i int) func(schema.Path, diag.Range) schema.Type {
	field := p.wanted(b, i)
	return func(path schema.Path, at diag.Range) schema.Type {
		for _, v := range p.Ends[i].Facts().Verbs {
			for _, a := range v.Args {
				if v.Name == "create" && a.Name == path.Top() {
					t, _ := typeAlong(schema.Type{Kind: schema.KindObject, Fields: v.Args}, path)
					return t.OrNull()
				}
			}
		}
		return field(path, at)
	}
}

func (p *pipelineBody) rollOut(b *body, e *End) {
	if !b.has("only") {
		return
	}
	function, v, isCall := b.call("only")
	if !isCall {
		e.Only = b.program("only", p.Pipeline.Scope, expr.Options{Want: schema.Type{Kind: schema.KindBool}, Label: "only of " + e.Name})
		return
	}
	percent := fromCtyOrAbsent(v)
	if function != "share" || percent.Kind() != schema.KindInt || percent.Int() < 0 || percent.Int() > 100 {
		b.fail(codeWrongValue, b.at("only"), `"only" is a CEL text or share(0 to 100)`, "")
		return
	}
	e.Share = int(percent.Int())
}

func fromCtyOrAbsent(v cty.Value) schema.Value {
	if v == cty.NilVal {
		return schema.Value{}
	}
	return fromCty(v)
}
