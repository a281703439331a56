package scenario

import "fmt"

// gaps says what was never exercised: what a green result does not speak of.
func (m *Model) gaps(r *Report) []string {
	var out []string
	gap := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, p := range m.pipes {
		for _, e := range p.ends {
			if e.idle != "" {
				gap("end %s holds nobody: %s", e.name(), e.idle)
			}
		}
		for range p.Pipeline.Pipeline.Lookups {
			gap("pipeline %s: its lookups find nobody", p.Name)
			break
		}
	}
	if r.Tally.Requests == 0 {
		gap("nothing was ever written")
	}
	if r.Seeds > 0 && r.Tally.Kills == 0 {
		gap("the engine was never killed")
	}
	return out
}
