package syncline_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"syncline/connectors"
	"syncline/connectors/simulators"
	"syncline/engine"
	"syncline/engine/audit"
)

const (
	mina, jonas, aiko   = "mina.okafor@example.com", "jonas.lindqvist@example.com", "aiko.tanaka@example.com"
	rafael, priya, elif = "rafael.souza@example.com", "priya.raman@example.com", "elif.yilmaz@example.com"
	kwame, noah         = "kwame.mensah@example.com", "noah.fischer@example.com"
)

// both is a result that is written whole, and note one that a person has to look
// at first: what it says is there already.
var both, note = []string{"move", "note"}, []string{"note"}

// TestScreeningToATS plays the story of the README, R1.1 to R1.11, against the
// vendor of the example, and against another one, for which the one file that
// knows the vendor is another (R1.8).
func TestScreeningToATS(t *testing.T) {
	for _, at := range trackers(simulators.Options{Seed: 1}) {
		t.Run(at.name, func(t *testing.T) {
			x := screenings(t, at)
			x.results()
			x.stale()
			x.recruiters()
			x.manual()
			x.told()
		})
	}
}

// results: a result is a stage and a note, once; the payload is the contract's.
func (x *screening) results() {
	first := result{who: mina, revision: 1, stage: "interview", judged: x.clockNow()}
	x.contract(x.body(first))
	x.tells(first)
	x.stands("R1.3: a result", mina, "Face to Face", both)
	x.same("R1.3: the note", []string{"Screening, revision 1: score 81, confidence 0.9\n\nKnows queues, reason 1.\n\nScreening Agent, by screen-4 with prompt backend-v12, " +
		first.judged.Format(time.RFC3339) + ", trace " + x.traceOf(mina, 1)}, x.notes(mina))
	x.same("R1.3: the note is attributed", []string{x.at.author}, x.authors(mina))
	x.idle("a result")
	x.tells(result{who: mina, revision: 2, stage: "interview", judged: x.clockNow()})
	x.stands("a revision", mina, "Face to Face", note)
	if n := len(x.notes(mina)); n != 2 {
		x.t.Errorf("R1.3: %d notes of two revisions", n)
	}
}

// stale: what is older, comes again or is not signed changes nothing (R1.2).
func (x *screening) stale() {
	old := x.body(result{who: mina, revision: 1, stage: "screening", judged: x.clockNow()})
	for range 2 {
		if err := x.send(old, screeningSecret); err != nil {
			x.t.Fatal(err)
		}
	}
	forged := x.body(result{who: mina, revision: 9, stage: "screening", judged: x.clockNow()})
	if err := x.send(forged, "another"); connectors.KindOf(err) != connectors.Denied {
		x.t.Errorf("R1.1: a forged delivery gives %v", err)
	}
	x.run()
	x.stands("R1.2: an older revision, and a forged one", mina, "Face to Face", nil)
}

// recruiters: what a person did is not overwritten by what was judged before,
// whether a pass saw it in between or not (R1.7, R1.11).
func (x *screening) recruiters() {
	x.tells(result{who: jonas, revision: 1, stage: "interview", judged: x.clockNow()}, result{who: aiko, revision: 1, stage: "interview", judged: x.clockNow()})
	x.wrote()
	const older = "screening: something happened to the application after this was judged"
	before := x.clockNow()
	x.pass(time.Hour)
	x.moves(jonas, "Application Review")
	x.run()
	x.stands("R1.11: an edit is kept", jonas, "Application Review", nil)
	x.tells(result{who: jonas, revision: 2, stage: "screening", judged: before})
	x.stands("R1.11: a result that was judged before the edit", jonas, "Application Review", note, older)

	x.moves(aiko, "Application Review")
	x.tells(result{who: aiko, revision: 2, stage: "screening", judged: before})
	x.stands("R1.7: both at once", aiko, "Application Review", note, older)
	x.idle("a conflict")
	x.wrote()

	x.pass(time.Hour)
	x.tells(result{who: jonas, revision: 3, stage: "screening", judged: x.clockNow()})
	x.stands("a result that was judged after the edit", jonas, "Phone Screen", both)
}

// manual: what a machine must not decide waits for a person, and a person's yes
// lets it through (R1.10).
func (x *screening) manual() {
	x.tells(result{who: rafael, revision: 1, stage: "interview", judged: x.clockNow(), confidence: 0.4})
	x.stands("R1.10: low confidence", rafael, "Phone Screen", note, "screening: the evaluator is not sure")
	x.accept(rafael)
	x.run()
	x.stands("R1.10: a person's yes", rafael, "Face to Face", []string{"move"})

	const sensitive = "screening: an offer, a hire or a rejection, and what follows one, is a person's to decide"
	x.tells(result{who: priya, revision: 1, stage: "rejected", judged: x.clockNow()})
	x.stands("R1.10: a rejection", priya, "Phone Screen", note, sensitive)
	x.moves(kwame, "Offer")
	x.pass(time.Hour)
	x.tells(result{who: kwame, revision: 1, stage: "interview", judged: x.clockNow()})
	x.stands("R1.10: what follows an offer", kwame, "Offer", note, sensitive)

	x.tells(result{who: elif, revision: 1, stage: "interview", judged: x.clockNow(), needs: "CANARY: an interpreter"})
	x.stands("R1.9: an accommodation", elif, "Phone Screen", note, "screening: a person has to look at this candidate")
	const another = ": the candidate of that id has another address"
	x.tells(result{who: noah, revision: 1, stage: "interview", judged: x.clockNow(), email: mina})
	x.stands("R1.2: another person's id", noah, "Phone Screen", nil, "notes"+another, "screening"+another)
	x.tells(result{who: noah, revision: 2, stage: "interview", judged: x.clockNow(), candidate: x.at.nobody})
	if x.wrote() != nil || len(x.open(x.at.nobody)) != 2 {
		x.t.Errorf("R1.2: somebody the ATS does not have is told of as %q", x.open(x.at.nobody))
	}
}

// accept is a person's yes to what is asked about somebody.
func (x *screening) accept(who string) {
	x.t.Helper()
	candidate, _ := x.ids(who)
	for _, i := range x.items() {
		if strings.Contains(fmt.Sprint(i.Record, i.Sides), candidate) {
			if _, err := x.engine.Resolve(x.t.Context(), x.config, i.ID, "accept", "a recruiter"); err != nil {
				x.t.Fatal(err)
			}
		}
	}
}

// told: recruiting operations hear of whom it is by ids and not by names, the
// journal names the trace of every write, and what is protected is nowhere.
func (x *screening) told() {
	var audited []string
	traces := map[string]bool{}
	err := x.engine.Audit(x.t.Context(), x.config, audit.Filter{}, func(e audit.Entry) error {
		text, err := json.Marshal(e)
		audited = append(audited, string(text))
		if e.End == "ats" && (e.Kind == "update" || e.Kind == "create") {
			traces[e.Kind+" "+e.Trace] = true
		}
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	for _, want := range []string{"update " + x.traceOf(mina, 1), "create " + x.traceOf(mina, 1), "create " + x.traceOf(mina, 2), "update " + x.traceOf(jonas, 3)} {
		if !traces[want] {
			x.t.Errorf("R1.6: the audit has no %q: %v", want, traces)
		}
	}
	candidate, job := x.ids(aiko)
	stories, err := x.engine.Explain(x.t.Context(), x.config, "screening/"+candidate+"."+job, "", false)
	if err != nil {
		x.t.Fatal(err)
	}
	plan, err := x.engine.Plan(x.t.Context(), x.config, engine.PlanOptions{})
	if err != nil {
		x.t.Fatal(err)
	}
	said := x.said.String()
	for _, who := range []string{jonas, aiko, rafael, priya, elif} {
		if candidate, job := x.ids(who); !strings.Contains(said, candidate+"."+job) {
			x.t.Errorf("R1.7: nobody was told of %s.%s:\n%s", candidate, job, said)
		}
	}
	shown, err := json.Marshal([]any{x.items(), stories, plan, audited, said})
	if err != nil {
		x.t.Fatal(err)
	}
	for _, never := range []string{"CANARY", "NEVER"} {
		if strings.Contains(string(shown)+fmt.Sprint(x.asked), never) {
			x.t.Errorf("R1.9: %s got out", never)
		}
	}
	for _, name := range []string{"Okafor", "Lindqvist", "Tanaka", "Souza", "Raman", "@example.com", "Knows queues"} {
		if strings.Contains(said, name) {
			x.t.Errorf("R1.7: %q was told:\n%s", name, said)
		}
	}
	if !strings.Contains(string(shown), x.traceOf(aiko, 1)) {
		x.t.Errorf("R1.6: nothing explains under which trace: %v", stories)
	}
}

// traceOf is the trace id of a revision of somebody's screening.
func (x *screening) traceOf(who string, revision int) string {
	candidate, _ := x.ids(who)
	return fmt.Sprintf("trace-%s-%d", candidate, revision)
}

// contract holds a delivery to the schema that comes with the example (R1.1).
func (x *screening) contract(body []byte) {
	x.t.Helper()
	var s openapi3.Schema
	if err := json.Unmarshal(read(x.t, filepath.Join("examples", "screening-to-ats", "contract.schema.json")), &s); err != nil {
		x.t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(body, &v); err != nil {
		x.t.Fatal(err)
	}
	if err := s.VisitJSON(v); err != nil {
		x.t.Errorf("R1.1: what is pushed is not the contract's: %v", err)
	}
	for _, member := range []string{"revision", "trace_id", "email", "results", "evaluated_at"} {
		less := maps.Clone(v)
		delete(less, member)
		if s.VisitJSON(less) == nil {
			x.t.Errorf("R1.1: the contract does without %s", member)
		}
	}
}

// TestScreeningIsTold: what is pushed into a service is looked at by its id. Where
// the ATS cannot be asked for the application, the record waits for a pass over
// everything; who is linked does not.
func TestScreeningIsTold(t *testing.T) {
	for _, at := range trackers(simulators.Options{Seed: 1}) {
		x := screenings(t, at)
		x.run()
		hinted := func(stage string, revision int) {
			if err := x.send(x.body(result{who: mina, revision: revision, stage: stage, judged: x.clockNow()}), screeningSecret); err != nil {
				t.Fatal(err)
			}
			candidate, job := x.ids(mina)
			s, err := x.engine.Run(t.Context(), x.config, engine.RunOptions{Hints: []engine.Hint{{Pipeline: "screening", End: "screening", Record: candidate + "." + job}}})
			if err != nil || s.Pipelines[0].Failed != "" {
				t.Fatalf("%s: %v %+v", at.name, err, s)
			}
		}
		hinted("interview", 1)
		x.same("a new record", nil, x.wrote())
		x.run()
		x.same("a pass over everything", both, x.wrote())
		x.pass(time.Hour)
		hinted("screening", 2)
		x.same("a linked record", []string{"move"}, x.wrote())
	}
}

// TestScreeningOnTheWorstDay: requests are refused, break and get lost after they
// were carried out; and in the end everybody is where the result says, with one
// note (R1.3, R1.4).
func TestScreeningOnTheWorstDay(t *testing.T) {
	lost := 0
	for seed := range uint64(2) {
		faults := simulators.Faults{simulators.Limit: 0.1, simulators.Broken: 0.1, simulators.Commit: 0.3, simulators.Lost: 0.3}
		for _, at := range trackers(simulators.Options{Seed: seed, Page: 7, Faults: faults}) {
			x := screenings(t, at)
			people := []string{mina, jonas, aiko, rafael, priya}
			for _, who := range people {
				if err := x.send(x.body(result{who: who, revision: 2, stage: "interview", judged: x.clockNow()}), screeningSecret); err != nil {
					t.Fatal(err)
				}
			}
			for range 10 {
				x.mayFail()
			}
			for _, r := range x.ats.asked {
				if x.at.write(r) != "" && (r.Fault == simulators.Lost || r.Fault == simulators.Commit) {
					lost++
				}
			}
			for _, who := range people {
				if notes := x.notes(who); x.stageOf(who) != "Face to Face" || len(notes) != 2 {
					t.Errorf("%s with seed %d: %s is at %s with the notes %q\n%s", at.name, seed, who, x.stageOf(who), notes, &x.said)
				}
			}
		}
	}
	if lost < 8 {
		t.Errorf("%d answers to writes were lost: the test proves little", lost)
	}
}

// TestScreeningIsNotOneWrite: neither ATS writes several fields in one request,
// and a group that would need it does not compile (R1.4).
func TestScreeningIsNotOneWrite(t *testing.T) {
	for _, at := range trackers(simulators.Options{Seed: 1}) {
		x := screenings(t, at)
		path := filepath.Join(x.folder, "main.hcl")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := strings.Replace(string(text), "  validate ", "  group \"whole\" { fields = [\"stage\", \"requisition_id\"] }\n  validate ", 1)
		if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems := x.engine.Load(t.Context(), engine.Source{Path: x.folder, Vars: x.vars})
		if got := fmt.Sprint(problems); !strings.Contains(got, "cannot write the group in one request") {
			t.Errorf("%s: a group compiles, or why not is not said: %s", at.name, got)
		}
	}
}
