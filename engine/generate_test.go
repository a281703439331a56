package engine_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// candidates generates candidate records of an applicant tracking system:
// always the same for the same index, about 750 bytes of JSON each, twelve
// custom fields, every twentieth with the e-mail of an earlier record under
// another spelling. Ids are numbers without an order, as systems give them.
type candidates struct {
	n      int
	edited func(i int) bool // records whose title another hand changed; nil: none
}

const twinEvery = 20

var (
	firstNames = []string{"Ada", "Björn", "Chloé", "Dmitri", "Elif", "Faith", "Gustavo", "Hana", "Ines", "Jürgen", "Katarzyna", "Liam", "Mehmet", "Nia", "Oluwaseun", "Priya"}
	lastNames  = []string{"Lovelace", "Müller", "O'Brien", "García", "Nguyen", "Kowalski", "van den Berg", "Öztürk", "Smith-Jones", "Da Silva", "Ivanov", "Haddad", "Tanaka", "Okafor", "Lindström"}
	cities     = []string{"Berlin", "Lyon", "Porto", "Kraków", "Austin", "Leeds", "Malmö", "Zürich", "Gent", "Cork", "Boston"}
	countries  = []string{"DE", "FR", "PT", "PL", "US", "GB", "SE", "CH", "BE", "IE", "US"}
	titles     = []string{"Data Engineer", "Nurse", "Account Executive", "Site Manager", "Payroll Specialist", "Welder", "Product Designer"}
	companies  = []string{"Northwind Traders", "Contoso", "Fabrikam", "Acme Logistics", "Globex Health", "Initech", "Umbrella Care", "Stark Manufacturing"}
	sources    = []string{" LinkedIn", "Referral", "Indeed ", "Careers Page", "Agency"}
)

// id returns the id of a record: a number, in no order.
func (c candidates) id(i int) string { return strconv.FormatUint(uint64(uint32(i)*2654435761), 10) }

// email returns the address of a record, as its system spells it.
func (c candidates) email(i int) string {
	if c.twin(i) {
		return fmt.Sprintf(" P%d.%s@Example.COM", i-7, "candidate")
	}
	return fmt.Sprintf("p%d.candidate@example.com", i)
}

// twin reports whether the record repeats the e-mail of an earlier one.
func (c candidates) twin(i int) bool { return i%twinEvery == twinEvery-1 }

// unique is how many different people the records are.
func (c candidates) unique() int { return c.n - c.n/twinEvery }

// title returns the job title, which another hand may have changed.
func (c candidates) title(i int) string {
	t := titles[i%len(titles)]
	if c.edited != nil && c.edited(i) {
		return "Lead " + t
	}
	return t
}

func (c candidates) phone(i int) string {
	return fmt.Sprintf("(415) 555-%04d", i%10000)
}

// appendJSON appends record i as one line of JSON.
func (c candidates) appendJSON(b []byte, i int) []byte {
	k := i % len(cities)
	b = fmt.Appendf(b, `{"id":%s,"first_name":%q,"last_name":%q,"email":%q,"phone":%q,"title":%q,"company":%q,"city":%q,"country":%q,"source":%q,`,
		c.id(i), firstNames[i%len(firstNames)], lastNames[(i/3)%len(lastNames)], c.email(i), c.phone(i),
		c.title(i), companies[(i/5)%len(companies)], cities[k], countries[k], sources[i%len(sources)])
	b = fmt.Appendf(b, `"created_at":"2026-%02d-%02dT08:%02d:00Z","custom_fields":{"available_from":"%02d.%02d.2027","years":%d,"salary":%d.50,`,
		1+i%12, 1+i%28, i%60, 1+i%28, 1+i%12, i%30, 40000+i%50000)
	b = fmt.Appendf(b, `"relocate":%t,"languages":["de","en"],"notice":"%d weeks","referrer":"employee %d","visa":"not needed","cost_centre":"CC-%05d","score":%d.%d,`,
		i%3 == 0, i%12, i%977, i%1000, i%10, i%7)
	return fmt.Appendf(b, `"remark":"Long talk. Spoke on the phone, wants to move closer to the family in %s. Has led a team of five, writes well, asks about remote work and about the pension; call again in spring, after the notice period has run out.","recruiter":"r%d@agency.example"}}`+"\n", cities[(i+3)%len(cities)], i%40)
}

// write generates all records, one a line.
func (c candidates) write(w io.Writer) error {
	var line []byte
	for i := range c.n {
		line = c.appendJSON(line[:0], i)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func (c candidates) file(t testing.TB, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	for _, err := range []error{c.write(w), w.Flush(), f.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestGenerator holds what the benchmarks' figures rest on.
func TestGenerator(t *testing.T) {
	c := candidates{n: 2000}
	var once, again bytes.Buffer
	if err := c.write(&once); err != nil {
		t.Fatal(err)
	}
	if err := c.write(&again); err != nil || !bytes.Equal(once.Bytes(), again.Bytes()) {
		t.Fatal("the generator does not repeat itself")
	}
	if size := once.Len() / c.n; size < 700 || size > 800 {
		t.Errorf("a record has %d bytes, not about 750", size)
	}
	ids, emails := map[string]bool{}, map[string]bool{}
	for line := range bytes.Lines(once.Bytes()) {
		var r struct {
			ID     json.Number
			Email  string
			Custom map[string]any `json:"custom_fields"`
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if len(r.Custom) != 12 {
			t.Fatalf("a record has %d custom fields", len(r.Custom))
		}
		ids[r.ID.String()] = true
		emails[string(bytes.ToLower(bytes.TrimSpace([]byte(r.Email))))] = true
	}
	if len(ids) != c.n || len(emails) != c.unique() {
		t.Errorf("%d ids and %d people, want %d and %d", len(ids), len(emails), c.n, c.unique())
	}
	path := filepath.Join(t.TempDir(), "candidates.jsonl")
	c.file(t, path)
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, once.Bytes()) {
		t.Errorf("the file is not what was generated: %v", err)
	}
}
