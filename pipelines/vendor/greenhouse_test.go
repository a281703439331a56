package vendor

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/connectors/rest"
	"syncline/schema"
)

const examples = "../../connectors/vendors/testdata/greenhouse/"

func example(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(examples + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// documented is the server of the documentation's examples: reads give the
// records, everything else the answer that a test put there, and what was
// asked is kept.
type documented struct {
	mu      sync.Mutex
	records map[string]json.RawMessage // by path of the object and id
	answer  []byte
	asked   []string // method, path and body of what writes
	headers http.Header
}

func (d *documented) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if r.Method != http.MethodGet {
		body, _ := io.ReadAll(r.Body)
		d.asked = append(d.asked, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		d.headers = r.Header
		w.Write(d.answer)
		return
	}
	if ids := r.URL.Query().Get("candidate_ids"); ids != "" {
		var out []json.RawMessage
		for _, id := range strings.Split(ids, ",") {
			if raw, ok := d.records[r.URL.Path+"/"+id]; ok {
				out = append(out, raw)
			}
		}
		json.NewEncoder(w).Encode(out)
		return
	}
	if raw, ok := d.records[r.URL.Path]; ok {
		w.Write(raw)
		return
	}
	var out []json.RawMessage
	for _, path := range slices.Sorted(maps.Keys(d.records)) {
		if filepath.Dir(path) == r.URL.Path {
			out = append(out, d.records[path])
		}
	}
	if out == nil {
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(`{"message": "Resource not found"}`))
		return
	}
	json.NewEncoder(w).Encode(out)
}

var embedded = sync.OnceValue(func() *Vendor {
	v, problems := Find("greenhouse")
	if v == nil {
		panic(problems[0])
	}
	return v
})

// greenhouse opens the embedded description against a server.
func greenhouse(t testing.TB, handler http.Handler) (connectors.Conn, *rest.Description) {
	t.Helper()
	web := httptest.NewServer(handler)
	t.Cleanup(web.Close)
	v := embedded()
	conn, err := rest.Open(t.Context(), v.Description, connectors.Settings{
		System: "ats",
		Values: map[string]schema.Value{"url": schema.String(web.URL), "on_behalf_of": schema.String("158108")},
		Secret: func(name string) (string, error) {
			return map[string]string{"api_key": "a7183e1b", "webhook_secret": "s3cret"}[name], nil
		},
		Clock: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
	}, rest.Options{HTTP: httpclient.Options{Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, v.Description
}

// whole selects every field of an object.
func whole(t testing.TB, d *rest.Description, object string) *connectors.Selection {
	t.Helper()
	o, ok := d.Object(object)
	if !ok {
		t.Fatal(object)
	}
	var fields []schema.Field
	for i := range o.Fields {
		fields = append(fields, o.Fields[i].Field)
	}
	return &connectors.Selection{Object: object, Shape: schema.NewShape(fields...)}
}

// recordsIn are the examples of an object's records: objects, alone or in a
// list, that have an id and another member that only such records have.
func recordsIn(t testing.TB, page, member string) map[string]json.RawMessage {
	t.Helper()
	files, _ := filepath.Glob(examples + page + "_*.json")
	if len(files) == 0 {
		t.Fatalf("no example of %s", page)
	}
	out := map[string]json.RawMessage{}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		src := example(t, name)
		var list []json.RawMessage
		if json.Unmarshal(src, &list) != nil {
			list = []json.RawMessage{src}
		}
		for i, raw := range list {
			var members map[string]json.RawMessage
			if json.Unmarshal(raw, &members) == nil && members["id"] != nil && members[member] != nil {
				out[fmt.Sprintf("%s/%d", name, i)] = raw
			}
		}
	}
	return out
}

// TestGreenhouseRecords reads every documented record, listed and by id, with
// all fields: both give the same, and it is what the golden file says.
func TestGreenhouseRecords(t *testing.T) {
	for _, of := range []struct{ object, page, member string }{
		{"candidates", "harvest_candidates", "application_ids"}, {"applications", "harvest_applications", "candidate_id"},
		{"jobs", "harvest_jobs", "hiring_team"}, {"job_stages", "harvest_job_stages", "priority"},
		{"users", "harvest_users", "primary_email_address"}, {"offers", "harvest_offers", "version"},
	} {
		t.Run(of.object, func(t *testing.T) {
			var golden strings.Builder
			found := recordsIn(t, of.page, of.member)
			for _, name := range slices.Sorted(maps.Keys(found)) {
				raw := found[name]
				id, _ := schema.FromJSON(raw)
				path := "/v1/" + of.object
				d := &documented{records: map[string]json.RawMessage{path + "/" + id.Field("id").Plain(): raw}}
				conn, desc := greenhouse(t, d)
				sel := whole(t, desc, of.object)
				listed := listing(t, conn, sel)
				got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{id.Field("id").Plain()})
				if err != nil || got[0].Err != nil || got[0].Record == nil {
					t.Fatal(name, err, got[0].Err)
				}
				fmt.Fprintf(&golden, "%s %s\n%s", name, got[0].Presence, show(got[0].Record))
				switch archived := got[0].Presence == connectors.Archived; {
				case archived && len(listed) == 0: // what is archived is not listed
				case archived || len(listed) != 1:
					t.Errorf("%s is %s, and listed %d times", name, got[0].Presence, len(listed))
				case show(got[0].Record) != show(listed[0]) || got[0].Record.ID != listed[0].ID:
					t.Errorf("%s: read by id it is another than listed", name)
				}
			}
			compareGolden(t, "greenhouse-"+of.object, golden.String())
		})
	}
}

func listing(t testing.TB, conn connectors.Conn, sel *connectors.Selection) []*schema.Record {
	t.Helper()
	stream, err := conn.(connectors.Reader).Read(t.Context(), sel, nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var out []*schema.Record
	for {
		var b connectors.Batch
		err := stream.Next(t.Context(), &b)
		for i := range b.Items {
			rec := schema.NewRecord(sel.Shape)
			if b.Items[i].Err != nil {
				t.Fatal(b.Items[i].Err)
			}
			if err := stream.Decode(&b.Items[i], rec); err != nil {
				t.Fatal(err)
			}
			out = append(out, rec)
		}
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// show prints a record, a field in a line, each value in the normal form of
// its type: one that does not have it shows as the fault.
func show(rec *schema.Record) string {
	var b strings.Builder
	for i, f := range rec.Shape.Fields() {
		v, err := f.Type.Normal(rec.Slots[i], schema.Norm{})
		if err != nil {
			fmt.Fprintf(&b, "  %s: FAULT %v\n", f.Name, err)
			continue
		}
		fmt.Fprintf(&b, "  %s: %s %s\n", f.Name, v.State(), v.AppendJSON(nil))
	}
	return b.String()
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	compareGoldenFile(t, filepath.Join("testdata", name+".golden"), got)
}

// compareGoldenFile holds what a test found to a file, which -update writes anew.
func compareGoldenFile(t *testing.T, file, got string) {
	t.Helper()
	if strings.Contains(got, "FAULT") {
		t.Errorf("a value is not of its field's type:\n%s", got)
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestGreenhouseWebhooks signs every documented delivery as Greenhouse does:
// each is understood as the golden file says, and refused as soon as anything
// about it is not right.
func TestGreenhouseWebhooks(t *testing.T) {
	conn, _ := greenhouse(t, &documented{})
	receiver := conn.(connectors.Receiver)
	files, _ := filepath.Glob(examples + "webhooks_*.json")
	if len(files) != 29 {
		t.Fatalf("%d examples", len(files))
	}
	var golden strings.Builder
	for n, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		body := example(t, name)
		sign := func(scheme, secret string, body []byte) string {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write(body)
			return scheme + " " + hex.EncodeToString(mac.Sum(nil))
		}
		d := &connectors.Delivery{Method: "POST", URL: "/hooks/ats", Body: body, Header: map[string][]string{
			"Signature": {sign("sha256", "s3cret", body)}, "Greenhouse-Event-Id": {fmt.Sprint(n)}, "Content-Type": {"application/json"},
		}}
		got, err := receiver.Receive(d)
		if err != nil || got.Keep != 24*time.Hour || got.Reply.Status != 200 {
			t.Errorf("%s: %+v %v", name, got, err)
		}
		fmt.Fprintf(&golden, "%s\n", name)
		for _, e := range got.Events {
			fmt.Fprintf(&golden, "  %s %s/%s %s %s\n", e.ID, e.Object, e.Record, e.Kind, e.At.UTC().Format(time.RFC3339))
		}
		for what, forge := range map[string]func(d *connectors.Delivery){
			"another body":       func(d *connectors.Delivery) { d.Body = append(slices.Clone(body), ' ') },
			"another secret":     func(d *connectors.Delivery) { d.Header["Signature"] = []string{sign("sha256", "secret", body)} },
			"no signature":       func(d *connectors.Delivery) { delete(d.Header, "Signature") },
			"an empty signature": func(d *connectors.Delivery) { d.Header["Signature"] = []string{"sha256 "} },
			"another scheme":     func(d *connectors.Delivery) { d.Header["Signature"] = []string{sign("sha1", "s3cret", body)} },
			"two signatures": func(d *connectors.Delivery) {
				d.Header["Signature"] = append(d.Header["Signature"], sign("sha256", "secret", body))
			},
		} {
			forged := *d
			forged.Header = maps.Clone(d.Header)
			forge(&forged)
			if got, err := receiver.Receive(&forged); connectors.KindOf(err) != connectors.Denied {
				t.Errorf("%s with %s: %+v %v", name, what, got, err)
			}
		}
	}
	compareGolden(t, "greenhouse-webhooks", golden.String())
}
