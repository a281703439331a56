package ashby

import (
	"maps"
	"slices"
	"strings"

	"syncline/connectors/simulators"
)

// member is a member of a request that writes a candidate, and how it is kept.
type member struct {
	name string
	keep func(c *simulators.Call, o simulators.Object, value string)
}

// members are those that an update takes. A create calls the website otherwise.
func members() []member {
	return []member{
		{"name", func(_ *simulators.Call, o simulators.Object, v string) { o["name"] = v }},
		{"email", func(_ *simulators.Call, o simulators.Object, v string) {
			primary(o, "primaryEmailAddress", "emailAddresses", v)
		}},
		{"phoneNumber", func(_ *simulators.Call, o simulators.Object, v string) {
			primary(o, "primaryPhoneNumber", "phoneNumbers", v)
		}},
		{"linkedInUrl", link("LinkedIn")},
		{"githubUrl", link("GitHub")},
		{"websiteUrl", link("Website")},
		{"sourceId", func(_ *simulators.Call, o simulators.Object, v string) { o["source"] = sourceOf(v) }},
		{"creditedToUserId", func(c *simulators.Call, o simulators.Object, v string) { o["creditedToUser"] = c.Store.Get("users", v) }},
	}
}

// primary makes a value the primary one of a list, the first there.
func primary(o simulators.Object, first, all, value string) {
	entry := simulators.Object{"value": value, "type": "Personal", "isPrimary": true}
	others := []any{entry}
	for _, v := range o[all].([]any) {
		other := v.(simulators.Object)
		if other["value"] != value {
			other["isPrimary"] = false
			others = append(others, other)
		}
	}
	o[first], o[all] = entry, others
}

func link(kind string) func(*simulators.Call, simulators.Object, string) {
	return func(_ *simulators.Call, o simulators.Object, url string) {
		links := slices.DeleteFunc(o["socialLinks"].([]any), func(v any) bool { return v.(simulators.Object)["type"] == kind })
		o["socialLinks"] = append(links, simulators.Object{"type": kind, "url": url})
	}
}

func sourceOf(id string) simulators.Object {
	return simulators.Object{"id": id, "title": "Source " + id[max(0, len(id)-4):], "isArchived": false, "sourceType": nil}
}

// put writes the members of a request into a candidate.
func put(c *simulators.Call, o, in simulators.Object) *simulators.Reply {
	for _, m := range members() {
		v, there := in[m.name]
		if m.name == "websiteUrl" && !there {
			v, there = in["website"]
		}
		if !there {
			continue
		}
		value, ok := v.(string)
		switch {
		case !ok || strings.TrimSpace(value) == "":
			no := invalid(m.name + " must be a text that is not blank")
			return &no
		case m.name == "creditedToUserId" && c.Store.Get("users", value) == nil:
			no := failed("user_not_found", "")
			return &no
		}
		m.keep(c, o, value)
	}
	touch(c, o)
	return nil
}

// touch writes a candidate about whom something changed.
func touch(c *simulators.Call, o simulators.Object) {
	o["updatedAt"] = stamp(c.Now)
	c.Store.Put("candidates", text(o["id"]), maps.Clone(o))
}

// addCandidate adds a person. As in the original nothing keeps it from being the
// second of that address.
func addCandidate(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	if text(in["name"]) == "" {
		return invalid("name is missing")
	}
	o, no := newPerson(c, in)
	if no != nil {
		return *no
	}
	return done(o, "added candidate "+text(o["id"]))
}

// newPerson makes the record of a person.
func newPerson(c *simulators.Call, in simulators.Object) (simulators.Object, *simulators.Reply) {
	o := simulators.Object{
		"id": next(c, "candidates", Candidate), "createdAt": stamp(c.Now), "name": nil, "primaryEmailAddress": nil, "emailAddresses": []any{}, "primaryPhoneNumber": nil,
		"phoneNumbers": []any{}, "socialLinks": []any{}, "tags": []any{}, "position": nil, "company": nil, "school": nil, "applicationIds": []any{},
		"resumeFileHandle": nil, "fileHandles": []any{}, "customFields": []any{}, "source": nil, "creditedToUser": nil, "timezone": nil, "location": nil, "fraudStatus": nil,
	}
	o["profileUrl"] = "https://app.example.com/candidates/" + text(o["id"])
	return o, put(c, o, in)
}

func editCandidate(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	o := c.Store.Get("candidates", text(in["candidateId"]))
	if o == nil {
		return failed("candidate_not_found", "")
	}
	if no := put(c, o, in); no != nil {
		return *no
	}
	return done(o, "changed candidate "+text(o["id"]))
}

func searchCandidates(c *simulators.Call) simulators.Reply {
	return search(c, "candidates", map[string]func(simulators.Object, string) bool{
		"name": is("name"),
		"email": func(o simulators.Object, want string) bool {
			return slices.ContainsFunc(o["emailAddresses"].([]any), func(v any) bool { return strings.EqualFold(text(v.(simulators.Object)["value"]), want) })
		},
	})
}

// tag makes a handler that adds a tag, or takes one away.
func tag(add bool) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		in, _ := c.JSON()
		o, id := c.Store.Get("candidates", text(in["candidateId"])), text(in["tagId"])
		switch {
		case o == nil:
			return failed("candidate_not_found", "")
		case id == "":
			return invalid("tagId is missing")
		}
		tags := slices.DeleteFunc(o["tags"].([]any), func(v any) bool { return v.(simulators.Object)["id"] == id })
		if add {
			tags = append(tags, simulators.Object{"id": id, "title": "Tag " + id[max(0, len(id)-4):], "isArchived": false})
		}
		o["tags"] = tags
		touch(c, o)
		return done(o, "tagged candidate "+text(o["id"]))
	}
}

// anonymize empties what tells of a person, once all applications are over.
func anonymize(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	o := c.Store.Get("candidates", text(in["candidateId"]))
	if o == nil {
		return failed("candidate_not_found", "")
	}
	if open := c.Store.List("applications", func(a simulators.Object) bool { return about(a) == o["id"] && a["status"] == "Active" }); len(open) > 0 {
		return invalid("an application is active")
	}
	o["name"], o["primaryEmailAddress"], o["primaryPhoneNumber"] = "Anonymized", nil, nil
	o["emailAddresses"], o["phoneNumbers"], o["socialLinks"] = []any{}, []any{}, []any{}
	touch(c, o)
	return done(o, "anonymized candidate "+text(o["id"]))
}

func addNote(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	person := c.Store.Get("candidates", text(in["candidateId"]))
	switch {
	case person == nil:
		return failed("candidate_not_found", "")
	case strings.TrimSpace(text(in["note"])) == "":
		return invalid("note is blank")
	}
	note := simulators.Object{"id": next(c, "notes", Note), "createdAt": stamp(c.Now), "content": in["note"], "isPrivate": in["isPrivate"] == true, "author": author(c)}
	kept := maps.Clone(note)
	kept["candidateId"] = person["id"]
	c.Store.Put("notes", text(note["id"]), kept)
	return done(note, "a note about candidate "+text(person["id"]))
}

// author is who is told to have written a note: the user the key is of.
func author(c *simulators.Call) simulators.Object {
	user := c.Store.Get("users", ID(User, 1))
	return simulators.Object{"id": user["id"], "firstName": user["firstName"], "lastName": user["lastName"], "email": user["email"]}
}

func listNotes(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	id := text(in["candidateId"])
	if c.Store.Get("candidates", id) == nil {
		return failed("candidate_not_found", "")
	}
	notes := c.Store.List("notes", func(n simulators.Object) bool { return n["candidateId"] == id })
	for _, n := range notes {
		delete(n, "candidateId")
	}
	slices.Reverse(notes)
	return page(c, in, "notes", notes)
}
