package simulators

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// The faults a simulated vendor can have, by the names that they are asked for.
const (
	Limit    = "limit"    // 429, or what the vendor answers then, and when to ask again
	Broken   = "broken"   // 500, and nothing was done
	Commit   = "commit"   // 500, and all was done
	Lost     = "lost"     // no answer, and all was done
	Expire   = "expire"   // the address of a further page is not known any more
	Session  = "session"  // the token is not good any more
	Lock     = "lock"     // a record is being written by somebody else
	Stale    = "stale"    // a read that has not seen the last writes
	Twice    = "twice"    // a webhook comes again
	Disorder = "disorder" // webhooks come in another order
	Missed   = "missed"   // a webhook does not come
)

// Fault is a fault with what it does.
type Fault struct {
	Name string
	Doc  string
}

// AllFaults are all of them, in the order that people read them.
func AllFaults() []Fault {
	return []Fault{
		{Limit, "429, or what the vendor answers then, and when to ask again"},
		{Broken, "500, and nothing was done"},
		{Commit, "500 behind a write that was done"},
		{Lost, "no answer to a write that was done"},
		{Expire, "a further page is not known any more"},
		{Session, "the token is not good any more, where the vendor gives tokens"},
		{Lock, "a record is being written by somebody else, where the vendor says so"},
		{Stale, "a read does not see what was written in the last seconds"},
		{Twice, "a webhook comes again"},
		{Disorder, "webhooks come in another order"},
		{Missed, "a webhook does not come"},
	}
}

// Faults are how often each fault hits, from 0 to 1.
type Faults map[string]float64

// often is how often a fault hits of which nothing is said.
const often = 0.2

// ParseFaults reads "limit,lost=0.5": names with a comma between them, each
// with its share of the requests, a fifth unless it is given. "all" is all.
func ParseFaults(text string) (Faults, error) {
	f := Faults{}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		name, share, given := strings.Cut(part, "=")
		rate := often
		if given {
			var err error
			if rate, err = strconv.ParseFloat(share, 64); err != nil || !(rate >= 0 && rate <= 1) {
				return nil, fmt.Errorf("the share of the fault %q is no number from 0 to 1: %q", name, share)
			}
		}
		names := []string{name}
		switch {
		case name == "all":
			names = names[:0]
			for _, x := range AllFaults() {
				names = append(names, x.Name)
			}
		case !slices.ContainsFunc(AllFaults(), func(x Fault) bool { return x.Name == name }):
			return nil, fmt.Errorf("there is no fault %q", name)
		}
		for _, n := range names {
			f[n] = rate
		}
	}
	return f, nil
}

// before is the fault that a request meets before anything is done.
func (f Faults) before(c *Call) string {
	for _, name := range []string{Limit, Broken} {
		if f.hits(name, c) {
			return name
		}
	}
	return ""
}

// after is the fault that a write meets once it was done.
func (f Faults) after(c *Call) string {
	for _, name := range []string{Commit, Lost} {
		if f.hits(name, c) {
			return name
		}
	}
	return ""
}

// hits draws for each fault by itself, so that one fault more does not move the
// others.
func (f Faults) hits(name string, c *Call) bool {
	return chance(c.server.o.Seed, name+" "+c.key, c.times).Float64() < f[name]
}

// chance is the randomness of one thing that happens: the same for the same
// seed, name and count.
func chance(seed uint64, name string, n int) *rand.Rand {
	h := fnv.New128a()
	_ = binary.Write(h, binary.LittleEndian, seed) // a hash takes everything
	_, _ = h.Write([]byte(name))
	_ = binary.Write(h, binary.LittleEndian, int64(n))
	sum := h.Sum(nil)
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])))
}

// String lists the faults as ParseFaults reads them.
func (f Faults) String() string {
	var parts []string
	for name, rate := range f {
		parts = append(parts, name+"="+strconv.FormatFloat(rate, 'g', -1, 64))
	}
	slices.SortFunc(parts, cmp.Compare[string])
	return strings.Join(parts, ",")
}
