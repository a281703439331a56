package exec

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"syncline/connectors"
)

// version is the version of the protocol.
const version = 1

// request is what Syncline asks a plug-in; docs/plugins.md explains it.
type request struct {
	V          int              `json:"v"`
	ID         int64            `json:"id"`
	Op         string           `json:"op"`
	Config     json.RawMessage  `json:"config,omitempty"`
	Object     string           `json:"object,omitempty"`
	Fields     []string         `json:"fields,omitempty"`
	Cursor     string           `json:"cursor,omitempty"`
	Checkpoint json.RawMessage  `json:"checkpoint,omitempty"`
	RIDs       []string         `json:"rids,omitempty"`
	Queries    []map[string]any `json:"queries,omitempty"`
	Changes    []change         `json:"changes,omitempty"`
}

// change is one wanted write.
type change struct {
	N         int                        `json:"n"`
	Verb      string                     `json:"verb"`
	Operation string                     `json:"operation"`
	RID       string                     `json:"rid,omitempty"`
	NewRID    string                     `json:"new_rid,omitempty"`
	Revision  string                     `json:"revision,omitempty"`
	Set       map[string]json.RawMessage `json:"set,omitempty"`
	Seen      map[string]json.RawMessage `json:"seen,omitempty"`
	Uncertain bool                       `json:"uncertain,omitempty"`
}

// answer is a line of a plug-in.
type answer struct {
	ID         *int64          `json:"id"`
	Record     json.RawMessage `json:"record"`
	RID        word            `json:"rid"`
	Hash       word            `json:"hash"`
	Revision   word            `json:"revision"`
	Presence   string          `json:"presence"`
	Gone       bool            `json:"gone"`
	Into       word            `json:"into"`
	N          *int            `json:"n"`
	Q          *int            `json:"q"`
	OK         bool            `json:"ok"`
	Alive      bool            `json:"alive"`
	Done       bool            `json:"done"`
	Checkpoint json.RawMessage `json:"checkpoint"`
	Complete   bool            `json:"complete"`
	Error      *fault          `json:"error"`

	// Of describe.
	V       int             `json:"v"`
	Facts   json.RawMessage `json:"facts"`
	Ops     []string        `json:"ops"`
	Objects []object        `json:"objects"`
}

// whole reports whether an error is about the request, and not about one of the
// records in it.
func (a *answer) whole() bool { return a.N == nil && a.Q == nil && a.RID == "" }

// word is a text; a plug-in may write a whole number for it.
type word string

var errWord = errors.New("a line of its output has an id, hash or revision that is neither a text nor a whole number")

// UnmarshalJSON implements json.Unmarshaler.
func (w *word) UnmarshalJSON(raw []byte) error {
	var s string
	if raw[0] == '"' {
		err := json.Unmarshal(raw, &s)
		*w = word(s)
		return err
	}
	if string(raw) == "null" {
		return nil
	}
	for i, c := range raw {
		if (c < '0' || c > '9') && (c != '-' || i > 0) {
			return errWord
		}
	}
	*w = word(raw)
	return nil
}

// fault is an error as a plug-in tells it.
type fault struct {
	Kind    string  `json:"kind"`
	Message string  `json:"message"`
	Hint    string  `json:"hint"`
	Field   string  `json:"field"`
	After   float64 `json:"after"` // seconds
}

// kinds are the words for what an error means.
var kinds = map[string]connectors.ErrorKind{
	"failed": connectors.Failed, "unavailable": connectors.Unavailable, "uncertain": connectors.Uncertain, "moved": connectors.Moved,
	"not_found": connectors.NotFound, "refused": connectors.Refused, "denied": connectors.Denied, "limited": connectors.Limited,
	"unsupported": connectors.Unsupported,
}

// problem is a fault as an error, in words that are fit to be told.
func (f *fault) problem(hide *hider, op, where string) error {
	message := hide.clean(f.Message)
	if message == "" {
		message = "the plug-in says no more than that it failed"
	}
	return &connectors.Error{
		Kind: kinds[f.Kind], Op: op, Where: where, Field: hide.clean(f.Field), Hint: hide.clean(f.Hint),
		After: time.Duration(min(max(f.After, 0), 86400) * float64(time.Second)), Err: errors.New(message),
	}
}

// parse reads a line of a plug-in. An error says what is wrong with it, and
// nothing of what it holds.
func parse(line []byte) (*answer, error) {
	if !utf8.Valid(line) {
		return nil, errors.New("a line of its output is not UTF-8")
	}
	if s := strings.TrimSpace(string(line[:min(len(line), 64)])); !strings.HasPrefix(s, "{") {
		return nil, errors.New("a line of its output is not a JSON object")
	}
	a := &answer{}
	if err := json.Unmarshal(line, a); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.Is(err, errWord) {
			return nil, errWord
		}
		if errors.As(err, &wrong) {
			return nil, errors.New("a line of its output has a " + wrong.Field + " of the wrong type")
		}
		return nil, errors.New("a line of its output is not JSON")
	}
	if a.ID == nil {
		return nil, errors.New("a line of its output has no id")
	}
	return a, nil
}
