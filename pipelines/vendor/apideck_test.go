package vendor

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"syncline/connectors"
)

// TestApideckAnswers reads the documented records, listed and by id: both give
// the same.
func TestApideckAnswers(t *testing.T) {
	v := apideck()
	c := against(t, v, shipped()["apideck"].Description)
	var golden strings.Builder
	for _, object := range []string{"applicants", "applications", "jobs"} {
		sel := whole(t, c.d, object)
		listed := listing(t, c.conn, sel)
		if len(listed) != 1 {
			t.Fatalf("%d %s are listed", len(listed), object)
		}
		got, err := c.conn.(connectors.Getter).Get(t.Context(), sel, []string{listed[0].ID})
		if err != nil || got[0].Record == nil || show(got[0].Record) != show(listed[0]) {
			t.Errorf("%s: read by id it is another than listed: %v %+v", object, err, got[0])
		}
		fmt.Fprintf(&golden, "%s %s\n%s", object, listed[0].ID, show(listed[0]))
	}
	compareGolden(t, "apideck", golden.String())
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
