package inspect

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"syncline/schema"
)

// Jobs is which jobs are open, and which of those are stale or open twice.
type Jobs struct {
	By     string        `json:"by"` // the pipeline, "" for the proposal
	Jobs   int           `json:"jobs"`
	Open   int           `json:"open"`
	Status string        `json:"status,omitempty"` // where the status is read; "": nowhere, every job counts as open
	Dated  string        `json:"dated,omitempty"`  // what tells the age of a job; "": nothing does
	Stale  int           `json:"stale"`
	After  string        `json:"after"`    // the age from which a job is stale, as in 180d
	Ended  int           `json:"ended"`    // open, although closed_on is over
	Oldest []StaleJob    `json:"oldest"`   // the oldest of the stale ones
	Twice  int           `json:"twice"`    // open jobs beyond the first of one title, place and department
	Groups []RepeatedJob `json:"repeated"` // the most frequent of them
}

// StaleJob is an open job that nobody touched for long.
type StaleJob struct {
	Record string `json:"record"`
	Title  string `json:"title,omitempty"`
	Since  string `json:"since"` // a day
}

// RepeatedJob is open jobs of one title, place and department.
type RepeatedJob struct {
	Title   string   `json:"title"`
	Count   int      `json:"count"`
	Records []string `json:"records"` // ids, the first of them
}

// jobs looks at the jobs of a view.
type jobs struct {
	view    *view
	o       Options
	ids     label
	changed bool // the system says when a job changed last
	report  Jobs
	sorted  *sorter
	number  uint32 // of the view's records
	stale   []StaleJob
}

func newJobs(v *view, o Options, ids label) *jobs {
	j := &jobs{view: v, o: o, ids: ids, sorted: newSorter(o.Temp)}
	j.report = Jobs{By: v.by, After: days(o.Stale), Oldest: []StaleJob{}, Groups: []RepeatedJob{}}
	if s := v.slot("status"); s >= 0 {
		j.report.Status = v.reads[s]
	}
	return j
}

// isJob reports whether a model is that of jobs.
func isJob(e *schema.Entity) bool { return e.Name == "job" || e.Extends == "job" }

func (j *jobs) value(rec *schema.Record, attribute string) schema.Value {
	if s := j.view.shape.Slot(attribute); s >= 0 {
		return rec.Slots[s]
	}
	return schema.Value{}
}

// add looks at a job. What has no status that says otherwise counts as open.
func (j *jobs) add(rec *schema.Record) error {
	number := j.number
	j.number++
	j.report.Jobs++
	if s := j.value(rec, "status"); s.Is() && s.Text() != "open" {
		return nil
	}
	j.report.Open++
	if end := j.value(rec, "closed_on"); end.Is() && end.Text() < j.o.Now.UTC().Format(time.DateOnly) {
		j.report.Ended++
	}
	j.age(rec, number)
	key := strings.Join([]string{
		fingerprint(j.value(rec, "title").Text()), fingerprint(j.value(rec, "location").Text()), fingerprint(j.value(rec, "department").Text()),
	}, "\x00")
	if !j.value(rec, "title").Is() || j.value(rec, "title").Blank() {
		return nil
	}
	return j.sorted.add(entry{hash: schema.String(key).Hash(j.view.twins.seed), record: number})
}

// age tells a job that nobody touched for long.
func (j *jobs) age(rec *schema.Record, number uint32) {
	at, dated := rec.At.Time(), "the system's time of the last change"
	if at.IsZero() {
		opened, err := time.Parse(time.DateOnly, j.value(rec, "opened_on").Text())
		if err != nil {
			return
		}
		at, dated = opened, j.view.reads[j.view.shape.Slot("opened_on")]
	}
	j.report.Dated = cmp.Or(j.report.Dated, dated)
	if j.o.Now.Sub(at) < j.o.Stale {
		return
	}
	j.report.Stale++
	j.stale = append(j.stale, StaleJob{Record: name(rec, number, j.ids), Title: j.title(rec), Since: at.UTC().Format(time.DateOnly)})
	if len(j.stale) > 4*j.o.Shown+100 {
		j.oldest()
	}
}

func (j *jobs) title(rec *schema.Record) string {
	f, _ := j.view.entity.Attribute("title")
	text, _ := (label{f.Class, true}).show(brief(j.value(rec, "title").Text()), 0)
	return text
}

func (j *jobs) oldest() {
	slices.SortStableFunc(j.stale, func(a, b StaleJob) int { return cmp.Compare(a.Since, b.Since) })
	j.stale = j.stale[:min(len(j.stale), j.o.Shown)]
}

// result says what was found.
func (j *jobs) result() (*Jobs, error) {
	defer j.sorted.close()
	j.oldest()
	j.report.Oldest = append(j.report.Oldest, j.stale...)
	var members []uint32
	var hash uint64
	size := 0
	end := func() error {
		if size < 2 {
			return nil
		}
		j.report.Twice += size - 1
		return j.repeated(members, size)
	}
	err := j.sorted.each(func(e entry) error {
		if size > 0 && e.hash == hash {
			if size++; len(members) < shownIDs {
				members = append(members, e.record)
			}
			return nil
		}
		if err := end(); err != nil {
			return err
		}
		members, hash, size = append(members[:0], e.record), e.hash, 1
		return nil
	})
	if err == nil {
		err = end()
	}
	return &j.report, err
}

func (j *jobs) repeated(members []uint32, size int) error {
	records, err := j.view.load(members)
	if err != nil {
		return err
	}
	r := RepeatedJob{Title: j.title(records[0]), Count: size}
	for i, rec := range records {
		r.Records = append(r.Records, name(rec, members[i], j.ids))
	}
	j.report.Groups = append(j.report.Groups, r)
	slices.SortStableFunc(j.report.Groups, func(a, b RepeatedJob) int { return cmp.Compare(b.Count, a.Count) })
	j.report.Groups = j.report.Groups[:min(len(j.report.Groups), j.o.Shown)]
	return nil
}
