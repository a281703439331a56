package inspect

import (
	"path"
	"slices"
	"strings"
)

// called are other names that systems have for an attribute, the likelier
// first. What stands for all models is under the attribute, what stands for one
// under model.attribute.
var called = map[string][]string{
	"external_id":          {"id", "key", "uid", "reference"},
	"first_name":           {"given_name", "first", "forename", "fname"},
	"last_name":            {"family_name", "surname", "last", "lname"},
	"preferred_name":       {"nickname", "known_as"},
	"email":                {"email_address", "mail", "e_mail", "primary_email"},
	"phone":                {"phone_number", "mobile", "mobile_phone", "telephone", "tel", "cell"},
	"mobile":               {"mobile_phone", "cell"},
	"location":             {"city", "town", "office", "address"},
	"country":              {"country_code", "nation"},
	"headline":             {"tagline"},
	"summary":              {"profile_summary", "bio", "about"},
	"current_employer":     {"company", "employer", "current_company", "organization", "organisation"},
	"current_title":        {"title", "job_title", "position"},
	"profile_url":          {"linkedin", "linkedin_url", "profile"},
	"website":              {"homepage", "url", "site", "portfolio"},
	"source":               {"lead_source", "origin", "channel"},
	"stage":                {"status", "application_stage", "current_stage", "pipeline_stage"},
	"status":               {"state", "stage"},
	"work_authorisation":   {"work_permit", "visa", "work_authorization"},
	"date_of_birth":        {"birthday", "birth_date", "dob", "born"},
	"gender":               {"sex"},
	"ethnicity":            {"race"},
	"veteran_status":       {"veteran"},
	"expected_salary":      {"salary_expectation", "desired_salary"},
	"available_on":         {"available_from", "availability", "start_date"},
	"owner_email":          {"owner", "recruiter", "recruiter_email"},
	"created_at":           {"created", "created_date", "created_on", "date_created"},
	"department":           {"dept", "division"},
	"requisition_id":       {"req_id", "requisition", "requisition_number", "job_code"},
	"opened_on":            {"opened_at", "posted_on", "posted_at", "open_date", "created_at", "created"},
	"closed_on":            {"closed_at", "close_date", "filled_on"},
	"openings":             {"positions", "headcount", "vacancies"},
	"employment_type":      {"contract_type", "job_type"},
	"workplace":            {"workplace_type", "remote"},
	"hiring_manager_email": {"hiring_manager", "manager_email"},
	"work_email":           {"email", "email_address", "mail"},
	"work_phone":           {"phone", "phone_number", "office_phone"},
	"employee_number":      {"employee_id", "personnel_number", "badge"},
	"hired_on":             {"hire_date", "start_date", "joined_on"},
	"terminated_on":        {"termination_date", "end_date"},
	"national_id":          {"ssn", "social_security_number", "tax_number"},
	"nationality":          {"citizenship"},
	"job.title":            {"name", "job_title", "position"},
	"account.name":         {"company", "company_name", "account_name"},
	"contact.title":        {"job_title", "position"},
	"employee.title":       {"job_title", "position"},
}

// models are what systems call the records of a ready model.
var models = map[string][]string{
	"candidate":   {"applicant", "person", "people", "prospect", "talent"},
	"job":         {"requisition", "opening", "vacancy", "vacancie", "position", "posting", "joborder"},
	"contact":     {"lead"},
	"account":     {"company", "companie", "client", "customer", "organisation", "organization"},
	"employee":    {"worker", "staff", "user"},
	"application": {"submission"},
	"interview":   {"meeting"},
	"evaluation":  {"scorecard", "feedback", "assessment"},
	"placement":   {"assignment"},
}

// named is how well a place's name speaks for an attribute of a model: 1 for
// the same name, 0 for nothing in common.
func named(names []string, model, attribute string) float64 {
	want, last := folded(attribute), names[len(names)-1]
	whole := folded(strings.Join(names, "_"))
	if folded(last) == want || whole == want {
		return 1
	}
	for i, other := range slices.Concat(called[model+"."+attribute], called[attribute]) {
		if o := folded(other); folded(last) == o || whole == o || folded(last) == folded(model+"_"+other) {
			return 0.9 - float64(i)/100
		}
	}
	if folded(last) == folded(model+"_"+attribute) {
		return 0.85
	}
	if have := tokens(strings.Join(names, "_")); holds(have, tokens(attribute)) {
		return 0.7 - float64(len(have))/100
	}
	return 0
}

// folded is a name without case and separators.
func folded(name string) string { return strings.Join(tokens(name), "") }

// holds reports whether all of the words are among the others, in the singular.
func holds(have, want []string) bool {
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h string) bool { return singular(h) == singular(w) }) {
			return false
		}
	}
	return true
}

func singular(word string) string {
	switch {
	case strings.HasSuffix(word, "sses"):
		return strings.TrimSuffix(word, "es")
	case len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss"):
		return strings.TrimSuffix(word, "s")
	}
	return word
}

// calls reports whether an object is called as a model's records are.
func calls(object, model string) bool {
	name := strings.TrimSuffix(object, path.Ext(object))
	for _, t := range append(tokens(name), folded(name)) {
		if t = singular(t); t == model || slices.Contains(models[model], t) {
			return true
		}
	}
	return false
}
