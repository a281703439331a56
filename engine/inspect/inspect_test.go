package inspect_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/engine/inspect"
	"syncline/schema"
	"syncline/schema/entities"
)

// listing is a system that lists n records, each made when it is asked for.
type listing struct {
	n    int
	make func(i int) string // a JSON object
	at   int
}

func (l *listing) Close() error { return nil }

func (l *listing) Read(context.Context, *connectors.Selection, connectors.Checkpoint, bool) (connectors.Stream, error) {
	return l, nil
}

func (l *listing) Next(_ context.Context, b *connectors.Batch) error {
	if l.at == l.n {
		return io.EOF
	}
	for range min(1000, l.n-l.at) {
		b.Items = append(b.Items, connectors.Item{Raw: []byte(l.make(l.at)), Index: l.at})
		l.at++
	}
	return nil
}

func (l *listing) Decode(it *connectors.Item, rec *schema.Record) error {
	v, err := schema.FromJSON(it.Raw)
	if err != nil {
		return err
	}
	for i, name := range v.Names() {
		if slot := rec.Shape.Slot(name); slot >= 0 {
			rec.Slots[slot] = v.Items()[i]
		}
	}
	rec.ID = rec.Get("id").Plain()
	return nil
}

func (l *listing) Done() (connectors.Checkpoint, bool) { return nil, true }

func object(name string, fields ...string) inspect.Subject {
	s := inspect.Subject{Entities: entities.All, Facts: connectors.Facts{Whole: true}}
	s.Object = connectors.Object{Name: name, ID: "id"}
	for _, f := range fields {
		s.Object.Fields = append(s.Object.Fields, schema.Field{Name: f})
	}
	return s
}

func options() inspect.Options {
	return inspect.Options{Now: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Stale: 180 * 24 * time.Hour, Seed: 7}
}

func look(t testing.TB, l *listing, s inspect.Subject, o inspect.Options) *inspect.ObjectReport {
	t.Helper()
	o.Temp = t.TempDir()
	r, err := inspect.Object(t.Context(), l, s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lines(t testing.TB, name string) []string {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		out = append(out, s.Text())
	}
	return out
}

// TestCandidates finds, among 540 invented people of 15 countries, 40 of whom
// are there twice, each of the 40 and nobody else: for certain where an e-mail
// address or a number says so, else as possible.
func TestCandidates(t *testing.T) {
	all := lines(t, "testdata/candidates.jsonl")
	s := object("candidates", "id", "locale", "first", "last", "email", "phone", "city", "title", "createdAt")
	o := options()
	o.Shown = 100
	r := look(t, &listing{n: len(all), make: func(i int) string { return all[i] }}, s, o)
	twins := map[string]string{}
	for _, line := range all {
		var x struct {
			ID string `json:"id"`
			Of string `json:"dup_of"`
		}
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatal(err)
		}
		if x.Of != "" {
			twins[x.Of] = x.ID
		}
	}
	d := r.Duplicates[0]
	found := map[string]string{}
	for _, g := range d.Shown {
		found[g.Records[0]] = g.Records[1]
	}
	for _, p := range d.PossibleShown {
		found[p.Records[0]] = p.Records[1]
	}
	t.Logf("%d records, %d groups for certain, %d possible; merging leaves %d, fills %d, differs %d; %d planted",
		r.Records, d.Groups, d.Possible, d.Merge.Left, d.Merge.Filled, d.Merge.Differs, len(twins))
	for first, second := range twins {
		if found[first] != second {
			t.Errorf("%s and %s are one, and %q was found", first, second, found[first])
		}
	}
	if len(found) != len(twins) || d.Groups+d.Possible != len(twins) {
		t.Errorf("%d groups and %d pairs, of %d planted", d.Groups, d.Possible, len(twins))
	}
	if text, _ := json.Marshal(r); strings.Contains(string(text), "@example.test") || strings.Contains(string(text), "Effertz") {
		t.Errorf("a person's value is in the report:\n%s", text)
	}
}

// TestLists finds the words that no list has, the spellings of one value, and
// the stale and repeated jobs.
func TestLists(t *testing.T) {
	rows := []string{
		`{"id":"1","title":"Software Engineer","status":"open","location":"New York City","opened_on":"2026-05-01"}`,
		`{"id":"2","title":"Engineer, Software","status":"open","location":"new york city","opened_on":"2024-01-01"}`,
		`{"id":"3","title":"Cook","status":"Opened","location":"NYC","opened_on":"2026-05-01"}`,
		`{"id":"4","title":"Cook","status":"closed","location":"NYC","opened_on":"2020-01-01"}`,
		`{"id":"5","title":"Nurse","status":"open","location":"New York City","closed_on":"2026-01-01","secret":"x"}`,
		`{"id":"6","title":"Nurse","status":"open","location":"Boston","closed_on":null}`,
		`{"id":"7","title":"Pilot","status":"closed","location":"NYC"}`,
		`{"id":"8","title":"Smith","status":"closed","location":"New York City"}`,
	}
	s := object("jobs", "id", "title", "status", "location", "opened_on", "closed_on", "secret")
	r := look(t, &listing{n: len(rows), make: func(i int) string { return rows[i] }}, s, options())
	if r.Entity != "job" || !r.Guessed || len(r.Jobs) != 1 {
		t.Fatalf("it is taken for %q: %+v", r.Entity, r.Jobs)
	}
	j := r.Jobs[0]
	if j.Open != 5 || j.Stale != 1 || j.Oldest[0].Record != "2" || j.Ended != 1 || j.Twice != 1 || j.Groups[0].Count != 2 {
		t.Errorf("jobs: %+v", j)
	}
	status, place := field(t, r, "status"), field(t, r, "location")
	if len(status.Misfits) != 1 || status.Misfits[0].Outside[0] != (inspect.OutsideWord{Text: "Opened", Count: 1, Near: "open"}) {
		t.Errorf("words outside of the list: %+v", status.Misfits)
	}
	if len(place.Variants) != 1 || place.Variants[0].Count != 7 || len(place.Variants[0].Spellings) != 3 {
		t.Errorf("spellings of one place: %+v", place.Variants)
	}
	if f := field(t, r, "closed_on"); f.Filled != 1 || f.Null != 7 || f.Seen != 8 {
		t.Errorf("fill of closed_on: %+v", f)
	}
}

func field(t *testing.T, r *inspect.ObjectReport, path string) inspect.FieldReport {
	t.Helper()
	i := slices.IndexFunc(r.Fields, func(f inspect.FieldReport) bool { return f.Path == path })
	if i < 0 {
		t.Fatalf("no field %q", path)
	}
	return r.Fields[i]
}

// TestHostile looks at nothing, at what is no object, and at lists in lists.
func TestHostile(t *testing.T) {
	if r := look(t, &listing{}, object("candidates", "id", "email"), options()); r.Records != 0 || len(r.Fields) != 2 {
		t.Errorf("of nothing: %+v", r)
	}
	rows := []string{`{`, `[]`, `{"id":7,"email":[[["x"]],{"a":{"b":{"c":{"d":{"e":1}}}}}],"x":"` + strings.Repeat("é", 1<<16) + `"}`, "{\"id\":\"\xff\"}"}
	r := look(t, &listing{n: len(rows), make: func(i int) string { return rows[i] }}, object("candidates", "id", "email", "x"), options())
	if r.Records+r.Unreadable != len(rows) || r.Unreadable == 0 {
		t.Errorf("%d records and %d unreadable of %d", r.Records, r.Unreadable, len(rows))
	}
}

// TestMemory holds that five times as many records need no more memory: each
// is another person, with numbers and addresses of its own.
func TestMemory(t *testing.T) {
	peak := func(n int) uint64 {
		most := uint64(0)
		var m runtime.MemStats
		o := options()
		o.Progress = func(done int) {
			if done%20_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		s := object("candidates", "id", "first_name", "last_name", "email", "city", "notes")
		r := look(t, &listing{n: n, make: person}, s, o)
		d := r.Duplicates[0]
		if d.Groups != n/1000 || r.Records != n {
			t.Errorf("%d groups of %d records", d.Groups, r.Records)
		}
		return most
	}
	few, many := peak(40_000), peak(200_000)
	t.Logf("heap in use: %.1f MiB with 40,000 records, %.1f MiB with 200,000", float64(few)/(1<<20), float64(many)/(1<<20))
	if many > few+4<<20 {
		t.Errorf("it grew from %d to %d bytes", few, many)
	}
}

// person is one of many; every thousandth has the address of the one before.
func person(i int) string {
	of := i
	if i%1000 == 999 {
		of--
	}
	return fmt.Sprintf(`{"id":"%d","first_name":"Ada%d","last_name":"L%d","email":"p%d@example.test","city":"Town %d","notes":"%s %d"}`,
		i, i, i, of, i%300, strings.Repeat("lorem ", 12), i)
}

// BenchmarkMillion looks at a million records; it reports the most memory in
// use.
func BenchmarkMillion(b *testing.B) {
	for range b.N {
		most := uint64(0)
		var m runtime.MemStats
		o := options()
		o.Progress = func(done int) {
			if done%50_000 == 0 {
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
			}
		}
		s := object("candidates", "id", "first_name", "last_name", "email", "city", "notes")
		r := look(b, &listing{n: 1_000_000, make: person}, s, o)
		b.ReportMetric(float64(most)/(1<<20), "heap-MiB")
		b.ReportMetric(float64(r.Duplicates[0].Groups), "groups")
	}
}
