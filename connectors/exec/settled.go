package exec

import (
	"context"
	"io"

	"syncline/connectors"
)

// settled tells what a tap has told once the tap is done. Taps tell a record
// more than once, and die after half of what they have to say: of a record the
// last counts, and of a tap that fails nothing does.
type settled struct {
	from   *messages
	shelf  *shelf
	volume *volume
	order  []string // ids, as told first
	gone   map[string]bool
	faults []entry // records whose id nobody knows, or that cannot be read
	at     int     // among faults, then order
	heard  bool
}

var _ teller = (*settled)(nil)

func (s *settled) next(ctx context.Context) (entry, error) {
	if !s.heard {
		if err := s.hear(ctx); err != nil {
			return entry{}, err
		}
		s.heard = true
	}
	s.at++
	if s.at <= len(s.faults) {
		return s.faults[s.at-1], nil
	}
	at := s.at - len(s.faults) - 1
	if at >= len(s.order) {
		return entry{}, io.EOF
	}
	id := s.order[at]
	if s.gone[id] {
		return entry{id: id, gone: true}, nil
	}
	e, _, err := s.volume.get(id)
	return e, err
}

// hear lets the tap tell everything.
func (s *settled) hear(ctx context.Context) error {
	for {
		e, err := s.from.next(ctx)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e.err != nil {
			s.faults = append(s.faults, e)
			continue
		}
		if _, again := s.gone[e.id]; !again {
			s.order = append(s.order, e.id)
		}
		s.gone[e.id] = e.gone
		if err := s.volume.put(e); err != nil {
			return fail("read", s.from.decoder.where, err)
		}
	}
}

func (s *settled) ready() bool { return s.heard && s.at < len(s.faults)+len(s.order) }

// done implements teller, and keeps what was told for who asks by id.
func (s *settled) done() (next connectors.Checkpoint, complete bool) {
	next, complete = s.from.done()
	if s.from.whole && s.volume != nil {
		s.volume.complete = complete
		s.shelf.keep(s.volume)
		s.volume = nil
	}
	return next, complete
}

func (s *settled) close() {
	s.from.close()
	s.volume.close()
	s.volume = nil
}
