package vendor

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/httpclient"
	"syncline/connectors/rest"
	"syncline/connectors/simulators"
	"syncline/connectors/simulators/salesforce"
	"syncline/schema"
)

// org is a simulated organization and a clock that goes on by itself: two
// seconds each time that somebody looks at it.
type org struct {
	t      testing.TB
	server *simulators.Server
	url    string
	ticks  atomic.Int64
	log    []simulators.Request
}

func (o *org) now() time.Time {
	return time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(o.ticks.Add(1)) * 2 * time.Second)
}

// organization serves one; page is how many records a page has at most.
func organization(t testing.TB, page int, faults string) *org { return seeded(t, 7, page, faults) }

func seeded(t testing.TB, seed uint64, page int, faults string) *org {
	t.Helper()
	f, err := simulators.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	o := &org{t: t}
	o.server = salesforce.New(simulators.Options{Seed: seed, Now: o.now, Faults: f, Page: page, Log: func(r simulators.Request) { o.log = append(o.log, r) }})
	web := httptest.NewServer(o.server)
	t.Cleanup(web.Close)
	o.url = web.URL
	return o
}

// settings are those of the client credentials flow.
func (o *org) settings(more map[string]string) connectors.Settings {
	values := map[string]schema.Value{"url": schema.String(o.url), "client_id": schema.String(salesforce.Client)}
	for name, text := range more {
		values[name] = schema.String(text)
	}
	return connectors.Settings{System: "crm", Values: values, Clock: o.now, Secret: func(name string) (string, error) {
		if name == "client_secret" {
			return salesforce.Secret, nil
		}
		return "", connectors.ErrNoSecret
	}}
}

var foundSalesforce = sync.OnceValue(func() *rest.Description {
	v, problems := Find("salesforce")
	if v == nil {
		panic(problems[0])
	}
	return v.Description
})

func crm(testing.TB) *rest.Description { return foundSalesforce() }

func patient() rest.Options {
	return rest.Options{HTTP: httpclient.Options{Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}}
}

// open opens the embedded description against the organization.
func (o *org) open(more map[string]string) connectors.Conn {
	o.t.Helper()
	conn, err := rest.Open(o.t.Context(), crm(o.t), o.settings(more), patient())
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { conn.Close() })
	return conn
}

// native is a value as the simulator holds it.
func native(t testing.TB, v schema.Value) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(v.AppendJSON(nil)))
	d.UseNumber()
	var out any
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// place makes a custom object of the suite's fields. Salesforce keeps no
// microseconds, so that no field holds a moment.
func (o *org) place(fields []schema.Field, rows []connectortest.Row, more map[string]string) connectortest.Place {
	kinds := map[schema.Kind]string{schema.KindInt: "n", schema.KindDecimal: "n", schema.KindBool: "b", schema.KindDate: "d"}
	define := ""
	for _, f := range fields {
		kind, ok := kinds[f.Type.Kind]
		if !ok {
			kind = "t"
		}
		define += " " + f.Name + ":" + kind
	}
	edit := func(row connectortest.Row) {
		o.server.Edit(func(c *simulators.Call) {
			values := map[string]any{}
			for name, v := range row.Values {
				values[name] = native(o.t, v)
			}
			salesforce.Put(c, "Suite__c", row.ID, values)
		})
	}
	o.server.Edit(func(c *simulators.Call) { salesforce.Define(c, "Suite__c", define) })
	for _, row := range rows {
		edit(row)
	}
	return connectortest.Place{
		Settings: o.settings(more), Selection: connectors.Selection{Object: "Suite__c", Cursor: "SystemModstamp"}, Edit: edit,
		Remove: func(id string) {
			o.server.Edit(func(c *simulators.Call) { salesforce.Delete(c, "Suite__c", id) })
		},
	}
}

// TestSalesforceConformance holds the description to the suite that every
// connector passes, on a custom object: with an external id and without, and
// on a bad day.
func TestSalesforceConformance(t *testing.T) {
	for _, how := range []struct {
		name, faults string
		settings     map[string]string
	}{
		{"plain", "", nil}, {"upsert", "", map[string]string{"external_id": salesforce.Key}},
		{"a bad day", "limit=0.05,session=0.1,lock=0.1", map[string]string{"external_id": salesforce.Key}},
	} {
		t.Run(how.name, func(t *testing.T) {
			connectortest.Run(t, connectortest.Harness{
				Definition: crm(t).Definition(patient()), Sizes: []int{0, 1, 49, 50, 51, 150},
				Kinds: []schema.Kind{schema.KindString, schema.KindInt, schema.KindDecimal, schema.KindBool, schema.KindDate},
				Make: func(t testing.TB, fields []schema.Field, rows []connectortest.Row) connectortest.Place {
					return organization(t, 50, how.faults).place(fields, rows, how.settings)
				},
			})
		})
	}
}
