package caldav

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/schema"
)

// FuzzParse holds that whatever is understood is written back to the byte, and
// that an edit leaves every other line as it is.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		blank, strings.ReplaceAll(blank, "\r\n", "\n"), "\ufeff" + blank, blank + "\r\n", strings.TrimSuffix(blank, "\r\n"),
		"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:a\r\n b\r\n\tc\r\nSUMMARY;X=\":;\":d\r\nBEGIN:VALARM\r\nSUMMARY:e\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
		"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:\xc3\n \xa4\nDTSTART:x\nEND:VEVENT\nEND:VCALENDAR", ":", ";", "A:", "\n \n", "BEGIN:VCALENDAR",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := parse(text)
		if err != nil {
			return
		}
		if !bytes.Equal(d.bytes(), text) {
			t.Fatalf("%q is written back as %q", text, d.bytes())
		}
		others := func() (out []string) {
			at := d.own("SUMMARY")
			for i := range d.lines {
				if !slices.Contains(at, i) {
					out = append(out, string(d.lines[i].raw))
				}
			}
			return out
		}
		before := others()
		d.put("SUMMARY", []line{{value: "edited"}})
		if !slices.Equal(before, others()) {
			t.Errorf("of %q other lines changed: %q", text, d.bytes())
		}
		if l, ok := d.get("SUMMARY"); !ok || l.value != "edited" || len(d.own("SUMMARY")) != 1 {
			t.Errorf("of %q the edit is not there: %q", text, d.bytes())
		}
		if again, err := parse(d.bytes()); err == nil && string(again.bytes()) != string(d.bytes()) {
			t.Errorf("%q is another when it is read again", d.bytes())
		}
	})
}

// TestTexts holds that a text comes back from a folded and escaped line as it
// was, and that no line of it is longer than 75 bytes.
func TestTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("\\;,:\n\t \"nN'é☃🎈")), rapid.RuneFrom([]rune("abc")))).Draw(t, "text")
		d, err := parse([]byte(blank))
		if err != nil {
			t.Fatal(err)
		}
		value, err := writeText(schema.String(want))
		if err != nil {
			t.Fatal(err)
		}
		d.put("SUMMARY", []line{{params: ";LANGUAGE=de", value: value}})
		for _, l := range strings.Split(string(d.bytes()), "\r\n") {
			if len(l) > 75 {
				t.Fatalf("a line of %d bytes", len(l))
			}
		}
		d, err = parse(d.bytes())
		if err != nil {
			t.Fatal(err)
		}
		if l, _ := d.get("SUMMARY"); text(l.value) != want || l.param("language") != "de" {
			t.Fatalf("%q came back as %q", want, text(l.value))
		}
	})
}

// TestDurations holds what a duration of RFC 5545 adds, and what is none.
func TestDurations(t *testing.T) {
	from := time.Date(2026, 3, 28, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"P1D": "2026-03-29T12:00:00Z", "PT1H30M": "2026-03-28T13:30:00Z", "P2W": "2026-04-11T12:00:00Z", "+P1DT2H3M4S": "2026-03-29T14:03:04Z",
		"": "", "P": "", "PT": "", "P1": "", "P1H": "", "PT1D": "", "1D": "", "P1DT": "2026-03-29T12:00:00Z", "P99999999D": "", "P-1D": "",
	} {
		got, err := after(from, text)
		if (err != nil) != (want == "") || err == nil && got.Format(time.RFC3339) != want {
			t.Errorf("%q: %v %v, want %q", text, got, err, want)
		}
	}
}
