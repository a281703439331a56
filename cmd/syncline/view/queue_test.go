package view

import (
	"testing"
	"time"

	"syncline/engine"
	"syncline/engine/plans"
)

// TestQueues draws every page of the queues.
func TestQueues(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	field := engine.OpenItem{
		ID: "c4f1a0b2c", Kind: "conflict", Pipeline: "candidates", Field: "phone", Reason: "both ends changed it and no rule decides",
		Since: now.Add(-3 * time.Hour), Choices: []string{"ats", "crm", "keep", "value:TEXT"},
		Sides: []engine.Side{{End: "ats", Record: "42", Value: "+49301", Seen: now}, {End: "crm", Record: "9", Value: "(pay)", Seen: now}},
	}
	who := engine.OpenItem{
		ID: "c0a1b2c3d", Kind: "review", Pipeline: "candidates", Reason: "no match is certain", Since: now.Add(-50 * time.Hour),
		Choices: []string{"link:crm/9", "not-same"},
		Sides:   []engine.Side{{End: "ats", Record: "42", Seen: now}, {End: "crm", Record: "9", Seen: now}},
	}
	golden(t, "work.txt", rendered(100, func(p *Page) {
		p.Question(field, 1, 2, now)
		p.WorkHelp(field)
		p.Question(who, 2, 2, now)
		p.WorkHelp(who)
		p.Worked(1, 1)
	}))
	groups := []engine.OpenGroup{{Name: "phone", Conflicts: 1200, Reviews: 3, Chosen: 4, Oldest: now.Add(-time.Hour)}, {Name: "(whole)", Reviews: 1, Oldest: now}}
	survey := engine.Survey{
		Choice: "ats", Same: 1, Picks: make([]engine.Pick, 2), Refused: []engine.Refusal{{ID: "c0a1b2c3d", Why: "\"ats\" is no choice here"}},
		Fit: []engine.SurveyGroup{{Pipeline: "candidates", Kind: "conflict", Field: "phone", Count: 2, Oldest: now.Add(-time.Hour)}},
	}
	golden(t, "bulk.txt", rendered(100, func(p *Page) {
		p.ConflictGroups(groups, "field", now)
		p.Survey(survey, now)
		p.Resolution(engine.Resolution{Stored: 1, Same: 1, Refused: survey.Refused})
	}))
	items := []engine.QueueItem{
		{ID: "q51c0a2f9", Kind: engine.QueueDead, Pipeline: "candidates", End: "crm", Record: "9", Reason: "refused by the end crm: the word is not in the list", Attempts: 5, Since: now.Add(-30 * time.Hour), Alert: "ops"},
		{ID: "q0a2f951c", Kind: engine.QueueWaiting, Pipeline: "candidates", End: "ats", Record: "7", Field: "job", Reason: "what it refers to is not linked yet", Since: now.Add(-time.Minute), Retry: true},
	}
	quiet := []engine.QueueItem{
		{ID: "q11111111", Kind: engine.QueueDuplicate, Pipeline: "candidates", End: "ats", Record: "1", Reason: "duplicate of 2", Since: now.Add(-time.Hour)},
		{ID: "q22222222", Kind: engine.QueueDeclared, Pipeline: "candidates", End: "crm", Record: "2", Reason: "nobody may create it elsewhere", Since: now.Add(-time.Hour)},
	}
	golden(t, "queue.txt", rendered(110, func(p *Page) {
		p.Queue(items, QueueCounts(items), nil, now)
		p.Queued(items[0], "sync", now)
		p.Requeued(engine.Resolution{Stored: 2}, false)
		p.Requeued(engine.Resolution{Stored: 1}, true)
		p.Queue(nil, nil, nil, now)
		p.Queue(nil, nil, QueueCounts(quiet), now)
		p.Queue(items[:1], QueueCounts(items[:1]), QueueCounts(quiet), now)
		p.Queue(quiet, QueueCounts(quiet), nil, now)
	}))
	standing := plans.Standing{Reviews: plans.Count{Count: 3, Oldest: 50 * time.Hour}, Dead: plans.Count{Count: 1, Oldest: time.Hour}, Overdue: 2}
	golden(t, "standing.txt", rendered(100, func(p *Page) {
		p.standings([]engine.StandingInfo{{Pipeline: "candidates", Owner: "ops", Standing: standing}, {Pipeline: "jobs", Owner: "ops"}})
	}))
}
