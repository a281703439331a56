# The ATS: what it calls things. The pay, the hours and the place of an offer are
# fields of the organization's own.
mapping "hires" {
  entity = "employee"
  object = "candidates"
  field "application" { read = "string(record.applications.filter(a, a.status == 'hired')[0].id)" }
  field "hired" { read = "record.applications.exists(a, a.status == 'hired')" }
  field "first_name" { path = "first_name" }
  field "last_name" { path = "last_name" }
  field "personal_email" { path = "email_addresses[type eq 'personal'].value" }
  field "personal_phone" { path = "phone_numbers[type eq 'mobile'].value" }
  field "title" { read = "record.applications.filter(a, a.status == 'hired')[0].jobs[0].name" }
  field "department" {
    read   = "record.applications.filter(a, a.status == 'hired')[0].jobs[0].name"
    values = local.departments
  }
  field "work_email" { read = "slug(record.first_name) + '.' + slug(record.last_name) + '@' + var.domain" }
}

mapping "offers" {
  entity = "employee"
  object = "offers"
  field "application" { path = "application_id" }
  field "salary" {
    path = "keyed_custom_fields.salary.value"
    read = "money(string(value.value), value.currency)"
  }
  field "hours_per_week" {
    path = "keyed_custom_fields.weekly_hours.value"
    read = "decimal(string(value))"
  }
  field "hired_on" { path = "starts_on" }
  field "location" {
    path   = "keyed_custom_fields.work_location.value"
    values = local.locations
  }
}
