package review_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"syncline/engine/review"
)

func rich(t *testing.T, edits ...string) *review.Document {
	t.Helper()
	src, err := os.ReadFile("testdata/rich.hcl")
	if err != nil {
		t.Fatal(err)
	}
	c := loadText(t, strings.NewReplacer(edits...).Replace(string(src)))
	return review.Describe(c, c.Pipelines[0])
}

// TestDocumentAnswers holds that a document says what a reader would ask.
func TestDocumentAnswers(t *testing.T) {
	d := rich(t)
	body, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"version":4`, `"system_of_record":"ats"`, `"allow":["read","create","update"]`, `"!record.private"`, `"share(50)"`,
		"the later edit, where the times tell; else ats", "it is tried again for 8h, then a person is asked", "ops (log), when it is still open after 4h",
		"whom the record says: ats or crm", "entity.email == nil ? crm : ats", `"label":"pay"`, "nobody hears of it", "the CRM has its own form",
		`{"there":"Open","here":"applied","written":true}`, `{"there":"Fresh","here":"applied","written":false}`, "with a weight of 0.8, from a likeness of 0.9 on",
		"the greater of 50 and 10%", "the greater of 100 and 20%, by default", "only blanks are filled", "trigger offer, step manager",
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the document does not say %s", want)
		}
	}
	last := d.Unsynced[len(d.Unsynced)-1]
	if !slices.Contains(last.Fields, "languages") || slices.Contains(last.Fields, "stage") {
		t.Errorf("left alone: %v", last)
	}
	if len(d.Fields) != 10 || len(d.Ends) != 2 || len(d.Guards) != 6 {
		t.Errorf("%d fields, %d ends, %d guards", len(d.Fields), len(d.Ends), len(d.Guards))
	}
}

// TestDocumentHidesSecrets holds that neither settings nor what stems from a
// sensitive variable is in a document, wherever it is used.
func TestDocumentHidesSecrets(t *testing.T) {
	d := rich(t,
		`"The ATS owns people."`, `"The ATS of ${var.tenant_key}."`, `"the CRM has its own form"`, `var.tenant_key`,
		`"nobody can reach them"`, `"ask ${var.tenant_key}"`, `"Offer" = "offer" }`, `"Offer" = "offer", "${var.tenant_key}" = "applied" }`,
		`sentinel = ["1001"]`, `sentinel = [var.tenant_key]`)
	body, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"tenant-secret-47", "GREENHOUSE_API_KEY", "SF_SECRET", "HOOK", "acme.example.com"} {
		if strings.Contains(string(body), secret) {
			t.Errorf("the document shows %s", secret)
		}
	}
	if n := strings.Count(string(body), "(sensitive)"); n < 4 {
		t.Errorf("hidden %d times: the test proves nothing", n)
	}
}
