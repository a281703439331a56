package rest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/schema"
)

// TestAnswersThatHoldNoRecord holds that a success whose answer does not hold the
// record, where the description says that it does, is nobody's success: whether
// the change was carried out is not known, and no id is made up for what may
// have been created.
func TestAnswersThatHoldNoRecord(t *testing.T) {
	for _, body := range []string{``, `{}`, `null`, `[]`, `7`, `{"error":"expired"}`, `{"name":"Nobody"}`, `{"id":"2","name":"Another"}`, `[{"id":"1"},{"id":"2"}]`} {
		d := little()
		d.Objects[0].Write("update").After = AfterAnswer
		conn, _ := open(t, d, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, body) })
		res := write(t, conn, selection("name"), update("1", set("name", schema.String("Ada"))))
		if connectors.KindOf(res[0].Err) != connectors.Uncertain {
			t.Errorf("an update answered with %q gave %+v", body, res[0])
		}
		create := connectors.Change{Verb: "create", NewID: "4711", Set: []connectors.Assignment{set("name", schema.String("Ada"))}}
		res = write(t, conn, selection("name"), create)
		if told := body == `{"id":"2","name":"Another"}`; (connectors.KindOf(res[0].Err) != connectors.Uncertain) != told || res[0].ID == "4711" {
			t.Errorf("a create answered with %q gave %+v", body, res[0])
		}
	}
}

// TestEndlessPages holds that pages which never end, each under an address of its
// own, are noticed.
func TestEndlessPages(t *testing.T) {
	for records, most := range map[string]int{`{"id":"1"},{"id":"2"}`: 2, ``: mostBlank + 1} {
		n := 0
		conn, _ := open(t, little(), func(w http.ResponseWriter, r *http.Request) {
			n++
			fmt.Fprintf(w, `{"data":[%s],"next":"n%d"}`, records, n)
		})
		got := list(t, conn, selection("name"), nil, true)
		if connectors.KindOf(got.err) != connectors.Unreadable || got.complete || n > most {
			t.Errorf("[%s]: %d requests, complete: %v, %v", records, n, got.complete, got.err)
		}
	}
}

// TestAPageForPeopleIsNoAnswer holds that 404 says that a record is gone only if
// the API says it: of a page for people nobody knows whom it is about.
func TestAPageForPeopleIsNoAnswer(t *testing.T) {
	for body, want := range map[string]connectors.Presence{
		``: connectors.Gone, `{"error":"nobody"}`: connectors.Gone, `not found`: connectors.Gone, " \n<!DOCTYPE html><html>No such page</html>": connectors.Unknown,
	} {
		conn, _ := open(t, little(), func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, body)
		})
		got, err := conn.(connectors.Getter).Get(t.Context(), selection("name"), []string{"1"})
		if err != nil || got[0].Presence != want {
			t.Errorf("404 and %q: %+v, %v", body, got, err)
		} else if want == connectors.Unknown && !strings.Contains(fmt.Sprint(got[0].Err), "a page of HTML") {
			t.Errorf("it says %v", got[0].Err)
		}
	}
}
