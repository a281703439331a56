package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// The APIs here differ as much as those of real vendors do: in how pages
// follow each other, where things stand, how a write is guarded and sent, and
// what an answer means.

func mustPath(t string) schema.Path {
	p, err := schema.ParsePath(t)
	if err != nil {
		panic(err)
	}
	return p
}

func at(path string) Program { return InBodyAt(mustPath(path)) }

// first looks at the first of the list that the body is.
func first(path string) Program {
	p := mustPath(path)
	return func(in *Input) (schema.Value, error) {
		if in.Body.Kind() != schema.KindList || in.Body.Len() == 0 {
			return schema.Value{}, nil
		}
		return p.Of(in.Body.Items()[0], false), nil
	}
}

func say(f func(in *Input) string) Program {
	return func(in *Input) (schema.Value, error) { return schema.String(f(in)), nil }
}

func sure(f func(in *Input) bool) Program {
	return func(in *Input) (schema.Value, error) { return schema.Bool(f(in)), nil }
}

var theID = say(func(in *Input) string { return in.ID })

func below2(text string, more ...Part) Path { return append(Path{{Text: text}}, more...) }

// suiteFields are the fields of the conformance suite, changed by edit.
func suiteFields(edit func(f *Field)) []Field {
	var out []Field
	for _, f := range append(connectortest.Fields(), schema.Field{Name: "updated_at", Type: schema.Type{Kind: schema.KindTimestamp}, ReadOnly: true}) {
		field := Field{Field: f}
		edit(&field)
		out = append(out, field)
	}
	return out
}

func urlSetting() []schema.Field {
	return []schema.Field{
		{Name: "url", Doc: "Where it is.", Type: schema.Type{Kind: schema.KindURL}},
		{Name: "key", Doc: "The key.", Type: schema.Type{Kind: schema.KindString}, Secret: true},
		{Name: "auth", Doc: "The way to log in.", Type: schema.Type{Kind: schema.KindString}},
	}
}

func underURL(suffix string) Program {
	return say(func(in *Input) string { return in.Settings.Field("url").Plain() + suffix })
}

func verbs(doc string, ws ...Write) []Write {
	for i := range ws {
		ws[i].Doc = doc
	}
	return ws
}

// greenhouse: basic auth with a key as the user, pages by the header Link,
// changes by a parameter that is not called as the field, somebody acted for,
// PATCH, and no condition but to read before.
func greenhouse() *Description {
	id := Part{Value: theID}
	return &Description{
		Name: "greenhouse", Doc: "An ATS.", Settings: urlSetting(), Base: underURL("/v1"), Version: "1",
		Auth:   []Auth{{Name: "key", Doc: "A key.", Needs: []string{"key"}, Scheme: Basic{User: Setting("key")}}},
		Actor:  []Pair{{"On-Behalf-Of", Text("4711")}},
		Limits: Limits{Budgets: []Budget{{Requests: 10_000, Per: 1e9}}},
		Objects: []Object{{
			Name: "people", Doc: "People.", Identity: Identity{Path: mustPath("id")}, At: "updated_at",
			Fields: suiteFields(func(f *Field) {
				if f.Name == "amount" {
					f.Codec = NumberText()
				}
				if f.Name == "note" {
					f.Path = mustPath("notes.private")
				}
			}),
			Get: &Getting{Request: Request{Path: below2("/people/", id)}},
			List: &Listing{
				Request:     Request{Path: below2("/people")},
				Paging:      &Paging{Next: ByLink{}, Size: PageSize{Into: Place{InQuery, "per_page"}, Ask: 50}},
				Incremental: Changes{Field: "updated_at", Since: Place{InQuery, "updated_after"}},
			},
			Find: []Search{{Keys: []string{"name"}, Request: Request{
				Path: below2("/people"), Query: []Pair{{"name", func(in *Input) (schema.Value, error) { return in.Keys[0].Values[0], nil }}},
			}}},
			Writes: verbs("Does it.",
				Write{Verb: "create", Steps: []Step{{Request: Request{Method: "POST", Path: below2("/people")}}}, After: AfterAnswer, Lost: Creation{By: connectors.CreateKeySearch}},
				Write{Verb: "update", Steps: []Step{{Request: Request{Method: "PATCH", Path: below2("/people/", id)}}}, After: AfterAnswer, Guard: Compare{}},
				Write{Verb: "delete", Steps: []Step{{Request: Request{Method: "DELETE", Path: below2("/people/", id)}, Encoding: Nothing}}, Guard: Compare{}},
			),
		}},
	}
}

func serveGreenhouse(t testing.TB) *server {
	s := &server{d: greenhouse()}
	s.next = func(p *page) {
		p.body = flat(p.body)
		if p.to < p.total {
			q := p.r.URL.Query()
			at, _ := strconv.Atoi(q.Get("page"))
			q.Set("page", strconv.Itoa(max(at, 1)+1))
			p.header.Add("Link", fmt.Sprintf(`<%s%s?%s>; rel="next", <%s/v1/people?page=9>; rel="last"`, s.url, p.path, q.Encode(), s.url))
		}
	}
	return serve(t, s)
}

// flat makes sure that an empty page is a list.
func flat(v schema.Value) schema.Value {
	if v.State() == schema.Empty {
		return schema.List()
	}
	return v
}

// salesforce: a query language with quoting of its own, the address of the next
// page, OAuth, names and times of its own, many ids in one request, upsert by
// an external id, composite writes with a result each, a date as the
// condition, and a list of what was deleted.
func salesforce() *Description {
	names := map[string]string{"name": "Name", "note": "Note__c", "number": "Number__c", "amount": "Amount__c", "flag": "Flag__c", "day": "Day__c", "moment": "Moment__c", "updated_at": "LastModifiedDate"}
	times := TimeLayout("2006-01-02T15:04:05.000000-0700")
	soql := func(where func(in *Input) string) []Pair {
		return []Pair{{"q", say(func(in *Input) string {
			q := "SELECT " + strings.Join(in.Fields, ",") + " FROM Contact"
			if w := where(in); w != "" {
				q += " WHERE " + w
			}
			return q + " ORDER BY Id"
		})}}
	}
	const query = "/services/data/v60.0/query"
	records := Records{At: []string{"records"}}
	paging := &Paging{Next: ByURL{From: at("nextRecordsUrl")}}
	sobject := below2("/services/data/v60.0/sobjects/Contact/", Part{Value: theID})
	composite := &Batch{
		Most: 25, Results: []string{"compositeResponse"},
		Request: Request{Method: "POST", Path: below2("/services/data/v60.0/composite"), Body: JSON{Value: func(in *Input) (schema.Value, error) {
			return schema.Object([]string{"allOrNone", "compositeRequest"}, []schema.Value{schema.Bool(false), in.Elements}), nil
		}}},
		Element: func(in *Input) (schema.Value, error) {
			return schema.Object([]string{"method", "url", "referenceId", "httpHeaders", "body"}, []schema.Value{
				schema.String(in.Sub.Method), schema.String(in.Sub.URL), schema.String("r" + strconv.Itoa(in.Sub.Index)), in.Sub.Headers, in.Sub.Body,
			}), nil
		},
		Key:    say(func(in *Input) string { return in.Result.Field("referenceId").Plain()[1:] }),
		Status: func(in *Input) (schema.Value, error) { return in.Result.Field("httpStatusCode"), nil },
		Body:   func(in *Input) (schema.Value, error) { return in.Result.Field("body"), nil },
	}
	return &Description{
		Name: "salesforce", Doc: "A CRM.", Settings: urlSetting(), Base: underURL(""), Version: "60.0",
		Auth:  []Auth{{Name: "client", Doc: "A client.", Needs: []string{"key"}, Scheme: ClientCredentials{TokenURL: underURL("/token"), ID: Text("id"), Secret: Setting("key")}}},
		Rules: []Rule{{Status: []int{400}, Does: Fail, Kind: connectors.Refused, Code: first("errorCode"), Field: first("fields[0]")}},
		Objects: []Object{{
			Name: "people", Doc: "People.", Identity: Identity{Path: mustPath("Id")}, At: "updated_at", Revision: Revision{Path: mustPath("LastModifiedDate"), Ordered: true},
			Fields: suiteFields(func(f *Field) {
				f.Path = mustPath(names[f.Name])
				if f.Type.Kind == schema.KindTimestamp {
					f.Codec = times
				}
			}),
			Hash: Hash{Volatile: []string{"attributes"}},
			Get: &Getting{Many: 200, Records: records, Request: Request{Path: below2(query), Query: soql(func(in *Input) string {
				quoted := make([]string, len(in.IDs))
				for i, id := range in.IDs {
					quoted[i] = QuoteSOQL.Quote(id)
				}
				return "Id IN (" + strings.Join(quoted, ",") + ")"
			})}},
			List: &Listing{
				Records: records, Paging: paging,
				Request: Request{Path: below2(query), Query: soql(func(in *Input) string {
					if in.Since.IsAbsent() {
						return ""
					}
					return "LastModifiedDate >= " + in.Since.Plain()
				})},
				Incremental: Changes{Field: "updated_at", Removed: &Removed{
					Request: Request{Path: below2("/services/data/v60.0/sobjects/Contact/deleted"), Query: []Pair{{"start", func(in *Input) (schema.Value, error) { return in.Since, nil }}}},
					Records: Records{At: []string{"deletedRecords"}}, ID: mustPath("id"),
				}},
			},
			Find: []Search{{Keys: []string{"name"}, Records: records, Paging: paging, Spellings: 20, Request: Request{Path: below2(query), Query: soql(func(in *Input) string {
				var any []string
				for _, v := range in.Keys[0].Values {
					any = append(any, in.Keys[0].Path+" = "+QuoteSOQL.Quote(v.Plain()))
				}
				return "(" + strings.Join(any, " OR ") + ")"
			})}}},
			Writes: verbs("Does it.",
				Write{Verb: "create", After: AfterRead, Lost: Creation{By: connectors.CreateIdempotency}, Steps: []Step{{
					Request: Request{Method: "PATCH", Path: below2("/services/data/v60.0/sobjects/Contact/Ext__c/", Part{Value: say(func(in *Input) string { return in.Change.Operation })})},
					Answer:  Answer{ID: at("id")},
				}}},
				Write{Verb: "update", After: AfterRead, Guard: IfUnmodifiedSince{}, Batch: composite, Steps: []Step{{Request: Request{Method: "PATCH", Path: sobject}}}},
				Write{Verb: "delete", Guard: IfUnmodifiedSince{}, Steps: []Step{{Request: Request{Method: "DELETE", Path: sobject}, Encoding: Nothing}}},
			),
		}},
	}
}

func serveSalesforce(t testing.TB) *server {
	s := &server{d: salesforce()}
	where := func(r *asked) string {
		_, w, _ := strings.Cut(r.URL.Query().Get("q"), " WHERE ")
		w, _, _ = strings.Cut(w, " ORDER BY ")
		return w
	}
	s.route = func(r *asked) (string, string) {
		switch w := where(r); {
		case strings.HasPrefix(w, "Id IN ("):
			return "get", strings.Join(soqlTexts(w), ",")
		case strings.HasPrefix(w, "("):
			return "find", ""
		case strings.Contains(r.URL.Path, "/query"):
			return "list", ""
		}
		return "", ""
	}
	s.keys = func(r *asked) map[string][]string {
		if w := where(r); strings.HasPrefix(w, "(") {
			return map[string][]string{"name": soqlTexts(w)}
		}
		return nil
	}
	s.next = func(p *page) {
		if w := where(p.r); strings.HasPrefix(w, "LastModifiedDate >= ") {
			bound, _ := momentOf(must(TimeLayout("2006-01-02T15:04:05.000000-0700").Decode(schema.String(w[len("LastModifiedDate >= "):]))))
			p.body = nested([]string{"records"}, keep(p.body.Field("records"), func(v schema.Value) bool {
				at, _ := momentOf(must(TimeLayout("2006-01-02T15:04:05.000000-0700").Decode(v.Field("LastModifiedDate"))))
				return !at.Before(bound)
			}))
			return
		}
		if p.to < p.total {
			p.body, _ = schema.PathTo("nextRecordsUrl").Set(p.body, schema.String(fmt.Sprintf("/services/data/v60.0/query/01g-%d", p.to)))
		}
	}
	s.wrap = func(op string, status int, v schema.Value) schema.Value {
		switch {
		case op == "create" && status == 201:
			return schema.Object([]string{"id", "success"}, []schema.Value{v.Field("Id"), schema.Bool(true)})
		case op == "update":
			return schema.Value{}
		}
		return v
	}
	s.many = func(r *asked) (int, schema.Value) {
		var out []schema.Value
		for _, sub := range r.body.Field("compositeRequest").Items() {
			h := http.Header{}
			for i, n := range sub.Field("httpHeaders").Names() {
				h.Set(n, sub.Field("httpHeaders").Items()[i].Plain())
			}
			u := sub.Field("url").Plain()
			id, _ := url.PathUnescape(u[strings.LastIndexByte(u, '/')+1:])
			status, _ := s.write("update", id, h, sub.Field("body"))
			if status == 200 {
				status = 204
			}
			out = append(out, schema.Object([]string{"body", "httpStatusCode", "referenceId"}, []schema.Value{schema.NullValue(), schema.Int(int64(status)), sub.Field("referenceId")}))
		}
		return 200, nested([]string{"compositeResponse"}, schema.List(backwards(out)...))
	}
	return serve(t, s)
}

func must(v schema.Value, err error) schema.Value {
	if err != nil {
		panic(err)
	}
	return v
}

func keep(list schema.Value, wanted func(schema.Value) bool) schema.Value {
	var out []schema.Value
	for _, v := range list.Items() {
		if wanted(v) {
			out = append(out, v)
		}
	}
	return schema.List(out...)
}

func backwards(list []schema.Value) []schema.Value {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

// soqlTexts returns the quoted texts in a condition.
func soqlTexts(where string) (out []string) {
	for i := 0; i < len(where); i++ {
		if where[i] != '\'' {
			continue
		}
		var b strings.Builder
		for i++; where[i] != '\''; i++ {
			if where[i] == '\\' {
				i++
				if n := strings.IndexByte("nrtbf", where[i]); n >= 0 {
					b.WriteByte("\n\r\t\b\f"[n])
					continue
				}
			}
			b.WriteByte(where[i])
		}
		out = append(out, b.String())
	}
	return out
}

// scim: RFC 7644 with a bearer token, offsets that begin at one and a total,
// nested attributes, nulls left out, a filter, ETags, PatchOps, and ids that
// the client chooses.
func scim() *Description {
	id := Part{Value: theID}
	return &Description{
		Name: "scim", Doc: "A directory.", Settings: urlSetting(), Base: underURL("/scim/v2"),
		Headers: []Pair{{"Accept", Text("application/scim+json")}},
		Auth:    []Auth{{Name: "token", Doc: "A token.", Needs: []string{"key"}, Scheme: Bearer{Token: Setting("key")}}},
		Objects: []Object{{
			Name: "people", Doc: "People.", OmitsNull: true,
			Identity: Identity{Path: mustPath("id")}, Revision: Revision{Path: mustPath("meta.version"), Header: "ETag"},
			Fields: append(suiteFields(func(f *Field) {
				switch f.Name {
				case "name":
					f.Path = mustPath("name.formatted")
				case "moment":
					f.Path, f.Codec = mustPath("ext.moment"), EpochMillis()
				case "updated_at":
					f.Path = mustPath("meta.lastModified")
				default:
					f.Path = schema.PathTo("ext", f.Name)
				}
			}), Field{Field: schema.Field{Name: "etag", ReadOnly: true}, Path: mustPath("meta.version")}),
			Get: &Getting{Request: Request{Path: below2("/Users/", id)}},
			List: &Listing{
				Request: Request{Path: below2("/Users")}, Records: Records{At: []string{"Resources"}, Optional: true},
				Paging: &Paging{
					Next: ByOffset{First: 1, Into: Place{InQuery, "startIndex"}}, Size: PageSize{Into: Place{InQuery, "count"}, Ask: 50},
					Stop: []Stop{Total{Count: at("totalResults")}}, Overlap: true,
				},
			},
			Find: []Search{{Keys: []string{"name"}, Records: Records{At: []string{"Resources"}, Optional: true}, Request: Request{
				Path: below2("/Users"), Query: []Pair{{"filter", say(func(in *Input) string {
					return in.Keys[0].Path + " eq " + QuoteSCIM.Quote(in.Keys[0].Values[0].Plain())
				})}},
			}}},
			Writes: verbs("Does it.",
				Write{Verb: "create", Steps: []Step{{Request: Request{Method: "POST", Path: below2("/Users")}}}, After: AfterRead, Lost: Creation{By: connectors.CreateExternalID, Into: Place{InBody, "id"}}},
				Write{Verb: "update", Steps: []Step{{Request: Request{Method: "PATCH", Path: below2("/Users/", id)}, Encoding: SCIMPatch, Answer: Answer{Revision: at("meta.version")}}}, After: AfterRead, Guard: IfMatch{}},
				Write{Verb: "delete", Steps: []Step{{Request: Request{Method: "DELETE", Path: below2("/Users/", id)}, Encoding: Nothing}}, Guard: IfMatch{}},
			),
		}},
	}
}

func serveSCIM(t testing.TB) *server {
	s := &server{d: scim()}
	s.keys = func(r *asked) map[string][]string {
		_, quoted, ok := strings.Cut(r.URL.Query().Get("filter"), " eq ")
		if !ok {
			return nil
		}
		v, err := schema.FromJSON([]byte(quoted))
		if err != nil {
			s.t.Error(err)
		}
		return map[string][]string{"name": {v.Plain()}}
	}
	s.next = func(p *page) {
		total := int64(p.total)
		p.body, _ = schema.PathTo("totalResults").Set(p.body, schema.Int(total))
	}
	return serve(t, s)
}

// graphql: everything by POST to one address, answers of 200 that hold errors,
// cursors in the body, records inside nodes, a revision as an argument, and an
// idempotency key as a variable.
func graphql() *Description {
	vars := func(pairs func(in *Input) ([]string, []schema.Value)) Program {
		return func(in *Input) (schema.Value, error) {
			n, v := pairs(in)
			return schema.Object(n, v), nil
		}
	}
	byID := vars(func(in *Input) ([]string, []schema.Value) {
		return []string{"id"}, []schema.Value{schema.String(in.ID)}
	})
	withInput := vars(func(in *Input) ([]string, []schema.Value) {
		return []string{"id", "input"}, []schema.Value{schema.String(in.ID), in.Set}
	})
	post := func(query string, variables Program) Request {
		return Request{Method: "POST", Path: below2("/graphql"), Reads: strings.HasPrefix(query, "query"), Body: GraphQL{Query: query, Variables: variables}}
	}
	code := at("errors[0].extensions.code")
	is := func(want string) Program {
		return sure(func(in *Input) bool { v, _ := code(in); return v.Plain() == want })
	}
	person := Records{At: []string{"data", "person"}, One: true}
	lookup := post("query get($id: ID!)", byID)
	lookup.Rules = []Rule{{When: is("NOT_FOUND"), Does: EndOfPages}}
	return &Description{
		Name: "graphql", Doc: "A graph.", Settings: urlSetting(), Base: underURL(""),
		Auth: []Auth{{Name: "key", Doc: "A key.", Needs: []string{"key"}, Scheme: HeaderKey{Name: "X-Key", Prefix: "Key ", Key: Setting("key")}}},
		Rules: []Rule{
			{When: is("NOT_FOUND"), Does: Fail, Kind: connectors.NotFound},
			{When: is("CONFLICT"), Does: Fail, Kind: connectors.Moved, Code: code},
		},
		Objects: []Object{{
			Name: "people", Doc: "People.", Identity: Identity{Path: mustPath("id")}, Revision: Revision{Path: mustPath("rev"), Ordered: true},
			Hash: Hash{Selected: true},
			Fields: append(suiteFields(func(f *Field) {
				switch f.Name {
				case "moment":
					f.Codec = EpochSeconds()
				case "flag":
					f.Codec = BoolText()
				case "number":
					f.Codec = NumberText()
				}
			}), Field{Field: schema.Field{Name: "rev", Type: schema.Type{Kind: schema.KindInt}, ReadOnly: true}}),
			Get: &Getting{Request: lookup, Records: person},
			List: &Listing{
				Request: post("query list", nil), Records: Records{At: []string{"data", "people", "edges"}, Unwrap: []string{"node"}},
				Paging: &Paging{
					Next: ByCursor{From: at("data.people.pageInfo.endCursor"), Into: Place{InBody, "after"}}, Size: PageSize{Into: Place{InBody, "first"}, Ask: 50},
					Stop: []Stop{NoMore{More: at("data.people.pageInfo.hasNextPage")}},
				},
				Incremental: Changes{Field: "rev", Since: Place{InBody, "since"}},
			},
			Writes: verbs("Does it.",
				Write{Verb: "create", Steps: []Step{{Request: post("mutation create", withInput), Answer: Answer{Record: person}}}, After: AfterAnswer, Lost: Creation{By: connectors.CreateIdempotency, Into: Place{InBody, "key"}}},
				Write{Verb: "update", Steps: []Step{{Request: post("mutation update", withInput), Answer: Answer{Record: person}}}, After: AfterAnswer, Guard: IfRevision{Into: Place{InBody, "rev"}}},
				Write{Verb: "delete", Steps: []Step{{Request: post("mutation delete", byID), Encoding: Nothing}}, Guard: IfRevision{Into: Place{InBody, "rev"}}},
			),
		}},
	}
}

func serveGraphQL(t testing.TB) *server {
	s := &server{d: graphql()}
	s.route = func(r *asked) (string, string) {
		words := strings.FieldsFunc(r.body.Field("query").Plain(), func(c rune) bool { return c == ' ' || c == '(' })
		if len(words) < 2 {
			return "", ""
		}
		vars := r.body.Field("variables")
		if in := vars.Field("input"); in.Is() || words[1] == "update" || words[1] == "create" {
			r.body = in
			for i, n := range vars.Names() {
				if n == "rev" || n == "key" {
					r.body, _ = schema.PathTo(n).Set(r.body, vars.Items()[i])
				}
			}
		} else if words[1] == "delete" {
			r.body = vars
		}
		return words[1], vars.Field("id").Plain()
	}
	s.next = func(p *page) {
		info := schema.Object([]string{"endCursor", "hasNextPage"}, []schema.Value{schema.String(strconv.Itoa(p.to)), schema.Bool(p.to < p.total)})
		p.body, _ = mustPath("data.people.pageInfo").Set(p.body, info)
	}
	s.wrap = func(op string, status int, v schema.Value) schema.Value {
		switch status {
		case 404:
			v = schema.String("NOT_FOUND")
		case 412:
			v = schema.String("CONFLICT")
		default:
			if op == "create" || op == "update" {
				return nested([]string{"data", "person"}, v)
			}
			return v
		}
		return schema.Object([]string{"data", "errors"}, []schema.Value{schema.NullValue(), schema.List(nested([]string{"extensions", "code"}, v))})
	}
	return serve(t, s)
}
