package bamboohr

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"syncline/connectors/simulators"
)

// people are invented. The first is everybody's manager; the seed says what the
// others do.
var people = []string{
	"Grace Kim", "Ada Nowak", "Ben Ito", "Carla Souza", "Dmitri Orlov", "Elif Demir", "Femi Bello", "Greta Holm", "Hugo Martin", "Isla O'Brien", "Jun Tanaka", "Kofi Mensah",
}

// fill makes the account that is there at first. The last person has left.
func fill(c *simulators.Call) {
	began := c.Now.AddDate(-1, 0, 0)
	for i, person := range people {
		then := *c
		then.Now = began.Add(time.Duration(i) * 24 * time.Hour)
		first, last, _ := strings.Cut(person, " ")
		job, place := c.Rand.IntN(3), lists["location"][c.Rand.IntN(3)]
		in := simulators.Object{
			"firstName": first, "lastName": last, "employeeNumber": strconv.Itoa(7001 + i), "hireDate": then.Now.UTC().Format(time.DateOnly),
			"workEmail": strings.ToLower(first) + "@example.com", "homeEmail": strings.ToLower(first) + "@home.example", "mobilePhone": fmt.Sprintf("+1 801-555-01%02d", i),
			"country": "United States", "dateOfBirth": fmt.Sprintf("19%d-03-1%d", 70+i, i%10), "gender": "Female",
		}
		id := added(&then, in)
		row := simulators.Object{
			"date": in["hireDate"], "jobTitle": []string{"Backend Engineer", "Data Analyst", "Account Manager"}[job],
			"department": []string{"Engineering", "Data", "Customers"}[job], "division": "Americas", "location": place,
		}
		if i > 0 {
			row["reportsTo"] = "Kim, Grace"
		}
		Row(&then, id, "jobInfo", row)
		keep(&then, "compensation", simulators.Object{
			"employeeId": id, "startDate": in["hireDate"], "rate": fmt.Sprintf("%d.00 USD", 60000+1000*c.Rand.IntN(40)), "type": "Salary", "paidPer": "Year", "exempt": "Exempt", "reason": "New hire",
		})
		employee, _ := strconv.Atoi(id)
		c.Store.Put("users", fmt.Sprint(2001+i), simulators.Object{
			"id": 2001 + i, "employeeId": employee, "firstName": first, "lastName": last, "email": in["workEmail"], "status": "enabled", "lastLogin": stamp(then.Now),
		})
	}
	then := *c
	then.Now = began.AddDate(0, 6, 0)
	Row(&then, strconv.Itoa(100+len(people)), "employmentStatus", simulators.Object{
		"date": then.Now.UTC().Format(time.DateOnly), "employmentStatus": "Terminated", "terminationTypeId": "Resignation (Voluntary)", "terminationReasonId": "Other employment", "terminationRehireId": "Yes",
	})
}
