package greenhouse

import (
	"encoding/json"
	"fmt"
	"time"

	"syncline/connectors/simulators"
)

// offered are offers that are there at first, by the number of the person in
// people. The pay is a custom field, and so is what the organization types by
// hand: where, and how many hours.
var offered = map[int]struct {
	job    int
	status string
	pay    any
	hours  any
	place  string
}{
	1:  {job: 6002, pay: currency("62000.00", "EUR"), hours: 40, place: "Berlin, Germany"},
	2:  {job: 6003, pay: currency("58000.50", "USD"), hours: json.Number("24.5"), place: "NYC"},
	3:  {job: 6003, pay: currency("61000", "USD"), hours: 40, place: "New York", status: "unresolved"},
	4:  {job: 6001, pay: currency("99000", "USD"), hours: 40, place: "NYC"},
	5:  {job: 6001, pay: currency("103000", "USD"), hours: 40, place: "New York City"},
	6:  {job: 6001, pay: currency("130000", "USD"), hours: 40, place: "New York"},
	11: {job: 6002, pay: "Around $100k", hours: 40, place: "Berlin"},
	12: {job: 6002, pay: currency("71000", "EUR"), hours: 40, place: "the moon"},
}

func currency(value json.Number, unit string) simulators.Object {
	return simulators.Object{"value": value, "currency": unit}
}

// offer makes the offer of an application, as the documentation shows one.
func offer(c *simulators.Call, n int, application simulators.Object) {
	o, ok := offered[n]
	if !ok {
		return
	}
	id := c.Store.Next("offers", 81001)
	record := simulators.Object{
		"id": id, "version": 1, "application_id": application["id"], "candidate_id": application["candidate_id"], "job_id": o.job, "opening": nil,
		"created_at": stamp(c.Now), "updated_at": stamp(c.Now), "sent_at": c.Now.Format(time.DateOnly), "resolved_at": stamp(c.Now),
		"starts_at": c.Now.AddDate(0, 2, 0).Format(time.DateOnly), "status": "accepted",
	}
	if o.status != "" {
		record["status"], record["resolved_at"] = o.status, nil
	}
	plain, keyed := simulators.Object{}, simulators.Object{}
	for _, f := range []struct {
		key, name, kind string
		value           any
	}{{"salary", "Salary", "currency", o.pay}, {"weekly_hours", "Weekly hours", "number", o.hours}, {"work_location", "Work location", "short_text", o.place}} {
		plain[f.key], keyed[f.key] = f.value, simulators.Object{"name": f.name, "type": f.kind, "value": f.value}
	}
	record["custom_fields"], record["keyed_custom_fields"] = plain, keyed
	c.Store.Put("offers", fmt.Sprint(id), record)
}
