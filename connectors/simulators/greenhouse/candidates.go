package greenhouse

import (
	"fmt"
	"maps"
	"net/http"
	"strings"

	"syncline/connectors/simulators"
)

// lists are the members of a candidate that are replaced whole.
var lists = []string{"phone_numbers", "addresses", "email_addresses", "website_addresses", "social_media_addresses", "tags"}

// addCandidate adds a person with at least one application. As in the original
// nothing keeps it from being the second of that address.
func addCandidate(c *simulators.Call) simulators.Reply {
	in, ok := c.JSON()
	if !ok {
		return invalid("body", "must be a JSON object")
	}
	wanted, _ := in["applications"].([]any)
	if len(wanted) == 0 {
		return invalid("applications", "must have at least one")
	}
	for _, v := range wanted {
		a, _ := v.(simulators.Object)
		if no := checked(c, a); no != nil {
			return *no
		}
	}
	person, no := newPerson(c, in)
	if no != nil {
		return *no
	}
	for _, v := range wanted {
		apply(c, person, v.(simulators.Object), false)
	}
	if no := noted(c, person, in); no != nil {
		return *no
	}
	return simulators.Reply{Status: http.StatusCreated, Body: shown(c, "candidates", person), Said: "added " + name("candidates", person)}
}

// noted keeps the notes that come with a new person.
func noted(c *simulators.Call, person, in simulators.Object) *simulators.Reply {
	notes, _ := in["activity_feed_notes"].([]any)
	for _, v := range notes {
		n, _ := v.(simulators.Object)
		if _, no := keepNote(c, person, n); no != nil {
			return no
		}
	}
	return nil
}

func addProspect(c *simulators.Call) simulators.Reply {
	in, ok := c.JSON()
	if !ok {
		return invalid("body", "must be a JSON object")
	}
	person, no := newPerson(c, in)
	if no != nil {
		return *no
	}
	application, _ := in["application"].(simulators.Object)
	apply(c, person, application, true)
	if no := noted(c, person, in); no != nil {
		return *no
	}
	return simulators.Reply{Status: http.StatusCreated, Body: shown(c, "candidates", person), Said: "added prospect " + text(person["id"])}
}

// newPerson makes the record of a person.
func newPerson(c *simulators.Call, in simulators.Object) (simulators.Object, *simulators.Reply) {
	for _, field := range []string{"first_name", "last_name"} {
		if s, _ := in[field].(string); strings.TrimSpace(s) == "" {
			no := invalid(field, "can't be blank")
			return nil, &no
		}
	}
	o := simulators.Object{
		"id": c.Store.Next("candidates", 53001), "created_at": stamp(c.Now), "updated_at": stamp(c.Now), "last_activity": stamp(c.Now),
		"company": nil, "title": nil, "is_private": false, "photo_url": nil, "can_email": true, "recruiter": nil, "coordinator": nil,
		"attachments": []any{}, "educations": []any{}, "employments": []any{}, "linked_user_ids": []any{},
		"custom_fields": simulators.Object{}, "keyed_custom_fields": simulators.Object{},
	}
	for _, field := range lists {
		o[field] = []any{}
	}
	if no := put(c, o, in); no != nil {
		return nil, no
	}
	return o, nil
}

// put writes the members of a request into a candidate.
func put(c *simulators.Call, o, in simulators.Object) *simulators.Reply {
	for _, field := range []string{"first_name", "last_name", "company", "title"} {
		if v, ok := in[field]; ok {
			o[field] = v
		}
	}
	if v, ok := in["is_private"].(bool); ok {
		o["is_private"] = v
	}
	for _, field := range lists {
		v, ok := in[field]
		if !ok {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			no := invalid(field, "must be an array")
			return &no
		}
		o[field] = list
	}
	for _, field := range []string{"recruiter", "coordinator"} {
		if v, ok := in[field].(simulators.Object); ok {
			if o[field] = c.Store.Get("users", text(v["id"])); o[field].(simulators.Object) == nil {
				no := invalid(field, "must be a user")
				return &no
			}
		}
	}
	o["updated_at"], o["last_activity"] = stamp(c.Now), stamp(c.Now)
	c.Store.Put("candidates", text(o["id"]), maps.Clone(o))
	return nil
}

func editCandidate(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("candidates", c.PathValue("id"))
	if o == nil {
		return missing("candidate")
	}
	in, ok := c.JSON()
	if !ok {
		return invalid("body", "must be a JSON object")
	}
	if no := put(c, o, in); no != nil {
		return *no
	}
	c.Tell(simulators.Object{"action": "update_candidate", "payload": simulators.Object{"candidate": o}})
	return simulators.Reply{Status: http.StatusOK, Body: shown(c, "candidates", o), Said: "changed " + name("candidates", o)}
}

func deleteCandidate(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("candidates", c.PathValue("id"))
	if o == nil {
		return missing("candidate")
	}
	gone := []any{}
	for _, a := range c.Store.List("applications", func(a simulators.Object) bool { return text(a["candidate_id"]) == text(o["id"]) }) {
		gone = append(gone, a["id"])
		c.Store.Delete("applications", text(a["id"]))
	}
	c.Store.Delete("candidates", text(o["id"]))
	c.Tell(simulators.Object{"action": "delete_candidate", "payload": simulators.Object{"person": simulators.Object{
		"id": o["id"], "first_name": o["first_name"], "last_name": o["last_name"], "deleted_application_ids": gone,
	}}})
	return simulators.Reply{Status: http.StatusOK, Body: message(fmt.Sprintf("Person %v has been deleted.", o["id"])), Said: "deleted " + name("candidates", o)}
}

func addAttachment(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("candidates", c.PathValue("id"))
	if o == nil {
		return missing("candidate")
	}
	in, _ := c.JSON()
	switch {
	case text(in["filename"]) == "":
		return invalid("filename", "can't be blank")
	case in["content"] == nil && in["url"] == nil:
		return invalid("content", "or url must be given")
	}
	attached := simulators.Object{"filename": in["filename"], "type": in["type"], "created_at": stamp(c.Now), "url": fmt.Sprintf("http://%s/documents/%v", c.Host, o["id"])}
	o["attachments"] = append(o["attachments"].([]any), attached)
	touch(c, o)
	return simulators.Reply{Status: http.StatusCreated, Body: attached, Said: fmt.Sprintf("attached %v to %s", in["filename"], name("candidates", o))}
}

// anonymize empties the fields that the query names.
func anonymize(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("candidates", c.PathValue("id"))
	if o == nil {
		return missing("candidate")
	}
	for field := range strings.SplitSeq(c.URL.Query().Get("fields"), ",") {
		switch field {
		case "full_name":
			o["first_name"], o["last_name"] = "Candidate", fmt.Sprint("#", o["id"])
		case "current_company":
			o["company"] = nil
		case "current_title":
			o["title"] = nil
		case "emails":
			o["email_addresses"] = []any{}
		case "phone_numbers", "addresses", "tags", "website_addresses", "social_media_addresses":
			o[field] = []any{}
		}
	}
	touch(c, o)
	c.Tell(simulators.Object{"action": "candidate_anonymized", "payload": simulators.Object{"person": simulators.Object{"id": o["id"]}}})
	return simulators.Reply{Status: http.StatusOK, Body: shown(c, "candidates", o), Said: "anonymized " + name("candidates", o)}
}

// touch writes a candidate about whom something happened.
func touch(c *simulators.Call, o simulators.Object) {
	o["updated_at"], o["last_activity"] = stamp(c.Now), stamp(c.Now)
	c.Store.Put("candidates", text(o["id"]), maps.Clone(o))
}
