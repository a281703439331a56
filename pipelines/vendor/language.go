package vendor

// Language returns the grammar of a vendor's file: its one block.
func Language() *Grammar {
	return &Grammar{
		Name: "vendor", Label: "the connector's name",
		Doc: "The whole description. A file holds one, and nothing else.",
		Words: []Word{
			needed(text("doc", "One sentence, then what a user should know.")),
			text("version", "The version of the API that is asked for."),
			needed(cel("base", "The address that paths stand below, over `settings`.")),
			cels("headers", "Headers of every request, over `settings`."),
			texts("hosts", "Further hosts that paths may lead to with the credential: each CEL over `settings`."),
			duration("lag", "How long a write may stay unseen by a read."),
			truth("no_null", "Whether null cannot be written."),
			truth("attribution", "Whether every object says who changed it last."),
		},
		Blocks: []*Grammar{
			settingBlock(), authBlock(), actorBlock(), limitsBlock(), errorBlock(), probeBlock(), objectBlock(), webhooksBlock(), mappingBlock(),
		},
	}
}

func settingBlock() *Grammar {
	return &Grammar{
		Name: "setting", Label: "its name in a `system` block", Many: true, Doc: "An attribute that a `system` block takes.",
		Words: []Word{
			needed(text("doc", "One sentence.")),
			{Name: "type", Kind: kindType, Doc: "Its type; `string` unless it is given."},
			truth("required", "Whether it has to be given."),
			truth("secret", "Whether it takes `secret(…)`. It is then seen by `auth` and by the webhooks' `secret` alone."),
			{Name: "default", Kind: kindValue, Doc: "What it is unless it is given."},
		},
	}
}

func authBlock() *Grammar {
	token := []Word{
		needed(cel("token_url", "Where tokens are asked for.")),
		needed(cel("id", "The client's id.")),
	}
	more := []Word{cels("params", "Further fields of the token request."), truth("in_body", "Whether id and secret are fields; else they go as basic auth.")}
	return &Grammar{
		Name: "auth", Label: "as the setting `auth` names it", Many: true,
		Doc:   "One way to prove who asks, with one block inside that says how. The first whose `needs` were all given is taken, or the one that a setting `auth` names. Its CEL is over `settings`, the secret ones too.",
		Words: []Word{needed(text("doc", "One sentence.")), texts("needs", "Settings without which this way is not taken.")},
		Blocks: []*Grammar{
			{Name: "basic", Doc: "A user and a password.", Words: []Word{needed(cel("user", "The user; many APIs take a key.")), cel("password", "The password; empty unless it is given.")}},
			{Name: "bearer", Doc: "A token in the header Authorization.", Words: []Word{needed(cel("token", "The token."))}},
			{Name: "header", Doc: "A key in a header of the API's own.", Words: []Word{needed(text("name", "The header.")), text("prefix", "What stands before the key, its blank included."), needed(cel("key", "The key."))}},
			{Name: "query", Doc: "A key in the address.", Words: []Word{needed(text("name", "The parameter.")), needed(cel("key", "The key."))}},
			{Name: "client_credentials", Doc: "OAuth 2 with a client's id and secret.", Words: with(token, []Word{needed(cel("secret", "The client's secret.")), texts("scopes", "The scopes.")}, more)},
			{Name: "refresh_token", Doc: "OAuth 2 with a token that a person's consent gave.", Words: with(token, []Word{cel("secret", "The client's secret; a public client has none."), needed(cel("token", "The token."))}, more)},
			{Name: "jwt_bearer", Doc: "OAuth 2 with a signed assertion.", Words: []Word{
				needed(cel("token_url", "Where tokens are asked for.")), needed(cel("issuer", "The issuer.")), cel("subject", "The subject."),
				cel("audience", "The audience; the token's address unless it is given."), needed(cel("key", "An RSA or EC key, in PEM.")), cel("key_id", "The key's id."),
				texts("scopes", "The scopes."), duration("life", "Of the assertion; 3 minutes unless it is given."),
			}},
			{Name: "session", Doc: "A log-in that gives a token.", Words: []Word{
				needed(cel("token", "The token, over `answer`.")), duration("life", "How long a session lasts; until it is refused, unless it is given."),
				needed(place("into", "Where the token goes: a header or the query.")), text("prefix", "What stands before the token, its blank included."),
			}, Blocks: []*Grammar{{Name: "login", Doc: "The request that logs in.", Words: requestWords(), Blocks: requestBlocks()}}},
		},
	}
}

func actorBlock() *Grammar {
	return &Grammar{
		Name: "actor", Doc: "For whom a request acts.",
		Words: []Word{needed(cels("headers", "The headers that say so, over `settings`.")), truth("reads", "Whether they go with what only reads, too.")},
	}
}

func limitsBlock() *Grammar {
	return &Grammar{
		Name: "limits", Doc: "What the API allows.",
		Words: []Word{
			texts("budgets", "Requests in a span of time, `\"50/10s\"`; all hold."),
			number("parallel", "Requests under way at once; 4 unless it is given."),
			number("payload", "The greatest body sent, in bytes."),
			number("address", "The longest address, in bytes; 8,000 unless it is given."),
			number("answer", "The greatest body read, in bytes; 32 MiB unless it is given."),
			duration("timeout", "How long one request may take; 3 minutes unless it is given."),
		},
		Blocks: []*Grammar{{
			Name: "headers", Doc: "Headers in which the API tells its budget, beside the usual ones, which are always understood.",
			Words: []Word{
				text("remaining", "How many requests are left."), text("usage", "Instead: `used/limit`."), text("limit", "How many there are."),
				text("reset", "When they are back."), duration("per", "When they are back, where `reset` does not tell."),
			},
		}},
	}
}

func errorBlock() *Grammar {
	return &Grammar{
		Name: "error", Many: true,
		Doc: "What an answer means. The first that fits decides: a request's own, then its object's, then the description's, then what the status means to everybody. Its CEL is over `settings` and `answer`.",
		Words: []Word{
			{Name: "status", Kind: kindNumbers, Doc: "The statuses it fits; 5 stands for 500 to 599. Any, unless it is given."},
			text("header", "A header that must be there."),
			cel("when", "Whether it fits: true or false."),
			text("does", "`fail`, `retry`, `wait`, `ignore`, `refresh`, `restart` or `end`."),
			text("kind", "The kind of error, also of what waits or is repeated in vain: `refused`, `denied`, `not_found`, `moved`, `limited`, `unavailable`, `uncertain`, `unsupported`, `unreadable`, `failed`."),
			truth("undone", "Vouches that nothing was carried out."),
			cel("after", "When to ask again: seconds, or a moment. The header Retry-After unless it is given."),
			cel("code", "The API's own word for the fault."),
			cel("field", "The field the fault names."),
			text("hint", "What the user can do now."),
		},
	}
}

func probeBlock() *Grammar {
	return &Grammar{
		Name: "probe", Doc: "A request that anybody with a good credential may make. Without it the first page of the first object is asked for.",
		Words: requestWords(), Blocks: requestBlocks(),
	}
}

func mappingBlock() *Grammar {
	return &Grammar{
		Name: "mapping", Label: "its name", Many: true, open: true,
		Doc: "How the vendor's objects speak of an entity, as a `mapping` block of a configuration. Pipelines use it as `mapping.VENDOR.NAME`.",
	}
}
