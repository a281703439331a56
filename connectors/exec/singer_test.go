package exec_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/connectors/exec"
	"syncline/schema"
)

// notes gathers what a program says.
type notes struct {
	mu    sync.Mutex
	lines []string
}

func (n *notes) take(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lines = append(n.lines, line)
}

func (n *notes) all() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.lines, "\n")
}

const tapKey = "s3cr3t-k3y"

// tapSettings are those of the tap of the tests, with habits and records.
func tapSettings(t testing.TB, said *notes, records string, habits ...string) connectors.Settings {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records.json")
	if err := os.WriteFile(path, []byte(records), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := json.Marshal(map[string]any{"records": path, "habits": habits})
	if err != nil {
		t.Fatal(err)
	}
	if slices.Contains(habits, "two keys") {
		config = []byte(strings.Replace(string(config), "{", `{"keys":["id","name"],`, 1))
	}
	set := settings(t, fromJSON(t, string(config)), python(t), "-S", "tap.py")
	set.Values["protocol"] = schema.String("singer")
	set.Blocks = []connectors.SettingsBlock{{Name: "secret", Label: "api_key", Values: map[string]schema.Value{}}}
	set.Secret = func(name string) (string, error) { return map[string]string{"secret.api_key.value": tapKey}[name], nil }
	set.Notice = said.take
	return set
}

const threeRecords = `[
	{"id": 1, "name": "Ada", "at": 1, "score": 12345678901234.5678, "hired": "2024-02-29T23:59:58Z", "tags": ["a"]},
	{"id": 2, "name": "Ben", "at": 2},
	{"id": 3, "name": "Cy", "at": 3}]`

var tapSelection = &connectors.Selection{Object: "people", Cursor: "at", Shape: schema.NewShape(
	schema.Field{Name: "name", Type: schema.Type{Kind: schema.KindString, Nullable: true}},
)}

// told is what a listing told: names by id.
type told struct {
	names    map[string]string
	faults   []string
	next     connectors.Checkpoint
	complete bool
}

// listed reads a listing to its end.
func listed(t testing.TB, conn connectors.Conn, sel *connectors.Selection, from connectors.Checkpoint) (told, error) {
	t.Helper()
	out := told{names: map[string]string{}}
	s, err := conn.(connectors.Reader).Read(t.Context(), sel, from, from == nil)
	if err != nil {
		return out, err
	}
	defer s.Close()
	var b connectors.Batch
	rec := schema.NewRecord(sel.Shape)
	for {
		err := s.Next(t.Context(), &b)
		if err == io.EOF {
			out.next, out.complete = s.Done()
			return out, nil
		}
		if err != nil {
			return out, err
		}
		for i := range b.Items {
			it := &b.Items[i]
			if it.Gone {
				out.names[it.ID] = "(gone)"
			} else if err := s.Decode(it, rec); err != nil {
				out.faults = append(out.faults, err.Error())
			} else {
				out.names[strings.Clone(rec.ID)] = strings.Clone(rec.Get("name").Plain())
			}
		}
	}
}

func opened(t testing.TB, set connectors.Settings) connectors.Conn {
	t.Helper()
	conn, err := exec.Definition().Open(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestTap holds what becomes of what taps do, good and bad.
func TestTap(t *testing.T) {
	all := map[string]string{"1": "Ada", "2": "Ben", "3": "Cy"}
	for _, tt := range []struct {
		habits   string // with commas
		want     map[string]string
		complete bool
		says     string // a notice
		fails    string
	}{
		{habits: "", want: all},
		{habits: "full table", want: all, complete: true},
		{habits: "activates", want: all, complete: true},
		{habits: "prose,full table", want: all, complete: true, says: "it prints what is no message: INFO tap starting"},
		{habits: "records first,activates", want: all, complete: true, says: "records of people come before their schema"},
		{habits: "bells,other,full table", want: all, complete: true, says: "messages of type BATCH are left out"},
		{habits: "repeats,full table", want: all, complete: true},
		{habits: "mumbles,full table", want: all, says: "no message"},
		{habits: "new schema", want: all, says: "the schema of people changed in the middle"},
		{habits: "new key", fails: `the key of people is ["name"], and was ["id"]`},
		{habits: "dies,full table", fails: "it ended with exit status 3; it said last: CRITICAL 500 Server Error: (secret)"},
		{habits: "two keys", want: map[string]string{"1/Ada": "Ada", "2/Ben": "Ben", "3/Cy": "Cy"}},
		{habits: "stays", fails: "it said nothing for 3s"},
	} {
		t.Run(tt.habits, func(t *testing.T) {
			t.Parallel()
			said := &notes{}
			set := tapSettings(t, said, threeRecords, strings.Split(tt.habits, ",")...)
			if tt.habits == "stays" {
				set.Values["silence"] = schema.String("3s")
			}
			got, err := listed(t, opened(t, set), tapSelection, nil)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Errorf("%v, want %q", err, tt.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got.names); diff != "" || len(got.faults) > 0 {
				t.Errorf("%v (-want +got):\n%s", got.faults, diff)
			}
			if got.complete != tt.complete || !strings.Contains(said.all(), tt.says) {
				t.Errorf("complete = %v; it says %s", got.complete, said.all())
			}
			if strings.Contains(said.all(), tapKey) || !strings.Contains(said.all(), "INFO (secret) opens the door") {
				t.Errorf("it says %s", said.all())
			}
		})
	}
}

// TestTapGoesOn holds that a tap gets its state back, that what it deletes is
// gone, and that an id is answered for from its listing.
func TestTapGoesOn(t *testing.T) {
	t.Parallel()
	said := &notes{}
	set := tapSettings(t, said, threeRecords, "full table")
	conn := opened(t, set)
	first, err := listed(t, conn, tapSelection, nil)
	if err != nil || string(first.next) != `{"bookmarks": {"people": 3}}` {
		t.Fatalf("the state is %s, %v", first.next, err)
	}
	path := set.Values["config"].Field("records").Text()
	more := strings.TrimSuffix(threeRecords, "]") + `, {"id": 2, "at": 4, "_sdc_deleted_at": "2024-01-01"}, {"id": 4, "name": "Di", "at": 5}]`
	if err := os.WriteFile(path, []byte(more), 0o600); err != nil {
		t.Fatal(err)
	}
	second, err := listed(t, conn, tapSelection, first.next)
	if err != nil || second.complete || !maps.Equal(second.names, map[string]string{"2": "(gone)", "4": "Di"}) {
		t.Errorf("%+v %v", second, err)
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), tapSelection, []string{"4", "2", "1", "nobody"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []connectors.Presence{connectors.Live, connectors.Gone, connectors.Live, connectors.Gone} {
		if got[i].Presence != want {
			t.Errorf("answer %d is %v, want %v", i, got[i].Presence, want)
		}
	}
}

// TestTapCatalog holds the fields to the schema that the tap discovers.
func TestTapCatalog(t *testing.T) {
	t.Parallel()
	conn := opened(t, tapSettings(t, &notes{}, threeRecords))
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil || len(objects) != 2 {
		t.Fatalf("%+v %v", objects, err)
	}
	var got []string
	for _, f := range objects[0].Fields {
		got = append(got, f.Name+" "+f.Type.String())
	}
	want := []string{"id int", "name string?", "email string?", "score decimal?", "hired timestamp?", "tags list(string)?", "manager object(id = int)?"}
	if diff := cmp.Diff(want, got); diff != "" || objects[0].ID != "id" {
		t.Errorf("the id is %q (-want +got):\n%s", objects[0].ID, diff)
	}
	if _, err := conn.(connectors.Reader).Read(context.Background(), &connectors.Selection{Object: "x", Shape: tapSelection.Shape}, nil, true); connectors.KindOf(err) != connectors.NotFound {
		t.Errorf("an object that is not there: %v", err)
	}
}

// TestTapIsCancelled holds that a tap ends when nobody waits for it any more.
func TestTapIsCancelled(t *testing.T) {
	t.Parallel()
	conn := opened(t, tapSettings(t, &notes{}, threeRecords, "stays"))
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	s, err := conn.(connectors.Reader).Read(ctx, tapSelection, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Next(ctx, &connectors.Batch{}); !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
		t.Errorf("it went on: %v", err)
	}
}
