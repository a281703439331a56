package schema_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncline/schema"
)

const person = `{"id": 7, "name": {"first": "Ann", "odd name": "x", "middle": null},
	"mails": [{"type": "work", "value": "w@x.org"}, {"type": "personal", "value": "p@x.org", "primary": true, "n": 2}], "text": "plain", "none": null}`

func parsePath(t testing.TB, text string) schema.Path {
	t.Helper()
	p, err := schema.ParsePath(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

func read(t testing.TB, raw string) schema.Value {
	t.Helper()
	v, err := schema.FromJSON([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPathOf(t *testing.T) {
	root := read(t, person)
	missing := "missing"
	for text, want := range map[string]string{
		`id`: `7`, `name.first`: `"Ann"`, `name."odd name"`: `"x"`, `name.'odd name'`: `"x"`, `"name"."first"`: `"Ann"`, `mails[0].value`: `"w@x.org"`,
		`mails[type eq 'personal'].value`: `"p@x.org"`, `mails[type EQ "work"].value`: `"w@x.org"`, `mails[primary eq true].type`: `"personal"`,
		`mails[n eq 2].type`: `"personal"`, `mails[n eq '2'].type`: `"personal"`, `name.middle`: `null`, `none.deeper.still`: `null`,
		`mails[2].value`: missing, `mails[type eq 'other'].value`: missing, `text.deeper`: missing, `text[0]`: missing, `name[0]`: missing, `mails.value`: missing, `nowhere.at.all`: missing,
	} {
		p := parsePath(t, text)
		whole, partial := p.Of(root, true), p.Of(root, false)
		if want == missing {
			if !whole.IsNull() || !partial.IsAbsent() {
				t.Errorf("%s: %s when whole, %s when partial", text, whole.Display(), partial.Display())
			}
		} else if got := string(whole.AppendJSON(nil)); got != want || !schema.Equal(whole, partial) || whole.IsAbsent() {
			t.Errorf("%s: %s instead of %s", text, got, want)
		}
	}
}

func TestPathGet(t *testing.T) {
	shape := schema.NewShape(schema.Field{Name: "name"}, schema.Field{Name: "unread"})
	rec := schema.NewRecord(shape)
	if err := schema.DecodeObject([]byte(person), shape, rec); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"name.first": "Ann", "name.nothing": "null", "unread": "absent", "unread.x": "absent", "unknown": "absent"} {
		if got := parsePath(t, text).Get(rec, true).Display(); got != want {
			t.Errorf("%s: %s instead of %s", text, got, want)
		}
	}
	if got := parsePath(t, "name.nothing").Get(rec, false); !got.IsAbsent() {
		t.Errorf("missing in a partial record: %s", got.Display())
	}
}

func TestPathParts(t *testing.T) {
	p := parsePath(t, `"Mobile Phone".a[type eq 'x y'].b`)
	if p.Top() != "Mobile Phone" || p.IsTop() || !p.Writable() || p.IsZero() {
		t.Errorf("top %q", p.Top())
	}
	if rest := p.Rest(); rest.String() != `a[type eq "x y"].b` || rest.Top() != "a" {
		t.Errorf("rest %s", rest)
	}
	if again := parsePath(t, p.Rest().String()); again.String() != p.Rest().String() {
		t.Errorf("the rest does not parse as itself: %s", again)
	}
	if made := schema.PathTo("a", "b c"); made.String() != `a."b c"` || parsePath(t, made.String()).Top() != "a" {
		t.Errorf("made %s", made)
	}
	if parsePath(t, "a[0].b").Writable() {
		t.Error("a numbered element is writable")
	}
}

func TestPathSet(t *testing.T) {
	for _, c := range []struct{ path, root, value, want string }{
		{`a`, `{"b":1}`, `2`, `{"b":1,"a":2}`},
		{`a`, `{"a":1,"b":1}`, `2`, `{"a":2,"b":1}`},
		{`a.b.c`, `{"x":1}`, `2`, `{"x":1,"a":{"b":{"c":2}}}`},
		{`a.b`, `{"a":null}`, `2`, `{"a":{"b":2}}`},
		{`a.b`, `{"a":{"b":1,"c":1}}`, `null`, `{"a":{"b":null,"c":1}}`},
		{`m[type eq 'p'].v`, `{"m":[{"type":"w","v":1},{"v":2,"type":"p","x":3},{"type":"p","v":4}]}`, `9`, `{"m":[{"type":"w","v":1},{"v":9,"type":"p","x":3},{"type":"p","v":4}]}`},
		{`m[type eq 'p'].v`, `{"m":[{"type":"w","v":1}]}`, `9`, `{"m":[{"type":"w","v":1},{"type":"p","v":9}]}`},
		{`m[type eq 'p'].v`, `{}`, `9`, `{"m":[{"type":"p","v":9}]}`},
		{`m[type eq 'p'].v`, `{"m":[]}`, `null`, `{"m":[]}`},
		{`m[type eq 'p']`, `{"m":[{"type":"p","v":1}]}`, `{"v":2}`, `{"m":[{"v":2,"type":"p"}]}`},
		{`m[primary eq true].v`, `{"m":[1,"x"]}`, `9`, `{"m":[1,"x",{"primary":true,"v":9}]}`},
	} {
		root := read(t, c.root)
		got, err := parsePath(t, c.path).Set(root, read(t, c.value))
		if written := string(got.AppendJSON(nil)); err != nil || written != c.want {
			t.Errorf("%s in %s: %s, %v; wanted %s", c.path, c.root, written, err, c.want)
		}
		if !schema.Equal(root, read(t, c.root)) {
			t.Errorf("%s changed what it was given", c.path)
		}
	}
}

func TestPathSetTwiceOnOneRoot(t *testing.T) {
	root := read(t, `{"a":1,"b":2,"m":[{"t":"x"},{"t":"y"},{"t":"z"}]}`)
	for _, paths := range [][2]string{{"d", "e"}, {"m[t eq 'v'].n", "m[t eq 'w'].n"}} {
		first, err := parsePath(t, paths[0]).Set(root, schema.Int(1))
		if err != nil {
			t.Fatal(err)
		}
		before := string(first.AppendJSON(nil))
		if _, err := parsePath(t, paths[1]).Set(root, schema.Int(2)); err != nil {
			t.Fatal(err)
		}
		if after := string(first.AppendJSON(nil)); after != before {
			t.Errorf("%s became %s", before, after)
		}
	}
}

func TestPathSetRefuses(t *testing.T) {
	for _, c := range []struct {
		path, root string
		value      schema.Value
		want       error
	}{
		{`a[0].b`, `{}`, schema.Int(1), schema.ErrNotWritable},
		{`a.b`, `{"a":"text"}`, schema.Int(1), schema.ErrNotObject},
		{`a[b eq 1].c`, `{"a":{"b":1}}`, schema.Int(1), schema.ErrNotList},
		{`a[b eq 1].b`, `{}`, schema.Int(2), schema.ErrSelector},
		{`a[b eq 1]`, `{}`, schema.Int(2), schema.ErrNotObject},
	} {
		if _, err := parsePath(t, c.path).Set(read(t, c.root), c.value); !errors.Is(err, c.want) {
			t.Errorf("%s in %s: %v", c.path, c.root, err)
		}
	}
	root := read(t, person)
	if got, err := parsePath(t, "name.first").Set(root, schema.Value{}); err != nil || !schema.Equal(got, root) {
		t.Errorf("an absent value was written: %v", err)
	}
}

func TestPathSetThenGet(t *testing.T) {
	steps := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", `"odd name"`, "m[type eq 'p']", "m[n eq 1]", `"x"[c eq true]`}), 1, 4)
	rapid.Check(t, func(t *rapid.T) {
		p, err := schema.ParsePath(strings.Join(steps.Draw(t, "steps"), ".") + ".end")
		if err != nil {
			t.Fatal(err)
		}
		root, v := object(t, 3), anyValue(1).Draw(t, "v")
		before := root.AppendBinary(nil)
		changed, err := p.Set(root, v)
		if string(root.AppendBinary(nil)) != string(before) {
			t.Fatal("the root changed")
		}
		if err != nil || v.IsAbsent() {
			return
		}
		if got := p.Of(changed, true); !schema.Equal(got, v) {
			t.Fatalf("%s in %s: got %s instead of %s", p, root.Display(), got.Display(), v.Display())
		}
		again, err := p.Set(changed, v)
		if err != nil || !schema.Equal(again, changed) {
			t.Fatal("setting twice is another thing than setting once")
		}
	})
}

func TestParsePathRefuses(t *testing.T) {
	for text, at := range map[string]int{
		``: 0, `.a`: 0, `a.`: 2, `a..b`: 2, `a b`: 1, `a[`: 2, `a[0`: 3, `a[0]b`: 4, `a[x]`: 3, `a[x ne 'y']`: 4, `a[x eq y]`: 7, `a[x eq '']`: 7,
		`a[x eq 'y`: 7, `"a`: 0, `a[-1]`: 4, `f(x)`: 1, `a[99999999999999999999]`: 2, `a[x eq 'y'][z eq 1]`: 12, `é.`: 3, `a[x eq null]`: 7,
	} {
		_, err := schema.ParsePath(text)
		var syntax *schema.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%q: %v", text, err)
		} else if syntax.Offset != at {
			t.Errorf("%q: offset %d instead of %d: %v", text, syntax.Offset, at, err)
		}
	}
}
