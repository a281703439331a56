package greenhouse

import (
	"fmt"
	"maps"
	"net/http"

	"syncline/connectors/simulators"
)

// checked refuses an application that cannot be made.
func checked(c *simulators.Call, in simulators.Object) *simulators.Reply {
	job := c.Store.Get("jobs", text(in["job_id"]))
	if job == nil {
		no := invalid("job_id", "must be a job")
		return &no
	}
	if job["status"] == "closed" {
		no := invalid("job_id", "must be an open job")
		return &no
	}
	if stage := text(in["initial_stage_id"]); stage != "" && stageOf(c, job["id"], stage) == nil {
		no := invalid("initial_stage_id", "must be a stage of the job")
		return &no
	}
	return nil
}

// apply makes an application of a person. The request was checked.
func apply(c *simulators.Call, person, in simulators.Object, prospect bool) simulators.Object {
	id := c.Store.Next("applications", 69001)
	o := simulators.Object{
		"id": id, "candidate_id": person["id"], "prospect": prospect, "applied_at": stamp(c.Now), "rejected_at": nil, "last_activity_at": stamp(c.Now),
		"location": nil, "source": sourceOf(in), "credited_to": brief(c.Store.Get("users", c.Told("On-Behalf-Of"))), "recruiter": nil, "coordinator": nil,
		"rejection_reason": nil, "rejection_details": nil, "jobs": []any{}, "job_post_id": nil, "status": "active", "current_stage": nil,
		"answers": []any{}, "prospective_office": nil, "prospective_department": nil, "prospect_detail": simulators.Object{"prospect_pool": nil, "prospect_stage": nil, "prospect_owner": nil}, "attachments": []any{},
		"custom_fields": simulators.Object{}, "keyed_custom_fields": simulators.Object{},
	}
	if job := c.Store.Get("jobs", text(in["job_id"])); job != nil {
		o["jobs"] = []any{simulators.Object{"id": job["id"], "name": job["name"]}}
		stage := stageOf(c, job["id"], text(in["initial_stage_id"]))
		o["current_stage"] = simulators.Object{"id": stage["id"], "name": stage["name"]}
	}
	credit(c, o, in)
	c.Store.Put("applications", text(id), maps.Clone(o))
	action := "new_candidate_application"
	if prospect {
		action = "new_prospect_application"
	}
	tell(c, action, o)
	return o
}

func sourceOf(in simulators.Object) any {
	if in["source_id"] == nil {
		return nil
	}
	return simulators.Object{"id": in["source_id"], "public_name": "Source " + text(in["source_id"])}
}

// brief is a user as other records have it.
func brief(user simulators.Object) any {
	if user == nil {
		return nil
	}
	out := simulators.Object{}
	for _, field := range []string{"id", "first_name", "last_name", "name", "employee_id"} {
		out[field] = user[field]
	}
	return out
}

// credit writes who and what an application is credited to.
func credit(c *simulators.Call, o, in simulators.Object) {
	if in["source_id"] != nil {
		o["source"] = sourceOf(in)
	}
	for _, who := range []string{"recruiter", "coordinator"} {
		if in[who+"_id"] != nil {
			o[who] = brief(c.Store.Get("users", text(in[who+"_id"])))
		}
	}
}

// stageOf finds a stage of a job by its id, or the first.
func stageOf(c *simulators.Call, job any, id string) simulators.Object {
	for _, s := range c.Store.List("job_stages", nil) {
		if text(s["job_id"]) == text(job) && (id == "" || text(s["id"]) == id) {
			return s
		}
	}
	return nil
}

func addApplication(c *simulators.Call) simulators.Reply {
	person := c.Store.Get("candidates", c.PathValue("id"))
	if person == nil {
		return missing("candidate")
	}
	in, _ := c.JSON()
	if no := checked(c, in); no != nil {
		return *no
	}
	o := apply(c, person, in, false)
	touch(c, person)
	return simulators.Reply{Status: http.StatusCreated, Body: o, Said: "added " + name("applications", o)}
}

// action changes an application, and names the webhook that tells of it, what
// was done, and what is wrong where it cannot be.
type action func(c *simulators.Call, o, in simulators.Object) (event, said string, no *simulators.Reply)

// act makes a handler of an action.
func act(do action) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		o := c.Store.Get("applications", c.PathValue("id"))
		if o == nil {
			return missing("application")
		}
		in, _ := c.JSON()
		event, said, no := do(c, o, in)
		if no != nil {
			return *no
		}
		o["last_activity_at"] = stamp(c.Now)
		c.Store.Put("applications", text(o["id"]), maps.Clone(o))
		if person := c.Store.Get("candidates", text(o["candidate_id"])); person != nil {
			touch(c, person)
		}
		tell(c, event, o)
		return simulators.Reply{Status: http.StatusOK, Body: o, Said: name("applications", o) + " " + said}
	}
}

func update(c *simulators.Call, o, in simulators.Object) (string, string, *simulators.Reply) {
	credit(c, o, in)
	return "application_updated", "is credited anew", nil
}

// active refuses what only an application under way can do, or one that is
// elsewhere by now.
func active(o, in simulators.Object) *simulators.Reply {
	if o["status"] != "active" {
		no := invalid("status", "the application is "+text(o["status"]))
		return &no
	}
	at, _ := o["current_stage"].(simulators.Object)
	if from := in["from_stage_id"]; from != nil && text(from) != text(at["id"]) {
		no := invalid("from_stage_id", "the application is at another stage")
		return &no
	}
	return nil
}

func advance(c *simulators.Call, o, in simulators.Object) (string, string, *simulators.Reply) {
	if no := active(o, in); no != nil {
		return "", "", no
	}
	at, _ := o["current_stage"].(simulators.Object)
	next := false
	for _, s := range c.Store.List("job_stages", func(s simulators.Object) bool { return text(s["job_id"]) == jobOf(o) }) {
		if next {
			return reach(o, s)
		}
		next = text(s["id"]) == text(at["id"])
	}
	no := invalid("from_stage_id", "there is no further stage")
	return "", "", &no
}

func reach(o, stage simulators.Object) (string, string, *simulators.Reply) {
	o["current_stage"] = simulators.Object{"id": stage["id"], "name": stage["name"]}
	return "candidate_stage_change", "moved to " + text(stage["name"]), nil
}

func move(c *simulators.Call, o, in simulators.Object) (string, string, *simulators.Reply) {
	if no := active(o, in); no != nil {
		return "", "", no
	}
	stage := stageOf(c, jobOf(o), text(in["to_stage_id"]))
	if in["to_stage_id"] == nil || stage == nil {
		no := invalid("to_stage_id", "must be a stage of the job")
		return "", "", &no
	}
	return reach(o, stage)
}

func transfer(c *simulators.Call, o, in simulators.Object) (string, string, *simulators.Reply) {
	if o["prospect"] == true {
		no := invalid("new_job_id", "a prospect cannot be transferred")
		return "", "", &no
	}
	if no := checked(c, simulators.Object{"job_id": in["new_job_id"], "initial_stage_id": in["new_stage_id"]}); no != nil {
		return "", "", no
	}
	job := c.Store.Get("jobs", text(in["new_job_id"]))
	o["jobs"] = []any{simulators.Object{"id": job["id"], "name": job["name"]}}
	event, _, _ := reach(o, stageOf(c, job["id"], text(in["new_stage_id"])))
	return event, "moved to the job " + text(job["name"]), nil
}

func hire(_ *simulators.Call, o, _ simulators.Object) (string, string, *simulators.Reply) {
	if no := active(o, nil); no != nil {
		return "", "", no
	}
	o["status"], o["current_stage"] = "hired", nil
	return "hire_candidate", "is hired", nil
}

func reject(c *simulators.Call, o, in simulators.Object) (string, string, *simulators.Reply) {
	if no := active(o, nil); no != nil {
		return "", "", no
	}
	o["status"], o["rejected_at"] = "rejected", stamp(c.Now)
	if in["rejection_reason_id"] != nil {
		o["rejection_reason"] = simulators.Object{"id": in["rejection_reason_id"], "name": "Reason " + text(in["rejection_reason_id"])}
	}
	return "reject_candidate", "is rejected", nil
}

func unreject(_ *simulators.Call, o, _ simulators.Object) (string, string, *simulators.Reply) {
	if o["status"] != "rejected" {
		no := invalid("status", "the application is "+text(o["status"]))
		return "", "", &no
	}
	o["status"], o["rejected_at"], o["rejection_reason"] = "active", nil, nil
	return "unreject_candidate", "is active again", nil
}

func deleteApplication(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("applications", c.PathValue("id"))
	switch {
	case o == nil:
		return missing("application")
	case o["prospect"] == true:
		return invalid("id", "a prospect's application cannot be deleted")
	}
	c.Store.Delete("applications", text(o["id"]))
	c.Tell(simulators.Object{"action": "delete_application", "payload": simulators.Object{"application": simulators.Object{
		"id": o["id"], "candidate_id": o["candidate_id"], "prospect": false,
	}}})
	return simulators.Reply{Status: http.StatusOK, Body: message(fmt.Sprintf("Application %v has been deleted.", o["id"])), Said: "deleted " + name("applications", o)}
}

func jobOf(o simulators.Object) string {
	jobs, _ := o["jobs"].([]any)
	if len(jobs) == 0 {
		return ""
	}
	return text(jobs[0].(simulators.Object)["id"])
}

// tell sends the webhook of an application, with the candidate inside as the
// vendor has it.
func tell(c *simulators.Call, action string, o simulators.Object) {
	inside := maps.Clone(o)
	inside["candidate"] = c.Store.Get("candidates", text(o["candidate_id"]))
	c.Tell(simulators.Object{"action": action, "payload": simulators.Object{"application": inside}})
}
