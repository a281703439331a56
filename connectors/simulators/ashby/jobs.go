package ashby

import (
	"maps"
	"slices"

	"syncline/connectors/simulators"
)

// ofStatus leaves out the jobs of a status that is not asked for.
func ofStatus(in, o simulators.Object) bool {
	wanted, ok := in["status"].([]any)
	return !ok || slices.Contains(wanted, o["status"])
}

func searchJobs(c *simulators.Call) simulators.Reply {
	return search(c, "jobs", map[string]func(simulators.Object, string) bool{"title": is("title"), "requisitionId": is("customRequisitionId")})
}

// jobMembers are the members of a request that writes a job, and where they are
// kept.
func jobMembers() map[string]string {
	return map[string]string{
		"title": "title", "teamId": "departmentId", "locationId": "locationId", "defaultInterviewPlanId": "defaultInterviewPlanId", "customRequisitionId": "customRequisitionId",
	}
}

func keepJob(c *simulators.Call, o, in simulators.Object) {
	for member, kept := range jobMembers() {
		if v := text(in[member]); v != "" {
			o[kept] = v
		}
	}
	o["updatedAt"] = stamp(c.Now)
	c.Store.Put("jobs", text(o["id"]), maps.Clone(o))
}

func addJob(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	for _, member := range []string{"title", "teamId", "locationId"} {
		if text(in[member]) == "" {
			return invalid(member + " is missing")
		}
	}
	o := newJob(c, in)
	tell(c, "jobCreate", "job", o)
	return done(o, "added job "+text(o["id"]))
}

func newJob(c *simulators.Call, in simulators.Object) simulators.Object {
	o := simulators.Object{
		"id": next(c, "jobs", Job), "title": nil, "confidential": false, "status": "Draft", "employmentType": "FullTime", "locationId": nil, "departmentId": nil,
		"defaultInterviewPlanId": ID(plan, 1), "interviewPlanIds": []any{ID(plan, 1)}, "customFields": []any{}, "jobPostingIds": []any{}, "customRequisitionId": nil,
		"brandId": nil, "hiringTeam": []any{}, "createdAt": stamp(c.Now), "openedAt": nil, "closedAt": nil,
	}
	keepJob(c, o, in)
	return o
}

func editJob(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	o := c.Store.Get("jobs", text(in["jobId"]))
	if o == nil {
		return failed("job_not_found", "")
	}
	keepJob(c, o, in)
	tell(c, "jobUpdate", "job", o)
	return done(o, "changed job "+text(o["id"]))
}

// reachable are the statuses that a job of a status can be given.
func reachable(status any) []any {
	return map[any][]any{"Draft": {"Open", "Archived"}, "Open": {"Closed"}, "Closed": {"Draft", "Archived"}, "Archived": {"Draft"}}[status]
}

func setStatus(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	o := c.Store.Get("jobs", text(in["jobId"]))
	switch {
	case o == nil:
		return failed("job_not_found", "")
	case !slices.Contains(reachable(o["status"]), in["status"]):
		return invalid("a job that is " + text(o["status"]) + " cannot be " + text(in["status"]))
	}
	switch o["status"] = in["status"]; in["status"] {
	case "Open":
		o["openedAt"] = stamp(c.Now)
	case "Closed":
		o["closedAt"] = stamp(c.Now)
	}
	keepJob(c, o, simulators.Object{})
	tell(c, "jobUpdate", "job", o)
	return done(o, "job "+text(o["id"])+" is "+text(o["status"]))
}
