package vendor

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// TestApideckAnswers reads the documented records, listed and by id: both give
// the same.
func TestApideckAnswers(t *testing.T) {
	var golden strings.Builder
	apideckRecords(t, apideck(), &golden, "applicants", "applications", "jobs")
	compareGolden(t, "apideck", golden.String())
}

// TestApideckHRISAnswers reads the documented employee, and finds it again.
func TestApideckHRISAnswers(t *testing.T) {
	var golden strings.Builder
	c := apideckRecords(t, apideckHRIS(), &golden, "employees")
	for name, value := range map[string]string{"email": "ann@example.com", "employee_number": "123456-AB"} {
		q := connectors.Query{Paths: []string{name}, Values: [][]schema.Value{{schema.String(value)}}}
		got, err := c.conn.(connectors.Finder).Find(t.Context(), whole(t, c.d, "employees"), []connectors.Query{q})
		if err != nil || len(got[0]) != 1 || got[0][0].Record == nil || got[0][0].Record.ID != "12345" {
			t.Errorf("by %s it finds %+v, %v", name, got, err)
		}
	}
	compareGolden(t, "apideckhris", golden.String())
}

// apideckRecords reads the documented record of each object, and adds it to what
// is expected.
func apideckRecords(t *testing.T, v *vendorOf, golden *strings.Builder, objects ...string) *client {
	t.Helper()
	c := against(t, v, shipped()[v.name].Description)
	for _, object := range objects {
		sel := whole(t, c.d, object)
		listed := listing(t, c.conn, sel)
		if len(listed) != 1 {
			t.Fatalf("%d %s are listed", len(listed), object)
		}
		got, err := c.conn.(connectors.Getter).Get(t.Context(), sel, []string{listed[0].ID})
		if err != nil || got[0].Record == nil || show(got[0].Record) != show(listed[0]) {
			t.Errorf("%s: read by id it is another than listed: %v %+v", object, err, got[0])
		}
		fmt.Fprintf(golden, "%s %s\n%s", object, listed[0].ID, show(listed[0]))
	}
	return c
}

// TestApideckErrors holds that the documented errors are of the kinds they say.
func TestApideckErrors(t *testing.T) {
	for text, want := range map[string]connectors.ErrorKind{
		"401 UnauthorizedError": connectors.Denied, "402 RequestLimitError": connectors.Limited, "404 EntityNotFoundError": connectors.NotFound, "422 InvalidStateError": connectors.Refused,
	} {
		status, name, _ := strings.Cut(text, " ")
		var n int
		fmt.Sscan(status, &n)
		c := against(t, apideck(), shipped()["apideck"].Description)
		c.web.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(n)
			fmt.Fprintf(w, `{"status_code": %d, "error": "No", "type_name": %q, "message": "Ann Lee is known."}`, n, name)
		})
		o, _ := c.d.Object("applicants")
		ch := connectors.Change{Operation: "o", Verb: "create", Set: typed(o.Fields, map[string]any{"first_name": "Ann"})}
		results, err := c.conn.(connectors.Writer).Write(t.Context(), whole(t, c.d, "applicants"), []connectors.Change{ch})
		if err != nil || connectors.KindOf(results[0].Err) != want || want != connectors.NotFound && !strings.Contains(results[0].Err.Error(), name) || strings.Contains(results[0].Err.Error(), "Ann") {
			t.Errorf("%s is %v %v", text, err, results[0].Err)
		}
	}
}
