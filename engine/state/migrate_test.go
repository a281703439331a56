package state_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"syncline/engine/state"
)

// former unpacks the file that a program of the format wrote.
func former(t testing.TB, format int) (folder string) {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("testdata/formats/format-%d.db.gz", format))
	must(t, err)
	defer f.Close()
	r, err := gzip.NewReader(f)
	must(t, err)
	data, err := io.ReadAll(r)
	must(t, err)
	folder = t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "state.db"), data, 0o600))
	return folder
}

// TestFormats opens a real file of every format there ever was: it is read as
// it is, brought to the format of today, and nothing of it is lost.
func TestFormats(t *testing.T) {
	for format := 1; format < state.Format; format++ {
		t.Run(fmt.Sprint(format), func(t *testing.T) {
			folder := former(t, format)
			before, err := os.ReadFile(filepath.Join(folder, "state.db"))
			must(t, err)
			s, err := state.Open(state.Options{Folder: folder, Engine: "test", ReadOnly: true})
			must(t, err)
			if s.Format() != format {
				t.Errorf("format %d", s.Format())
			}
			clean(t, s)
			filled(t, s)
			must(t, s.Close())
			if after, _ := os.ReadFile(filepath.Join(folder, "state.db")); string(after) != string(before) {
				t.Error("reading changed the file")
			}
			for range 2 {
				s = open(t, folder)
				if s.Format() != state.Format {
					t.Errorf("format %d", s.Format())
				}
				clean(t, s)
				filled(t, s)
				pairs := 0
				view(t, s, func(v *state.View) {
					must(t, v.Aparts(0, func(a *state.Apart) error {
						pairs++
						if a.Records != [2]state.Ref{{End: 1, Record: "a"}, {End: 2, Record: "b"}} {
							t.Errorf("%+v", a)
						}
						return nil
					}))
				})
				if pairs != 1 {
					t.Error(pairs, "pairs")
				}
				must(t, s.Close())
			}
			kept, err := os.ReadFile(filepath.Join(folder, state.FormerName(format)))
			must(t, err)
			back := t.TempDir()
			must(t, os.WriteFile(filepath.Join(back, "state.db"), kept, 0o600))
			old, err := state.Open(state.Options{Folder: back, ReadOnly: true})
			must(t, err)
			if old.Format() != format {
				t.Error("what is kept has format", old.Format())
			}
			filled(t, old)
			must(t, old.Close())
			s = open(t, folder)
			if dropped, err := s.DropFormer(); !dropped || err != nil {
				t.Error(dropped, err)
			}
			must(t, s.Close())
			if _, err := os.Stat(filepath.Join(folder, state.FormerName(format))); !errors.Is(err, os.ErrNotExist) {
				t.Error(err)
			}
		})
	}
}

// filled holds that a state has what the files of testdata/formats were made
// of: something in every bucket.
func filled(t *testing.T, s *state.Store) {
	t.Helper()
	p, _ := s.Number(state.NumberPipeline, "people")
	u, _ := s.Number(state.NumberUnit, "people/email")
	count := map[string]int{}
	view(t, s, func(v *state.View) {
		var l state.Link
		for i := range 5 {
			x, ok := v.ByID(p, 2, fmt.Sprintf("1-%08d", i))
			found, err := v.Link(x, &l)
			if !ok || !found || err != nil || len(l.Units) != 10 || l.Units[0].Kept == "" || len(v.ByKey(p, 1, uint64(100+i), nil)) != 1 {
				t.Errorf("link %d: %v %v %v %+v", i, ok, found, err, l)
			}
		}
		must(t, v.Links(p, func(*state.Link) error { count["link"]++; return nil }))
		must(t, v.Intents(func(_ uint64, is []state.Intent) error {
			count["intent"] += len(is)
			if string(is[0].Units[0].Post) != "post" || is[0].Record != "1-00000004" {
				t.Errorf("%+v", is[0])
			}
			return nil
		}))
		c, ok := v.Conflict(p, l.Entity, u, "")
		if _, also := v.Conflict(p, 0, 0, "ats/new"); !ok || !also || c.Choice.By != "me" || c.Sides[0].Values[0].Text() != "x" {
			t.Errorf("%+v", c)
		}
		must(t, v.Waits(p, func(w *state.Wait) error { count["wait "+w.Reason]++; return nil }))
		if d, ok := v.Dead(p, 1, "bad"); !ok || d.Attempts != 2 {
			t.Errorf("%+v", d)
		}
		must(t, v.Tombs(p, func(x *state.Tomb) error { count["tomb "+x.Record]++; return nil }))
		if !v.Apart(p, state.Ref{End: 1, Record: "a"}, state.Ref{End: 2, Record: "b"}) {
			t.Error("apart is lost")
		}
		must(t, v.Facts(p, l.Entity, func(*state.Fact) error { count["fact"]++; return nil }))
		must(t, v.Breakers(p, func(*state.Breaker) error { count["breaker"]++; return nil }))
		must(t, v.Events(func(e *state.Event) error { count["event "+e.Record]++; return nil }))
		if _, ok := v.Seen(p, 1, "e1"); !ok {
			t.Error("seen is lost")
		}
		must(t, v.Actions(func(a *state.Action) error { count["action "+string(a.Payload)]++; return nil }))
		must(t, v.Dues(func(d *state.Due) error { count["due "+d.Kind]++; return nil }))
		if string(v.Checkpoint(p, 1)) != "cursor" || !v.Pass(p, 1).First || len(v.Hash("mapping/people")) != 8 {
			t.Error("checkpoint, pass or hash")
		}
		if n, _ := v.Audit(); n != 8 || v.Totals(p).Classes[state.ClassAside] != 3 || v.Totals(p).States[state.Active] != 305 {
			t.Error("audit or totals", n, v.Totals(p))
		}
	})
	if n := len(read(t, s)); n != 5 {
		t.Error("the listing has", n)
	}
	for what, n := range map[string]int{"link": 305, "intent": 1, "wait parent": 1, "tomb old": 1, "fact": 1, "breaker": 1, "event 0-00000001": 1, "action hello": 1, "due escalate": 1} {
		if count[what] != n {
			t.Errorf("%s: %d, want %d", what, count[what], n)
		}
	}
}
