package syncline_test

import (
	"fmt"
	"strings"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/ashby"
	"syncline/connectors/simulators/greenhouse"
)

// tracker is an ATS as the story sees it, whichever vendor it is: who is there,
// how far, and which notes there are, read from what the vendor itself holds.
type tracker struct {
	name        string
	files       string // the folder of the files that stand in place of the example's own; "": none
	cast        cast
	about, body string // the members of a note: whom it is about, and what it says
	author      string // who the notes are attributed to
	nobody      string // an id that no candidate has

	person, job func(application simulators.Object) string // whose it is, and what for
	reached     func(application simulators.Object) string // how far it is
	address     func(candidate simulators.Object) string
	wrote       func(note simulators.Object) string // who did
	move        func(c *simulators.Call, application simulators.Object, to string)
	write       func(r simulators.Request) string // what a request changes; "": nothing
}

// trackers are the ATS that the story is played with.
func trackers(o simulators.Options) []tracker { return []tracker{onGreenhouse(o), onAshby(o)} }

// stampOf is how both vendors write a time.
const stampOf = "2006-01-02T15:04:05.000Z"

func onGreenhouse(o simulators.Options) tracker {
	return tracker{
		name: "greenhouse", cast: cast{"ats_url", greenhouse.Key, greenhouse.New, o}, about: "candidate_id", body: "body", author: "4003", nobody: "53999",
		person: func(o simulators.Object) string { return fmt.Sprint(o["candidate_id"]) },
		job:    func(o simulators.Object) string { return fmt.Sprint(jobOf(o)) },
		reached: func(o simulators.Object) string {
			if o["status"] != "active" {
				return fmt.Sprint(o["status"])
			}
			return fmt.Sprint(within(o, "current_stage", "name"))
		},
		address: func(o simulators.Object) string {
			return fmt.Sprint(o["email_addresses"].([]any)[0].(simulators.Object)["value"])
		},
		wrote: func(o simulators.Object) string { return fmt.Sprint(within(o, "user", "id")) },
		move: func(c *simulators.Call, o simulators.Object, to string) {
			for _, s := range c.Store.List("job_stages", func(s simulators.Object) bool { return s["job_id"] == jobOf(o) && s["name"] == to }) {
				o["current_stage"] = simulators.Object{"id": s["id"], "name": s["name"]}
			}
			o["last_activity_at"] = c.Now.UTC().Format(stampOf)
		},
		write: func(r simulators.Request) string {
			switch {
			case r.Method == "GET":
				return ""
			case strings.HasSuffix(r.Path, "/move"):
				return "move"
			case strings.HasSuffix(r.Path, "/notes"):
				return "note"
			}
			return r.Path
		},
	}
}

func onAshby(o simulators.Options) tracker {
	return tracker{
		name: "ashby", files: "other", cast: cast{"ats_url", ashby.Key, ashby.New, o}, about: "candidateId", body: "content",
		author: ashby.ID(ashby.User, 1), nobody: ashby.ID(ashby.Candidate, 999),
		person:  func(o simulators.Object) string { return fmt.Sprint(within(o, "candidate", "id")) },
		job:     func(o simulators.Object) string { return fmt.Sprint(within(o, "job", "id")) },
		reached: func(o simulators.Object) string { return fmt.Sprint(within(o, "currentInterviewStage", "title")) },
		address: func(o simulators.Object) string { return fmt.Sprint(within(o, "primaryEmailAddress", "value")) },
		wrote:   func(o simulators.Object) string { return fmt.Sprint(within(o, "author", "id")) },
		move: func(c *simulators.Call, o simulators.Object, to string) {
			for _, s := range c.Store.List("stages", func(s simulators.Object) bool { return s["title"] == to }) {
				o["currentInterviewStage"] = s
			}
			o["updatedAt"] = c.Now.UTC().Format(stampOf)
		},
		write: func(r simulators.Request) string {
			switch _, verb, _ := strings.Cut(r.Path, "."); verb {
			case "list", "info", "search", "listNotes":
				return ""
			case "changeStage":
				return "move"
			case "createNote":
				return "note"
			}
			return r.Path
		},
	}
}

func within(o simulators.Object, member, of string) any { return o[member].(simulators.Object)[of] }

func jobOf(o simulators.Object) any { return o["jobs"].([]any)[0].(simulators.Object)["id"] }

// moves is a recruiter who moves somebody's application.
func (x *screening) moves(who, to string) {
	candidate, _ := x.ids(who)
	x.ats.server.Edit(func(c *simulators.Call) {
		for _, o := range c.Store.List("applications", func(o simulators.Object) bool { return x.at.person(o) == candidate }) {
			x.at.move(c, o, to)
			c.Store.Put("applications", fmt.Sprint(o["id"]), o)
		}
	})
}

// ids are the ATS' ids of somebody: of the candidate, and of the job.
func (x *screening) ids(who string) (candidate, job string) {
	for _, o := range x.ats.held("candidates", func(o simulators.Object) bool { return x.at.address(o) == who }) {
		candidate = fmt.Sprint(o["id"])
	}
	for _, o := range x.ats.held("applications", func(o simulators.Object) bool { return x.at.person(o) == candidate }) {
		job = x.at.job(o)
	}
	return candidate, job
}

// stageOf is how far somebody is, as the ATS has it.
func (x *screening) stageOf(who string) (stage string) {
	candidate, _ := x.ids(who)
	for _, o := range x.ats.held("applications", func(o simulators.Object) bool { return x.at.person(o) == candidate }) {
		stage = x.at.reached(o)
	}
	return stage
}

// authors are who the notes about somebody are attributed to.
func (x *screening) authors(who string) (all []string) {
	candidate, _ := x.ids(who)
	for _, o := range x.ats.held("notes", func(o simulators.Object) bool { return fmt.Sprint(o[x.at.about]) == candidate }) {
		all = append(all, x.at.wrote(o))
	}
	return all
}

// notes are what the notes about somebody say, in the order they were written.
func (x *screening) notes(who string) (all []string) {
	candidate, _ := x.ids(who)
	for _, o := range x.ats.held("notes", func(o simulators.Object) bool { return fmt.Sprint(o[x.at.about]) == candidate }) {
		all = append(all, fmt.Sprint(o[x.at.body]))
	}
	return all
}
