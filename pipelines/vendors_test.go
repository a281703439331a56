package pipelines

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/pipelines/vendor"
	"syncline/schema"
)

// vendorOptions are options in which the vendors are those that come with the
// binary.
func vendorOptions(path string) Options {
	o := testOptions(path)
	o.Definitions = slices.DeleteFunc(o.Definitions, func(d *connectors.Definition) bool { return slices.Contains(vendor.Names(), d.Name) })
	column := func(name string) schema.Field {
		return schema.Field{Name: name, Type: schema.Type{Kind: schema.KindString, Nullable: true}}
	}
	o.Objects = map[string][]connectors.Object{"crm": {{Name: "contacts", ID: "id", Fields: []schema.Field{
		column("id"), column("ats_id"), column("first_name"), column("last_name"), column("email"), column("employer"),
	}}}}
	return o
}

// TestVendor holds that a configuration that uses a vendor's description and
// its mapping compiles, knows the vendor's objects, and takes what a field says
// for itself instead of the mapping's.
func TestVendor(t *testing.T) {
	c, problems := Load(t.Context(), vendorOptions("testdata/vendors/greenhouse"))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	end := c.Pipelines[0].Ends[0]
	if !end.Known || end.Object != "candidates" || end.Mapping.Name != "greenhouse.candidate" {
		t.Errorf("the end is %+v", end)
	}
	for _, f := range c.Pipelines[0].Fields {
		switch fe := f.Ends[0]; {
		case f.Name == "email" && fe.Path.String() != "email_addresses[type eq 'personal'].value":
			t.Errorf("the e-mail is read at %s", fe.Path)
		case (f.Name == "last_name") != (fe.Read != nil):
			t.Errorf("%s is read by %v", f.Name, fe.Read)
		}
	}
	if facts := end.Facts(); facts.Can("move") || !facts.Can("note") {
		t.Errorf("candidates can %v", facts.Verbs)
	}
	if len(c.Files) != 1 {
		t.Errorf("the configuration has %d files", len(c.Files))
	}
}

// TestVendorCreates holds that the arguments of a vendor's create can be given,
// are checked, and are told from misspelt ones.
func TestVendorCreates(t *testing.T) {
	src, err := os.ReadFile("testdata/vendors/greenhouse/main.hcl")
	if err != nil {
		t.Fatal(err)
	}
	for argument, want := range map[string]string{
		`job_id = "'215725'"`: "", `source_id = "7"`: "", `job_idd = "'215725'"`: `candidates has no field "job_idd"`, `is_private = "'perhaps'"`: "it gives string where bool is wanted",
	} {
		folder := t.TempDir()
		text := strings.Replace(string(src), `    cursor  = "updated_at"`, "    cursor  = \"updated_at\"\n    allow   = [\"read\", \"create\"]\n    create  = { "+argument+" }", 1)
		text = strings.Replace(text, `fields "ats -> crm"`, `fields "crm -> ats"`, 1)
		text = strings.Replace(text, "        read = \"upper(value)\"\n", "", 1)
		if err := os.WriteFile(folder+"/main.hcl", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems := Load(t.Context(), vendorOptions(folder))
		said := ""
		for _, p := range problems {
			if strings.Contains(string(text), argument) && p.Severity == diag.Error && p.Range.Start.Line == strings.Count(text[:strings.Index(text, argument)], "\n")+1 {
				said += p.Summary
			}
		}
		if said != want {
			t.Errorf("%s: %q, want %q: %v", argument, said, want, problems)
		}
	}
}

// TestShippedMappings compiles every mapping of every vendor that comes with
// the binary: each field of it is one of the entity and one of the object.
func TestShippedMappings(t *testing.T) {
	count := 0
	for _, name := range vendor.Names() {
		v, problems := vendor.Find(name)
		if v == nil {
			t.Fatal(problems)
		}
		system := fmt.Sprintf("system \"s\" {\n connector = %q\n", name)
		for _, s := range v.Description.Settings {
			switch {
			case s.Secret:
				system += s.Name + " = secret(\"env:X\")\n"
			case s.Required:
				system += s.Name + " = \"https://x.example/y\"\n"
			}
		}
		for _, m := range v.Mappings {
			fields, first := "", ""
			for _, f := range m.Body.Blocks {
				fields += fmt.Sprintf("field %q { direction = \"s\" }\n", f.Labels[0])
				first = f.Labels[0]
			}
			entity, _ := literal(m.Body.Attributes["entity"].Expr)
			text := fmt.Sprintf("%s}\nnotify \"ops\" { connector = \"log\" }\npipeline \"p\" {\nentity = %q\nalert = notify.ops\nsource \"s\" { mapping = mapping.%s.%s }\nmatch {\nkey \"k\" { field = %q }\n}\n%s}\n",
				system, entity, name, m.Labels[0], first, fields)
			c, problems := Load(t.Context(), vendorOptions(folder(t, map[string]string{"main.hcl": text})))
			if len(problems) > 0 || len(c.Pipelines) != 1 {
				t.Errorf("%s.%s: %v\n%s", name, m.Labels[0], problems, text)
				continue
			}
			end := c.Pipelines[0].Ends[0]
			names := []string{"id", "Id"}
			for _, f := range end.FieldsOf() {
				names = append(names, f.Name)
			}
			for _, f := range c.Pipelines[0].Fields {
				if top := f.Ends[0].Path.Top(); !slices.Contains(names, top) { // an open object takes any
					t.Errorf("%s.%s: %s is no field that is described", name, m.Labels[0], top)
				}
			}
			count++
		}
	}
	if count < 4 {
		t.Errorf("%d mappings", count)
	}
}

const ownVendor = `vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" {
    doc     = "Where it is."
    default = "https://acme.example"
  }
  object "people" {
    doc = "People."
    field "name" { type = "string" }
    list { path = "/people" }
    get { path = "/people/{id}" }
  }
  mapping "candidate" {
    entity = "candidate"
    object = "people"
    field "external_id" { path = "id" }
    field "last_name" { path = "name" }
    field "first_name" { path = "name" }
    field "email" { path = "name" }
    field "current_employer" { path = "name" }
  }
}
`

// TestOwnVendor holds what becomes of a description that the user wrote: it
// stands in the configuration's folder and is no part of the configuration.
func TestOwnVendor(t *testing.T) {
	src, err := os.ReadFile("testdata/vendors/greenhouse/main.hcl")
	if err != nil {
		t.Fatal(err)
	}
	system := `connector    = "greenhouse"
  api_key      = secret("env:GREENHOUSE_API_KEY")
  on_behalf_of = "4080"`
	main := strings.NewReplacer(system, `connector = "./acme.hcl"`, "mapping.greenhouse", "mapping.acme", `    cursor  = "updated_at"`+"\n", "", "!record.is_private", "record.name != ''", `path = "last_name"`, `path = "name"`).Replace(string(src))
	for _, tt := range []struct {
		name, main, acme string
		want             []string
	}{
		{"used", main, ownVendor, nil},
		{"not used", string(src), ownVendor, nil},
		{"not used and wrong", string(src), strings.Replace(ownVendor, "settings.url", "settings.ulr", 1), []string{"acme.hcl:3:19: SYN3002"}},
		{"wrong", main, strings.Replace(ownVendor, `path = "/people/{id}"`, `path = "/people"`, 1), []string{"acme.hcl:12:5: SYN8001"}},
		{"a mapping of an attribute there is not", main, strings.Replace(ownVendor, `"last_name"`, `"surname"`, 1), []string{"acme.hcl:18:5: SYN2006"}},
		{"a mapping of a field there is not", main, strings.Replace(ownVendor, `path = "id"`, `path = "nr"`, 1), []string{"acme.hcl:17:34: SYN2009"}},
		{"a mapping there is not", strings.Replace(main, "mapping.acme.candidate", "mapping.acme.person", 1), ownVendor, []string{"main.hcl:22:15: SYN2001"}},
		{"missing", strings.Replace(main, "./acme.hcl", "./amce.hcl", 1), ownVendor, []string{"main.hcl:4:15: SYN1010"}},
		{"outside", strings.Replace(main, "./acme.hcl", "../acme.hcl", 1), ownVendor, []string{"main.hcl:4:15: SYN1020"}},
		{"unknown", strings.Replace(main, "./acme.hcl", "greenhose", 1), ownVendor, []string{"main.hcl:4:15: SYN2007"}},
		{"no HCL", main, "vendor {", []string{"acme.hcl:1:8: SYN1001"}},
	} {
		dir := folder(t, map[string]string{"main.hcl": tt.main, "acme.hcl": tt.acme})
		c, problems := Load(t.Context(), vendorOptions(dir))
		var got []string
		for _, p := range problems {
			if p.Severity == diag.Error {
				got = append(got, p.Range.String()+": "+string(p.Code))
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q: %v", tt.name, got, tt.want, problems)
		}
		if tt.name == "used" && (len(c.Systems) != 2 || c.Systems[0].Definition.Name != "acme") {
			t.Errorf("the systems are %+v", c.Systems)
		}
	}
}

// TestObjectsOfOnesOwn holds that a vendor whose block stands for many objects
// knows them by their names, takes their fields as they are declared, and what
// is true of them from the system's settings.
func TestObjectsOfOnesOwn(t *testing.T) {
	const text = `system "s" {
  connector   = "salesforce"
  url         = "https://acme.my.salesforce.com"
  client_id   = "x"
  client_secret = secret("env:X")
  EXTRA
}
notify "ops" { connector = "log" }
pipeline "p" {
  entity = "placement"
  alert  = notify.ops
  source "s" {
    object = "OBJECT"
    fields = { Start__c = "date", Rate__c = "decimal" }
  }
  match {
    key "k" { field = "external_id" }
  }
  field "external_id" {
    direction = "s"
    s         = "Name"
  }
  field "starts_on" {
    direction = "s"
    s         = "Start__c"
  }
  field "fee" {
    direction = "s"
    s { read = "money(record.Rate__c, 'USD')" }
  }
}
`
	for _, tt := range []struct {
		object, extra string
		create        connectors.CreateLadder
		fault         string
	}{
		{"Placement__c", "", connectors.CreateKeySearch, ""}, {"Opportunity", `external_id = "Key__c"`, connectors.CreateIdempotency, ""},
		{"opportunity", "", 0, "SYN2002"}, {"Placement c", "", 0, "SYN2002"},
	} {
		main := strings.NewReplacer("OBJECT", tt.object, "EXTRA", tt.extra).Replace(text)
		c, problems := Load(t.Context(), vendorOptions(folder(t, map[string]string{"main.hcl": main})))
		if tt.fault != "" {
			if !problems.Failed() {
				t.Errorf("%s: it compiles", tt.object)
			}
			continue
		}
		if problems.Failed() {
			t.Errorf("%s: %v", tt.object, problems)
			continue
		}
		end := c.Pipelines[0].Ends[0]
		kinds := map[string]schema.Kind{}
		for _, f := range end.FieldsOf() {
			kinds[f.Name] = f.Type.Kind
		}
		if kinds["Start__c"] != schema.KindDate || kinds["Rate__c"] != schema.KindDecimal || kinds["SystemModstamp"] != schema.KindTimestamp {
			t.Errorf("%s has %v", tt.object, kinds)
		}
		if got := end.Facts().Create; got != tt.create {
			t.Errorf("%s: a lost create is found by %v, want %v", tt.object, got, tt.create)
		}
	}
}
