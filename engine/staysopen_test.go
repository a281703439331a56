package engine_test

import (
	"strings"
	"testing"

	"syncline/connectors/memory"
	"syncline/schema"
)

// TestWhatIsOpenStaysOpen holds that a question is not settled by a record that
// cannot be read for a while, and that an answer to it is not lost.
func TestWhatIsOpenStaysOpen(t *testing.T) {
	text := strings.Replace(twoWay, "    crm       = \"email\"\n", "    crm       = \"email\"\n    drift     = \"review\"\n", 1)
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+text)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.run()
	crm := p.crm.IDs()[0]
	p.crm.Set(crm, memory.Fields{"email": schema.String("drifted@example.test"), "name": schema.String("from crm")})
	p.ats.Set("1", memory.Fields{"name": schema.String("from ats")})
	p.run()
	if items := p.open(); len(items) != 2 {
		t.Fatalf("open: %+v", items)
	}
	dark := memory.Fault{Kind: memory.Denied, Op: "get", ID: crm}
	p.world.System("crm").Inject(dark)
	p.ats.Set("1", memory.Fields{"phone": schema.String("1")})
	p.run()
	if items := p.open(); len(items) != 2 {
		t.Fatalf("law 3: a record that cannot be read settled something: %+v", items)
	}
	p.world.System("crm").Heal()
	p.run()
	for _, i := range p.open() {
		p.resolve(i.ID, "crm")
	}
	p.world.System("crm").Inject(dark)
	p.run()
	if items := p.open(); len(items) != 2 || items[0].Choice != "crm" || items[1].Choice != "crm" {
		t.Fatalf("law 3: a record that cannot be read made an answer be forgotten: %+v", items)
	}
	p.world.System("crm").Heal()
	p.run()
	p.run()
	if got := p.ats.Record("1")["name"].Text(); got != "from crm" {
		t.Errorf("law 3: the answer was not applied: %q", got)
	}
}
