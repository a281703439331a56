# Whoever is hired in the ATS is an employee in the HRIS, has an account in the
# directory and a ticket for the equipment: each once. Whoever leaves loses the
# account.
#
#   README.md says which simulators to start; then
#   syncline run

pipeline "employees" {
  description      = "Whoever is hired in the ATS is an employee in the HRIS, with the pay of the accepted offer, written once."
  entity           = "employee"
  alert            = notify.people
  system_of_record = "hris"

  # People with an application that is hired. All others do not count here.
  source "ats" {
    mapping = mapping.hires
    cursor  = "updated_at"
    sweep   = "1h" # for the case that a hire does not touch the candidate
    allow   = ["read", "update"]
    filter  = "record.applications.exists(a, a.status == 'hired')"
  }

  source "offers" {
    system  = system.ats
    mapping = mapping.offers
    allow   = ["read"]
    filter  = "record.status == 'accepted'"
  }

  # Nobody becomes an employee by an offer alone.
  source "hris" {
    mapping = mapping.employees
    allow   = ["read", "create", "update"]
    fields  = { customApplication = "string?", customWeeklyHours = "string?", payRate = "string?" }
    when    = "entity.hired"
  }

  match {
    key "application" { field = "application" }
    key "email" { field = "personal_email" }
    ambiguous = "review"
  }

  # Whose offer it is, and who the employee was.
  field "application" {
    direction = "ats, offers -> hris"
    owner     = "ats"
    update    = "create"
  }
  field "hired" { direction = "ats" }

  # Before somebody is in the HRIS the ATS is right, and then the HRIS.
  field "employee_number" { direction = "hris" }
  fields "ats <-> hris" {
    owner = "entity.employee_number == nil ? ats : hris"
    drift = "restore"
    field "first_name" {}
    field "last_name" {}
    field "personal_email" {}
    field "personal_phone" {}
  }

  # What the offer says is said once. What becomes of it later is the HRIS' alone.
  fields "offers -> hris" {
    update = "create"
    field "salary" {}
    field "hours_per_week" {}
    field "hired_on" {}
    field "location" { update = "fill" } # a word that was not known yet is no reason to have none for good
  }
  fields "ats -> hris" {
    update = "create"
    field "title" {}
    field "department" {}
    field "work_email" {}
  }

  validate "offered" {
    check   = "!has(entity.hired) || has(entity.salary) && has(entity.hired_on)"
    message = "hired without an accepted offer that says the pay and the first day"
    failed  = "review"
  }
  validate "in_range" {
    check   = <<-CEL
      !has(entity.hired) || !has(entity.salary) || local.pay.exists(p, p.job == entity.title && p.currency == currency(entity.salary)
        && amount(entity.salary) >= p.least && amount(entity.salary) <= p.most)
    CEL
    message = "the pay is outside of what the job is paid"
    failed  = "review"
  }
}

pipeline "accounts" {
  description      = "Whoever came through the ATS may log in, from when the HRIS knows them until it says that they have left."
  entity           = "employee"
  alert            = notify.it
  system_of_record = "hris"

  source "hris" {
    mapping = mapping.employees
    allow   = ["read"]
    fields  = { customApplication = "string?" }
    filter  = "has(record.customApplication) && (record.status == 'Active' || !has(record.termination_date))"
    left    = "archive"
  }

  source "directory" {
    mapping = mapping.scim.employee
    allow   = ["read", "create", "update", "archive"]
  }

  match {
    key "login" { field = "login" }
    key "number" { field = "employee_number" }
    ambiguous = "review"
  }

  # What somebody logs in with never changes.
  field "login" {
    direction = "hris -> directory"
    update    = "create"
    hris      = "work_email"
    directory = "userName"
  }

  fields "hris -> directory" {
    drift = "restore"
    field "employee_number" {}
    field "first_name" {}
    field "last_name" {}
    field "work_email" {}
    field "title" {}
    field "department" {}
  }
}

pipeline "equipment" {
  description = "A request to IT for the equipment of everybody new, once. What becomes of it is IT's."
  entity      = "joiner"
  alert       = notify.it

  source "hris" {
    mapping = mapping.joiners
    allow   = ["read"]
    fields  = { customApplication = "string?" }
    filter  = "has(record.customApplication)"
  }

  source "it" {
    object = "requests"
    allow  = ["read", "create"]
    filter = "record.correlation_id.startsWith('joiner-')"
  }

  match {
    key "reference" { field = "reference" }
  }

  fields "hris -> it" {
    update = "create"
    field "reference" { it = "correlation_id" }
    field "summary" { it = "short_description" }
    field "details" { it = "description" }
  }
}
