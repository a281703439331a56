package vendor

import (
	"fmt"
	"slices"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/schema"
)

// writes reads how the object's verbs are carried out, in the order of the
// file.
func (b *block) writes(o *rest.Object, objects []string) []rest.Write {
	var out []rest.Write
	var from []*block
	seen := map[string]int{}
	for _, kind := range []string{"create", "update", "archive", "delete", "verb"} {
		for _, w := range b.blocks(kind) {
			verb := kind
			if kind == "verb" {
				verb = w.label
			}
			if at := seen[verb]; at > 0 && len(out[at-1].Needs) == 0 {
				w.fail(codeRepeated, w.header, fmt.Sprintf("a second verb %q", verb), "the first is taken: give it the settings that it needs, or leave one out")
				continue
			}
			seen[verb] = len(out) + 1
			out, from = append(out, w.write(o, verb, objects)), append(from, w)
		}
	}
	verbs := make([]string, len(out))
	for i := range out {
		verbs[i] = out[i].Verb
	}
	for i := range out {
		if undo := out[i].Undo; undo != "" {
			from[i].known("undo", undo, verbs, "there is no verb %q that takes it back")
		}
	}
	return out
}

func (b *block) write(o *rest.Object, verb string, objects []string) rest.Write {
	w := rest.Write{Verb: verb, Doc: b.text("doc"), Undo: b.text("undo"), Needs: b.texts("needs"), Args: b.args()}
	for _, n := range w.Needs {
		b.known("needs", n, b.settingNames(), "there is no setting %q")
	}
	w.With = b.companions(objects)
	s := b.compiler.scope("settings object id parent_id operation revision set with record parent", argumentsOf(w.Args))
	w.Steps = b.requests(o, verb, s, w.With)
	w.Serves = b.serves(o, w.Args)
	w.Guard = b.guard(o)
	w.After = rest.After(b.choice("after", "nothing", "answer", "read"))
	if verb == "create" {
		w.Lost = b.lost(o)
	}
	if in := b.block("batch"); in != nil {
		w.Batch = in.batch(w.Args)
	}
	return w
}

func (b *block) args() []schema.Field {
	var out []schema.Field
	seen := map[string]bool{}
	for _, a := range b.blocks("arg") {
		if a.unique(seen) {
			out = append(out, schema.Field{Name: a.label, Type: a.typ("type"), Doc: a.text("doc"), Required: a.truth("required")})
		}
	}
	return out
}

// requests reads the requests of a verb: those of its step blocks, or the one
// that stands in the verb itself.
func (b *block) requests(o *rest.Object, verb string, s *scope, with []rest.With) []rest.Step {
	blocks := b.blocks("step")
	switch {
	case len(blocks) > 0 && b.has("path"):
		b.fail(codeBoth, b.at("path"), "a request beside steps", "write it as a step")
	case len(blocks) == 0 && b.has("path"):
		blocks = []*block{b}
	case len(blocks) == 0:
		b.fail(codeMissing, b.header, fmt.Sprintf("%s has no request", verb), `give path, or write step { … }`)
	}
	var out []rest.Step
	named := false
	for _, in := range blocks {
		out = append(out, in.step(o, verb, s, with))
		named = named || in.reads("id", "record")
	}
	batch := b.block("batch")
	if verb != "create" && len(blocks) > 0 && !named && batch == nil {
		b.fail(codeNamesNoRecord, b.header, fmt.Sprintf("%s names no record", verb), `write path = "/people/{id}"`)
	}
	return out
}

func (b *block) step(o *rest.Object, verb string, s *scope, with []rest.With) rest.Step {
	out := rest.Step{Request: b.request(s), When: b.cel("when", s, schema.KindBool), Takes: b.texts("takes")}
	for _, name := range out.Takes {
		b.writable(o, "takes", name)
	}
	out.Encoding = rest.Encoding(b.choice("encoding", "fields", "entire", "merge_patch", "json_patch", "scim_patch", "nothing"))
	if verb != "create" && verb != "update" && !b.has("encoding") {
		out.Encoding = rest.Nothing
	}
	if out.Request.Method == "" {
		out.Request.Method = map[string]string{"create": "POST", "update": "PATCH", "delete": "DELETE"}[verb]
		if out.Request.Method == "" {
			out.Request.Method = "POST"
		}
	}
	answer := b.compiler.scope("settings answer")
	out.Answer = rest.Answer{
		ID: b.cel("answer_id", answer, anyKind), Record: rest.Records{At: b.steps("answer_records"), One: b.has("answer_records")}, Revision: b.cel("answer_revision", answer, anyKind),
	}
	if b.has("also") {
		out.Request.Body = b.beside(&out, s, with)
	}
	return out
}

// beside is a body of what is written and further members.
func (b *block) beside(step *rest.Step, s *scope, with []rest.With) rest.Body {
	if step.Request.Body != nil {
		b.fail(codeBoth, b.at("also"), "the request has a body of its own", "write the members into it")
		return step.Request.Body
	}
	also := b.pairs("also", s)
	return rest.JSON{Type: contentOf(step.Encoding), Value: func(in *rest.Input) (schema.Value, error) {
		root := in.Set
		if !root.Is() {
			root = schema.Object(nil, nil)
		}
		for _, w := range with {
			if list := in.With.Field(w.Object); list.Is() {
				var err error
				if root, err = schema.PathTo(w.Into...).Set(root, list); err != nil {
					return root, err
				}
			}
		}
		return added(root, also, in)
	}}
}

func contentOf(e rest.Encoding) string {
	switch e {
	case rest.MergePatch:
		return "application/merge-patch+json"
	case rest.SCIMPatch:
		return "application/scim+json"
	}
	return ""
}

func (b *block) companions(objects []string) []rest.With {
	if b.g.block("with") == nil {
		return nil
	}
	var out []rest.With
	for _, w := range b.blocks("with") {
		w.known("", w.label, objects, "there is no object %q")
		out = append(out, rest.With{Object: w.label, Into: w.steps("into"), Made: w.steps("made"), ID: w.pathOr("id", "id")})
	}
	return out
}

func (b *block) pathOr(name, otherwise string) schema.Path {
	if p := b.path(name); !p.IsZero() {
		return p
	}
	return schema.PathTo(otherwise)
}

func (b *block) serves(o *rest.Object, args []schema.Field) []rest.Serve {
	var out []rest.Serve
	names := make([]string, len(args))
	for i, a := range args {
		names[i] = a.Name
	}
	for _, v := range b.blocks("serves") {
		serve := rest.Serve{Field: v.label, Arg: v.text("arg"), Also: v.texts("also")}
		serve.When = v.cel("when", b.compiler.scope("settings", argumentsOf(served(args, &serve))), schema.KindBool)
		v.writable(o, "", serve.Field)
		for _, name := range serve.Also {
			v.writable(o, "also", name)
		}
		if serve.Arg != "" {
			v.known("arg", serve.Arg, names, "there is no argument %q")
		}
		out = append(out, serve)
	}
	return out
}

// guard reads the condition of a write.
func (b *block) guard(o *rest.Object) rest.Guard {
	into := b.place("guard_into")
	word := b.choice("guard", "blind", "compare", "if_match", "if_match_read", "unmodified_since", "revision", "unmodified_since_read")
	known := !o.Revision.Path.IsZero()
	needs := map[int]bool{2: !known, 3: !known && o.Revision.Header == "", 4: !known, 5: !known, 6: !known}
	if needs[word] {
		b.fail(codeContradiction, b.at("guard"), fmt.Sprintf("%s does not say where its revision is", o.Name), "give the object revision or revision_header, or write guard = \"compare\"")
	}
	if (word == 1 || word == 6) && o.Get == nil {
		b.fail(codeContradiction, b.at("guard"), fmt.Sprintf("%s cannot be read before it is written", o.Name), "write get { … }")
	}
	switch word {
	case 1:
		return rest.Compare{}
	case 2, 3:
		return rest.IfMatch{Header: into.Name, Read: word == 3}
	case 4, 6:
		return rest.IfUnmodifiedSince{Header: into.Name, Read: word == 6}
	case 5:
		if into.In == rest.Nowhere && !b.has("guard_into") && !b.reads("revision") {
			b.fail(codeMissing, b.at("guard"), "nothing says where the revision goes", `write guard_into = "query NAME", or name revision in the request`)
		}
		return rest.IfRevision{Into: into}
	}
	return rest.Blind{}
}

// lost reads how a create whose answer was lost is found again.
func (b *block) lost(o *rest.Object) rest.Creation {
	out := rest.Creation{
		By: connectors.CreateLadder(b.choice("lost", "none", "key_search", "marker", "idempotency_key", "external_id")), Into: b.place("lost_into"), Field: b.text("lost_field"), Plain: b.truth("lost_plain"),
	}
	switch out.By {
	case connectors.CreateKeySearch:
		if len(o.Find) == 0 {
			b.fail(codeContradiction, b.at("lost"), fmt.Sprintf("%s cannot be searched", o.Name), "write find { … }")
		}
	case connectors.CreateMarker:
		if b.need("lost_field") {
			b.writable(o, "lost_field", out.Field)
		}
	case connectors.CreateIdempotency:
		if !b.reads("operation") {
			b.need("lost_into")
		}
	case connectors.CreateExternalID:
		b.need("lost_into")
	}
	if out.Plain && out.By != connectors.CreateExternalID {
		b.fail(codeContradiction, b.at("lost_plain"), "no id is chosen here", `write lost = "external_id"`)
	}
	return out
}

func (b *block) batch(args []schema.Field) *rest.Batch {
	s := b.compiler.scope("settings object set with record elements", argumentsOf(args))
	each := b.compiler.scope("settings object id parent_id operation set with record sub", argumentsOf(args))
	of := b.compiler.scope("settings answer result")
	return &rest.Batch{
		Most: int(b.number("most", 0)), Request: b.request(s), Element: b.shape("element", each), Results: b.steps("results"),
		Key: b.cel("key", of, anyKind), Status: b.cel("status", of, anyKind), Body: b.cel("body", of, anyKind), Whole: b.truth("whole"),
	}
}

// served are the arguments that a served change makes: the verb's own, and the
// fields that become arguments of their names.
func served(args []schema.Field, s *rest.Serve) []schema.Field {
	out := slices.Clone(args)
	names := s.Also
	if s.Arg == "" {
		names = append([]string{s.Field}, names...)
	}
	for _, name := range names {
		if !slices.ContainsFunc(out, func(f schema.Field) bool { return f.Name == name }) {
			out = append(out, schema.Field{Name: name})
		}
	}
	return out
}
