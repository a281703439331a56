package caldav_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/connectors/caldav"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// whole selects every field.
func whole(t testing.TB, conn connectors.Conn) *connectors.Selection {
	t.Helper()
	objects, err := conn.(connectors.Lister).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &connectors.Selection{Object: "events", At: "last_modified", Cursor: "last_modified", Shape: schema.NewShape(objects[0].Fields...)}
}

// get reads an event.
func get(t testing.TB, conn connectors.Conn, id string) connectors.Got {
	t.Helper()
	got, err := conn.(connectors.Getter).Get(t.Context(), whole(t, conn), []string{id})
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

// write carries out one change.
func write(t testing.TB, conn connectors.Conn, ch connectors.Change) connectors.Result {
	t.Helper()
	results, err := conn.(connectors.Writer).Write(t.Context(), whole(t, conn), []connectors.Change{ch})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

func set(values map[string]schema.Value) (out []connectors.Assignment) {
	for name, v := range values {
		out = append(out, connectors.Assignment{Path: schema.PathTo(name), Value: v})
	}
	return out
}

// strange is an event with all that programs put into one.
const strange = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Else//Where//EN\r\nX-WR-CALNAME:Inter\r\n views\r\n" +
	"BEGIN:VTIMEZONE\r\nTZID:/example.org/1/Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
	"BEGIN:VEVENT\r\nUID:odd@example.org\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=/example.org/1/Europe/Berlin:20260310T100000\r\nDTSTART;TZID=/example.org/1/Europe/Berlin:20260310T110000\r\nSUMMARY:an exception\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:odd@example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=/example.org/1/Europe/Berlin:20260303T100000\r\nDURATION:PT1H30M\r\n" +
	"SUMMARY;LANGUAGE=de:Gespräch\\, mit \\n Ada\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;TZID=/example.org/1/Europe/Berlin:20260317T100000\r\n" +
	"ORGANIZER;CN=\"Boss; of all: \":mailto:boss@example.org\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=Ada:MAILTO:ada@example.org\r\n" +
	"ATTENDEE;ROLE=OPT-PARTICIPANT;X-NUM-GUESTS=2:mailto:\r\n eve@example.org\r\nX-ODD;X-P=\"a:b;c\":  keep\\, me\\; \r\nx-lower:Case\r\nCATEGORIES:a\\,b,c\r\nCATEGORIES:d\r\nSEQUENCE:3\r\n" +
	"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:an alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

// TestNothingElseChanges holds that an update changes the lines of what it
// writes and no other, and that what is read of a strange event is right.
func TestNothingElseChanges(t *testing.T) {
	c := serve(t).calendar(t)
	c.lay("odd.ics", strange)
	conn := c.open()
	got := get(t, conn, "odd")
	if got.Err != nil || got.Presence != connectors.Live {
		t.Fatal(got.Err, got.Presence)
	}
	want := map[string]string{
		"id": `"odd"`, "uid": `"odd@example.org"`, "summary": `"Gespräch, mit \n Ada"`, "start": `"2026-03-03T09:00:00Z"`, "end": `"2026-03-03T10:30:00Z"`, "all_day": "false",
		"timezone": `"/example.org/1/Europe/Berlin"`, "attendees": `["ada@example.org","eve@example.org"]`, "organizer": `"boss@example.org"`,
		"categories": `["a,b","c","d"]`, "rrule": `"FREQ=WEEKLY;COUNT=4"`, "sequence": "3", "description": "null", "location": "null",
	}
	for name, value := range want {
		if v := string(got.Record.Get(name).AppendJSON(nil)); v != value {
			t.Errorf("%s is read as %s, want %s", name, v, value)
		}
	}
	before := sorted(c.do(http.MethodGet, "odd.ics", ""))
	res := write(t, conn, connectors.Change{Verb: "update", ID: "odd", Revision: got.Record.Revision, Set: set(map[string]schema.Value{
		"summary": schema.String("Ada; Eve, \\n\nand all"), "location": schema.String("Room " + strings.Repeat("é☃", 60)),
		"start":     schema.Timestamp(time.Date(2026, 7, 7, 9, 0, 0, 0, time.UTC)),
		"end":       schema.Timestamp(time.Date(2026, 7, 7, 10, 0, 0, 0, time.UTC)),
		"attendees": schema.Set(schema.String("EVE@example.org"), schema.String("new@example.org")),
	})})
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	after := sorted(c.do(http.MethodGet, "odd.ics", ""))
	gone, come := difference(before, after)
	for _, l := range []struct{ have, want []string }{
		{gone, []string{
			"ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:MAILTO:ada@example.org", "DTSTAMP:20260101T000000Z", "DTSTART;TZID=/example.org/1/Europe/Berlin:20260303T100000", "DURATION:PT1H30M",
			"SEQUENCE:3", "SUMMARY;LANGUAGE=de:Gespräch\\, mit \\n Ada",
		}},
		{come, []string{
			"ATTENDEE:mailto:new@example.org", "DTEND;TZID=/example.org/1/Europe/Berlin:20260707T120000", "DTSTAMP:NOW", "DTSTART;TZID=/example.org/1/Europe/Berlin:20260707T110000",
			"LAST-MODIFIED:NOW", "LOCATION:Room " + strings.Repeat("é☃", 60), "SEQUENCE:4", "SUMMARY;LANGUAGE=de:Ada\\; Eve\\, \\\\n\\nand all",
		}},
	} {
		if d := cmp.Diff(l.want, l.have); d != "" {
			t.Errorf("the lines that changed are others (-want +have):\n%s", d)
		}
	}
	if now := get(t, conn, "odd"); now.Hash != res.Hash || now.Record.Revision != res.Revision || now.Record.Get("end").Time().Hour() != 10 {
		t.Errorf("it is now %v", now)
	}
}

// TestWholeDays makes an event of whole days, and moves it, and lets it be an
// hour.
func TestWholeDays(t *testing.T) {
	c := serve(t).calendar(t)
	conn := c.open()
	day := func(d, h int) schema.Value { return schema.Timestamp(time.Date(2026, 5, d, h, 0, 0, 0, time.UTC)) }
	res := write(t, conn, connectors.Change{Verb: "create", NewID: "days", Set: set(map[string]schema.Value{
		"summary": schema.String("Fair"), "start": day(4, 0), "end": day(6, 0), "all_day": schema.Bool(true), "status": schema.String("tentative"),
	})})
	if text := c.do(http.MethodGet, "days.ics", ""); res.Err != nil || !strings.Contains(text, "DTSTART;VALUE=DATE:20260504") || !strings.Contains(text, "DTEND;VALUE=DATE:20260506") || !strings.Contains(text, "STATUS:TENTATIVE") {
		t.Fatal(res.Err, text)
	}
	for _, step := range []struct {
		set  map[string]schema.Value
		want string
	}{
		{map[string]schema.Value{"start": day(5, 0)}, "DTSTART;VALUE=DATE:20260505"},
		{map[string]schema.Value{"all_day": schema.Bool(false), "end": day(5, 9)}, "DTEND:20260505T090000Z"},
		{map[string]schema.Value{"end": schema.NullValue()}, "DTSTART:20260505T000000Z"},
	} {
		was := get(t, conn, "days").Record
		if res := write(t, conn, connectors.Change{Verb: "update", ID: "days", Revision: was.Revision, Set: set(step.set)}); res.Err != nil {
			t.Error(res.Err)
		}
		if text := c.do(http.MethodGet, "days.ics", ""); !strings.Contains(text, step.want) {
			t.Errorf("want %s:\n%s", step.want, text)
		}
	}
	if now := get(t, conn, "days").Record; !now.Get("end").IsNull() || now.Get("all_day").Bool() {
		t.Errorf("it is now %v", now)
	}
}

// TestTwice holds that an id is given once: who makes an event again whose
// answer was lost makes no second one.
func TestTwice(t *testing.T) {
	c := serve(t).calendar(t)
	conn := c.open()
	ch := connectors.Change{Verb: "create", NewID: "once", Set: set(map[string]schema.Value{"start": schema.Timestamp(time.Now())})}
	if res := write(t, conn, ch); res.Err != nil || res.ID != "once" || res.Hash != get(t, conn, "once").Hash {
		t.Fatal(res)
	}
	connectortest.Says(t, write(t, conn, ch).Err, connectors.Moved, "412")
	for id, kind := range map[string]connectors.ErrorKind{"": connectors.Refused, "../once": connectors.Refused, "/once": connectors.Refused, "a\nb": connectors.Refused} {
		ch.NewID = id
		connectortest.Says(t, write(t, conn, ch).Err, kind, "cannot have this id")
	}
	stale := connectors.Change{Verb: "delete", ID: "once", Revision: `"another"`}
	connectortest.Says(t, write(t, conn, stale).Err, connectors.Moved, "412")
	stale.Revision = ""
	connectortest.Says(t, write(t, conn, stale).Err, connectors.Refused, "no revision")
}

// TestHostileEvents holds what is made of events that are none: each is put
// aside, says why, and the others are read.
func TestHostileEvents(t *testing.T) {
	// Radicale itself keeps no such events: a server of the test's own does.
	events := map[string]struct{ text, words string }{
		"good":    {event("good", "SUMMARY:good"), ""},
		"todo":    {"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", "it holds no event"},
		"empty":   {"", "no iCalendar"},
		"html":    {"<html>log in</html>", "line 1"},
		"cut":     {strange[:strings.Index(strange, "DESCRIPTION:an")], "cut off inside of VALARM"},
		"crossed": {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n", "ends nothing"},
		"latin1":  {event("latin", "SUMMARY:Gespr\xe4ch"), "not UTF-8"},
		"zone":    {event("zone", "DTEND;TZID=Mars/Olympus:20260301T110000"), "time zone \"Mars/Olympus\" is not known"},
		"moment":  {strings.Replace(event("moment"), "20260301T100000Z", "tomorrow", 1), "a moment cannot be read"},
		"deep":    {"BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:X\r\n", 100_000), "no iCalendar"},
		"huge":    {event("huge", "DESCRIPTION:"+strings.Repeat("x", 5<<20)), "larger than 4 MiB"},
		"noname":  {event("noname", ":value"), "content line"},
	}
	for name, e := range events {
		c := standIn(t, e.text)
		conn, err := caldav.Definition().Open(t.Context(), connectors.Settings{Values: map[string]schema.Value{"url": schema.String(c), "timezone": schema.String("UTC")}})
		if err != nil {
			t.Fatal(err)
		}
		got := get(t, conn, "x")
		switch {
		case name == "good" && (got.Err != nil || got.Presence != connectors.Live):
			t.Errorf("%s: %v", name, got.Err)
		case name == "todo" && got.Presence != connectors.Gone:
			t.Errorf("%s: it is a record", name)
		case e.words != "" && name != "todo":
			connectortest.Says(t, got.Err, connectors.Unreadable, e.words)
		}
		if name == "good" || name == "todo" {
			continue
		}
		res := write(t, conn, connectors.Change{Verb: "update", ID: "x", Revision: `"1"`, Set: set(map[string]schema.Value{"end": schema.Timestamp(time.Now())})})
		if res.Err == nil {
			t.Errorf("%s: it was written to", name)
		}
		conn.Close()
	}
}

// TestSettings holds what is said of settings that do not fit.
func TestSettings(t *testing.T) {
	for _, tt := range []struct{ name, value, words string }{
		{"url", "ftp://a/b", "not the address"}, {"url", "https://u:hunter2@a/b", "holds a user"}, {"url", "https://a/b?c", "has a ?"},
		{"url", "http://example.com/cal", "unencrypted"}, {"timezone", "Mars", "no time zone"}, {"property", "BEGIN", "no property"},
		{"property", "X-A;B", "no property"}, {"property", "DTSTART", "the connector's own"}, {"property", "X\nY", "no property"},
	} {
		s := connectors.Settings{Values: map[string]schema.Value{"url": schema.String("https://a/b"), "timezone": schema.String("UTC")}}
		if tt.name == "property" {
			s.Blocks = []connectors.SettingsBlock{{Name: "property", Label: "p", Values: map[string]schema.Value{"name": schema.String(tt.value)}}}
		} else {
			s.Values[tt.name] = schema.String(tt.value)
		}
		_, err := caldav.Definition().Open(t.Context(), s)
		connectortest.Says(t, err, connectors.Refused, tt.words)
		if strings.Contains(fmt.Sprint(err), "hunter2") {
			t.Error("the password is told")
		}
	}
}

// TestWrongCalendar holds what is said where there is no calendar, or nobody is
// let in.
func TestWrongCalendar(t *testing.T) {
	r := serve(t)
	c := r.calendar(t)
	check := func(change func(*connectors.Settings)) error {
		s := c.settings()
		change(&s)
		conn, err := caldav.Definition().Open(t.Context(), s)
		if err != nil {
			return err
		}
		defer conn.Close()
		return conn.(connectors.Checker).Check(t.Context())
	}
	if err := check(func(*connectors.Settings) {}); err != nil {
		t.Error(err)
	}
	connectortest.Says(t, check(func(s *connectors.Settings) { s.Values["url"] = schema.String(r.url) }), connectors.Refused, "this is no calendar")
	connectortest.Says(t, check(func(s *connectors.Settings) { s.Values["url"] = schema.String(r.url + "nobody/") }), connectors.NotFound, "")
	connectortest.Says(t, check(func(s *connectors.Settings) { s.Secret = func(string) (string, error) { return "hunter2", nil } }), connectors.Refused, "either a token")
	connectortest.Says(t, check(func(s *connectors.Settings) {
		s.Secret = func(name string) (string, error) {
			if name == "password" {
				return "wrong", nil
			}
			return "", connectors.ErrNoSecret
		}
	}), connectors.Denied, "")
}

// TestChanges holds that a listing since a token has what was made, changed and
// deleted, that a token the server forgot leads to a whole listing, and that
// to-dos are none of it.
func TestChanges(t *testing.T) {
	c := serve(t).calendar(t)
	for _, id := range []string{"a", "b", "c"} {
		c.lay(id+".ics", event(id))
	}
	conn := c.open()
	all, mark, complete := listed(t, conn, nil)
	if d := cmp.Diff(map[string]bool{"a": true, "b": true, "c": true}, all); d != "" || !complete {
		t.Error(complete, d)
	}
	c.do(http.MethodPut, "b.ics", event("b", "SUMMARY:changed"))
	c.do(http.MethodPut, "d.ics", event("d"))
	c.do(http.MethodPut, "todo.ics", "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:todo\r\nDTSTAMP:20260101T000000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")
	c.do(http.MethodDelete, "c.ics", "")
	some, mark, complete := listed(t, conn, mark)
	if d := cmp.Diff(map[string]bool{"b": true, "c": false, "d": true}, some); d != "" || complete {
		t.Error(complete, d)
	}
	if some, _, _ := listed(t, conn, mark); len(some) > 0 {
		t.Errorf("nothing changed, and %v is told", some)
	}
	forgotten := connectors.Checkpoint(`{"v":1,"token":"http://radicale.org/ns/sync/0000"}`)
	if all, _, complete := listed(t, conn, forgotten); len(all) != 3 || !complete {
		t.Error("a token that is forgotten:", all, complete)
	}
	if _, err := conn.(connectors.Reader).Read(t.Context(), whole(t, conn), connectors.Checkpoint("{"), false); connectors.KindOf(err) != connectors.Refused {
		t.Errorf("a broken checkpoint: %v", err)
	}
}

// listed reads a listing: by id, whether an event is there.
func listed(t testing.TB, conn connectors.Conn, from connectors.Checkpoint) (map[string]bool, connectors.Checkpoint, bool) {
	t.Helper()
	s, err := conn.(connectors.Reader).Read(t.Context(), whole(t, conn), from, from == nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out := map[string]bool{}
	var b connectors.Batch
	for {
		err := s.Next(t.Context(), &b)
		for i := range b.Items {
			out[b.Items[i].ID] = !b.Items[i].Gone
		}
		if err == io.EOF {
			next, complete := s.Done()
			return out, next, complete
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
