package ashby

import (
	"maps"

	"syncline/connectors/simulators"
)

// about is whose application it is.
func about(application simulators.Object) any {
	return application["candidate"].(simulators.Object)["id"]
}

func addApplication(c *simulators.Call) simulators.Reply {
	in, _ := c.JSON()
	person, job := c.Store.Get("candidates", text(in["candidateId"])), c.Store.Get("jobs", text(in["jobId"]))
	switch {
	case person == nil:
		return failed("candidate_not_found", "")
	case job == nil:
		return failed("job_not_found", "")
	}
	stage := c.Store.Get("stages", ID(Stage, 1))
	if id := text(in["interviewStageId"]); id != "" {
		if stage = c.Store.Get("stages", id); stage == nil {
			return failed("interview_stage_not_found", "")
		}
	}
	o := apply(c, person, job, stage)
	if no := credit(c, o, in); no != nil {
		return *no
	}
	c.Store.Put("applications", text(o["id"]), maps.Clone(o))
	tell(c, "applicationSubmit", "application", o)
	return done(o, "added application "+text(o["id"]))
}

// apply makes an application of a person.
func apply(c *simulators.Call, person, job, stage simulators.Object) simulators.Object {
	o := simulators.Object{
		"id": next(c, "applications", Application), "createdAt": stamp(c.Now), "updatedAt": stamp(c.Now), "status": "Active", "customFields": []any{},
		"candidate": simulators.Object{
			"id": person["id"], "name": person["name"], "primaryEmailAddress": person["primaryEmailAddress"], "primaryPhoneNumber": person["primaryPhoneNumber"],
		},
		"source": nil, "creditedToUser": nil, "archiveReason": nil, "archivedAt": nil, "hiringTeam": []any{}, "appliedViaJobPostingId": nil,
	}
	take(o, job)
	reach(c, o, stage)
	person["applicationIds"] = append(person["applicationIds"].([]any), o["id"])
	touch(c, person)
	c.Store.Put("applications", text(o["id"]), maps.Clone(o))
	return o
}

// take puts an application on a job.
func take(o, job simulators.Object) {
	o["job"] = simulators.Object{"id": job["id"], "title": job["title"], "locationId": job["locationId"], "departmentId": job["departmentId"]}
}

// reach puts an application on a stage. Its status follows.
func reach(c *simulators.Call, o, stage simulators.Object) {
	o["currentInterviewStage"], o["archivedAt"] = stage, nil
	switch stage["type"] {
	case "Hired":
		o["status"] = "Hired"
	case "Archived":
		o["status"], o["archivedAt"] = "Archived", stamp(c.Now)
	default:
		o["status"] = "Active"
	}
}

// action changes an application, and says what is wrong where it cannot be.
type action func(c *simulators.Call, o, in simulators.Object) *simulators.Reply

// act makes a handler of an action.
func act(do action) simulators.Handler {
	return func(c *simulators.Call) simulators.Reply {
		in, _ := c.JSON()
		o := c.Store.Get("applications", text(in["applicationId"]))
		if o == nil {
			return failed("application_not_found", "")
		}
		was := o["currentInterviewStage"].(simulators.Object)["id"]
		if no := do(c, o, in); no != nil {
			return *no
		}
		o["updatedAt"] = stamp(c.Now)
		c.Store.Put("applications", text(o["id"]), maps.Clone(o))
		now := o["currentInterviewStage"].(simulators.Object)
		switch {
		case now["id"] == was:
			tell(c, "applicationUpdate", "application", o)
		case now["type"] == "Hired":
			tell(c, "candidateHire", "application", o)
		default:
			tell(c, "candidateStageChange", "application", o)
		}
		return done(o, "application "+text(o["id"])+" is at "+text(now["title"]))
	}
}

// credit writes where an application came from, and who is credited.
func credit(c *simulators.Call, o, in simulators.Object) *simulators.Reply {
	if id := text(in["sourceId"]); id != "" {
		o["source"] = sourceOf(id)
	}
	if id := text(in["creditedToUserId"]); id != "" {
		user := c.Store.Get("users", id)
		if user == nil {
			no := failed("user_not_found", "")
			return &no
		}
		o["creditedToUser"] = user
	}
	return nil
}

// changeStage moves an application to a stage of its plan. Only one that is
// archived has a reason, and it has to have one.
func changeStage(c *simulators.Call, o, in simulators.Object) *simulators.Reply {
	stage, why := c.Store.Get("stages", text(in["interviewStageId"])), text(in["archiveReasonId"])
	var no simulators.Reply
	switch {
	case stage == nil:
		no = failed("interview_stage_not_found", "")
	case stage["interviewPlanId"] != o["currentInterviewStage"].(simulators.Object)["interviewPlanId"]:
		no = invalid("the stage is of another plan")
	case (stage["type"] == "Archived") != (why != ""):
		no = invalid("archiveReasonId goes with a stage of type Archived, and only with one")
	default:
		reach(c, o, stage)
		o["archiveReason"] = nil
		if why != "" {
			o["archiveReason"] = simulators.Object{"id": why, "text": "Not this time", "reasonType": "RejectedByOrg", "isArchived": false, "customFields": []any{}}
		}
		return nil
	}
	return &no
}

func transfer(c *simulators.Call, o, in simulators.Object) *simulators.Reply {
	job, stage := c.Store.Get("jobs", text(in["jobId"])), c.Store.Get("stages", text(in["interviewStageId"]))
	var no simulators.Reply
	switch {
	case job == nil:
		no = failed("job_not_found", "")
	case stage == nil || stage["interviewPlanId"] != in["interviewPlanId"]:
		no = failed("interview_stage_not_found", "")
	default:
		take(o, job)
		reach(c, o, stage)
		return nil
	}
	return &no
}
