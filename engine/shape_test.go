package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"syncline/connectors"
	"syncline/connectors/memory"
)

// shape is what varies between worlds.
type shape struct {
	ends      int
	facts     []connectors.Facts
	create    []bool
	rules     string // of two-way fields
	drift     string
	empty     string
	owner     bool
	group     bool
	set       bool
	filter    bool
	duplicate string
	removed   string
	deletes   bool
	finder    bool
	faults    bool
	stamper   bool
	cursor    bool
	noConfirm bool
	raw       bool // listings tell the records themselves
	record    string
	guard     int // the ceiling of every kind of mass change; 0: none declared
}

func drawShape(rng *rand.Rand) shape {
	s := shape{
		ends: 2 + rng.IntN(2), owner: rng.IntN(3) == 0, group: rng.IntN(2) == 0, set: rng.IntN(2) == 0,
		filter: rng.IntN(4) == 0, deletes: rng.IntN(3) == 0, finder: rng.IntN(3) > 0, faults: rng.IntN(3) > 0,
		cursor: rng.IntN(3) == 0, stamper: rng.IntN(2) == 0, noConfirm: rng.IntN(3) == 0,
		rules:     pick(rng, `"review"`, `"system_of_record"`, `"b"`, `"non_empty", "review"`),
		drift:     pick(rng, "keep", "restore", "review"),
		empty:     pick(rng, "keep", "clear", "review"),
		duplicate: pick(rng, "review", "ignore"),
		removed:   pick(rng, "unlink", "archive", "delete", "review"),
	}
	for range s.ends {
		f := memory.DefaultFacts()
		f.Grade = pick(rng, connectors.IfMatch, connectors.RevisionMatch, connectors.Compared)
		f.Create = pick(rng, connectors.CreateIdempotency, connectors.CreateKeySearch, connectors.CreateExternalID)
		f.Attribution = rng.IntN(2) == 0
		f.Ordered = rng.IntN(2) == 0
		f.Batch = pick(rng, 0, 1, 3, 100)
		s.facts = append(s.facts, f)
		s.create = append(s.create, rng.IntN(3) > 0)
	}
	s.raw, s.record = rng.IntN(2) == 0, pick(rng, endNames[:s.ends]...)
	if rng.IntN(4) == 0 {
		s.guard = 1 + rng.IntN(2)
	}
	return s
}

// text writes the configuration of the shape.
func (w *world) text() string {
	var b strings.Builder
	s := &w.shape
	all, others := endNames[:s.ends], endNames[1:s.ends]
	fmt.Fprintf(&b, "engine {\n  name = \"laws\"\n  state = \"state\"\n}\nnotify \"me\" {\n  connector = \"log\"\n}\n")
	for _, n := range all {
		fmt.Fprintf(&b, "system %q {\n  connector = \"mem%s\"\n}\n", n, n)
	}
	b.WriteString("entity \"person\" {\n")
	for _, a := range []string{"email", "name", "note", "city", "land", "owned", "private"} {
		fmt.Fprintf(&b, "  attribute %q {\n    type = \"string\"\n  }\n", a)
	}
	b.WriteString("  attribute \"phase\" {\n    type = \"enum\"\n    values = [\"one\", \"two\", \"three\"]\n    ordered = true\n  }\n  attribute \"tags\" {\n    type = \"set(string)\"\n  }\n}\n")
	b.WriteString("pipeline \"people\" {\n  entity = \"person\"\n  alert = notify.me\n")
	fmt.Fprintf(&b, "  system_of_record = %q\n%s", s.record, s.guardText())
	for i, n := range all {
		allow := `"read", "update"`
		if s.create[i] {
			allow += `, "create"`
		}
		if s.deletes {
			allow += `, "archive", "delete"`
		}
		fmt.Fprintf(&b, "  source %q {\n    object = \"people\"\n    allow = [%s]\n", n, allow)
		if s.deletes {
			fmt.Fprintf(&b, "    removed = %q\n", s.removed)
		}
		if s.cursor {
			b.WriteString("    cursor = \"updated\"\n    sweep = \"30m\"\n")
		}
		if s.filter && n == "a" {
			b.WriteString("    filter = \"record.private != 'yes'\"\n    left = \"freeze\"\n")
		}
		b.WriteString("  }\n")
	}
	fmt.Fprintf(&b, "  match {\n    key \"email\" {\n      field = \"email\"\n    }\n    ambiguous = \"review\"\n    duplicates = %q\n  }\n", s.duplicate)
	peers := strings.Join(all, " <-> ")
	conflict := fmt.Sprintf("    conflict {\n      rules = [%s]\n      unavailable = \"review\"\n      escalate {\n        after = \"4h\"\n        to = notify.me\n      }\n    }\n", s.rules)
	paths := func(field string) (out string) {
		for _, n := range all {
			out += fmt.Sprintf("    %s = %q\n", n, field)
		}
		return out
	}
	fmt.Fprintf(&b, "  field \"email\" {\n    direction = %q\n%s%s  }\n", peers, conflict, paths("email"))
	fmt.Fprintf(&b, "  field \"name\" {\n    direction = %q\n    empty = %q\n%s%s  }\n", peers, s.empty, conflict, paths("name"))
	fmt.Fprintf(&b, "  field \"note\" {\n    direction = \"a -> %s\"\n    drift = %q\n    empty = %q\n%s  }\n", strings.Join(others, ", "), s.drift, s.empty, paths("note"))
	b.WriteString("  field \"private\" {\n    direction = \"a\"\n    a = \"private\"\n  }\n")
	fmt.Fprintf(&b, "  field \"phase\" {\n    direction = %q\n%s", peers, conflict)
	for _, n := range all {
		fmt.Fprintf(&b, "    %s {\n      path = \"phase\"\n      values = { %s1 = \"one\", %s2 = \"two\", %s3 = \"three\" }\n    }\n", n, n, n, n)
	}
	b.WriteString("  }\n")
	if s.owner {
		fmt.Fprintf(&b, "  field \"owned\" {\n    direction = %q\n    owner = \"entity.phase == 'three' ? b : a\"\n    drift = %q\n%s  }\n", peers, s.drift, paths("owned"))
	}
	if s.set {
		fmt.Fprintf(&b, "  field \"tags\" {\n    direction = %q\n    empty = \"clear\"\n%s%s  }\n", peers, conflict, paths("tags"))
	}
	if s.group {
		for _, f := range []string{"city", "land"} {
			fmt.Fprintf(&b, "  field %q {\n    direction = %q\n    empty = %q\n%s%s  }\n", f, peers, s.empty, conflict, paths(f))
		}
		b.WriteString("  group \"place\" {\n    fields = [\"city\", \"land\"]\n  }\n")
	}
	b.WriteString("}\n")
	return b.String()
}
