package vendor

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/connectors/simulators"
	"syncline/connectors/simulators/salesforce"
	"syncline/schema"
)

// listed reads a listing and returns the ids, "-" before those that are gone.
func listed(t testing.TB, conn connectors.Conn, sel *connectors.Selection, from connectors.Checkpoint) (ids []string, next connectors.Checkpoint, complete bool) {
	t.Helper()
	stream, err := conn.(connectors.Reader).Read(t.Context(), sel, from, from == nil)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	var b connectors.Batch
	for err == nil {
		for i := range b.Items {
			ids = append(ids, map[bool]string{true: "-"}[b.Items[i].Gone]+b.Items[i].ID)
		}
		err = stream.Next(t.Context(), &b)
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	next, complete = stream.Done()
	return ids, next, complete
}

// TestSalesforceTakesNoOrders holds that whatever text is searched for, or asked
// for by id, is a text: the simulator takes every query apart.
func TestSalesforceTakesNoOrders(t *testing.T) {
	o := organization(t, 0, "")
	conn, sel := o.open(nil), selects("Contact", "LastName")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringN(1, 40, -1), rapid.StringOfN(rapid.SampledFrom([]rune(`'"\() =,%_nx`+"\n\r\t\b\f")), 1, 30, -1),
			rapid.Just(`x' OR LastName != '`), rapid.Just(`\`), rapid.Just(`\' OR Id != \'`)).Draw(t, "text")
		id := ""
		o.server.Edit(func(c *simulators.Call) {
			id = salesforce.Put(c, "Contact", "", map[string]any{"LastName": text})
		})
		defer o.server.Edit(func(c *simulators.Call) { salesforce.Delete(c, "Contact", id) })
		found, err := conn.(connectors.Finder).Find(o.t.Context(), sel, []connectors.Query{{Paths: []string{"LastName"}, Values: [][]schema.Value{{schema.String(text)}}}})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(found[0], func(g connectors.Got) bool { return g.Record.ID == id }) || len(found[0]) > 1 && !strings.EqualFold(text, found[0][0].Record.Get("LastName").Text()) {
			t.Errorf("%q found %d records", text, len(found[0]))
		}
		got, err := conn.(connectors.Getter).Get(o.t.Context(), sel, []string{text, id})
		if err != nil || got[0].Presence != connectors.Gone || got[1].Presence != connectors.Live {
			t.Errorf("the id %q: %+v %v", text, got, err)
		}
	})
}

// TestSalesforceFindsByAnything searches by two fields at once, by a number and
// by the id.
func TestSalesforceFindsByAnything(t *testing.T) {
	o := organization(t, 0, "")
	conn := o.open(nil)
	var a, b string
	o.server.Edit(func(c *simulators.Call) {
		a = salesforce.Put(c, "Account", "", map[string]any{"Name": "Hooli", "BillingCity": "Paris", "NumberOfEmployees": 7001})
		b = salesforce.Put(c, "Account", "", map[string]any{"Name": "Hooli", "BillingCity": "Oslo", "NumberOfEmployees": 7002})
	})
	name, city := schema.String("hooli"), schema.String("Oslo")
	for _, tt := range []struct {
		paths  []string
		values [][]schema.Value
		want   string
	}{
		{[]string{"Name", "BillingCity"}, [][]schema.Value{{name, schema.String("Pied Piper")}, {city}}, b},
		{[]string{"NumberOfEmployees"}, [][]schema.Value{{schema.Int(7001)}}, a}, {[]string{"Id"}, [][]schema.Value{{schema.String(b)}}, b},
	} {
		found, err := conn.(connectors.Finder).Find(t.Context(), selects("Account", "Name"), []connectors.Query{{Paths: tt.paths, Values: tt.values}})
		if err != nil || len(found[0]) != 1 || found[0][0].Record.ID != tt.want {
			t.Errorf("by %v: %+v %v", tt.paths, found, err)
		}
	}
}

// TestSalesforceSeesWhatWent lists what was deleted, merged and converted, and
// reads each by id: by the log of deletions, and where that does not reach back
// by the whole listing.
func TestSalesforceSeesWhatWent(t *testing.T) {
	o := organization(t, 5, "session=0.2")
	conn, sel := o.open(nil), selects("Contact", "LastName")
	var keep, lose, drop string
	o.server.Edit(func(c *simulators.Call) {
		keep = salesforce.Put(c, "Contact", "", map[string]any{"LastName": "Keep"})
		lose = salesforce.Put(c, "Contact", "", map[string]any{"LastName": "Lose"})
		drop = salesforce.Put(c, "Contact", "", map[string]any{"LastName": "Drop"})
	})
	before, next, complete := listed(t, conn, sel, nil)
	if !complete || len(before) != 27 {
		t.Fatalf("%d contacts, complete: %v", len(before), complete)
	}
	o.server.Edit(func(c *simulators.Call) { salesforce.Merge(c, "Contact", keep, lose) })
	o.server.Edit(func(c *simulators.Call) { salesforce.Delete(c, "Contact", drop) })
	changed, next, _ := listed(t, conn, sel, next)
	for id, want := range map[string]bool{keep: true, "-" + lose: true, "-" + drop: true, lose: false, drop: false} {
		if slices.Contains(changed, id) != want {
			t.Errorf("%s is listed: %v; all: %v", id, !want, changed)
		}
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{keep, lose, drop})
	if err != nil || got[0].Presence != connectors.Live || got[1].Presence != connectors.Merged || got[1].Into != keep || got[2].Presence != connectors.Gone {
		t.Errorf("by id: %+v %v", got, err)
	}
	o.ticks.Add(int64(20 * 24 * time.Hour / (2 * time.Second)))
	if all, _, complete := listed(t, conn, sel, next); !complete || len(all) != 25 {
		t.Errorf("after twenty days: %d contacts, complete: %v", len(all), complete)
	}
	o.server.Edit(func(c *simulators.Call) {
		lose = salesforce.Put(c, "Lead", "", map[string]any{"LastName": "Lead", "Company": "Hooli", "IsConverted": true})
	})
	if got, err := conn.(connectors.Getter).Get(t.Context(), selects("Lead", "LastName"), []string{lose}); err != nil || got[0].Presence != connectors.Archived {
		t.Errorf("a converted lead: %+v %v", got, err)
	}
}

// TestSalesforceListsAllOrFails holds that a listing whose pages are lost under
// way begins anew or fails: it never ends early as if it were whole.
func TestSalesforceListsAllOrFails(t *testing.T) {
	whole, failed := 0, 0
	for seed := range 20 {
		o := seeded(t, uint64(seed), 5, "expire=0.15,session=0.1,lost=0.5")
		stream, err := o.open(nil).(connectors.Reader).Read(t.Context(), selects("Contact", "LastName"), nil, true)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		var b connectors.Batch
		for err == nil {
			for i := range b.Items {
				ids[b.Items[i].ID] = true
			}
			err = stream.Next(t.Context(), &b)
		}
		switch _, complete := stream.Done(); {
		case err == io.EOF && complete && len(ids) == 24:
			whole++
		case err != io.EOF && !complete:
			failed++
		default:
			t.Errorf("seed %d: %d contacts, complete: %v, %v", seed, len(ids), complete, err)
		}
	}
	if whole == 0 || failed == 0 {
		t.Errorf("%d whole and %d failed: the faults prove nothing", whole, failed)
	}
}

// TestSalesforceMissesNothing holds that a record whose transaction ended after
// a listing, with a moment before it, and one of the same second are in the
// next listing.
func TestSalesforceMissesNothing(t *testing.T) {
	o := organization(t, 0, "")
	conn, sel := o.open(nil), selects("Contact", "LastName")
	_, next, _ := listed(t, conn, sel, nil)
	var late string
	o.ticks.Add(-120) // four minutes
	o.server.Edit(func(c *simulators.Call) {
		late = salesforce.Put(c, "Contact", "", map[string]any{"LastName": "Late"})
	})
	o.ticks.Add(120)
	if changed, _, _ := listed(t, conn, sel, next); !slices.Contains(changed, late) {
		t.Errorf("a record that showed late is missed: %v", changed)
	}
}

// TestSalesforceMovesAside holds that nothing is written over what a person
// wrote between the reading and the writing.
func TestSalesforceMovesAside(t *testing.T) {
	o := organization(t, 0, "")
	var id string
	o.server.Edit(func(c *simulators.Call) {
		id = salesforce.Put(c, "Contact", "", map[string]any{"LastName": "Before"})
	})
	o.url = wrapped(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/services/data/v66.0/composite" {
			o.server.Edit(func(c *simulators.Call) {
				salesforce.Put(c, "Contact", id, map[string]any{"LastName": "A person's"})
			})
		}
		o.server.ServeHTTP(w, r)
	})
	conn, sel := o.open(nil), selects("Contact", "LastName")
	results, err := conn.(connectors.Writer).Write(t.Context(), sel, []connectors.Change{changing(id, schema.String("Ours"))})
	if err != nil || connectors.KindOf(results[0].Err) != connectors.Moved {
		t.Errorf("%+v %v", results, err)
	}
	if got, _ := conn.(connectors.Getter).Get(t.Context(), sel, []string{id}); got[0].Record.Get("LastName").Text() != "A person's" {
		t.Errorf("it was overwritten: %v", got[0].Record.Get("LastName"))
	}
}

func wrapped(t testing.TB, handle http.HandlerFunc) string {
	t.Helper()
	web := httptest.NewServer(handle)
	t.Cleanup(web.Close)
	return web.URL
}

// TestSalesforceLostCreate sends a create whose answer is lost, and sends it
// again: with an external id there is one record, and without one it is found
// by what it holds.
func TestSalesforceLostCreate(t *testing.T) {
	for _, key := range []string{"", salesforce.Key} {
		o := organization(t, 0, "")
		lose := true
		o.url = wrapped(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/composite") && lose {
				lose = false
				o.server.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
			o.server.ServeHTTP(w, r)
		})
		more := map[string]string{}
		if key != "" {
			more["external_id"] = key
		}
		conn, sel := o.open(more), selects("Contact", "LastName")
		change := making("0123456789abcdef0123456789abcdef", "Unique")
		write := func() connectors.Result {
			t.Helper()
			results, err := conn.(connectors.Writer).Write(t.Context(), sel, []connectors.Change{change})
			if err != nil {
				t.Fatal(err)
			}
			return results[0]
		}
		if r := write(); connectors.KindOf(r.Err) != connectors.Uncertain {
			t.Errorf("with %q, a lost answer: %+v", key, r)
		}
		facts := crm(t).FactsOf("Contact", o.settings(more))
		want := connectors.CreateKeySearch
		if key != "" {
			want = connectors.CreateIdempotency
			if r := write(); r.Err != nil || r.ID == "" {
				t.Errorf("sent again: %+v", r)
			}
		}
		found, err := conn.(connectors.Finder).Find(t.Context(), sel, []connectors.Query{{Paths: []string{"LastName"}, Values: [][]schema.Value{{schema.String("Unique")}}}})
		if err != nil || len(found[0]) != 1 || facts.Create != want {
			t.Errorf("with %q: %d records, %v, %v", key, len(found[0]), err, facts.Create)
		}
	}
}

// TestSalesforceCustomObjects reads and writes an object of the organization's
// own, with fields that nobody described, and knows a slip from another object.
func TestSalesforceCustomObjects(t *testing.T) {
	o := organization(t, 0, "")
	conn, sel := o.open(nil), selects("Placement__c", "Name", "Status__c", "Bill_Rate__c", "Signed_At__c")
	ids, _, complete := listed(t, conn, sel, nil)
	if len(ids) != 6 || !complete {
		t.Fatalf("%v %v", ids, complete)
	}
	set := func(name string, v schema.Value) connectors.Assignment {
		return connectors.Assignment{Path: schema.PathTo(name), Value: v}
	}
	results, err := conn.(connectors.Writer).Write(t.Context(), sel, []connectors.Change{
		{Operation: "1", Verb: "update", ID: ids[0], Set: []connectors.Assignment{set("Status__c", schema.NullValue()), set("Bill_Rate__c", schema.Decimal("101.5")), set("Remote__c", schema.Bool(true)), set("Signed_At__c", schema.Timestamp(time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)))}},
		{Operation: "2", Verb: "update", ID: ids[1], Set: []connectors.Assignment{set("Nonsense__c", schema.String("x"))}},
		{Operation: "3", Verb: "update", ID: ids[2], Set: []connectors.Assignment{set("Candidate__c", schema.NullValue())}},
		{Operation: "4", Verb: "update", ID: ids[3], Set: []connectors.Assignment{set("LastModifiedDate", schema.String("2026-01-01T00:00:00Z"))}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{ids[0] + " ", " refused INVALID_FIELD", " refused REQUIRED_FIELD_MISSING", " refused  LastModifiedDate"} {
		if got := resultOf(results[i]); got != want {
			t.Errorf("change %d: %q, want %q", i+1, got, want)
		}
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), sel, ids[:1])
	if r := got[0].Record; err != nil || !r.Get("Status__c").IsNull() || r.Get("Bill_Rate__c").Plain() != "101.5" {
		t.Errorf("%+v %v", got[0], err)
	}
	for _, name := range []string{"contact", "Placement__c; DROP", "Nothing__c"} {
		if _, err := conn.(connectors.Getter).Get(t.Context(), selects(name, "Name"), []string{"x"}); err == nil {
			if got, _ := conn.(connectors.Getter).Get(t.Context(), selects(name, "Name"), []string{"x"}); got[0].Err == nil {
				t.Errorf("%q is an object", name)
			}
		}
	}
}

// TestSalesforceLogsIn logs in each way, and says nothing of a secret where it
// cannot.
func TestSalesforceLogsIn(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	for _, tt := range []struct {
		way     string
		secrets map[string]string
		denied  bool
	}{
		{"client", map[string]string{"client_secret": salesforce.Secret}, false}, {"client", map[string]string{"client_secret": "another-made-up-secret"}, true},
		{"consent", map[string]string{"refresh_token": salesforce.Refresh, "client_secret": "x"}, false}, {"consent", map[string]string{"refresh_token": "another-made-up-token"}, true},
		{"jwt", map[string]string{"private_key": key}, false}, {"nothing", nil, true},
	} {
		o := organization(t, 0, "")
		set := o.settings(map[string]string{"login_url": o.url})
		if tt.way == "jwt" {
			set.Values["user"] = schema.String(salesforce.User)
		}
		set.Secret = func(name string) (string, error) {
			if s, ok := tt.secrets[name]; ok {
				return s, nil
			}
			return "", connectors.ErrNoSecret
		}
		conn, err := rest.Open(t.Context(), crm(t), set, patient())
		if err != nil {
			t.Fatal(err)
		}
		err = conn.(connectors.Checker).Check(t.Context())
		if (connectors.KindOf(err) == connectors.Denied) != tt.denied || !tt.denied && err != nil {
			t.Errorf("%s: %v", tt.way, err)
		}
		for _, s := range tt.secrets {
			if err != nil && len(s) > 1 && strings.Contains(err.Error(), s) {
				t.Errorf("%s shows a secret: %v", tt.way, err)
			}
		}
		conn.Close()
	}
}
