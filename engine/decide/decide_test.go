package decide_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"syncline/engine/conflict"
	"syncline/engine/decide"
	"syncline/engine/diff"
	"syncline/schema"
)

// A case is written as the table of the design is: what each end holds against
// its base. "o" is the agreed value, "" blank, "-" absent, "!" unreadable.
type row struct {
	name  string
	unit  func(*decide.Unit)
	in    func(*decide.Input)
	bases string // by end, comma-separated; "?" none. Default: all "o"
	shows string
	want  string // see outcome
}

// peers, oneWay and so on set the directions of the first ends.
func oneWay(drift decide.Drift) func(*decide.Unit) {
	return func(u *decide.Unit) {
		u.Drift = drift
		for i := range u.Ends {
			u.Ends[i].Speaks, u.Ends[i].Hears = i == 0, i != 0
		}
	}
}

func unitOf(n int) *decide.Unit {
	f := schema.Field{Name: "stage", Type: schema.Type{Kind: schema.KindString, Nullable: true}}
	u := &decide.Unit{
		Name: f.Name, Members: []schema.Field{f}, Form: diff.FormOf(f),
		First: decide.FirstDefault, Chain: conflict.Chain{conflict.Review}, Empty: decide.EmptyClear,
	}
	for i := range n {
		u.Ends = append(u.Ends, decide.End{
			Name: string(rune('A' + i)), Knows: true, Speaks: true, Hears: true, CanNull: true, Grade: decide.IfMatch,
		})
	}
	return u
}

func seen(word string) decide.Seen {
	switch word {
	case "-":
		return decide.Seen{Presence: decide.Live}
	case "!":
		return decide.Seen{Presence: decide.Unknown}
	case ".":
		return decide.Seen{}
	}
	return decide.Seen{Presence: decide.Live, Value: schema.String(word)}
}

func (r *row) decide() *decide.Decision {
	shows := strings.Split(r.shows, ",")
	u := unitOf(len(shows))
	if r.unit != nil {
		r.unit(u)
	}
	in := &decide.Input{Owner: -1, SystemOfRecord: -1, Base: decide.Base{Agreed: true, Key: 3, Owner: -1}}
	for i, word := range shows {
		in.Ends = append(in.Ends, seen(word))
		base := "o"
		if r.bases != "" {
			base = strings.Split(r.bases, ",")[i]
		}
		h := uint64(0)
		if base != "?" {
			h = u.Form.Hash(3, schema.String(base))
		}
		in.Base.Ends = append(in.Base.Ends, h)
	}
	if r.in != nil {
		r.in(in)
	}
	d := &decide.Decision{}
	decide.Decide(u, in, d)
	return d
}

// outcome writes a decision down: the kind or finding, and the writes.
func outcome(d *decide.Decision) string {
	var words []string
	switch d.Kind {
	case decide.Rebase:
		words = append(words, "rebase")
	case decide.Park:
		words = append(words, "park")
	case decide.Review:
		words = append(words, "review")
	case decide.Conflict:
		words = append(words, "conflict")
	case decide.Again:
		words = append(words, "again")
	}
	if f := map[decide.Finding]string{decide.Latent: "latent", decide.Drifted: "drifted", decide.Weak: "weak", decide.Stale: "stale"}[d.Finding]; f != "" {
		words = append(words, f)
	}
	for _, w := range d.Writes {
		word := fmt.Sprintf("%c=%s", 'A'+w.End, w.Post.Text())
		if w.Tidy {
			word += "~"
		}
		words = append(words, word)
	}
	if d.Close {
		words = append(words, "closed")
	}
	return strings.Join(words, " ")
}

func readTwice(in *decide.Input) { in.Reread = true }
func disagreed(in *decide.Input) { in.Base.Agreed = false }
func record(end int) func(*decide.Input) {
	return func(in *decide.Input) { in.SystemOfRecord = end }
}
func owned(owner, before int) (func(*decide.Unit), func(*decide.Input)) {
	return func(u *decide.Unit) { u.Owned = true },
		func(in *decide.Input) { in.Owner, in.Base.Owner = owner, before }
}
func policy(update decide.Update, empty decide.Empty) func(*decide.Unit) {
	return func(u *decide.Unit) { oneWay(decide.DriftKeep)(u); u.Update, u.Empty = update, empty }
}
func rules(r ...conflict.Rule) func(*decide.Unit) {
	return func(u *decide.Unit) { u.Chain = r }
}
func open(o decide.Open, shown ...string) func(*decide.Input) {
	return func(in *decide.Input) {
		for _, s := range shown {
			o.Shown = append(o.Shown, unitOf(1).Form.Hash(3, schema.String(s)))
		}
		in.Open = &o
	}
}

// TestTable is section 2 of the design, row by row. R2.2, R2.3, R2.10, R3.5
func TestTable(t *testing.T) {
	restore, keep, ask := oneWay(decide.DriftRestore), oneWay(decide.DriftKeep), oneWay(decide.DriftReview)
	ownedBy0, byOwner0 := owned(0, 0)
	_, newOwner := owned(1, 0)
	byTime := func(after, before int64) func(*decide.Input) {
		return func(in *decide.Input) { in.Ends[0].After, in.Ends[1].Before, in.Skew = after, before, 2 }
	}
	rows := []row{
		{name: "1 nothing moved", shows: "o,o", want: ""},
		{name: "2 an accepted difference", bases: "o,x", shows: "o,x", want: ""},
		{name: "2 a latent difference", bases: "o,x", shows: "o,x", in: disagreed, want: "latent"},
		{name: "2 one way, restored", unit: restore, bases: "o,x", shows: "o,x", in: disagreed, want: "B=o"},
		{name: "3 peers", shows: "v,o", want: "B=v"},
		{name: "3 one way", unit: keep, shows: "v,o", want: "B=v"},
		{name: "4 peers", shows: "o,v", want: "A=v"},
		{name: "4 drift restored", unit: restore, shows: "o,v", want: "B=o"},
		{name: "4 drift kept", unit: keep, shows: "o,v", want: "rebase drifted"},
		{name: "4 drift reviewed", unit: ask, shows: "o,v", want: "review"},
		{name: "5 one moved to the other's value", bases: "o,v", shows: "v,v", in: readTwice, want: "rebase"},
		{name: "7 both moved alike", shows: "v,v", want: "again"},
		{name: "7 and were read again", shows: "v,v", in: readTwice, want: "rebase"},
		{name: "8 both moved", shows: "v,w", want: "conflict"},
		{name: "8 system of record", unit: rules(conflict.SystemOfRecord), in: record(1), shows: "v,w", want: "A=w"},
		{name: "8 one way, restored", unit: restore, shows: "v,w", want: "B=v"},
		{name: "8 one way, kept", unit: keep, shows: "v,w", want: "review"},
		{name: "8 one way, kept, proven older", unit: keep, in: byTime(20, 10), shows: "v,w", want: "B=v"},
		{name: "8 one way, kept, too close", unit: keep, in: byTime(12, 10), shows: "v,w", want: "review"},
		{name: "8 one way, reviewed", unit: ask, shows: "v,w", want: "review"},

		{name: "absent is no change", shows: "v,-", want: ""},
		{name: "unreadable is no change", shows: "v,!", want: ""},
		{name: "owner speaks", unit: ownedBy0, in: byOwner0, shows: "v,o", want: "B=v"},
		{name: "another than the owner does not", unit: ownedBy0, in: byOwner0, shows: "o,v", want: "rebase drifted"},
		{name: "a new owner is first", unit: ownedBy0, in: newOwner, shows: "o,v", want: "A=v"},
		{name: "no owner", unit: ownedBy0, shows: "v,o", want: "review"},

		{name: "three ends, one moved", shows: "v,o,o", want: "B=v C=v"},
		{name: "three ends, two moved alike", shows: "v,v,o", in: readTwice, want: "C=v"},
		{name: "three ends, two moved alike, read once", shows: "v,v,o", want: "again"},
		{name: "three ends, two moved apart", shows: "v,w,o", want: "conflict"},
		{name: "three ends, one joins while another cannot be read", bases: "o,?,o", shows: "o,v,!", want: "park"},
		{name: "three ends, one away", shows: "v,o,!", want: "B=v"},
		{name: "three ends, the rest has it", bases: "o,v,v", shows: "v,v,!", want: ""},
		{name: "three ends, one is not linked", shows: "v,o,.", want: "B=v"},
		{name: "three ends, the third joins", bases: "o,o,?", shows: "o,o,", want: "C=o"},
		{name: "three ends, the third joins with another value", bases: "o,o,?", shows: "o,o,w", in: record(0), want: "C=o"},
		{name: "three ends, an edit comes before who joins", bases: "o,o,?", shows: "v,o,w", want: "B=v"},

		{name: "emptied, kept", unit: policy(decide.Overwrite, decide.EmptyKeep), shows: ",o", want: "rebase"},
		{name: "emptied, cleared", unit: policy(decide.Overwrite, decide.EmptyClear), shows: ",o", want: "B="},
		{name: "emptied, reviewed", unit: policy(decide.Overwrite, decide.EmptyReview), shows: ",o", want: "review"},
		{name: "fill a blank", unit: policy(decide.Fill, decide.EmptyKeep), bases: "o,", shows: "v,", want: "B=v"},
		{name: "fill nothing else", unit: policy(decide.Fill, decide.EmptyKeep), shows: "v,o", want: "rebase"},
		{name: "fill only once", unit: policy(decide.Fill, decide.EmptyKeep), bases: "o,", shows: "v,",
			in: func(in *decide.Input) { in.Base.Filled = decide.Ends(0).With(1) }, want: "rebase"},
		{name: "only when created", unit: policy(decide.CreateOnly, decide.EmptyKeep), shows: "v,o", want: "rebase"},
		{name: "too weak a condition", shows: "v,o", want: "weak",
			unit: func(u *decide.Unit) { u.Ends[1].Grade, u.Ends[1].Require = decide.Blind, decide.Compared }},
		{name: "tidied", shows: "o,o", want: "B=o~", unit: func(u *decide.Unit) { u.Ends[1].Tidy = true },
			in: func(in *decide.Input) { in.Ends[1].Untidy = true }},

		{name: "a stale observation is dropped", shows: "v,o", in: func(in *decide.Input) { in.Ends[0].Older = true }, want: "stale"},
		{name: "a word without meaning", shows: "v,o", in: func(in *decide.Input) { in.Ends[0].Trouble = decide.Unmapped }, want: "review"},
		{name: "a reference that waits", shows: "v,o", in: func(in *decide.Input) { in.Ends[0].Trouble = decide.Unresolved }, want: "park"},

		{name: "frozen", shows: "v,o", in: open(decide.Open{Conflict: true}), want: "conflict"},
		{name: "frozen, agreed by hand", shows: "v,v", in: func(in *decide.Input) { readTwice(in); open(decide.Open{Conflict: true})(in) }, want: "rebase closed"},
		{name: "a review whose cause is gone", shows: "o,o", in: open(decide.Open{}), want: "again"},
		{name: "a choice", shows: "v,w", in: open(decide.Open{Conflict: true, Choice: decide.ChoiceEnd, End: 1}, "v", "w"), want: "A=w closed"},
		{name: "a choice of a value", shows: "v,w", want: "A=x B=x closed",
			in: open(decide.Open{Conflict: true, Choice: decide.ChoiceValue, Value: schema.String("x")}, "v", "w")},
		{name: "a choice while an end is away", shows: "v,w,!", want: "park",
			in: open(decide.Open{Conflict: true, Choice: decide.ChoiceEnd, End: 1}, "v", "w", "o")},
		{name: "a choice to differ", shows: "v,w", in: open(decide.Open{Conflict: true, Choice: decide.ChoiceKeep}, "v", "w"), want: "rebase closed"},
		{name: "a choice of other values", shows: "v,u", in: open(decide.Open{Conflict: true, Choice: decide.ChoiceEnd, End: 1}, "v", "w"), want: "conflict"},
	}
	check(t, rows)
}

// TestFirstLink is section 3.
func TestFirstLink(t *testing.T) {
	first := func(n int) func(*decide.Unit) { return func(u *decide.Unit) { u.First = n } }
	rows := []row{
		{name: "absent", shows: "-,v", want: ""},
		{name: "both blank", shows: ", ", want: "rebase"},
		{name: "equal", shows: "v,v", want: "rebase"},
		{name: "blank is filled", shows: "v,", want: "B=v"},
		{name: "a blank never overwrites", unit: oneWay(decide.DriftRestore), shows: ",v", want: "rebase"},
		{name: "two values", shows: "v,w", want: "review"},
		{name: "two values, an end is first", unit: first(1), shows: "v,w", want: "A=w"},
		{name: "two values, a person is asked", unit: first(decide.FirstReview), in: record(0), shows: "v,w", want: "review"},
		{name: "two values, the only speaker", unit: oneWay(decide.DriftKeep), shows: "v,w", want: "B=v"},
		{name: "two values, the system of record", in: record(1), shows: "v,w", want: "A=w"},
		{name: "two values, the rules for edits are not asked", unit: rules(conflict.Named("A", 0)), shows: "v,w", want: "review"},
		{name: "first is blank", unit: first(2), shows: "v,w,", want: "review"},
		{name: "three ends", in: record(0), shows: "v,w,", want: "B=v C=v"},
	}
	for i := range rows {
		rows[i].bases = strings.Repeat("?,", 2) + "?"
	}
	check(t, rows)
}

// TestRemapped is the end of section 1: a new meaning of a record that did not
// change is no edit.
func TestRemapped(t *testing.T) {
	settled := func(ends ...int) func(*decide.Input) {
		return func(in *decide.Input) {
			in.Remapped = true
			for _, e := range ends {
				in.Ends[e].Settled = true
			}
		}
	}
	check(t, []row{
		{name: "nothing else changed", shows: "v,o", in: settled(0, 1), want: "rebase latent"},
		{name: "a record changed as well", shows: "v,o", in: settled(1), want: "review"},
		{name: "a record changed, and somebody is first", shows: "v,o", want: "A=o",
			in: func(in *decide.Input) { settled(1)(in); record(1)(in) }},
	})
}

// TestRemappedOverAnEdit: who edited what an end shows that does not speak, while
// the mapping changed, is not taken for a first link. That A's record changed in
// something else is no edit either.
func TestRemappedOverAnEdit(t *testing.T) {
	settled := func(ends ...int) func(*decide.Input) {
		return func(in *decide.Input) {
			in.Remapped = true
			for _, e := range ends {
				in.Ends[e].Settled = true
			}
		}
	}
	check(t, []row{
		{name: "kept", unit: oneWay(decide.DriftKeep), shows: "v,w", in: settled(0), want: "rebase drifted"},
		{name: "put back", unit: oneWay(decide.DriftRestore), shows: "v,w", in: settled(0), want: "B=v"},
		{name: "asked", unit: oneWay(decide.DriftReview), shows: "v,w", in: settled(0), want: "review"},
		{name: "kept, and another field of A changed", unit: oneWay(decide.DriftKeep), shows: "o,w", in: settled(), want: "rebase drifted"},
		{name: "kept, and A means another value", unit: oneWay(decide.DriftKeep), shows: "v,w", in: settled(), want: "review"},
		{name: "another field of B changed", unit: oneWay(decide.DriftKeep), shows: "v,o", in: settled(0), want: "B=v"},
		{name: "only A changed", unit: oneWay(decide.DriftKeep), shows: "v,o", in: settled(1), want: "B=v"},
		{name: "B means another value", unit: oneWay(decide.DriftKeep), shows: "v,w", in: settled(1), want: "B=v"},
		{name: "three ends", unit: oneWay(decide.DriftKeep), shows: "v,w,v", in: settled(0, 2), want: "rebase drifted"},
	})
}

// TestRemappedDifference: a difference that only the mapping made is told; one
// that was accepted before stays accepted.
func TestRemappedDifference(t *testing.T) {
	remapped := func(in *decide.Input) {
		in.Remapped, in.Ends[0].Settled, in.Ends[1].Settled = true, true, true
	}
	made := row{shows: "v,o", in: remapped}
	accepted := row{shows: "v,o", bases: "x,o", in: remapped}
	if made.decide().Agreed || !accepted.decide().Agreed {
		t.Error("want the new difference told and the old one accepted")
	}
	if got := made.decide().Finding; got != decide.Latent {
		t.Errorf("the new difference: finding %d", got)
	}
	if got := accepted.decide().Finding; got != decide.NoFinding {
		t.Errorf("the accepted difference: finding %d", got)
	}
}

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			d := r.decide()
			if got := outcome(d); got != r.want {
				t.Errorf("the table: got %q, want %q (%s)", got, r.want, d.Reason)
			}
		})
	}
}

// TestMirror: swapping the ends mirrors the decision.
func TestMirror(t *testing.T) {
	word := rapid.SampledFrom([]string{"o", "v", "w", "", "-", "!", "."})
	rapid.Check(t, func(t *rapid.T) {
		shows := []string{word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")}
		bases := []string{
			rapid.SampledFrom([]string{"o", "v", "?"}).Draw(t, "base a"), rapid.SampledFrom([]string{"o", "v", "?"}).Draw(t, "base b"), "o",
		}
		chain := rapid.SampledFrom([]conflict.Rule{conflict.Review, conflict.NonEmpty, conflict.SystemOfRecord}).Draw(t, "rule")
		sor := rapid.IntRange(-1, 1).Draw(t, "record")
		agreed := rapid.Bool().Draw(t, "agreed")
		again := rapid.Bool().Draw(t, "reread")
		mirrored := map[int]int{-1: -1, 0: 1, 1: 0}
		straight := row{unit: rules(chain), shows: strings.Join(shows, ","), bases: strings.Join(bases, ","),
			in: func(in *decide.Input) { in.SystemOfRecord, in.Base.Agreed, in.Reread = sor, agreed, again }}
		shows[0], shows[1], bases[0], bases[1] = shows[1], shows[0], bases[1], bases[0]
		swapped := row{unit: rules(chain), shows: strings.Join(shows, ","), bases: strings.Join(bases, ","),
			in: func(in *decide.Input) { in.SystemOfRecord, in.Base.Agreed, in.Reread = mirrored[sor], agreed, again }}
		a, b := straight.decide(), swapped.decide()
		want := make(map[int]string)
		for _, w := range a.Writes {
			want[map[int]int{0: 1, 1: 0, 2: 2}[w.End]] = w.Post.Text()
		}
		got := make(map[int]string)
		for _, w := range b.Writes {
			got[w.End] = w.Post.Text()
		}
		if a.Kind != b.Kind || a.Finding != b.Finding || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%q %q: %q, mirrored %q", straight.shows, straight.bases, outcome(a), outcome(b))
		}
	})
}

// TestNothingUnheard: no decision writes an end that does not hear, whatever
// is seen. Law 8
func TestNothingUnheard(t *testing.T) {
	word := rapid.SampledFrom([]string{"o", "v", "w", "", "-", "!", "."})
	rapid.Check(t, func(t *rapid.T) {
		hears := []bool{rapid.Bool().Draw(t, "a"), rapid.Bool().Draw(t, "b"), rapid.Bool().Draw(t, "c")}
		r := row{shows: strings.Join([]string{word.Draw(t, "A"), word.Draw(t, "B"), word.Draw(t, "C")}, ","),
			unit: func(u *decide.Unit) {
				u.Drift = decide.Drift(rapid.IntRange(0, 2).Draw(t, "drift"))
				u.Chain = conflict.Chain{conflict.Named("A", 0)}
				for i := range u.Ends {
					u.Ends[i].Hears, u.Ends[i].Speaks = hears[i], rapid.Bool().Draw(t, "speaks")
				}
			}}
		for _, w := range r.decide().Writes {
			if !hears[w.End] {
				t.Fatalf("end %d does not hear and is written", w.End)
			}
		}
	})
}
