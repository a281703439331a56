package vendor

func stepWords() []Word {
	return with(requestWords(), []Word{
		cels("also", "Members of the body beside the fields that are written."),
		texts("takes", "The fields it takes; all that can be written unless it is given."),
		text("encoding", "What `set` is: `fields`, `entire`, `merge_patch`, `json_patch`, `scim_patch` or `nothing`. A verb of its own has `nothing`."),
		cel("when", "Whether the request is made: true or false."),
		cel("answer_id", "The id of what was made, over `answer`; as in a record unless it is given."),
		text("answer_records", "The names that lead to the record in the answer."),
		cel("answer_revision", "The revision after the write, over `answer`."),
	})
}

// verbBlock is how a verb is carried out: by the one request that stands in it,
// or by steps.
func verbBlock(name, label, doc string) *Grammar {
	words := stepWords()
	for i := range words {
		words[i].Need = false // its steps may have it
	}
	g := &Grammar{
		Name: name, Label: label, Many: true,
		Doc: doc + " Its CEL is over `settings`, `object`, `id`, `parent_id`, `operation`, `revision`, `set`, `args`, `with` and, where the record is read before, `record` and `parent`.",
		Words: with([]Word{
			needed(text("doc", "One sentence.")), text("undo", "The verb that takes it back."),
			texts("needs", "Settings without which the next block of the verb says how it is carried out."),
		}, words, []Word{
			text("guard", "The condition: `blind`, `compare`, `if_match`, `if_match_read`, `unmodified_since`, `unmodified_since_read` or `revision`."),
			place("guard_into", "Where the revision goes; the usual header unless it is given. A request that names `revision` has it already."),
			text("after", "How the record is known afterwards: `nothing`, `answer` or `read`."),
		}),
		Blocks: append(requestBlocks(),
			&Grammar{Name: "arg", Label: "its name", Many: true, Doc: "An argument, which is `args.NAME`.", Words: []Word{
				{Name: "type", Kind: kindType, Doc: "Its type; `string` unless it is given."}, needed(text("doc", "One sentence.")), truth("required", "Whether it has to be given."),
			}},
			&Grammar{Name: "serves", Label: "the field", Many: true, Doc: "A field whose change, in an update, is this verb.", Words: []Word{
				text("arg", "The argument that the new value becomes; that of the field's name unless it is given."), cel("when", "Which changes are this verb, over `args`, the new values: true or false."),
				texts("also", "Further fields of the same change that become arguments."),
			}},
			&Grammar{Name: "step", Many: true, Doc: "One of several requests, in order.", Words: stepWords(), Blocks: requestBlocks()},
			&Grammar{
				Name: "batch", Doc: "Carries out several changes in one request. Its CEL sees `elements` too, and `result` where it says so.",
				Words: with(requestWords(), []Word{
					needed(number("most", "Changes in one request.")), {Name: "element", Kind: kindShape, Doc: "What stands for one change, with `sub`, the request that it would have alone; `set` unless it is given."},
					needed(text("results", "The names that lead to the list of results.")), cel("key", "The place of a result's change, over `result`."),
					cel("status", "The HTTP status of a result, or whether it is done, over `result`."), cel("body", "The answer that the change would have had alone, over `result`."),
					truth("whole", "Whether all is done or nothing."),
				}),
				Blocks: requestBlocks(),
			},
		),
	}
	if name == "create" {
		g.Words = append(g.Words,
			text("lost", "How one whose answer was lost is found again: `none`, `key_search`, `marker`, `idempotency_key` or `external_id`."),
			place("lost_into", "Where the idempotency key, or the id, goes; a request that names `operation` has the key already."), text("lost_field", "The field of the marker."),
			truth("lost_plain", "Whether that id is of lower-case letters and digits alone."))
		g.Blocks = append(g.Blocks, &Grammar{
			Name: "with", Label: "the object", Many: true, Doc: "An object whose records are made by the same request.",
			Words: []Word{
				needed(text("into", "The names that lead to their list in the body.")), needed(text("made", "The names that lead to the list of what was made in the answer.")),
				path("id", "Where the id stands in an element of that; `id` unless it is given."),
			},
		})
	}
	return g
}

func webhooksBlock() *Grammar {
	return &Grammar{
		Name: "webhooks", Doc: "How the API pushes, with one block inside that says how a delivery is signed. Its CEL is over `settings`, `event`, `body`, `header` (by lower-case name) and `query`.",
		Words: []Word{
			cel("secret", "The secret, or a list of them while it is changed, over `settings`, the secret ones too."),
			text("events", "The names that lead to the list of events in the body; the body is one event unless it is given."),
			cel("id", "What tells repeated deliveries apart; the hash of the event unless it is given."),
			needed(cel("object", "The object's name. An event of an object that is not described is left out.")), needed(cel("record", "The id of the record.")),
			cel("parent", "The id of its parent."), cel("kind", "The API's word for what happened."),
			{Name: "kinds", Kind: kindWords, Doc: "What its words mean: `created`, `changed`, `deleted` or `merged`. Others are `changed`."}, cel("at", "When it happened."),
			number("size", "The greatest body, in bytes; 1 MiB unless it is given."), duration("window", "How old or new a signed moment may be; 5 minutes unless it is given."),
			duration("keeps", "How long the API may deliver one event again; 3 days unless it is given."), number("status", "Of the answer; 200 unless it is given."),
		},
		Blocks: []*Grammar{
			{Name: "hmac", Doc: "A header with a keyed hash.", Words: []Word{
				needed(text("header", "The header.")), text("prefix", "What stands before the hash."), text("hash", "`sha256`, `sha1` or `sha512`."), text("form", "`hex` or `base64`."),
				texts("over", "What is hashed, in order: `body`, `method`, `url`, `header NAME`, `text TEXT`; the body unless it is given."),
				text("key_form", "How the secret becomes the key: `text`, `hex` or `base64`."), text("moment", "The header that tells when it was signed."),
			}},
			{Name: "timestamped", Doc: "One header of parts: `t=…,v1=…`.", Words: []Word{
				needed(text("header", "The header.")), text("moment", "The part that tells when; `t` unless it is given."), text("scheme", "The part with the hash; `v1` unless it is given."),
				text("separator", "What stands between the moment and the body; `.` unless it is given."), text("hash", "`sha256`, `sha1` or `sha512`."),
			}},
			{Name: "standard", Doc: "The scheme of standardwebhooks.com.", Words: []Word{text("prefix", "Of the headers; `webhook-` unless it is given.")}},
			{Name: "token", Doc: "The secret itself.", Words: []Word{text("header", "The header it stands in."), text("prefix", "What stands before it there."), text("query", "Or the parameter.")}},
			{Name: "certificate", Doc: "A header in which the proxy that ends TLS tells the client's certificate.", Words: []Word{needed(text("header", "The header."))}},
			{Name: "handshake", Many: true, Doc: "A delivery by which the API finds out whether somebody listens.", Words: []Word{
				needed(cel("when", "Whether a delivery is one: true or false.")), truth("unsigned", "Whether it comes without a signature."), number("status", "Of the answer; 200 unless it is given."),
				cels("headers", "Of the answer."), cel("body", "Of the answer: a text, or an object as JSON."),
			}},
		},
	}
}
