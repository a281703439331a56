# The HRIS: what it calls things. Another HRIS is another file.
#
# Fields that begin with custom are the account's own: whose application the
# employee was, and how many hours a week were agreed on.
mapping "employees" {
  entity = "employee"
  object = "employees"
  field "employee_number" { path = "id" }
  field "application" { path = "customApplication" }
  field "first_name" { path = "first_name" }
  field "last_name" { path = "last_name" }
  field "work_email" { path = "work_email" }
  field "personal_email" { path = "home_email" }
  field "personal_phone" { path = "mobile_phone" }
  field "title" { path = "job_title" }
  field "department" { path = "department" }
  field "location" { path = "location" }
  field "hired_on" { path = "hire_date" }
  field "hours_per_week" {
    path  = "customWeeklyHours"
    read  = "decimal(value)"
    write = "string(entity.hours_per_week)"
  }
  field "salary" {
    path  = "payRate" # 103000.00 USD
    read  = "money(split(value, ' ')[0], split(value, ' ')[1])"
    write = "string(amount(entity.salary)) + ' ' + currency(entity.salary)"
  }
}

mapping "joiners" {
  entity = "joiner"
  object = "employees"
  field "reference" { read = "'joiner-' + record.id" }
  field "summary" { read = "join(['Equipment for', record.first_name, record.last_name], ' ')" }
  field "details" { read = "join([record.job_title, record.department, record.location, record.hire_date], ', ')" }
}
