package decide_test

import (
	"testing"

	"syncline/engine/decide"
)

// BenchmarkDecide decides one scalar field of two ends: the inner loop of a
// pass. It must not allocate.
func BenchmarkDecide(b *testing.B) {
	for _, bb := range []struct{ name, a string }{{"unchanged", "o"}, {"changed", "value"}} {
		b.Run(bb.name, func(b *testing.B) {
			u, in, d := pairOf(bb.a)
			b.ReportAllocs()
			for b.Loop() {
				decide.Decide(u, in, d)
			}
		})
	}
}

func pairOf(a string) (*decide.Unit, *decide.Input, *decide.Decision) {
	u := unitOf(2)
	h := u.Form.Hash(3, seen("o").Value)
	in := &decide.Input{Owner: -1, SystemOfRecord: -1, Base: decide.Base{Key: 3, Agreed: true, Ends: []uint64{h, h}}}
	in.Ends = []decide.Seen{seen(a), seen("o")}
	d := &decide.Decision{}
	decide.Decide(u, in, d)
	return u, in, d
}

// TestNoAllocation holds that a decision costs no memory.
func TestNoAllocation(t *testing.T) {
	for _, a := range []string{"o", "value"} {
		u, in, d := pairOf(a)
		if n := testing.AllocsPerRun(100, func() { decide.Decide(u, in, d) }); n != 0 {
			t.Errorf("deciding %q against %q allocates %v times", a, "o", n)
		}
	}
}
