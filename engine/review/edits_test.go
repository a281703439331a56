package review_test

import (
	"os"
	"strings"
	"testing"

	"syncline/engine/review"
)

// edits are changes of one attribute each, and what has to be named: the block,
// the attribute, the class and the risk.
var edits = []struct{ old, new, what, attribute, class, risk string }{
	{`name      = "production"`, `name      = "sandbox"`, "engine", "name", "re-identify", "high"},
	{`state     = ".syncline"`, `state     = "elsewhere"`, "engine", "state", "re-identify", "high"},
	{`workers   = 4`, `workers   = 8`, "engine", "workers", "cosmetic", "low"},
	{`listen    = "127.0.0.1:8686"`, `listen    = "127.0.0.1:8687"`, "engine", "listen", "decisions", "low"},
	{`retention = "365d"`, `retention = "30d"`, "engine", "retention", "decisions", "medium"},
	{`default = "US"`, `default = "DE"`, "pipeline people", "region", "recompute bases", "high"},
	{`secret("env:GREENHOUSE_API_KEY")`, `secret("env:GREENHOUSE_KEY")`, "system ats", "settings.api_key", "re-identify", "low"},
	{`secret("env:SF_SECRET")`, `secret("file:sf")`, "system crm", "settings.auth.oauth2.client_secret", "re-identify", "low"},
	{`connector   = "greenhouse"`, "connector   = \"salesforce\"\n url = \"x\"", "system ats", "connector", "", ""},
	{`acme.example.com`, `other.example.com`, "system crm", "settings.url", "re-identify", "high"},
	{`rate        = "50/10s"`, `rate        = "5/1s"`, "system ats", "rate", "decisions", "low"},
	{`concurrency = 4`, `concurrency = 2`, "system ats", "concurrency", "decisions", "low"},
	{`timeout     = "30s"`, `timeout     = "31s"`, "system ats", "timeout", "decisions", "low"},
	{`reserve     = "20%"`, `reserve     = "0.3"`, "system ats", "reserve", "decisions", "low"},
	{`attempts = 5`, `attempts = 6`, "system ats", "retry.attempts", "decisions", "low"},
	{`"1s..5m"`, `"2s..5m"`, "system ats", "retry.backoff", "decisions", "low"},
	{`secret("env:HOOK")`, `secret("env:OTHER_HOOK")`, "notify leads", "settings.url", "decisions", "medium"},
	{`description = "A candidate with a day rate."`, `description = "A freelancer."`, "entity consultant", "description", "cosmetic", "low"},
	{`class = "pay"`, `class = "personal"`, "attribute day_rate of consultant", "class", "decisions", "high"},
	{`type  = "decimal"`, `type  = "int"`, "attribute day_rate of consultant", "type", "recompute bases", "high"},
	{`["junior", "senior", "lead"]`, `["senior", "junior", "lead"]`, "attribute level of consultant", "values", "recompute bases", "medium"},
	{`ordered = true`, `ordered = false`, "attribute level of consultant", "ordered", "recompute bases", "medium"},
	{`max_length = 20`, `max_length = 21`, "attribute languages of consultant", "max_length", "decisions", "low"},
	{`blank      = "same"`, `blank      = "distinct"`, "attribute languages of consultant", "blank", "recompute bases", "medium"},
	{`path = "Title"`, `path = "Headline__c"`, "field headline at crm", "path", "recompute bases", "high"},
	{`object = "Contact"`, `object = "Lead"`, "source crm", "object", "re-identify", "high"},
	{`description      = "The ATS owns people."`, `description      = "Theirs."`, "pipeline people", "description", "cosmetic", "low"},
	{`alert            = notify.ops`, `alert            = notify.leads`, "pipeline people", "alert", "decisions", "medium"},
	{`version          = 4`, `version          = 5`, "pipeline people", "version", "cosmetic", "low"},
	{`system_of_record = "ats"`, `system_of_record = "crm"`, "pipeline people", "system_of_record", "decisions", "high"},
	{`id       = "id"`, `id       = "uuid"`, "source ats", "id", "re-identify", "high"},
	{`revision = "rev"`, `revision = "etag"`, "source ats", "revision", "decisions", "medium"},
	{`at       = "updated_at"`, `at       = "changed_at"`, "source ats", "at", "decisions", "low"},
	{`cursor   = "updated_at"`, `cursor   = "changed_at"`, "source ats", "cursor", "decisions", "medium"},
	{`sweep    = "24h"`, `sweep    = "12h"`, "source ats", "sweep", "decisions", "low"},
	{`every    = "2m"`, `every    = "3m"`, "source ats", "every", "decisions", "low"},
	{`webhook  = true`, `webhook  = false`, "source ats", "webhook", "decisions", "low"},
	{`"!record.private"`, `"!record.private && record.open"`, "source ats", "filter", "back-fill", "high"},
	{`removed  = "review"`, `removed  = "unlink"`, "source ats", "removed", "decisions", "low"},
	{`sentinel = ["1001"]`, `sentinel = ["1001", "1002"]`, "source ats", "sentinel", "decisions", "low"},
	{`allow    = ["read", "update"]`, `allow    = ["read", "update", "delete"]`, "source ats", "allow", "decisions", "high"},
	{`allow   = ["read", "create", "update"]`, `allow   = ["read", "update"]`, "source crm", "allow", "decisions", "low"},
	{`when    = "has(entity.email)"`, `when    = "has(entity.phone)"`, "source crm", "when", "back-fill", "high"},
	{`left    = "freeze"`, `left    = "archive"`, "source crm", "left", "", ""},
	{`"local.label"`, `"'web'"`, "source crm", "create.LeadSource", "decisions", "low"},
	{`share(50)`, `share(60)`, "source crm", "share", "back-fill", "medium"},
	{`object = "User"`, `object = "Owner"`, "lookup owner", "object", "decisions", "medium"},
	{`{ Email = "entity.email" }`, `{ Email = "entity.owner_email" }`, "lookup owner", "where.Email", "decisions", "medium"},
	{`many   = "first"`, `many   = "review"`, "lookup owner", "many", "decisions", "medium"},
	{`none   = "null"`, `none   = "park"`, "lookup owner", "none", "decisions", "medium"},
	{`fresh  = "1h"`, `fresh  = "2h"`, "lookup owner", "fresh", "decisions", "low"},
	{`key "reference" { field = "external_id" }`, `key "reference" { field = "email" }`, "match key reference", "field", "re-identify", "high"},
	{`weight  = 0.8`, `weight  = 0.7`, "match key person", "weight", "re-identify", "high"},
	{`similar = 0.9`, `similar = 0.8`, "match key person", "similar", "re-identify", "high"},
	{`ambiguous  = "review"`, `ambiguous  = "skip"`, "pipeline people", "match.ambiguous", "re-identify", "medium"},
	{`duplicates = "ignore"`, `duplicates = "review"`, "pipeline people", "match.duplicates", "re-identify", "medium"},
	{`drift = "keep"`, `drift = "restore"`, "field external_id", "drift", "decisions", "high"},
	{`update    = "fill"`, `update    = "overwrite"`, "field email", "update", "decisions", "high"},
	{`empty     = "keep"`, `empty     = "clear"`, "field email", "empty", "decisions", "high"},
	{`crm       = "Email"`, `crm       = "Email2"`, "field email at crm", "path", "recompute bases", "high"},
	{`first     = "ats"`, `first     = "review"`, "field headline", "first", "decisions", "medium"},
	{`["latest", "ats"]`, `["latest", "crm"]`, "conflict of field headline", "rules", "decisions", "medium"},
	{`wait("8h")`, `wait("9h")`, "conflict of field headline", "unavailable", "decisions", "low"},
	{`after = "4h"`, `after = "5h"`, "conflict of field headline", "escalate.after", "decisions", "low"},
	{`entity.email == nil ? crm : ats`, `entity.email == nil ? ats : crm`, "field location", "owner", "back-fill", "high"},
	{`phone(value, 'US')`, `phone(value, 'DE')`, "field phone at ats", "read", "recompute bases", "medium"},
	{`"entity.phone"`, `"entity.phone + ''"`, "field phone at crm", "write", "recompute bases", "high"},
	{`"'mobile'"`, `"'home'"`, "field phone at crm", "with.PhoneType__c", "decisions", "low"},
	{`lossy     = "the CRM has its own form"`, `lossy     = "its own form"`, "field phone", "lossy", "decisions", "low"},
	{`"Screen" = "screening", "Offer"`, `"Screen" = "screening", "Call" = "screening", "Offer"`, "field stage at ats", "values", "recompute bases", "low"},
	{`"Screen" = "screening", "Offer"`, `"Screen" = "applied", "Offer"`, "field stage at ats", "values", "recompute bases", "high"},
	{`"New" = "applied", "Screen"`, `"Screen"`, "field stage at ats", "values", "recompute bases", "medium"},
	{`applied = "Open"`, `applied = "Fresh"`, "field stage at crm", "writes", "recompute bases", "medium"},
	{`default  = "applied"`, `default  = "offer"`, "field stage at ats", "default", "recompute bases", "medium"},
	{`["first_name", "last_name"] }`, `["first_name", "external_id"] }`, "group name", "fields", "decisions", "medium"},
	{`check   = "has(entity.email)"`, `check   = "has(entity.phone)"`, "validate reachable", "check", "decisions", "medium"},
	{`"nobody can reach them"`, `"unreachable"`, "validate reachable", "message", "cosmetic", "low"},
	{`failed  = "review"`, `failed  = "skip"`, "validate reachable", "failed", "decisions", "medium"},
	{`count = 50`, `count = 500`, "pipeline people", "guard.overwrites", "decisions", "high"},
	{`share = "10%"`, `share = "5%"`, "pipeline people", "guard.overwrites", "decisions", "low"},
	{`entered('stage', 'offer')`, `left('stage', 'offer')`, "trigger offer", "when", "decisions", "medium"},
	{"An ${local.label} for", "A ${local.label} for", "action manager of trigger offer", "texts.text", "decisions", "medium"},
}

// TestOneEditIsOneChange edits one attribute and sees that it is named, alone,
// and the same whichever comes first.
func TestOneEditIsOneChange(t *testing.T) {
	src, err := os.ReadFile("testdata/rich.hcl")
	if err != nil {
		t.Fatal(err)
	}
	a := loadText(t, string(src))
	for _, e := range edits {
		if strings.Count(string(src), e.old) != 1 {
			t.Errorf("%q stands %d times in the fixture", e.old, strings.Count(string(src), e.old))
			continue
		}
		if e.class == "" {
			continue // asks for a second edit, and so is none of one attribute
		}
		b := loadText(t, strings.Replace(string(src), e.old, e.new, 1))
		forth, back := review.Compare(a, b), review.Compare(b, a)
		if len(forth.Changes) != 1 || len(back.Changes) != 1 {
			t.Errorf("%s -> %s:\n%sand back\n%s", e.old, e.new, told(forth), told(back))
			continue
		}
		c, d := forth.Changes[0], back.Changes[0]
		if !strings.HasPrefix(c.What, e.what) || c.Attribute != e.attribute || c.Class.String() != e.class || c.Risk.String() != e.risk {
			t.Errorf("%s -> %s: %s|%s|%s|%s: %s", e.old, e.new, c.What, c.Attribute, c.Class, c.Risk, c.Sentence)
		}
		if c.What != d.What || c.Attribute != d.Attribute || c.Class != d.Class || c.Old != d.New || c.New != d.Old {
			t.Errorf("%s -> %s: %q, and back %q", e.old, e.new, c.Sentence, d.Sentence)
		}
		if line := 1 + strings.Count(strings.SplitN(string(src), e.old, 2)[0], "\n"); c.Place.Line < line-12 || c.Place.File == "" {
			t.Errorf("%s -> %s: stands at line %d, told at %s", e.old, e.new, line, c.Place)
		}
		t.Log(c.Place, c.Sentence, "("+c.Why+")")
	}
}
