package greenhouse

import (
	"fmt"
	"maps"
	"net/http"

	"syncline/connectors/simulators"
)

// activityFeed tells the notes about a candidate, the newest first. E-mails and
// activities are not simulated.
func activityFeed(c *simulators.Call) simulators.Reply {
	id := c.PathValue("id")
	if c.Store.Get("candidates", id) == nil {
		return missing("candidate")
	}
	notes := []any{}
	for _, n := range c.Store.List("notes", func(n simulators.Object) bool { return text(n["candidate_id"]) == id }) {
		notes = append([]any{told(n)}, notes...)
	}
	return simulators.Reply{Status: http.StatusOK, Body: simulators.Object{"notes": notes, "emails": []any{}, "activities": []any{}}, Said: fmt.Sprintf("%d notes", len(notes))}
}

// told is a note as it is answered: whom it is about stands in the address.
func told(note simulators.Object) simulators.Object {
	out := maps.Clone(note)
	delete(out, "candidate_id")
	return out
}

func addNote(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("candidates", c.PathValue("id"))
	if o == nil {
		return missing("candidate")
	}
	in, _ := c.JSON()
	note, no := keepNote(c, o, in)
	if no != nil {
		return *no
	}
	touch(c, o)
	return simulators.Reply{Status: http.StatusCreated, Body: told(note), Said: fmt.Sprintf("a note about %s by %v", name("candidates", o), note["user"].(simulators.Object)["name"])}
}

// keepNote keeps a note about a person.
func keepNote(c *simulators.Call, person, in simulators.Object) (simulators.Object, *simulators.Reply) {
	refused := func(field, why string) (simulators.Object, *simulators.Reply) {
		no := invalid(field, why)
		return nil, &no
	}
	user := c.Store.Get("users", text(in["user_id"]))
	if user == nil {
		return refused("user_id", "must be a user")
	}
	switch in["visibility"] {
	case "admin_only", "private", "public":
	default:
		return refused("visibility", "Must be one of: admin_only, private, public")
	}
	if s, _ := in["body"].(string); s == "" {
		return refused("body", "can't be blank")
	}
	id := c.Store.Next("notes", 226001)
	note := simulators.Object{
		"id": id, "created_at": stamp(c.Now), "body": in["body"], "user": brief(user), "private": in["visibility"] == "private", "visibility": in["visibility"],
		"visiblity":    in["visibility"], // the original has both
		"candidate_id": person["id"],
	}
	c.Store.Put("notes", text(id), maps.Clone(note))
	return note, nil
}
