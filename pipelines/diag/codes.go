package diag

// CodeDoc explains a code: what `syncline explain CODE` says.
type CodeDoc struct {
	Code    Code
	Title   string
	Doc     string
	Example string // a text, or a situation, that raises it
}

// Explain returns the explanation of a code.
func Explain(code Code) (CodeDoc, bool) {
	for _, d := range Codes() {
		if d.Code == code {
			return d, true
		}
	}
	return CodeDoc{}, false
}

// Codes returns the explanation of every code, in order. A code is never
// reused: 1xxx is the structure of files, 2xxx names, 3xxx types and
// expressions, 4xxx directions and who is right, 5xxx tables and proofs, 6xxx
// systems and secrets, 7xxx matching and checks, 8xxx descriptions of vendors.
func Codes() []CodeDoc {
	return []CodeDoc{
		{"SYN1001", `the file cannot be parsed`, `HCL stops at the first mistake of a file; the other files are checked all the same. Often a brace or a quote is missing on the line above.`, `system "crm" {`},
		{"SYN1002", `unknown block`, `A block of this name does not exist at this place.`, `sytem "crm" {}`},
		{"SYN1003", `unknown attribute`, `The block has no attribute of this name. In a field, the further names are those of the pipeline's ends.`, `engine { stat = "x" }`},
		{"SYN1004", `attribute and block of one name`, `HCL would accept crm = … and crm { … } in one body and one of them would be lost.`, `crm = "Email"
crm { path = "Email" }`},
		{"SYN1005", `declared twice`, `A name, or a block of which there is one, stands twice.`, `system "crm" {}
system "crm" {}`},
		{"SYN1006", `wrong number of names`, `The block takes another number of quoted names.`, `system { }`},
		{"SYN1007", `something required is missing`, `The block cannot be understood without this attribute.`, `mapping "m" { object = "x" }`},
		{"SYN1008", `a value of the wrong kind`, `The attribute takes another kind of value.`, `workers = "many"`},
		{"SYN1009", `reserved for later`, `The word will get a meaning in a later version, and is refused until then.`, `module "x" {}`},
		{"SYN1010", `a file cannot be read`, `The path does not exist, is not a file, may not be read, or is too large.`, `syncline validate nowhere`},
		{"SYN1011", `not UTF-8 text`, `Pipeline files are UTF-8. The byte underlined is the first that is not.`, `a file saved as Latin-1`},
		{"SYN1012", `too deep or too long to parse`, `So many open brackets or operators, or a heredoc of so many lines, are a damaged or hostile file.`, `[[[[…`},
		{"SYN1013", `no pipeline file in the folder`, `A configuration is one or more files that end in .hcl. Tests (*.test.hcl) and values (*.vars.hcl) do not count.`, `an empty folder`},
		{"SYN1014", `not one of the words`, `The attribute takes one of a few words.`, `drift = "restor"`},
		{"SYN1015", `not supported by this version`, `The word is part of the language, but this version does not act on it, and says so instead of doing nothing.`, `signoff { }`},
		{"SYN1016", `an expression must be a text`, `CEL and Expr are written in quotes on one line, or as a heredoc (<<-CEL) on several.`, `filter = true`},
		{"SYN1017", `${…} inside an expression`, `An expression is one static program. Values come in by name: var.NAME, local.NAME.`, `filter = "record.x == ${var.y}"`},
		{"SYN1018", `not a duration, rate or schedule`, `Durations are written 90s, 4h or 45d; rates 50/10s; schedules as cron.`, `every = "soon"`},
		{"SYN1019", `a value cannot be computed`, `A function of HCL refused its argument, or types do not go together.`, `workers = upper(1, 2)`},
		{"SYN1020", `a file outside of the configuration`, `file and text read below the configuration's folder only, links included, so that a configuration cannot pick up what is not part of it.`, `text = file("../../etc/passwd")`},
		{"SYN1021", `loading was stopped`, `The command was interrupted before everything was checked.`, `Ctrl-C`},
		{"SYN2001", `unknown name`, `A reference or a list names something that is not declared.`, `alert = notify.opps`},
		{"SYN2002", `unknown variable or local`, `Values are var.NAME of a variable block, and local.NAME of a locals block.`, `name = var.regoin`},
		{"SYN2003", `unknown function`, `HCL has no function of this name here.`, `name = uper("x")`},
		{"SYN2004", `unknown end`, `The pipeline has no source of this name.`, `direction = "ats -> cmr"`},
		{"SYN2005", `unknown entity`, `Neither a ready model nor an entity block has this name.`, `entity = "candidat"`},
		{"SYN2006", `unknown attribute of the entity`, `The entity has no attribute of this name; a model of one's own may add it.`, `field "emial" { … }`},
		{"SYN2007", `unknown connector`, "`syncline connectors list` names those there are.", `connector = "sqlight"`},
		{"SYN2008", `unknown object`, `The system has no table, file or object of this name.`, `object = "Contcat"`},
		{"SYN2009", `unknown field of the system`, `The schema of the system is known, and has no such field. Where the schema is behind the truth, fields = { … } in the source declares it.`, `crm = "Emial"`},
		{"SYN2010", `a variable without a value`, `A variable that has no default must be given.`, `variable "region" { type = string }`},
		{"SYN2011", `a variable's value is refused`, `The value does not fit the type, or a validation of the variable refuses it.`, `-var workers=many`},
		{"SYN2012", `not a name`, `Names are referred to, so they are words: letters, digits, _ and -.`, `system "my crm" {}`},
		{"SYN2013", `a local depends on itself`, `Locals are computed one after the other.`, `a = local.b
b = local.a`},
		{"SYN2014", `the schema is not known yet`, `Warning. Nothing says what the object holds, so names of its fields are not checked until a run connects.`, `source "crm" { object = "Contact" }`},
		{"SYN2015", `a reference is expected`, `Things outside of a block are named by reference, without quotes.`, `alert = "ops"`},
		{"SYN2016", `a value for no variable`, `A value was given for a variable that no file declares: an error for -var, a warning in a file of values.`, `-var regoin=DE`},
		{"SYN2017", `a word of the language as an end's name`, `A field's body mixes the words of the language with the names of ends, so an end cannot be called like one of them.`, `source "owner" {}`},
		{"SYN2018", `hides a ready model`, `Warning. An entity of this name replaces the ready model; extends keeps its attributes.`, `entity "candidate" {}`},
		{"SYN3001", `an expression cannot be parsed`, `The text is not CEL, or not Expr, at the place underlined.`, `record.email =`},
		{"SYN3002", `unknown field in an expression`, `The record, entity or object has no field of this name.`, `record.emial`},
		{"SYN3003", `unknown name in an expression`, `The name means nothing at this place; each attribute sees its own names.`, `recrod.email`},
		{"SYN3004", `unknown function in an expression`, `There is no function of this name, or not for these arguments.`, `fone(value)`},
		{"SYN3005", `types do not go together`, `An operator or a function is given values of types it does not take.`, `'a' + 1`},
		{"SYN3006", `the expression gives another type`, `What the expression gives is not what the attribute takes.`, `check = "entity.email"`},
		{"SYN3007", `may be null`, `Warning. The value can be null here: guard it with has(x), x != null, x.?y or orValue(d).`, `record.name.trim()`},
		{"SYN3008", `not a word of the enum`, `The text is compared with an enum that does not have it.`, `entity.stage == 'ofer'`},
		{"SYN3009", `the time is not available here`, `now and ago may be used only where a run is expected to look at the clock.`, `read = "now"`},
		{"SYN3010", `unknown table or column`, `lookup searches a local that csvdecode gave, by its columns.`, `lookup(roles, 'x', value, 'y')`},
		{"SYN3011", `too large`, `The expression could cost more than it may.`, `a map over a map over a map`},
		{"SYN3012", `an invalid literal`, `A text in the expression is not what the function takes, such as a pattern.`, `value.matches('[')`},
		{"SYN3013", `loops too deep`, `At most two loops inside each other.`, `map(…, map(…, map(…)))`},
		{"SYN3101", `the path cannot give the type`, `What stands at the path can never be read as the attribute's type.`, `a list at the path of a text`},
		{"SYN3102", `unknown type`, `Types are string, text, email, phone, url, int, decimal, bool, date, timestamp, money, country, enum, list(T), set(T), ref(ENTITY), object; ? makes one nullable.`, `type = "e-mail"`},
		{"SYN3103", `fields depend on each other in a circle`, `Fields are decided one after the other, each after those its owner, rule or write looks at.`, `write of a reads entity.b, and write of b entity.a`},
		{"SYN3104", `not a path`, `A path is a.b, list[0] or list[type eq 'x'].value, with odd names in quotes.`, `crm = "a..b"`},
		{"SYN4001", `not a direction`, `A direction is one end; one or several speakers, an arrow and hearers; or peers joined by <->, and hearers.`, `direction = "ats => crm"`},
		{"SYN4002", `a conflict without all its answers`, `Where several ends speak about a field, the pipeline says who is right: an owner; or a conflict block with rules (or rule), unavailable and escalate.`, `direction = "ats <-> crm"`},
		{"SYN4003", `two answers to one question`, `An owner leaves nothing to settle; rules and rule are two ways to settle it.`, `owner = "ats" beside conflict { … }`},
		{"SYN4004", `the rules may not decide`, `The last rule must always decide: an end, system_of_record, review, or union of collections. latest, non_empty, max, min and most_advanced leave some cases open: times that overlap, blanks, equals.`, `rules = ["latest"]`},
		{"SYN4005", `not allowed at the end`, `An end's allow lists all that the pipeline may ever do there; this would do more.`, `allow = ["read"] at an end that is written`},
		{"SYN4006", `a rule that means nothing here`, `The rule does not exist, or does not apply to the type of the field.`, `rules = ["newest"]`},
		{"SYN4007", `a pipeline without alert`, `Somebody must hear of a failure that nothing else claims.`, `pipeline "p" { entity = "candidate" }`},
		{"SYN4008", `two writers of one place`, `Two fields or pipelines that write one field of one object undo each other at every run.`, `two pipelines that write contacts.email`},
		{"SYN4009", `a circle over several pipelines`, `A value that runs in a circle meets its own echo; an owner on one of the fields breaks it.`, `a -> b in one pipeline, b -> a in another`},
		{"SYN4010", `latest without a history of fields`, `Warning. An edit lies between the last sight of the old value and the first of the new; latest decides only where two such spans do not touch. A time of the record's last change (at) ends the span of the end earlier, but does not say which field was edited. Where latest cannot tell, the next rule is asked.`, `rules = ["latest", "review"]`},
		{"SYN4011", `one that does not speak cannot be right`, `An owner, or an end among the rules, must be an end that speaks in the field's direction.`, `direction = "a -> b", owner = "b"`},
		{"SYN4012", `an end that does not say where the field is`, `Each end of a direction needs a path or a block, in the field or in its mapping.`, `direction = "ats -> crm" without crm = …`},
		{"SYN4013", `a rule that is never asked`, `Warning. A rule before it always decides.`, `rules = ["review", "latest"]`},
		{"SYN4014", `an end outside of the direction`, `The field says how an end speaks of it, but the direction leaves the end out.`, `direction = "ats", crm = "Email"`},
		{"SYN4015", `a conflict block that never acts`, `Warning. One end alone speaks, so there is no conflict.`, `direction = "ats -> crm" with conflict { … }`},
		{"SYN5001", `not a word of the entity`, `The values of a table are the entity's words.`, `values = { "Open" = "opened" }`},
		{"SYN5002", `two words read the same`, `A table that is written through must be one to one; writes says which word to use.`, `values = { "A" = "x", "B" = "x" }`},
		{"SYN5003", `no word to write`, `Another end can give a word that the table has no word for.`, `values without "offer"`},
		{"SYN5004", `read does not undo write`, `What is written must read as what was meant, or every run writes again. The value shown is a counter-example; lossy says why it does not matter.`, `write = "upper(entity.x)" with a plain read`},
		{"SYN5005", `nothing gives a required value`, `A record cannot be created without it.`, `a required column that no field writes`},
		{"SYN5006", `cannot be written`, `The end is written, but gives no path, a path by index, or a read-only field.`, `crm = "list[0]"`},
		{"SYN6001", `a secret in plain text`, `Warning. Whoever reads the file reads the secret.`, `api_key = "abc"`},
		{"SYN6002", `a secret in the wrong place`, `secret(…) stands alone in a setting that takes one; it is never part of a text or a value.`, `name = secret("env:X")`},
		{"SYN6003", `creating could double a record`, `The connector could not find a record again whose creation was not answered.`, `allow = ["read", "create"]`},
		{"SYN6004", `unknown verb`, `The connector does not have the verb.`, `allow = ["read", "upsert"]`},
		{"SYN6005", `a labelled value where people read it`, `Pay and protected values do not reach messages, documents and calls, unless declassify says why: at the action, or at the notify it goes to. A value read from a labelled one has its label.`, `text = "Pay: ${entity.salary}"`},
		{"SYN6006", `a weaker write condition than required`, `The connector cannot guard its writes as strongly as require asks.`, `require = "if_match"`},
		{"SYN6007", `what a system holds could not be read`, `Warning. The schema stays unknown, and names are not checked.`, `a file that is not there yet`},
		{"SYN6008", `a limit that the connector does not keep`, `Warning. A rate, a concurrency, a timeout, a reserve, a retry or networks that the connector cannot hold itself to: it works as if it were not written.`, `rate = "50/10s" at connector = "file"`},
		{"SYN7001", `no match`, `Without a key nothing says which records of two ends are one.`, `pipeline with two sources and no match`},
		{"SYN7002", `a key that cannot match`, `A key compares fields of the pipeline; likeness needs a weight.`, `key "name" { field = "headline" }`},
		{"SYN7003", `a group that cannot be one`, `The fields of a group flow the same way, are in no other group, and go to ends that write them in one request.`, `group "x" { fields = ["a"] }`},
		{"SYN7004", `a trigger that cannot be read`, `A trigger turns true: it asks for events (entered, left, changed, created, linked, removed, conflicted, resolved, failed, event), whose arguments are texts written in place, or looks at the entity.`, `when = "changed('email', 'x')"`},
		{"SYN7005", `a trigger that waits for nothing`, `Warning. The pipeline has no field of this name, so nothing in it ever changes the value.`, `when = "changed('email')" in a pipeline without the field`},
		{"SYN8001", `a request that names no record`, `Of a description: what reads, changes, deletes or looks for a record has to say in its request which one: by id, parent_id or keys. Without it every record would get the same request.`, `update { path = "/people" }`},
		{"SYN8002", `deliveries that anybody could send`, `Of a description: webhooks need a signature and its secret; what is not signed is not listened to.`, `webhooks { object = "'people'" }`},
		{"SYN8003", `an object that cannot be read`, `Of a description: an object is listed and read by id. What is listed is read again before it is changed, so get is needed wherever there is a list.`, `object "people" { list { … } }`},
		{"SYN8004", `a listing that cannot end, or begin`, `Of a description: every page would be asked for with the same request, no page could be the last, or the API is not told since when it shall list changes.`, `paging "number" {}`},
		{"SYN8005", `unknown field of the object`, `Of a description: the object has no such field, or it is one that is only read and stands where fields are written.`, `at = "updated"`},
		{"SYN8006", `a secret in a description`, `A description is the same for everybody and may be shared. What is secret is a setting with secret = true, and CEL names it: settings.NAME.`, `bearer { token = "'abc'" }`},
		{"SYN8007", `the description contradicts itself`, `Parts of it that are right by themselves do not go together: a condition without a revision, a create that is found again by a search there is not, parents that are not listed.`, `guard = "if_match" without revision`},
	}
}
