package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/all"
	"syncline/engine"
	"syncline/engine/plans"
	"syncline/pipelines/diag"
)

// small and large are the sizes of the benchmarks. The large ones take minutes
// and run only when SYNCLINE_BENCH_LARGE is set.
const (
	small = 100_000
	large = 1_000_000
)

func sizes() []int {
	if os.Getenv("SYNCLINE_BENCH_LARGE") != "" {
		return []int{small, large}
	}
	return []int{small}
}

// BenchmarkRun measures whole runs: CPU seconds as a ratio to decoding as many
// records of the generator with encoding/json into map[string]any in the same
// process, and the peak of anonymous memory. See docs/benchmarks.md.
func BenchmarkRun(b *testing.B) {
	m := measurer{path: filepath.Join(b.TempDir(), "yardstick.jsonl")}
	candidates{n: small}.file(b, m.path)
	for _, n := range sizes() {
		b.Run("A/"+strconv.Itoa(n), func(b *testing.B) { m.each(b, n, firstLoad(fileToFile)) })
		b.Run("B/"+strconv.Itoa(n), func(b *testing.B) { m.each(b, n, firstLoad(fileToTable)) })
		b.Run("A-encrypted/"+strconv.Itoa(n), func(b *testing.B) { m.each(b, n, firstLoad(encrypted+fileToFile)) })
		b.Run("B-encrypted/"+strconv.Itoa(n), func(b *testing.B) { m.each(b, n, firstLoad(encrypted+fileToTable)) })
		for _, every := range []int{0, 100, 20} {
			name := "C"
			if every != 100 {
				name = fmt.Sprintf("C-%dpercent", percent(every))
			}
			b.Run(name+"/"+strconv.Itoa(n), func(b *testing.B) { m.each(b, n, secondRun(every)) })
		}
		b.Run("D/"+strconv.Itoa(n), func(b *testing.B) { m.each(b, n, bothSides(false)) })
		b.Run("D-full/"+strconv.Itoa(n), func(b *testing.B) { m.each(b, n, bothSides(true)) })
	}
}

func percent(every int) int {
	if every == 0 {
		return 0
	}
	return 100 / every
}

// TestBenchmarks walks what the benchmarks measure once, small, so that they
// keep working.
func TestBenchmarks(t *testing.T) {
	for name, prepare := range map[string]scenario{
		"A": firstLoad(fileToFile), "A-encrypted": firstLoad(encrypted + fileToFile), "B": firstLoad(fileToTable), "C": secondRun(100), "D": bothSides(false), "D-full": bothSides(true),
	} {
		t.Run(name, func(t *testing.T) { prepare(t, 2000)() })
	}
}

// scenario makes the ends of a run and returns the run.
type scenario func(t testing.TB, n int) (measured func())

// measurer compares runs to a yardstick, which is applied before and after
// each: on a shared machine CPU seconds are not the same for long.
type measurer struct{ path string }

func (m *measurer) each(b *testing.B, n int, s scenario) {
	ratio, peak := 0.0, 0
	for range b.N {
		b.StopTimer()
		measured := s(b, n)
		yard := m.yardstick(b)
		stop := engine.HoldMemory()
		debug.FreeOSMemory()
		watch := watchMemory()
		before := cpuSeconds(b)
		b.StartTimer()
		measured()
		b.StopTimer()
		cpu := cpuSeconds(b) - before
		peak = max(peak, watch())
		stop()
		ratio += cpu / float64(n) / ((yard + m.yardstick(b)) / 2)
	}
	b.ReportMetric(ratio/float64(b.N), "cpu-ratio")
	b.ReportMetric(float64(peak)/1024, "rss-anon-MiB")
}

// yardstick returns the CPU seconds of decoding one record into a map.
func (m *measurer) yardstick(b *testing.B) float64 {
	f, err := os.Open(m.path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	before := cpuSeconds(b)
	lines, n := bufio.NewScanner(f), 0
	for lines.Scan() {
		var record map[string]any
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != small {
		b.Fatalf("decoded %d records: %v", n, lines.Err())
	}
	return (cpuSeconds(b) - before) / small
}

// watchMemory samples the anonymous memory of the process until the returned
// function is called, which gives the peak in KiB; 0 where the system has no
// such figure.
func watchMemory() func() int {
	done, peak := make(chan struct{}), make(chan int)
	go func() {
		most := 0
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, anonymous())
			select {
			case <-tick.C:
			case <-done:
				peak <- most
				return
			}
		}
	}()
	return func() int {
		close(done)
		return <-peak
	}
}

func anonymous() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(text, []byte("RssAnon:"))
	line, _, _ := bytes.Cut(rest, []byte("kB"))
	n, _ := strconv.Atoi(string(bytes.TrimSpace(line)))
	return n
}

// bench is one configuration in a folder of its own.
type bench struct {
	testing.TB
	folder string
	config string
}

func newBench(t testing.TB, config string) *bench {
	return &bench{TB: t, folder: t.TempDir(), config: config}
}

func (x *bench) path(name string) string { return filepath.Join(x.folder, name) }

// run makes one pass and returns what it says of its pipeline.
func (x *bench) run(o engine.RunOptions) plans.PipelineSummary {
	x.Helper()
	if err := os.WriteFile(x.path("main.hcl"), []byte(x.config), 0o600); err != nil {
		x.Fatal(err)
	}
	var definitions []*connectors.Definition
	for _, d := range all.Connectors() {
		definitions = append(definitions, &d)
	}
	e := engine.New(engine.Options{Connectors: definitions})
	c, problems := e.Load(context.Background(), engine.Source{Path: x.folder})
	for _, p := range problems {
		if p.Severity == diag.Error {
			x.Fatalf("%+v", p)
		}
	}
	if _, err := e.Seed(context.Background(), c); err != nil {
		x.Fatal(err)
	}
	s, err := e.Run(context.Background(), c, o)
	if err != nil {
		x.Fatal(err)
	}
	return s.Pipelines[0]
}

// expect compares counts by name.
func (x *bench) expect(got plans.PipelineSummary, want map[string]int) {
	x.Helper()
	has := map[string]int{"linked": got.Linked, "conflicts": got.Conflicts, "reviews": got.Reviews, "waiting": got.Waiting, "withheld": len(got.Withheld)}
	for _, e := range got.Ends {
		has[e.End+" read"], has[e.End+" aside"], has[e.End+" unchanged"] = e.Read, e.SetAside, e.Unchanged
		has[e.End+" created"], has[e.End+" updated"], has[e.End+" agreed"] = e.Created, e.Updated, e.Agreed
	}
	for name, n := range want {
		if has[name] != n {
			x.Fatalf("%s: %d, want %d\n%+v", name, has[name], n, got)
		}
	}
}

// fields are the ten mapped fields of A, B and C, six of them CEL.
const fields = `
  match {
    key "email" { field = "email" }
    duplicates = "ignore"
  }
  fields "ats -> crm" {
    field "external_id" {
      ats = "id"
      crm = "ats_id"
    }
    field "first_name" {
      ats = "first_name"
      crm = "first_name"
    }
    field "last_name" {
      ats = "last_name"
      crm = "last_name"
    }
    field "email" {
      ats = "email"
      crm = "email"
    }
    field "phone" {
      ats {
        path = "phone"
        read = "phone(value, 'US')"
      }
      crm = "phone"
    }
    field "headline" {
      ats { read = "record.title + ' at ' + record.company" }
      crm = "headline"
    }
    field "location" {
      ats { read = "record.city + ', ' + record.country" }
      crm = "location"
    }
    field "source" {
      ats { read = "lower(trim(record.source))" }
      crm = "source"
    }
    field "available_on" {
      ats { read = "date(record.custom_fields.available_from, 'DD.MM.YYYY')" }
      crm = "available_on"
    }
    field "level" {
      ats { read = "record.custom_fields.years >= 8 ? 'senior' : 'junior'" }
      crm = "level"
    }
  }
}
entity "person" {
  extends = "candidate"
  attribute "level" { type = "string" }
}
notify "log" { connector = "log" }
system "ats" {
  connector = "file"
  path      = "candidates.jsonl"
}
`

// encrypted before a configuration makes its state an encrypted one.
const encrypted = `
engine {
  encryption {
    key = secret("exec:echo the key of the benchmark, which is long enough")
  }
}
`

const fileToFile = `
pipeline "people" {
  entity = "person"
  alert  = notify.log
  source "ats" {}
  source "crm" {
    allow  = ["read", "create", "update"]
    id     = "id"
    fields = {
      id = "string", ats_id = "string", first_name = "string?", last_name = "string?", email = "string?", phone = "string?",
      headline = "string?", location = "string?", source = "string?", available_on = "date?", level = "string?"
    }
  }` + fields + `
system "crm" {
  connector = "file"
  path      = "people.jsonl"
  init      = "none.jsonl"
}
`

const fileToTable = `
pipeline "people" {
  entity = "person"
  alert  = notify.log
  source "ats" {}
  source "crm" {
    object   = "people"
    allow    = ["read", "create", "update"]
    revision = "rev"
  }` + fields + `
system "crm" {
  connector = "sqlite"
  path      = "people.db"
  init      = "people.sql"
}
`

const table = `CREATE TABLE people (id INTEGER PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 1, ats_id TEXT, first_name TEXT, last_name TEXT,
  email TEXT, phone TEXT, headline TEXT, location TEXT, source TEXT, available_on DATE, level TEXT);
CREATE UNIQUE INDEX people_email ON people (email);
`

// firstLoad is A and B: everything is created at an empty end.
func firstLoad(config string) scenario {
	return func(t testing.TB, n int) func() {
		x := newBench(t, config)
		x.ends(candidates{n: n})
		return func() { x.load(candidates{n: n}) }
	}
}

func (x *bench) ends(c candidates) {
	c.file(x, x.path("candidates.jsonl"))
	for name, text := range map[string]string{"none.jsonl": "", "people.sql": table} {
		if err := os.WriteFile(x.path(name), []byte(text), 0o600); err != nil {
			x.Fatal(err)
		}
	}
}

func (x *bench) load(c candidates) {
	x.expect(x.run(engine.RunOptions{}), map[string]int{
		"ats read": c.n, "ats aside": c.n - c.unique(), "crm created": c.unique(), "linked": c.unique(), "reviews": 0, "waiting": 0,
	})
}

// secondRun is C: the first load is done, and every so many records changed.
func secondRun(every int) scenario {
	return func(t testing.TB, n int) func() {
		x := newBench(t, fileToTable)
		x.ends(candidates{n: n})
		x.load(candidates{n: n})
		changed := 0
		if every > 0 {
			changed = (n + every - 1) / every
			candidates{n: n, edited: func(i int) bool { return i%every == 0 }}.file(x, x.path("candidates.jsonl"))
		}
		return func() {
			x.expect(x.run(engine.RunOptions{}), map[string]int{
				"ats read": n, "ats aside": n / twinEvery, "linked": candidates{n: n}.unique(), "crm read": candidates{n: n}.unique(), "crm created": 0, "crm updated": changed, "waiting": 0, "withheld": 0,
			})
		}
	}
}

const tableToTable = `
pipeline "people" {
  entity           = "person"
  alert            = notify.log
  system_of_record = "left"
  source "left" {
    object   = "people"
    allow    = ["read", "update"]
    revision = "rev"
    cursor   = "updated_at"
  }
  source "right" {
    object   = "people"
    allow    = ["read", "update"]
    revision = "rev"
    cursor   = "updated_at"
  }
  match {
    key "email" { field = "email" }
  }
  conflict {
    rules       = ["system_of_record"]
    unavailable = "review"
    escalate {
      after = "4h"
      to    = notify.log
    }
  }
  fields "left <-> right" {
%s  }
}
entity "person" {
  extends = "candidate"
  attribute "level" { type = "string" }
}
notify "log" { connector = "log" }
system "left" {
  connector = "sqlite"
  path      = "left.db"
}
system "right" {
  connector = "sqlite"
  path      = "right.db"
}
`

// bothSides is D: two databases in agreement, then edited on both sides.
func bothSides(full bool) scenario {
	return func(t testing.TB, n int) func() {
		var fields strings.Builder
		for _, f := range []string{"first_name", "last_name", "email", "phone", "headline", "location", "source", "level"} {
			fmt.Fprintf(&fields, "    field %q {\n      left = %q\n      right = %q\n    }\n", f, f, f)
		}
		x := newBench(t, fmt.Sprintf(tableToTable, fields.String()))
		people := candidates{n: n}
		for i, name := range []string{"left.db", "right.db"} {
			x.fill(name, people, i*7)
		}
		linked := n - n/twinEvery
		x.expect(x.run(engine.RunOptions{}), map[string]int{"linked": linked, "left updated": 0, "right updated": 0, "conflicts": 0, "reviews": 0})
		left := x.edit("left.db", "headline = 'edited left'", "n % 100 = 0")
		right := x.edit("right.db", "location = 'edited right'", "n % 100 = 50")
		both := x.edit("left.db", "source = 'said left'", "n % 1000 = 25")
		x.edit("right.db", "source = 'said right'", "n % 1000 = 25")
		return func() {
			x.expect(x.run(engine.RunOptions{Full: full}), map[string]int{
				"left updated": right, "right updated": left + both, "left created": 0, "right created": 0, "conflicts": 0, "reviews": 0, "waiting": 0, "withheld": 0,
			})
		}
	}
}

// fill makes one database of all people but the twins, with ids of its own.
func (x *bench) fill(name string, c candidates, shift int) {
	x.change(name, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`CREATE TABLE people (id INTEGER PRIMARY KEY, rev INTEGER NOT NULL DEFAULT 1, updated_at TIMESTAMP NOT NULL, n INTEGER,
			first_name TEXT, last_name TEXT, email TEXT, phone TEXT, headline TEXT, location TEXT, source TEXT, level TEXT, remark TEXT);
			CREATE UNIQUE INDEX people_email ON people (email);
			CREATE INDEX people_updated ON people (updated_at)`); err != nil {
			return err
		}
		add, err := tx.Prepare(`INSERT INTO people VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer add.Close()
		for i := range c.n {
			if c.twin(i) {
				continue
			}
			at := time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC).Format(time.RFC3339)
			_, err := add.Exec(int64(uint32(i+shift)*2654435761), at, i, firstNames[i%len(firstNames)], lastNames[(i/3)%len(lastNames)], c.email(i),
				fmt.Sprintf("+1415555%04d", i%10000), c.title(i), cities[i%len(cities)], sources[1], "senior", strings.Repeat("spoke on the phone ", 20))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// edit changes rows as somebody else would, and returns how many.
func (x *bench) edit(name, set, where string) (n int) {
	x.change(name, func(tx *sql.Tx) error {
		r, err := tx.Exec("UPDATE people SET " + set + ", rev = rev + 1, updated_at = '2026-09-01T00:00:00Z' WHERE " + where)
		if err != nil {
			return err
		}
		changed, err := r.RowsAffected()
		n = int(changed)
		return err
	})
	return n
}

func (x *bench) change(name string, fn func(*sql.Tx) error) {
	x.Helper()
	db, err := sql.Open("sqlite", x.path(name))
	if err != nil {
		x.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		x.Fatal(err)
	}
	if err := fn(tx); err != nil {
		x.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		x.Fatal(err)
	}
}
