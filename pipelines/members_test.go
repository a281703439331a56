package pipelines

import (
	"strings"
	"testing"

	"syncline/schema"
)

// customised is what is read of the first end, which has an object of custom
// fields, after an edit of the fixture's text.
func customised(t *testing.T, old, text string) *schema.Shape {
	t.Helper()
	src := string(load(t, testOptions("testdata/valid/quick")).Files["main.hcl"])
	src = strings.Replace(src, old, text, 1)
	src = strings.Replace(src, `source "a" {`, "source \"a\" {\n fields = { custom = \"any\" }", 1)
	return load(t, testOptions(folder(t, map[string]string{"main.hcl": src}))).Pipelines[0].Ends[0].Selection.Shape
}

// TestMembersRead holds of which objects only members are read: those that no
// program and no path reads as a whole, and that are not written.
func TestMembersRead(t *testing.T) {
	for read, want := range map[string]string{
		`"custom.mail"`: "mail",
		`{ read = "record.custom.mail + string(record.custom.n) + string(record.custom.n)" }`:        "mail n",
		`{ read = "has(record.custom.mail) ? string(record.custom.n) : null" }`:                      "mail n",
		`{ read = "record.custom['mail']" }`:                                                         "*",
		`{ read = "has(record.custom) ? string(record.custom.n) : null" }`:                           "*",
		`{ read = "record.custom.exists(k, k == 'x') ? 'x' : string(record.custom.n)" }`:             "*",
		`{ read = "record.custom.address.mail" }`:                                                    "*",
		`{ read = "record == record ? record.custom.mail : null" }`:                                  "*",
		"{\n path = \"custom.address.mail\"\n read = \"string(value) + string(record.custom.n)\"\n}": "address n",
		"{\n path = \"custom[0].mail\"\n read = \"string(value) + string(record.custom.n)\"\n}":      "*",
		`"custom"`: "*",
	} {
		if strings.HasPrefix(read, "{ read") || strings.HasPrefix(read, "{\n") {
			read = "a " + strings.Replace(strings.Replace(read, "{ ", "{\n ", 1), " }", "\n}", 1)
		} else {
			read = "a = " + read
		}
		shape := customised(t, `a         = "mail"`, read)
		members, narrowed := shape.Members(shape.Slot("custom"))
		got := strings.Join(members, " ")
		if !narrowed {
			got = "*"
		}
		if got != want {
			t.Errorf("%s: it reads %s, want %s", read, got, want)
		}
	}
}

// TestWrittenObjectsAreReadWhole holds that an object of which a member is
// written is known in full.
func TestWrittenObjectsAreReadWhole(t *testing.T) {
	shape := customised(t, `a         = "place"`, `a = "custom.place"`)
	if members, narrowed := shape.Members(shape.Slot("custom")); narrowed {
		t.Errorf("it reads %s", members)
	}
}
