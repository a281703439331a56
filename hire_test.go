package syncline_test

import (
	"fmt"
	"testing"

	"syncline/connectors/simulators"
	"syncline/connectors/simulators/greenhouse"
	"syncline/connectors/simulators/scim"
	"syncline/connectors/simulators/servicenow"
	"syncline/engine"
)

func hiring(t *testing.T, o simulators.Options) *stage {
	return enter(t, "hire-to-hris",
		cast{"ats_url", greenhouse.Key, greenhouse.New, o},
		cast{"directory_url", "", scim.New, o},
		cast{"it_url", "", servicenow.New, o},
	)
}

const staff = "SELECT id, ats_application, first_name, last_name, work_email, home_email, job_title, department, location, hire_date, pay_rate, weekly_hours FROM employees WHERE id > 1005 ORDER BY id"

func TestHireToHRIS(t *testing.T) {
	x := hiring(t, simulators.Options{Seed: 1})
	show := func() {
		for _, r := range x.rows("live/hris.db", staff) {
			fmt.Println(r)
		}
		for _, o := range x.actors["scim"].held("Users", nil)[5:] {
			fmt.Println(o)
		}
		for _, o := range x.actors["servicenow"].held("sc_request", nil)[1:] {
			fmt.Println(o["correlation_id"], o["short_description"], o["description"])
		}
	}
	x.run()
	for _, id := range []int{69002, 69003, 69006, 69007, 69004, 69012, 69013} {
		x.ask("greenhouse", "POST", fmt.Sprintf("/v1/applications/%d/hire", id), "{}")
	}
	x.run()
	items, _ := x.engine.Conflicts(t.Context(), x.config, engine.ConflictsOptions{})
	for _, i := range items {
		fmt.Printf("%+v\n", i)
	}
	fmt.Println(&x.said)
	x.said.Reset()
	x.idle("hires")
	x.edit("live/hris.db", "UPDATE employees SET last_name = 'Okonkwo-Zieliński', pay_rate='110000 USD', last_changed='2026-03-02T10:00:00Z' WHERE id = 1008")
	x.edit("live/hris.db", "UPDATE employees SET termination_date='2026-03-01', status = 'Inactive', last_changed='2026-03-02T10:00:00Z' WHERE id = 1007")
	x.run()
	x.run()
	show()
	for _, o := range x.actors["greenhouse"].held("candidates", nil)[5:6] {
		fmt.Println(o)
	}
	fmt.Println(&x.said)
}
