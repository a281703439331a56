package scim

import (
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// people are invented: the accounts that are there at first.
var people = []struct{ name, number, title, department string }{
	{"Ada Admin", "1001", "Head of IT", "IT"},
	{"Rui Recruiter", "1002", "Recruiter", "People"},
	{"Cora Coordinator", "1003", "Coordinator", "People"},
	{"Femi Adeyemi", "1004", "Backend Engineer", "Engineering"},
	{"Olga Petrova", "1005", "Data Analyst", "Data"},
}

// fill makes the directory that is there at first.
func fill(c *simulators.Call) {
	then := *c
	then.Now = c.Now.Add(-90 * 24 * time.Hour)
	members := []any{}
	for _, p := range people {
		first, last, _ := strings.Cut(p.name, " ")
		address := strings.ToLower(first+"."+last) + "@acme.example"
		id := Put(&then, "Users", "", simulators.Object{
			"schemas": []any{userSchema, enterprise}, "userName": address, "active": true, "displayName": p.name, "title": p.title,
			"name":     simulators.Object{"givenName": first, "familyName": last, "formatted": p.name},
			"emails":   []any{simulators.Object{"value": address, "type": "work", "primary": true}},
			enterprise: simulators.Object{"employeeNumber": p.number, "department": p.department},
		})
		members = append(members, simulators.Object{"value": id, "display": p.name, "type": "User"})
	}
	Put(&then, "Groups", "", simulators.Object{"schemas": []any{groupSchema}, "displayName": "Everybody", "members": members})
}

// Put writes the attributes of a resource of Users or Groups, as a person would
// who works there, or makes one where no id is given. It returns the id.
func Put(c *simulators.Call, table, id string, attributes simulators.Object) string {
	k := users
	if table == groups.table {
		k = groups
	}
	o := c.Store.Get(k.table, id)
	if o == nil {
		o = simulators.Object{"schemas": []any{k.schema}}
	}
	for name, v := range attributes {
		o[name] = v
	}
	made, no := k.write(c, id, o)
	if no != nil {
		panic("scim: " + no.Said)
	}
	return text(made["id"])
}
