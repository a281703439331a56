package review

import (
	"slices"
	"strings"
)

// aspect says what a change of one attribute, of one kind of thing, means.
type aspect struct {
	kind, attribute string // "" as the attribute: the thing itself is new or gone
	class           Class
	mapping         bool // whether it is of the mapping's meaning, so that `version` rises
	risk            Risk
	why             string

	// judge looks at the old and the new text; nil: the risk and why above hold.
	judge func(old, new *fact) (Risk, string)
	// tell is what it comes to, for a person; nil, or "": nothing more.
	tell func(c *Change) string
}

// aspects is the list. An attribute with a dot behind its name (settings.url)
// is looked up as a whole, then by what stands before the dot.
func aspects() []aspect { return slices.Concat(systemAspects(), pipelineAspects(), fieldAspects()) }

func systemAspects() []aspect {
	return []aspect{
		{kind: "engine", attribute: "name", class: ReIdentify, risk: High, why: "the state refuses a configuration of another name"},
		{kind: "engine", attribute: "state", class: ReIdentify, risk: High, why: "another folder is another memory: where it is empty, everything is linked for the first time"},
		{kind: "engine", attribute: "workers", why: "nothing is decided by it"},
		{kind: "engine", attribute: "listen", class: Decisions, risk: Low, why: "where `serve` listens, and who can reach it"},
		{kind: "engine", attribute: "retention", class: Decisions, risk: Medium, why: "history that is older goes for good"},
		{kind: "engine", attribute: "encryption", class: Decisions, risk: High, why: "a state that is encrypted with another key, or not at all, is not opened; `syncline state rotate` changes it"},
		{kind: "system", attribute: "", class: Decisions, risk: Low, why: "by itself it reads and writes nothing: its pipelines do"},
		{kind: "system", attribute: "connector", class: ReIdentify, risk: High, why: "another product answers under the name, whose ids and words mean something else"},
		{kind: "system", attribute: "description", class: Decisions, risk: High, why: "what is read otherwise of the same answer counts as edited there"},
		{kind: "system", attribute: "settings", class: ReIdentify, risk: Medium, why: "if another place or account answers under the name, its ids mean something else", judge: judgeSetting},
		{kind: "system", attribute: "rate", class: Decisions, risk: Low, why: "how fast it is asked"},
		{kind: "system", attribute: "concurrency", class: Decisions, risk: Low, why: "how fast it is asked"},
		{kind: "system", attribute: "timeout", class: Decisions, risk: Low, why: "how long an answer may take"},
		{kind: "system", attribute: "reserve", class: Decisions, risk: Low, why: "how much of the budget is left to others"},
		{kind: "system", attribute: "retry", class: Decisions, risk: Low, why: "how often it is asked again"},
		{kind: "notify", attribute: "", class: Decisions, risk: Low, why: "who can be told; whoever refers to it says of what"},
		{kind: "notify", attribute: "connector", class: Decisions, risk: Medium, why: "people are told elsewhere"},
		{kind: "notify", attribute: "settings", class: Decisions, risk: Medium, why: "people are told elsewhere"},
		{kind: "notify", attribute: "declassify", class: Decisions, risk: High, why: "pay and protected values may be told there, or no longer"},
		{kind: "entity", attribute: "", class: Decisions, risk: Low, why: "a model by itself keeps nothing in agreement"},
		{kind: "entity", attribute: "extends", class: Recompute, mapping: true, risk: Medium, why: "attributes come from another model"},
		{kind: "entity", attribute: "description", why: "it is for readers"},
		{kind: "attribute", attribute: "", class: Decisions, risk: Low, why: "an attribute without a field keeps nothing in agreement"},
		{kind: "attribute", attribute: "type", class: Recompute, mapping: true, risk: High, why: "its values are compared in another normal form, and one that does not fit is set aside"},
		{kind: "attribute", attribute: "values", class: Recompute, mapping: true, risk: Medium, why: "a word that is gone is set aside where it is met; the order decides where a rule asks for it"},
		{kind: "attribute", attribute: "ordered", class: Recompute, mapping: true, risk: Medium, why: "most_advanced and comparisons go by the order"},
		{kind: "attribute", attribute: "required", class: Decisions, mapping: true, risk: Medium, why: "who lacks it is not created"},
		{kind: "attribute", attribute: "class", class: Decisions, risk: High, why: "it says who may be shown the value", judge: judgeLabel},
		{kind: "attribute", attribute: "normalise", class: Recompute, mapping: true, risk: Medium, why: "values that were one may be two, and the other way round"},
		{kind: "attribute", attribute: "blank", class: Recompute, mapping: true, risk: Medium, why: "null, empty and blanks are told apart, or no longer"},
		{kind: "attribute", attribute: "max_length", class: Decisions, mapping: true, risk: Low, why: "a longer value is set aside"},
		{kind: "attribute", attribute: "description", why: "it is for readers"},
	}
}

func pipelineAspects() []aspect {
	return []aspect{
		{kind: "pipeline", attribute: "", class: BackFill, risk: High, why: "everything it reaches is linked for the first time", judge: judgePresence("its links rest, and nothing keeps its records in agreement any more", "everything it reaches is linked for the first time")},
		{kind: "pipeline", attribute: "description", why: "it is for readers"},
		{kind: "pipeline", attribute: "version", why: "it says that the meaning changed, and changes none"},
		{kind: "pipeline", attribute: "entity", class: Recompute, mapping: true, risk: High, why: "every field is one of another model"},
		{kind: "pipeline", attribute: "alert", class: Decisions, risk: Medium, why: "other people hear of failures that nothing else claims"},
		{kind: "pipeline", attribute: "system_of_record", class: Decisions, mapping: true, risk: High, why: "another end is right at the first link, and where a rule asks for it"},
		{kind: "pipeline", attribute: "region", class: Recompute, mapping: true, risk: High, why: "phone numbers without a country are read as those of another one"},
		{kind: "pipeline", attribute: "guard", class: Decisions, risk: Medium, why: "it is what stops an accident at scale", judge: judgeCeiling},
		{kind: "pipeline", attribute: "match.definite", class: ReIdentify, mapping: true, risk: High, why: "it decides from which score on two records are one"},
		{kind: "pipeline", attribute: "match.candidate", class: ReIdentify, mapping: true, risk: Medium, why: "it decides from which score on a person is asked"},
		{kind: "pipeline", attribute: "match.ambiguous", class: ReIdentify, mapping: true, risk: Medium, why: "it decides what becomes of who could be several"},
		{kind: "pipeline", attribute: "match.duplicates", class: ReIdentify, mapping: true, risk: Medium, why: "it decides what becomes of two records with one key", judge: judgeWord(map[string]Risk{"merge": High}, map[string]string{"merge": "records are merged, which most systems cannot undo"})},
		{kind: "pipeline", attribute: "match.survivor", class: ReIdentify, mapping: true, risk: High, why: "another one of several records stands"},
		{kind: "pipeline", attribute: "match.order", class: ReIdentify, mapping: true, risk: Medium, why: "the first key that tells decides"},
		{kind: "key", attribute: "", class: ReIdentify, mapping: true, risk: High, why: "records that were one may be two, and the other way round"},
		{kind: "key", attribute: "field", class: ReIdentify, mapping: true, risk: High, why: "records that were one may be two, and the other way round"},
		{kind: "key", attribute: "weight", class: ReIdentify, mapping: true, risk: High, why: "it decides how much likeness makes two records one"},
		{kind: "key", attribute: "similar", class: ReIdentify, mapping: true, risk: High, why: "it decides how much likeness makes two records one"},
		{kind: "source", attribute: "", class: BackFill, mapping: true, risk: High, why: "its records are linked for the first time", judge: judgePresence("its links rest, and nothing keeps its records in agreement any more", "its records are linked for the first time")},
		{kind: "source", attribute: "system", class: ReIdentify, mapping: true, risk: High, why: "the ids that are linked are those of another system"},
		{kind: "source", attribute: "object", class: ReIdentify, mapping: true, risk: High, why: "the ids that are linked are those of another object"},
		{kind: "source", attribute: "each", class: ReIdentify, mapping: true, risk: High, why: "another part of the records is what is linked"},
		{kind: "source", attribute: "id", class: ReIdentify, mapping: true, risk: High, why: "linked records are looked for under ids they do not have"},
		{kind: "source", attribute: "revision", class: Decisions, mapping: true, risk: Medium, why: "it guards writes against edits that were not seen"},
		{kind: "source", attribute: "at", class: Decisions, mapping: true, risk: Low, why: "it narrows when a change can have happened"},
		{kind: "source", attribute: "author", class: Decisions, risk: Low, why: "it tells our own writes from people's"},
		{kind: "source", attribute: "trace", class: Decisions, risk: Low, why: "it says under what an edit is found"},
		{kind: "source", attribute: "cursor", class: Decisions, risk: Medium, why: "what it does not name as changed is seen by the next sweep only"},
		{kind: "source", attribute: "sweep", class: Decisions, risk: Low, why: "how soon something that was missed is found"},
		{kind: "source", attribute: "fields", class: Decisions, risk: Low, why: "values are read as these types"},
		{kind: "source", attribute: "every", class: Decisions, risk: Low, why: "how soon an edit is seen"},
		{kind: "source", attribute: "cron", class: Decisions, risk: Low, why: "how soon an edit is seen"},
		{kind: "source", attribute: "webhook", class: Decisions, risk: Low, why: "how soon an edit is seen"},
		{kind: "source", attribute: "left", class: Decisions, mapping: true, risk: Medium, why: "it decides what becomes of records that are let go of", judge: judgeWord(map[string]Risk{"archive": High, "freeze": Low, "review": Low}, nil)},
		{kind: "source", attribute: "removed", class: Decisions, mapping: true, risk: Medium, why: "it decides what becomes of the others when a record is gone", judge: judgeWord(map[string]Risk{"delete": High, "archive": High, "unlink": Low, "review": Low}, map[string]string{"delete": "records are deleted at other ends", "archive": "records are archived at other ends"})},
		{kind: "source", attribute: "sentinel", class: Decisions, risk: Low, why: "a listing without these records is not believed", judge: judgeSentinel},
		{kind: "source", attribute: "filter", class: BackFill, mapping: true, risk: High, why: "records come in, and those that fall out are treated as `left` says"},
		{kind: "source", attribute: "when", class: BackFill, mapping: true, risk: High, why: "entities come to belong there, and those that do not any more are treated as `left` says"},
		{kind: "source", attribute: "only", class: BackFill, risk: Medium, why: "more or fewer records are written"},
		{kind: "source", attribute: "share", class: BackFill, risk: Medium, why: "more or fewer records are written"},
		{kind: "source", attribute: "create", class: Decisions, mapping: true, risk: Low, why: "it is given with new records only, and never compared"},
		{kind: "source", attribute: "require", class: Decisions, risk: Medium, why: "it says how well a write must be guarded"},
		{kind: "source", attribute: "allow", class: Decisions, mapping: true, risk: Low, why: "it lists all that may ever be done there", judge: judgeAllow},
		{kind: "lookup", attribute: "", class: Decisions, mapping: true, risk: Low, why: "whoever names it says what for"},
		{kind: "lookup", attribute: "*", class: Decisions, mapping: true, risk: Medium, why: "another record may be found, and its values written"},
		{kind: "lookup", attribute: "fresh", class: Decisions, risk: Low, why: "how old an answer may be"},
		{kind: "group", attribute: "", class: Decisions, mapping: true, risk: Medium, why: "its fields are held and written as one, or no longer; what is remembered of them begins anew"},
		{kind: "group", attribute: "fields", class: Decisions, mapping: true, risk: Medium, why: "other fields are held and written as one; what is remembered of them begins anew"},
		{kind: "validate", attribute: "", class: Decisions, mapping: true, risk: Medium, why: "what it refuses is not written, or written after all"},
		{kind: "validate", attribute: "check", class: Decisions, mapping: true, risk: Medium, why: "other records are refused"},
		{kind: "validate", attribute: "message", why: "it is for readers"},
		{kind: "validate", attribute: "failed", class: Decisions, mapping: true, risk: Medium, why: "something else becomes of what is refused"},
		{kind: "on", attribute: "", class: Decisions, risk: Medium, why: "something is set off, or no longer"},
		{kind: "on", attribute: "*", class: Decisions, risk: Medium, why: "it is set off by something else, or at other times"},
		{kind: "on", attribute: "backfill", class: BackFill, risk: High, why: "the first load sets it off, record by record"},
		{kind: "action", attribute: "", class: Decisions, risk: Medium, why: "something is set off, or no longer"},
		{kind: "action", attribute: "*", class: Decisions, risk: Medium, why: "something else is done"},
		{kind: "action", attribute: "declassify", class: Decisions, risk: High, why: "pay and protected values may be told there, or no longer"},
	}
}

func fieldAspects() []aspect {
	return []aspect{
		{kind: "field", attribute: "", class: BackFill, mapping: true, risk: Medium, why: "it is linked for the first time at every record", judge: judgePresence("nothing keeps it in agreement any more; the values stay where they are", "it is linked for the first time at every record")},
		{kind: "field", attribute: "direction", class: Decisions, mapping: true, risk: High, why: "values at an end that was not written can be overwritten", judge: judgeDirection, tell: tellDirection},
		{kind: "field", attribute: "owner", class: BackFill, mapping: true, risk: High, why: "where the owner is another one the field is linked anew, the new owner first"},
		{kind: "field", attribute: "drift", class: Decisions, mapping: true, risk: Low, why: "it decides what becomes of an edit where the field only hears", judge: judgeWord(map[string]Risk{"restore": High, "review": Low, "keep": Medium}, map[string]string{"restore": "what people edited there is written over", "keep": "what people edit there stays"}), tell: tellWord(map[string]string{"restore": "an edit of %s at an end that only hears is put back", "keep": "an edit of %s at an end that only hears stays", "review": "an edit of %s at an end that only hears is asked about"})},
		{kind: "field", attribute: "first", class: Decisions, mapping: true, risk: Medium, why: "it decides at the first link, where the values differ"},
		{kind: "field", attribute: "update", class: Decisions, mapping: true, risk: Low, why: "it decides which values may be written over", judge: judgeWord(map[string]Risk{"overwrite": High}, map[string]string{"overwrite": "values that are there are written over"}), tell: tellWord(map[string]string{"overwrite": "a value of %s is written over another", "fill": "%s is written into blanks only", "create": "%s is written with new records only", "append": "elements of %s are added and never removed"})},
		{kind: "field", attribute: "empty", class: Decisions, mapping: true, risk: Low, why: "it decides what an emptied value does", judge: judgeWord(map[string]Risk{"clear": High}, map[string]string{"clear": "emptying a value at one end empties it at the others"}), tell: tellWord(map[string]string{"clear": "emptying %s at one end empties it at the others", "keep": "emptying %s at one end leaves it at the others", "review": "emptying %s at one end is asked about"})},
		{kind: "field", attribute: "lossy", class: Decisions, mapping: true, risk: Low, why: "it says why read need not undo write", judge: judgeReason},
		{kind: "conflict", attribute: "", class: Decisions, mapping: true, risk: Medium, why: "who is right is decided otherwise"},
		{kind: "conflict", attribute: "rules", class: Decisions, mapping: true, risk: Medium, why: "another end may be right where both change it from now on"},
		{kind: "conflict", attribute: "rule", class: Decisions, mapping: true, risk: Medium, why: "another end may be right where both change it from now on"},
		{kind: "conflict", attribute: "unavailable", class: Decisions, mapping: true, risk: Low, why: "how long a decision waits for its winner"},
		{kind: "conflict", attribute: "escalate.after", class: Decisions, risk: Low, why: "how soon somebody hears of what stays open"},
		{kind: "conflict", attribute: "escalate.to", class: Decisions, risk: Low, why: "who hears of what stays open"},
		{kind: "entry", attribute: "path", class: Recompute, mapping: true, risk: High, why: "the value is read and written at another place"},
		{kind: "entry", attribute: "read", class: Recompute, mapping: true, risk: Medium, why: "the same record may give another value"},
		{kind: "entry", attribute: "write", class: Recompute, mapping: true, risk: High, why: "another value is written for the same entity"},
		{kind: "entry", attribute: "values", class: Recompute, mapping: true, risk: Medium, why: "the same word may mean something else", judge: judgeTable, tell: tellTable},
		{kind: "entry", attribute: "writes", class: Recompute, mapping: true, risk: Medium, why: "another word is written for the same meaning", tell: tellTable},
		{kind: "entry", attribute: "unmapped", class: Decisions, mapping: true, risk: Medium, why: "it decides what becomes of a word that the table lacks"},
		{kind: "entry", attribute: "default", class: Recompute, mapping: true, risk: Medium, why: "it stands for every blank that is read there"},
		{kind: "entry", attribute: "tidy", class: Decisions, mapping: true, risk: Low, why: "raw words are written over by their normal form", judge: judgeWord(map[string]Risk{"true": High}, nil)},
		{kind: "entry", attribute: "with", class: Decisions, mapping: true, risk: Low, why: "it goes with every write, and is not compared"},
	}
}

// aspectOf finds what an attribute of a kind of thing means.
func aspectOf(all []aspect, kind, attribute string) *aspect {
	name, _, _ := strings.Cut(attribute, ".")
	for _, want := range []string{attribute, name, "*"} {
		for i := range all {
			if a := &all[i]; a.kind == kind && a.attribute == want {
				return a
			}
		}
	}
	panic("review: nobody says what " + kind + "." + attribute + " means")
}
