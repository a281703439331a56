package greenhouse

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"

	"syncline/connectors/simulators"
)

// addJob makes a job after another one, whose stages and settings it gets. As in
// the original nothing keeps it from being the second of that requisition.
func addJob(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	template := c.Store.Get("jobs", text(in["template_job_id"]))
	if template == nil {
		return invalid("template_job_id", "must be a job")
	}
	openings, ok := opened(c, in["number_of_openings"])
	if !ok {
		return invalid("number_of_openings", "must be greater than 0")
	}
	id := c.Store.Next("jobs", 6101)
	o := maps.Clone(template)
	maps.Copy(o, simulators.Object{
		"id": id, "name": "Copy Of " + text(template["name"]), "requisition_id": in["requisition_id"], "status": "open", "is_template": false,
		"copied_from_id": template["id"], "openings": openings, "created_at": stamp(c.Now), "opened_at": stamp(c.Now), "closed_at": nil, "updated_at": stamp(c.Now),
	})
	if in["job_name"] != nil {
		o["name"] = in["job_name"]
	}
	c.Store.Put("jobs", text(id), maps.Clone(o))
	for n, stage := range c.Store.List("job_stages", func(s simulators.Object) bool { return text(s["job_id"]) == text(template["id"]) }) {
		stage["id"], stage["job_id"] = c.Store.Next("job_stages", 7101), id
		stage["priority"], stage["created_at"], stage["updated_at"] = n, stamp(c.Now), stamp(c.Now)
		c.Store.Put("job_stages", text(stage["id"]), stage)
	}
	c.Tell(simulators.Object{"action": "job_created", "payload": simulators.Object{"job": o}})
	return simulators.Reply{Status: http.StatusCreated, Body: o, Said: "added " + name("jobs", o)}
}

// mostOpenings is how many openings a simulated job has at most.
const mostOpenings = 100

// opened are the openings of a new job.
func opened(c *simulators.Call, wanted any) ([]any, bool) {
	number, _ := wanted.(json.Number)
	n, err := number.Int64()
	if err != nil || n < 1 || n > mostOpenings {
		return nil, false
	}
	out := make([]any, n)
	for i := range out {
		out[i] = simulators.Object{
			"id": c.Store.Next("openings", 8001), "opening_id": nil, "status": "open", "opened_at": stamp(c.Now), "closed_at": nil, "application_id": nil, "close_reason": nil,
		}
	}
	return out, true
}

// editJob changes what a job is called, its requisition and its notes.
func editJob(c *simulators.Call) simulators.Reply {
	o := c.Store.Get("jobs", c.PathValue("id"))
	if o == nil {
		return missing("job")
	}
	in, ok := c.JSON()
	if !ok {
		return invalid("body", "must be a JSON object")
	}
	if v, ok := in["name"]; ok && text(v) == "" {
		return invalid("name", "can't be blank")
	}
	for _, field := range []string{"name", "requisition_id", "notes"} {
		if v, ok := in[field]; ok {
			o[field] = v
		}
	}
	o["updated_at"] = stamp(c.Now)
	c.Store.Put("jobs", text(o["id"]), maps.Clone(o))
	c.Tell(simulators.Object{"action": "job_updated", "payload": simulators.Object{"job": o}})
	return simulators.Reply{Status: http.StatusOK, Body: o, Said: fmt.Sprintf("changed %s", name("jobs", o))}
}
