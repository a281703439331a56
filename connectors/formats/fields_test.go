package formats

import (
	"strings"
	"testing"
)

// TestFieldsOutliveTheText holds that the names of fields are not parts of the
// buffer that the text was read through.
func TestFieldsOutliveTheText(t *testing.T) {
	text := `{"early":[{"a":"x"}],"\u00e9arly":"x"}` + "\n" + strings.Repeat(`{"later":"`+strings.Repeat("x", 500)+`"}`+"\n", 5000)
	l, _ := Inspect([]byte(text[:1000]), JSONL, 0)
	fields, err := l.Fields(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range fields {
		got = append(got, f.Name+" "+f.Type.String())
	}
	if want := "early list(object)?, éarly string?, later string?"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}
