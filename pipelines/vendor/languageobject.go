package vendor

func objectBlock() *Grammar {
	return &Grammar{
		Name: "object", Label: "its name", Many: true, Doc: "One kind of record.",
		Words: []Word{
			needed(text("doc", "One sentence.")),
			text("named", "A regular expression: the block describes every object whose name it fits as a whole, and which no other block describes. The name is `object`."),
			truth("open", "Whether records may have fields that are not listed."),
			truth("omits_null", "Whether records leave out what is null."),
			path("id", "Where the id stands in a record; `id` unless it is given."),
			text("id_field", "The field of the id; `id` unless it is given."),
			text("parent", "The field of the parent's id, where ids are unique only below a parent."),
			path("parent_path", "Where the parent's id stands in the parent, of records nested in others; `id` unless it is given."),
			path("revision", "Where the revision stands. Without one, a hash of the record takes its place."),
			text("revision_header", "The header of an answer about one record that holds its revision."),
			truth("revision_ordered", "Whether a later revision is greater."),
			text("at", "The field of the time of the last change."),
			text("author", "The field of who changed it last."),
			texts("volatile", "Members of a record that change although the record does not."),
			truth("hash_selected", "Whether a record is told from its older self by the fields that are read, and not by its bytes."),
			{Name: "permissions", Kind: kindLists, Doc: "What each verb needs, in the API's own words."},
		},
		Blocks: []*Grammar{
			fieldBlock(), markBlock("deleted", "A sign that a record is deleted."), mergedBlock(), markBlock("archived", "A sign that a record is archived."),
			listBlock(), getBlock(), findBlock(), discoverBlock(),
			verbBlock("create", "", "Makes a record."), verbBlock("update", "", "Changes fields of a record."),
			verbBlock("archive", "", "Puts a record away."), verbBlock("delete", "", "Deletes a record."),
			verbBlock("verb", "its name", "A verb of the object's own, such as `move`."),
			errorBlock(),
		},
	}
}

func fieldBlock() *Grammar {
	return &Grammar{
		Name: "field", Label: "its name", Many: true, Doc: "A field.",
		Words: []Word{
			{Name: "type", Kind: kindType, Doc: "Its type, `\"string?\"` where it may be null.", Need: true},
			text("doc", "One sentence."),
			path("path", "Where it is read; at its name unless it is given."),
			cel("read", "Computes it instead, over `record`, `parent`, `id`, `parent_id`."),
			truth("from_parent", "Whether `path` leads into the parent's record."),
			path("write", "Where it stands in what is written; at `path` unless it is given."),
			text("codec", "Its form on the wire: `id`, `epoch`, `epoch_ms`, `number_text`, `bool_text`, `zero_date`, or `layout 2006-01-02`."),
			text("class", "`personal`, `pay` or `protected`."),
			truth("required", "Whether a record cannot be without it."),
			truth("read_only", "Whether no write takes it."),
		},
	}
}

func markBlock(name, doc string) *Grammar {
	return &Grammar{Name: name, Doc: doc, Words: []Word{
		needed(path("path", "Where the sign stands.")),
		{Name: "is", Kind: kindValues, Doc: "The values that are the sign. Without them: anything that is neither false nor null nor missing."},
	}}
}

func mergedBlock() *Grammar {
	return &Grammar{Name: "merged", Doc: "A sign that a record was merged into another.", Words: []Word{
		needed(path("path", "Where the other's id stands.")),
		path("where", "Which records that is looked at in: those with one of the values of `is` at this path. All, unless it is given."),
		{Name: "is", Kind: kindValues, Doc: "See `where`."},
		truth("follows", "Whether a read by id gives the other record in its place."),
	}}
}

func requestWords() []Word {
	return []Word{
		text("method", "GET unless it is given."),
		needed(Word{Name: "path", Kind: kindAddress, Doc: "Below `base`: `\"/people/{id}\"`. What a brace gives is one segment, escaped. What begins with `https://` is an address of its own."}),
		cels("query", "Parameters of the address. What is absent or null is left out; a list repeats the name."),
		cels("headers", "Headers beside the description's."),
		{Name: "json", Kind: kindShape, Doc: "The body as JSON. Members that are absent or null are left out of a map."},
		cels("form", "The body as a form."),
		truth("reads", "Whether it changes nothing although its method is not GET."),
	}
}

func requestBlocks() []*Grammar {
	return []*Grammar{
		{Name: "graphql", Doc: "The body as a query of GraphQL.", Words: []Word{needed(text("query", "The query.")), {Name: "variables", Kind: kindShape, Doc: "Its variables."}}},
		{Name: "multipart", Doc: "The body as multipart/form-data.", Blocks: []*Grammar{{
			Name: "part", Label: "its name", Many: true, Doc: "A part; one without content is left out.",
			Words: []Word{needed(cel("content", "Its content.")), cel("filename", "Its file's name."), text("type", "Its content's type."), truth("base64", "Whether the content is base64 and is sent decoded.")},
		}}},
		{Name: "verbatim", Doc: "The body as a text as it stands.", Words: []Word{needed(text("type", "Its content's type.")), needed(cel("text", "The text."))}},
		errorBlock(),
	}
}

func recordsWords() []Word {
	return []Word{
		text("records", "The names that lead to the list in the answer, `\"data.items\"`; the answer itself unless it is given. `*` is every element."),
		truth("one", "Whether one record stands there, and no list."),
		truth("keyed", "Whether an object stands there whose members are the records."),
		text("unwrap", "The names that lead from an element to the record in it."),
		truth("optional", "Whether nothing there means no records."),
	}
}

func pagingBlock() *Grammar {
	return &Grammar{
		Name: "paging", Label: "link, cursor, url, number, offset or key",
		Doc: "How pages follow each other. Its CEL is over `settings`, `answer` and, in `key`, `page.last`.",
		Words: []Word{
			text("rel", "Of `link`: the relation; `next` unless it is given."),
			cel("from", "Of `cursor` and `url`: what leads to the next page. Nothing means the last."),
			cel("key", "Of `key`: what the next page begins after."),
			place("into", "Where the cursor, the number, the offset or the key goes."),
			number("first", "Of `number` and `offset`: the first page's; 1 and 0 unless it is given."),
			number("size", "How many records a page has."),
			place("size_into", "Where that goes."),
			truth("short_ends", "Whether a page with fewer records than `size` is the last."),
			truth("empty_ends", "Whether a page without records is the last."),
			cel("more", "Whether there is more: true or false."),
			cel("total", "How many records the listing has."),
			number("end_status", "A status that is the end, of any page but the first."),
			truth("overlap", "Whether pages may share records."),
			number("most", "The most pages of one listing; 1,000,000 unless it is given."),
		},
	}
}

func listBlock() *Grammar {
	return &Grammar{
		Name: "list", Doc: "How records are listed. Its CEL is over `settings`, `object`, `page`, `since`, `until`, `fields`, `parent` and `parent_id`.",
		Words: with(requestWords(), recordsWords(), []Word{
			text("detail", "`whole`; `on_change` where the list has ids and revisions only; `always` where it has ids only."),
			truth("partial", "Whether it does not tell which records exist."),
		}),
		Blocks: append(requestBlocks(), pagingBlock(),
			&Grammar{Name: "each", Doc: "Makes one listing for every record of another object.", Words: []Word{
				needed(text("object", "The parents' object.")), cel("when", "Which parents are asked, over `parent`: true or false."),
			}},
			&Grammar{
				Name: "changes", Doc: "Lists what changed since a moment.",
				Words: []Word{
					needed(text("field", "The field that holds the moment, or a number that grows.")), place("since", "Where the moment goes."), place("until", "Where a window's end goes."),
					text("form", "The moment's form, as of a field's `codec`; RFC 3339 unless it is given."), duration("overlap", "How far before it the next listing begins."),
					duration("window", "The longest span one request may cover."), text("earliest", "Where a full listing by windows begins, in RFC 3339."),
				},
				Blocks: []*Grammar{{
					Name: "removed", Doc: "Lists what was deleted since then.",
					Words:  with(requestWords(), recordsWords(), []Word{path("id", "Where the id stands; as in a record unless it is given.")}),
					Blocks: append(requestBlocks(), pagingBlock()),
				}},
			},
			&Grammar{Name: "sync_token", Doc: "Lists what changed since a token that the last page gave.", Words: []Word{
				needed(cel("from", "The token, over `answer`.")), place("into", "Where it goes."), truth("url", "Whether it is an address."),
				truth("pages", "Whether it goes with every page, and not with the first alone."),
			}},
		),
	}
}

func getBlock() *Grammar {
	return &Grammar{
		Name: "get", Doc: "How records are read by id. Its CEL is over `settings`, `object`, `id`, `ids`, `parent_id`, `fields` and, as `quoting` writes them, `quoted`, the id, and `quotes`, all ids.",
		Words: with(requestWords(), recordsWords(), []Word{
			number("many", "How many ids one request takes."),
			truth("among", "Whether the answer holds other records besides: those with the ids are meant, and an id that none has is gone. A request that names no id is made once for all of them."),
			text("quoting", "The filter language of `quoted` and `quotes`: `soql`, `scim`, `odata` or `lucene`."), {Name: "gone", Kind: kindNumbers, Doc: "The statuses that say that there is no such record; 404 and 410 unless it is given."},
		}),
		Blocks: append(requestBlocks(), pagingBlock()),
	}
}

func findBlock() *Grammar {
	return &Grammar{
		Name: "find", Many: true,
		Doc: "How records are found by what they hold. Its CEL is over `settings`, `object`, `page`, `fields` and `keys`: `keys.NAME.value` is what is looked for, `.values` all spellings of it, `.quoted` the value as `quoting` writes it, `.quotes` all of them so.",
		Words: with(requestWords(), recordsWords(), []Word{
			texts("keys", "The fields it searches by, all of them."),
			truth("any", "Whether it searches by whatever fields are asked for instead: `keys` is then a list, each with a `.path` too."),
			number("spellings", "How many spellings of a key one request takes."),
			text("quoting", "The filter language: `soql`, `scim`, `odata` or `lucene`."),
			cel("parent", "The id of the parent of all that is found, where records have one and the answer does not nest them in it."),
			cel("when", "Which of the records are meant, over `record` and `keys`: true or false. With it a request need not name what is looked for: it is made once for all spellings."),
		}),
		Blocks: append(requestBlocks(), pagingBlock()),
	}
}

func discoverBlock() *Grammar {
	return &Grammar{
		Name: "discover", Doc: "Asks the API for further fields. Its CEL is over `settings`, `object` and `record`, one element of the answer.",
		Words: with(requestWords(), recordsWords(), []Word{
			needed(cel("name", "The field's name.")), cel("type", "Its type."), cel("doc", "What it is."), cel("when", "Whether the element is a field: true or false."), cel("at", "The path it is read at."),
		}),
		Blocks: append(requestBlocks(), pagingBlock()),
	}
}
