package engine_test

import (
	"testing"

	"syncline/connectors/memory"
	"syncline/schema"
)

// TestAnEditWaitsForARecordThatCannotBeRead holds that an edit whose partner
// cannot be read for a while is neither written blindly nor forgotten.
func TestAnEditWaitsForARecordThatCannotBeRead(t *testing.T) {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
	p.ats.Put("1", person("a@example.test", "one", ""))
	p.run()
	crm := p.crm.IDs()[0]
	p.run()
	p.ats.Set("1", memory.Fields{"name": schema.String("edited")})
	p.world.System("crm").Inject(memory.Fault{Kind: memory.Denied, Op: "get", ID: crm})
	if s := p.run(); s.Waiting != 1 || s.Ends[0].Waiting != 1 || s.Ends[1].Updated != 0 {
		t.Errorf("law 3: the edit should wait: %+v", s)
	}
	p.world.System("crm").Heal()
	if s := p.run(); s.Waiting != 0 || s.Ends[1].Updated != 1 || p.crm.Record(crm)["name"].Text() != "edited" {
		t.Errorf("law 3: the edit did not arrive: %+v", s)
	}
}
