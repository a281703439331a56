package exec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"syncline/connectors"
	"syncline/schema"
)

// singerMessage is a line of a tap.
type singerMessage struct {
	Type    string          `json:"type"`
	Stream  string          `json:"stream"`
	Record  json.RawMessage `json:"record"`
	Schema  json.RawMessage `json:"schema"`
	Keys    []string        `json:"key_properties"`
	Value   json.RawMessage `json:"value"`
	Version *int64          `json:"version"`
}

// messages tells the records of one stream of a tap that runs.
type messages struct {
	running *running
	decoder *decoder
	stream  *tapStream
	keys    []string
	schema  []byte // as told last; nil: not yet
	noted   map[string]bool

	whole   bool // the tap was given no state
	broken  bool // a line could not be read: it may have been a record
	state   json.RawMessage
	version *int64 // of the last record
	active  *int64 // that the tap said is all there is
	over    bool
}

func (t *tap) messages(r *running, d *decoder, id string, whole bool) *messages {
	s := t.catalog.stream(id)
	return &messages{running: r, decoder: d, stream: s, keys: s.Keys, noted: map[string]bool{}, whole: whole}
}

func (m *messages) ready() bool { return !m.over && m.running.out.ready() }

func (m *messages) close() { m.running.end() }

// note says something about the tap, once.
func (m *messages) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if m.running.program.notice != nil && !m.noted[text] && len(m.noted) < noticed {
		m.noted[text] = true
		m.running.program.notice(text)
	}
}

func (m *messages) next(ctx context.Context) (entry, error) {
	for !m.over {
		line, err := m.running.out.line(ctx)
		if err != nil {
			if err = m.running.over(err); err != nil {
				return entry{}, fail("read", m.decoder.where, err)
			}
			m.over = true
			break
		}
		e, is, err := m.hear(line)
		if err != nil {
			return entry{}, &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: m.decoder.where, Err: err}
		}
		if is {
			return e, nil
		}
	}
	return entry{}, io.EOF
}

// hear takes a line, and reports whether it is a record of the stream.
func (m *messages) hear(line []byte) (e entry, is bool, err error) {
	if len(bytes.TrimSpace(line)) == 0 {
		return e, false, nil
	}
	var s singerMessage
	if !utf8.Valid(line) || json.Unmarshal(line, &s) != nil || s.Type == "" {
		m.broken = m.broken || !m.prose(line)
		m.note("it prints what is no message: %s", m.running.program.hide.clean(string(line[:min(len(line), 2*told)])))
		return e, false, nil
	}
	ours := s.Stream == m.stream.ID || s.Stream == m.stream.Name
	switch s.Type {
	case "RECORD":
		if ours {
			return m.record(&s), true, nil
		}
	case "SCHEMA":
		if ours {
			return e, false, m.described(&s)
		}
	case "STATE":
		m.told(s.Value)
	case "ACTIVATE_VERSION":
		if ours {
			m.active = s.Version
		}
	default:
		m.note("messages of type %s are left out", m.running.program.hide.clean(s.Type))
	}
	return e, false, nil
}

// prose reports whether a line is what taps log, and not a message that is
// broken.
func (m *messages) prose(line []byte) bool {
	return utf8.Valid(line) && !bytes.HasPrefix(bytes.TrimSpace(line), []byte("{"))
}

// told keeps a state, which is for the next listing.
func (m *messages) told(value json.RawMessage) {
	if len(value) == 0 || value[0] != '{' {
		m.note("a state that is not an object is left out")
		return
	}
	m.state = value
}

// described takes the schema of the stream. It may change what fields there
// are, and not what tells records apart.
func (m *messages) described(s *singerMessage) error {
	if m.schema != nil && !bytes.Equal(m.schema, s.Schema) {
		m.note("the schema of %s changed in the middle of the listing", m.stream.ID)
	}
	m.schema = s.Schema
	if m.schema == nil {
		m.schema = []byte("{}")
	}
	if len(s.Keys) == 0 {
		return nil
	}
	if len(m.keys) > 0 && !slices.Equal(m.keys, s.Keys) {
		return fmt.Errorf("the key of %s is %q, and was %q", m.stream.ID, s.Keys, m.keys)
	}
	m.keys = s.Keys
	return nil
}

func (m *messages) record(s *singerMessage) entry {
	if m.schema == nil {
		m.note("records of %s come before their schema", m.stream.ID)
	}
	m.version = s.Version
	e := entry{raw: s.Record}
	v, err := schema.ViewJSON(s.Record)
	if err == nil && v.Kind() != schema.KindObject {
		err = errors.New("it is not a JSON object")
	}
	if err != nil {
		m.broken = true
		return entry{err: err}
	}
	if e.id, err = m.id(v); err != nil {
		m.broken = true
		return entry{err: err}
	}
	if len(m.keys) > 1 {
		e.raw = withKey(s.Record, e.id)
	}
	e.gone = v.Field("_sdc_deleted_at").Is()
	e.hash, e.err = hashOf(e.raw, "", housekeeping)
	if e.gone {
		e.raw = nil
	}
	return e
}

// housekeeping are members that a tap adds, and that change with every run.
func housekeeping(name string) bool { return strings.HasPrefix(name, "_sdc_") }

// id is the id of a record: its key, with its parts in one.
func (m *messages) id(v schema.Value) (string, error) {
	keys := m.keys
	if len(keys) == 0 && m.decoder.sel.ID != "" {
		keys = []string{m.decoder.sel.ID}
	}
	if len(keys) == 0 {
		return "", errors.New("the stream has no key: name one with id")
	}
	parts := make([]string, len(keys))
	for i, k := range keys {
		part := v.Field(k)
		if !part.Is() || part.Kind() == schema.KindObject || part.Kind().Collection() {
			return "", fmt.Errorf("its key %q is missing, or no text and no number", k)
		}
		parts[i] = part.Plain()
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/"), nil
}

// withKey adds the id to a record whose key has several parts.
func withKey(record []byte, id string) []byte {
	body := bytes.TrimRight(record, " \t\r\n")
	out := append(append([]byte(nil), body[:len(body)-1]...), `,"`+madeKey+`":`...)
	return append(schema.String(id).AppendJSON(out), '}')
}

// done implements teller: the listing is complete where the tap was given no
// state, said that its records are all there are or reads the stream whole, and
// nothing it printed was lost.
func (m *messages) done() (connectors.Checkpoint, bool) {
	all := m.stream.whole() || m.active != nil && (m.version == nil || *m.version == *m.active)
	return connectors.Checkpoint(m.state), m.whole && all && !m.broken
}
