package scenario_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/memory"
	"syncline/engine"
	"syncline/engine/scenario"
	"syncline/schema"
)

// generator makes up configurations: valid ones, of everything the language
// has that the simulator can play.
type generator struct {
	*rand.Rand
	b       strings.Builder
	ends    []string
	kinds   []kind
	creates []bool
	seed    uint64
	jobs    bool // a second pipeline, which the first refers to
}

func pick[T any](g *generator, of ...T) T { return of[g.IntN(len(of))] }

func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.b, format+"\n", args...) }

// TestGenerated proves configurations that nobody wrote.
func TestGenerated(t *testing.T) {
	first, last := configurations(t, 12)
	for seed := first; seed <= last; seed++ {
		n := seed - 1
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := newGenerator(seed)
			o := played(t, g.b.String(), g.kinds)
			o.First = 1 + n*uint64(o.Seeds) // each has stories of its own
			r := prove(t, o)
			if r.Failure != nil {
				t.Logf("%s\n%+v", g.b.String(), g.kinds)
				keep(t, g, seed, r.Failure)
			}
		})
	}
}

// configurations are the seeds of the configurations that are made up: the
// first n, or those that SYNCLINE_CHAOS_CONFIGURATIONS asks for, as FIRST-LAST.
func configurations(t *testing.T, n uint64) (first, last uint64) {
	first, last = 1, n
	if text := os.Getenv("SYNCLINE_CHAOS_CONFIGURATIONS"); text != "" {
		if _, err := fmt.Sscanf(text, "%d-%d", &first, &last); err != nil {
			t.Fatalf("SYNCLINE_CHAOS_CONFIGURATIONS is FIRST-LAST: %v", err)
		}
	}
	return first, last
}

// newGenerator makes up the configuration of a seed.
func newGenerator(seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 11)), ends: []string{"a", "b", "c"}, seed: seed}
	g.ends = g.ends[:2+g.IntN(2)]
	g.jobs = g.chance(4)
	for _, name := range g.ends {
		g.kinds = append(g.kinds, g.kind(name))
	}
	g.text()
	return g
}

// played returns the options to prove a configuration over made-up connectors.
func played(t testing.TB, text string, kinds []kind) scenario.Options {
	t.Helper()
	o := scenario.Options{Seeds: seeds(8)}
	for i := range kinds {
		o.Connectors = append(o.Connectors, kinds[i].definition())
	}
	file := filepath.Join(t.TempDir(), "main.hcl")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Source = engine.Source{Path: file}
	return o
}

// kind is a made-up connector, as data.
type kind struct {
	Name                                            string
	Grade                                           connectors.Grade
	Create                                          connectors.CreateLadder
	Attribution, Ordered, SaysNull, Whole, Complete bool
	Finds, Stamps                                   bool
	Batch                                           int
	Lag                                             time.Duration `json:",omitempty"`
}

func (g *generator) kind(name string) kind {
	k := kind{
		Name:        "kind" + name,
		Grade:       pick(g, connectors.IfMatch, connectors.RevisionMatch, connectors.RevisionMatch, connectors.Compared, connectors.ReadBeforeWrite, connectors.Blind),
		Create:      pick(g, connectors.CreateIdempotency, connectors.CreateKeySearch, connectors.CreateExternalID),
		Attribution: g.chance(2), Ordered: g.chance(2), SaysNull: !g.chance(6), Whole: !g.chance(5), Complete: true,
		Batch: pick(g, 0, 1, 3, 100),
	}
	k.Finds = !g.chance(3) || k.Create == connectors.CreateKeySearch
	k.Complete = !k.Finds || !g.chance(5)
	k.Stamps = !k.Finds && g.chance(2)
	if own := rand.New(rand.NewPCG(g.seed, uint64(len(g.kinds)))); !k.Stamps && k.Finds && own.IntN(3) == 0 {
		k.Lag = time.Minute
	}
	return k
}

func (k *kind) definition() *connectors.Definition {
	f := memory.DefaultFacts()
	f.Grade, f.Create, f.Attribution, f.Ordered, f.SaysNull = k.Grade, k.Create, k.Attribution, k.Ordered, k.SaysNull
	f.Whole, f.Complete, f.Batch, f.Lag = k.Whole, k.Complete, k.Batch, k.Lag
	conn := connectors.Conn(fake(objects()))
	switch {
	case k.Finds && k.Stamps:
		conn = struct {
			finding
			stamping
		}{finding{fake(objects())}, stamping{}}
	case k.Finds:
		conn = finding{fake(objects())}
	case k.Stamps:
		conn = struct {
			fake
			stamping
		}{fake(objects()), stamping{}}
	}
	return &connectors.Definition{
		Name: k.Name, Doc: "A made-up connector.", Facts: f,
		Offline: func(connectors.Settings) bool { return true },
		Open:    func(context.Context, connectors.Settings) (connectors.Conn, error) { return conn, nil },
	}
}

// fake is a connection that can be asked what it could do.
type fake []connectors.Object

func (f fake) Objects(context.Context) ([]connectors.Object, error) { return f, nil }
func (f fake) Close() error                                         { return nil }

type (
	finding  struct{ fake }
	stamping struct{}
)

func (finding) Find(context.Context, *connectors.Selection, []connectors.Query) ([][]connectors.Got, error) {
	return nil, nil
}

func (stamping) Stamp(context.Context, *connectors.Selection) (string, error) { return "", nil }

func objects() []connectors.Object {
	text := func(names ...string) (out []schema.Field) {
		for _, n := range names {
			out = append(out, schema.Field{Name: n, Type: schema.Type{Kind: schema.KindString, Nullable: true}})
		}
		return out
	}
	people := append(text("email", "name", "phase", "note", "city", "land", "owned", "private", "updated", "born", "active", "salary", "phone", "job", "extra"),
		schema.Field{Name: "tags", Type: schema.Type{Kind: schema.KindSet, Nullable: true, Elem: &schema.Type{Kind: schema.KindString}}},
		schema.Field{Name: "age", Type: schema.Type{Kind: schema.KindInt, Nullable: true}})
	return []connectors.Object{
		{Name: "people", Fields: people, ID: "id"},
		{Name: "jobs", Fields: text("code", "title", "updated"), ID: "id"},
	}
}

// conflict is what settles a disagreement of peers.
func (g *generator) conflict() string {
	rules := pick(g, `"review"`, `"review"`, `"system_of_record"`, `"b"`, `"non_empty", "review"`, `"latest", "system_of_record"`)
	unavailable := pick(g, `"review"`, `wait("3h")`)
	return fmt.Sprintf("    conflict {\n      rules = [%s]\n      unavailable = %s\n      escalate {\n        after = \"4h\"\n        to = notify.me\n      }\n    }", rules, unavailable)
}

func (g *generator) text() {
	g.line("engine {\n  name = \"generated\"\n}\nnotify \"me\" {\n  connector = \"log\"\n}")
	for _, n := range g.ends {
		g.line("system %q {\n  connector = \"kind%s\"\n}", n, n)
	}
	g.line("entity \"person\" {")
	for _, a := range []string{"email", "name", "note", "city", "land", "owned", "private"} {
		g.line("  attribute %q {\n    type = \"string\"\n  }", a)
	}
	g.line("  attribute \"phase\" {\n    type = \"enum\"\n    values = [\"one\", \"two\", \"three\"]\n    ordered = true\n  }")
	for _, a := range [][2]string{{"tags", "set(string)"}, {"age", "int"}, {"born", "date"}, {"active", "bool"}, {"phone", "phone"}} {
		g.line("  attribute %q {\n    type = %q\n  }", a[0], a[1])
	}
	g.line("  attribute \"salary\" {\n    type = \"string\"\n    class = \"pay\"\n  }")
	if g.jobs {
		g.line("  attribute \"job\" {\n    type = \"ref(vacancy)\"\n  }")
	}
	g.line("}")
	if g.jobs {
		g.vacancies()
	}
	g.people()
}

// vacancies is the pipeline that people refer to.
func (g *generator) vacancies() {
	g.line("entity \"vacancy\" {\n  attribute \"code\" {\n    type = \"string\"\n  }\n  attribute \"title\" {\n    type = \"string\"\n  }\n}")
	g.line("pipeline \"jobs\" {\n  entity = \"vacancy\"\n  alert = notify.me\n  system_of_record = \"a\"")
	for _, n := range g.ends {
		allow := pick(g, `"read", "update", "create"`, `"read", "update", "create"`, `"read", "update"`)
		g.line("  source %q {\n    object = \"jobs\"\n    allow = [%s]\n  }", n, allow)
	}
	g.line("  match {\n    key \"code\" {\n      field = \"code\"\n    }\n  }")
	peers := strings.Join(g.ends, " <-> ")
	c := g.conflict()
	for _, f := range []string{"code", "title"} {
		g.line("  field %q {\n    direction = %q\n%s\n%s  }", f, peers, c, g.paths(f))
	}
	g.line("}")
}

func (g *generator) paths(field string) (out string) {
	for _, n := range g.ends {
		out += fmt.Sprintf("    %s = %q\n", n, field)
	}
	return out
}

func (g *generator) people() {
	others := strings.Join(g.ends[1:], ", ")
	peers := strings.Join(g.ends, " <-> ")
	g.line("pipeline \"people\" {\n  entity = \"person\"\n  alert = notify.me\n  system_of_record = \"a\"")
	deletes := g.chance(2)
	for i, n := range g.ends {
		g.source(i, n, deletes)
	}
	g.line("  match {\n    key \"email\" {\n      field = \"email\"\n    }")
	byPhone := g.chance(3)
	if byPhone {
		g.line("    key \"person\" {\n      field = [\"name\", \"phone\"]\n    }")
	}
	g.line("    ambiguous = %q\n    duplicates = %q\n  }", pick(g, "review", "skip"), pick(g, "review", "ignore"))
	empty, drift, c := pick(g, "keep", "clear", "review"), pick(g, "keep", "restore", "review"), g.conflict()
	both := func(field string) {
		g.line("  field %q {\n    direction = %q\n    empty = %q\n%s\n%s  }", field, peers, empty, c, g.paths(field))
	}
	oneWay := func(field, more string) {
		g.line("  field %q {\n    direction = \"a -> %s\"\n    drift = %q\n    empty = %q\n%s%s  }", field, others, drift, empty, more, g.paths(field))
	}
	both("email")
	both("name")
	oneWay("note", pick(g, "", "", "    update = \"fill\"\n", g.onlyNew()))
	g.line("  field \"private\" {\n    direction = \"a\"\n    a = \"private\"\n  }")
	g.line("  field \"phase\" {\n    direction = %q\n%s", peers, pick(g, c, strings.Replace(c, "rules = [", `rules = ["most_advanced", `, 1)))
	for _, n := range g.ends {
		g.line("    %s {\n      path = \"phase\"\n      values = { %s1 = \"one\", %s2 = \"two\", %s3 = \"three\" }\n    }", n, n, n, n)
	}
	g.line("  }")
	if g.chance(3) {
		g.line("  field \"owned\" {\n    direction = %q\n    owner = \"entity.phase == 'three' ? b : a\"\n    drift = %q\n%s  }", peers, drift, g.paths("owned"))
	}
	if g.chance(2) {
		g.line("  field \"tags\" {\n    direction = %q\n    empty = \"clear\"\n%s\n%s  }", peers, c, g.paths("tags"))
	}
	if g.chance(2) {
		both("city")
		both("land")
		g.line("  group \"place\" {\n    fields = [\"city\", \"land\"]\n  }")
	}
	if g.chance(2) {
		both("age")
	}
	if byPhone || g.chance(2) {
		both("phone")
	}
	if g.chance(3) {
		oneWay("salary", "")
	}
	g.spelled(peers, others, c, drift)
	if g.jobs {
		g.line("  field \"job\" {\n    direction = \"a -> %s\"\n    drift = %q\n%s  }", others, drift, g.paths("job"))
	}
	if g.chance(4) {
		g.line("  validate \"reachable\" {\n    check = \"has(entity.email) || has(entity.name)\"\n    message = \"nobody can reach them\"\n    failed = %q\n  }", pick(g, "review", "skip"))
	}
	if g.chance(4) {
		g.line("  guard {\n    overwrites {\n      count = 2\n      share = \"1%%\"\n    }\n    creates {\n      count = 3\n      share = \"1%%\"\n    }\n  }")
	}
	g.line("}")
}

// onlyNew is a policy that every hearer has to allow.
func (g *generator) onlyNew() string {
	if slices.Contains(g.creates[1:], false) {
		return ""
	}
	return "    update = \"create\"\n"
}

// spelled are fields that the ends write down in ways of their own.
func (g *generator) spelled(peers, others, c, drift string) {
	if g.chance(2) {
		g.line("  field \"born\" {\n    direction = %q\n%s\n    a {\n      path = \"born\"\n      read = \"date(value, 'DD.MM.YYYY')\"\n      write = \"format_date(entity.born, 'DD.MM.YYYY')\"\n    }", peers, c)
		for _, n := range g.ends[1:] {
			g.line("    %s = \"born\"", n)
		}
		g.line("  }")
	}
	if g.chance(2) {
		g.line("  field \"active\" {\n    direction = \"a -> %s\"\n    drift = %q\n    a {\n      path = \"active\"\n      read = \"truth(value)\"\n    }", others, drift)
		for _, n := range g.ends[1:] {
			g.line("    %s {\n      path = \"active\"\n      read = \"truth(value)\"\n      write = \"entity.active ? 'yes' : 'no'\"\n    }", n)
		}
		g.line("  }")
	}
}

func (g *generator) source(i int, n string, deletes bool) {
	allow := `"read", "update"`
	g.creates = append(g.creates, !g.chance(3))
	if g.creates[i] {
		allow += `, "create"`
	}
	if deletes {
		allow += `, "archive", "delete"`
	}
	g.line("  source %q {\n    object = \"people\"\n    allow = [%s]", n, allow)
	if g.kinds[i].Grade == connectors.RevisionMatch && g.chance(2) {
		g.line("    revision = \"updated\"")
	}
	if deletes {
		g.line("    removed = %q", pick(g, "unlink", "archive", "delete", "review"))
	}
	if g.chance(3) {
		g.line("    cursor = \"updated\"\n    sweep = \"30m\"")
	}
	if i == 0 && g.chance(4) {
		g.line("    filter = \"record.private != 'yes'\"\n    left = %q", pick(g, "freeze", "unlink", "review", "ignore"))
	}
	if i == 1 && g.chance(6) {
		g.line("    when = \"entity.phase != 'three'\"\n    left = %q", pick(g, "freeze", "unlink", "review"))
	}
	g.line("  }")
}
