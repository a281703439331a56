# BambooHR, its API v1 and its webhooks.
#
# Source: the vendor's own description of the API, github.com/BambooHR/bhr-api-python
# (specs/public.yaml, MIT), as of June 2026, and its documentation
# (documentation.bamboohr.com: Technical Overview, Getting Started, List of Field
# Names, Field Types, Webhooks, Event-Based Webhooks; of the tables' columns,
# bamboohr.com/api/documentation/tables.php), seen November 2026. What could not be
# confirmed there is left out, and named at the end.

vendor "bamboohr" {
  doc     = "BambooHR over its API v1. A key acts as the user it belongs to, and reads and writes what the user's access level lets it; fields it may not see are left out of records."
  version = "v1"
  base    = "settings.url"
  no_null = true # whether null empties a field is not documented

  setting "url" {
    doc      = "The account's address: https://COMPANY.bamboohr.com."
    type     = "url"
    required = true
  }
  setting "api_key" {
    doc    = "An API key: the user's menu, API Keys. The user should have an access level of its own."
    secret = true
  }
  setting "client_id" {
    doc = "Of a registered application, for OAuth."
  }
  setting "client_secret" {
    doc    = "Of a registered application, for OAuth."
    secret = true
  }
  setting "refresh_token" {
    doc    = "The token that a user's consent gave; the next one may come with each use."
    secret = true
  }
  setting "webhook_secret" {
    doc    = "The private key of the webhook, which is shown once: Account Settings, Webhooks."
    secret = true
  }

  auth "key" {
    doc   = "The API key as the user of basic auth. The password may be anything; it is the key again."
    needs = ["api_key"]
    basic {
      user     = "settings.api_key"
      password = "settings.api_key"
    }
  }
  auth "oauth" {
    doc   = "A registered application, with the token that a user's consent gave."
    needs = ["client_id", "client_secret", "refresh_token"]
    refresh_token {
      token_url = "settings.url + '/token.php?request=token'"
      id        = "settings.client_id"
      secret    = "settings.client_secret"
      token     = "settings.refresh_token"
      in_body   = true
    }
  }

  limits { parallel = 2 } # no number is documented: requests that are too frequent get 503

  error {
    status = [403]
    kind   = "denied"
    hint   = "the access level of the key's user does not allow it: Settings, Access Levels"
  }
  error {
    status = [409]
    kind   = "refused"
    hint   = "BambooHR refused a value: an address that another employee has, a country or a state it does not know, or what is in none of the account's lists"
  }

  object "employees" {
    doc           = "Employees, current, former and future."
    at            = "last_changed"
    open          = true # any field by its name or alias; those of one's own have aliases that begin with custom
    hash_selected = true # a report and a record may have the same values in another order
    permissions = {
      read          = ["report", "employee", "public.user"]
      create        = ["employee.write"]
      update        = ["employee.write"]
      change_job    = ["employee:job.write"]
      change_status = ["employee:job.write"]
    }

    field "first_name" {
      type     = "string?"
      doc      = "The given name."
      path     = "firstName"
      class    = "personal"
      required = true
    }
    field "last_name" {
      type     = "string?"
      doc      = "The family name."
      path     = "lastName"
      class    = "personal"
      required = true
    }
    field "middle_name" {
      type  = "string?"
      doc   = "The middle name."
      path  = "middleName"
      class = "personal"
    }
    field "preferred_name" {
      type  = "string?"
      doc   = "What the person wants to be called."
      path  = "preferredName"
      class = "personal"
    }
    field "display_name" {
      type      = "string?"
      doc       = "The name as the account shows it."
      path      = "displayName"
      class     = "personal"
      read_only = true
    }
    field "employee_number" {
      type  = "string?"
      doc   = "The number that the company gave."
      path  = "employeeNumber"
      class = "personal"
    }
    field "work_email" {
      type  = "string?"
      doc   = "The address at the company. No two employees have the same."
      path  = "workEmail"
      class = "personal"
    }
    field "home_email" {
      type  = "string?"
      doc   = "The private address."
      path  = "homeEmail"
      class = "personal"
    }
    field "work_phone" {
      type  = "string?"
      doc   = "The phone number at work."
      path  = "workPhone"
      class = "personal"
    }
    field "work_phone_extension" {
      type  = "string?"
      doc   = "Its extension."
      path  = "workPhoneExtension"
      class = "personal"
    }
    field "mobile_phone" {
      type  = "string?"
      doc   = "The mobile number."
      path  = "mobilePhone"
      class = "personal"
    }
    field "home_phone" {
      type  = "string?"
      doc   = "The phone number at home."
      path  = "homePhone"
      class = "personal"
    }
    field "address1" {
      type  = "string?"
      doc   = "Where the person lives: the first line. An address needs a country."
      class = "personal"
    }
    field "address2" {
      type  = "string?"
      doc   = "The second line."
      class = "personal"
    }
    field "city" {
      type  = "string?"
      doc   = "The city."
      class = "personal"
    }
    field "state" {
      type  = "string?"
      doc   = "The state or province; BambooHR makes it the usual abbreviation."
      class = "personal"
    }
    field "zipcode" {
      type  = "string?"
      doc   = "The postal code."
      class = "personal"
    }
    field "country" {
      type  = "string?"
      doc   = "The country: its name as BambooHR lists it, or two letters."
      class = "personal"
    }
    field "date_of_birth" {
      type  = "date?"
      doc   = "The day the person was born."
      path  = "dateOfBirth"
      codec = "zero_date"
      class = "protected"
    }
    field "gender" {
      type  = "string?"
      doc   = "The gender, as the account lists it."
      class = "protected"
    }
    field "job_title" {
      type = "string?"
      doc  = "What the person works as now; one of the account's list. A change makes a row of job_info."
      path = "jobTitle"
    }
    field "department" {
      type = "string?"
      doc  = "The department now; one of the account's list."
    }
    field "division" {
      type = "string?"
      doc  = "The division now; one of the account's list."
    }
    field "location" {
      type = "string?"
      doc  = "Where the person works now; one of the account's list."
    }
    field "supervisor_id" {
      type      = "string?"
      doc       = "The employee the person reports to now. To change it takes the verb change_job."
      path      = "supervisorId"
      codec     = "id"
      read_only = true
    }
    field "supervisor" {
      type      = "string?"
      doc       = "The same, by name."
      class     = "personal"
      read_only = true
    }
    field "employment_status" {
      type      = "string?"
      doc       = "The kind of employment now, as the account lists it. To change it takes the verb change_status."
      path      = "employmentHistoryStatus"
      read_only = true
    }
    field "status" {
      type      = "string?"
      doc       = "Active or Inactive; Inactive is also who has yet to begin."
      read_only = true
    }
    field "hire_date" {
      type  = "date?"
      doc   = "The first day of work."
      path  = "hireDate"
      codec = "zero_date"
      class = "personal"
    }
    field "original_hire_date" {
      type      = "date?"
      doc       = "The first day of work of who came back."
      path      = "originalHireDate"
      codec     = "zero_date"
      class     = "personal"
      read_only = true
    }
    field "termination_date" {
      type      = "date?"
      doc       = "The last day of work."
      path      = "terminationDate"
      codec     = "zero_date"
      class     = "personal"
      read_only = true
    }
    field "last_changed" {
      type      = "timestamp?"
      doc       = "When anything about the employee changed last: a field, or a row of a table."
      path      = "lastChanged"
      read_only = true
    }

    list {
      method = "POST"
      reads  = true
      path   = "/api/v1/reports/custom" # said to be replaced by datasets, whose fields have other names
      query  = { format = "'json'" }
      json = {
        title            = "'Syncline'"
        fields           = "fields"
        filterDuplicates = "'yes'"
        filters          = "has(since) ? {'lastChanged': {'value': string(since), 'includeNull': 'no'}} : null"
      }
      records = "employees"
      changes {
        field   = "last_changed"
        overlap = "1s"
        removed {
          path    = "/api/v1/employees/changed"
          query   = { since = "since", type = "'deleted'" }
          records = "employees.*" # none is an empty list, and no empty object
          one     = true
          id      = "id"
        }
      }
    }
    get {
      path  = "/api/v1/employees/{id}"
      query = { fields = "fields.join(',')" }
    }
    find {
      keys    = ["work_email"]
      when    = "has(record.workEmail) && record.workEmail != null && keys.work_email.values.exists(v, string(record.workEmail).lowerAscii() == string(v).lowerAscii())"
      method  = "POST"
      reads   = true
      path    = "/api/v1/reports/custom"
      query   = { format = "'json'" }
      json    = { title = "'Syncline'", fields = "fields", filterDuplicates = "'yes'" }
      records = "employees"
    }
    find {
      keys    = ["home_email"]
      when    = "has(record.homeEmail) && record.homeEmail != null && keys.home_email.values.exists(v, string(record.homeEmail).lowerAscii() == string(v).lowerAscii())"
      method  = "POST"
      reads   = true
      path    = "/api/v1/reports/custom"
      query   = { format = "'json'" }
      json    = { title = "'Syncline'", fields = "fields", filterDuplicates = "'yes'" }
      records = "employees"
    }
    find {
      keys    = ["employee_number"]
      when    = "has(record.employeeNumber) && record.employeeNumber != null && keys.employee_number.values.exists(v, string(record.employeeNumber).lowerAscii() == string(v).lowerAscii())"
      method  = "POST"
      reads   = true
      path    = "/api/v1/reports/custom"
      query   = { format = "'json'" }
      json    = { title = "'Syncline'", fields = "fields", filterDuplicates = "'yes'" }
      records = "employees"
    }

    create {
      doc       = "Adds an employee, who has to have a first and a last name. Who is on a payroll of BambooHR's needs more."
      path      = "/api/v1/employees"
      answer_id = "regex.extract(answer.header['location'], '([0-9]+)[^0-9]*$').orValue('')"
      after     = "read"
      lost      = "key_search"
    }
    update {
      doc    = "Changes an employee. What is not given stays."
      method = "POST"
      path   = "/api/v1/employees/{id}"
      guard  = "compare"
      after  = "read"
    }
    verb "change_job" {
      doc  = "Adds a row to job_info: from a day on the employee has another job, manager or place."
      path = "/api/v1_1/employees/{id}/tables/jobInfo"
      json = {
        date       = "args.date"
        jobTitle   = "args.job_title"
        department = "args.department"
        division   = "args.division"
        location   = "args.location"
        reportsTo  = "args.reports_to"
      }
      arg "date" {
        type     = "date"
        doc      = "From when on."
        required = true
      }
      arg "job_title" { doc = "What the person works as; one of the account's list." }
      arg "department" { doc = "The department; one of the account's list." }
      arg "division" { doc = "The division; one of the account's list." }
      arg "location" { doc = "Where the person works; one of the account's list." }
      arg "reports_to" { doc = "Whom the person reports to, as the account names the employee." }
    }
    verb "change_status" {
      doc  = "Adds a row to employment_statuses: from a day on the employment is another, or ended."
      path = "/api/v1_1/employees/{id}/tables/employmentStatus"
      json = {
        date                = "args.date"
        employmentStatus    = "args.status"
        comment             = "args.comment"
        terminationTypeId   = "args.termination_type"
        terminationReasonId = "args.termination_reason"
        terminationRehireId = "args.termination_rehire"
      }
      arg "date" {
        type     = "date"
        doc      = "From when on; of who leaves, the last day."
        required = true
      }
      arg "status" {
        doc      = "The kind of employment; one of the account's list. Terminated ends it."
        required = true
      }
      arg "comment" { doc = "A comment." }
      arg "termination_type" { doc = "How it ended; one of the account's list. Needed with Terminated." }
      arg "termination_reason" { doc = "Why it ended; one of the account's list. Needed with Terminated." }
      arg "termination_rehire" { doc = "Whether the person may come back; one of the account's list. Needed with Terminated." }
    }
  }

  object "job_info" {
    doc         = "The history of jobs: the table jobInfo, one row each time something changed. A row is written by the employees' verb change_job."
    open        = true # a table may have columns of one's own
    permissions = { read = ["employee:job"] }

    field "employee_id" {
      type      = "string"
      doc       = "Whose row it is."
      path      = "employeeId"
      codec     = "id"
      read_only = true
    }
    field "date" {
      type      = "date?"
      doc       = "From when on."
      codec     = "zero_date"
      read_only = true
    }
    field "job_title" {
      type      = "string?"
      doc       = "What the person worked as."
      path      = "jobTitle"
      read_only = true
    }
    field "department" {
      type      = "string?"
      doc       = "The department."
      read_only = true
    }
    field "division" {
      type      = "string?"
      doc       = "The division."
      read_only = true
    }
    field "location" {
      type      = "string?"
      doc       = "Where the person worked."
      read_only = true
    }
    field "reports_to" {
      type      = "string?"
      doc       = "Whom the person reported to, by name."
      path      = "reportsTo"
      class     = "personal"
      read_only = true
    }
    list { path = "/api/v1/employees/all/tables/jobInfo" }
    get {
      path  = "/api/v1/employees/all/tables/jobInfo"
      among = true
    }
  }

  object "employment_statuses" {
    doc         = "The history of employment: the table employmentStatus. A row is written by the employees' verb change_status."
    open        = true # a table may have columns of one's own
    permissions = { read = ["employee:job"] }

    field "employee_id" {
      type      = "string"
      doc       = "Whose row it is."
      path      = "employeeId"
      codec     = "id"
      read_only = true
    }
    field "date" {
      type      = "date?"
      doc       = "From when on."
      codec     = "zero_date"
      read_only = true
    }
    field "status" {
      type      = "string?"
      doc       = "The kind of employment, as the account lists it; Terminated and Contractor are always there."
      path      = "employmentStatus"
      read_only = true
    }
    field "comment" {
      type      = "text?"
      doc       = "A comment."
      class     = "personal"
      read_only = true
    }
    list { path = "/api/v1/employees/all/tables/employmentStatus" }
    get {
      path  = "/api/v1/employees/all/tables/employmentStatus"
      among = true
    }
  }

  object "compensation" {
    doc         = "The history of pay: the table compensation."
    open        = true # a table may have columns of one's own
    permissions = { read = ["employee:compensation"] }

    field "employee_id" {
      type      = "string"
      doc       = "Whose row it is."
      path      = "employeeId"
      codec     = "id"
      read_only = true
    }
    field "start_date" {
      type      = "date?"
      doc       = "From when on."
      path      = "startDate"
      codec     = "zero_date"
      class     = "pay"
      read_only = true
    }
    field "rate" {
      type      = "any?"
      doc       = "The pay, with its currency, as the account has it."
      class     = "pay"
      read_only = true
    }
    field "type" {
      type      = "string?"
      doc       = "Hourly, Salary and others."
      class     = "pay"
      read_only = true
    }
    field "paid_per" {
      type      = "string?"
      doc       = "What the rate is for: Hour, Day, Week, Month, Quarter, Year."
      path      = "paidPer"
      class     = "pay"
      read_only = true
    }
    field "pay_schedule" {
      type      = "string?"
      doc       = "When it is paid, as the account lists it."
      path      = "paySchedule"
      class     = "pay"
      read_only = true
    }
    field "exempt" {
      type      = "string?"
      doc       = "Exempt or Non-exempt, of overtime."
      class     = "pay"
      read_only = true
    }
    field "reason" {
      type      = "string?"
      doc       = "Why it changed, as the account lists it."
      class     = "pay"
      read_only = true
    }
    field "comment" {
      type      = "text?"
      doc       = "A comment."
      class     = "pay"
      read_only = true
    }
    list { path = "/api/v1/employees/all/tables/compensation" }
    get {
      path  = "/api/v1/employees/all/tables/compensation"
      among = true
    }
  }

  object "users" {
    doc         = "Who may log in. Of BambooHR's own support there is nobody."
    permissions = { read = ["user"] }

    field "employee_id" {
      type      = "string?"
      doc       = "The employee that the user is; 0 where it is none."
      path      = "employeeId"
      codec     = "id"
      read_only = true
    }
    field "first_name" {
      type      = "string?"
      doc       = "The given name."
      path      = "firstName"
      class     = "personal"
      read_only = true
    }
    field "last_name" {
      type      = "string?"
      doc       = "The family name."
      path      = "lastName"
      class     = "personal"
      read_only = true
    }
    field "email" {
      type      = "string?"
      doc       = "The address: of work, else of home, else of the account."
      class     = "personal"
      read_only = true
    }
    field "status" {
      type      = "string?"
      doc       = "enabled or disabled."
      read_only = true
    }
    list {
      path    = "/api/v1/meta/users"
      records = "*" # nobody is an empty list, and no empty object
      one     = true
    }
    get {
      path    = "/api/v1/meta/users"
      records = "*"
      one     = true
      among   = true
    }
  }

  webhooks {
    secret = "settings.webhook_secret"
    object = "event.type.startsWith('employee.') ? 'employees' : ''"
    record = "event.data.employeeId"
    kind   = "event.type"
    kinds  = { "employee.created" = "created", "employee.updated" = "changed", "employee.deleted" = "deleted" }
    at     = "event.timestamp"
    hmac {
      header = "X-BambooHR-Signature"
      moment = "X-BambooHR-Timestamp"
      over   = ["body", "header X-BambooHR-Timestamp"]
    }
  }

  mapping "employee" {
    entity = "employee"
    object = "employees"
    field "external_id" { path = "id" }
    field "employee_number" { path = "employee_number" }
    field "first_name" { path = "first_name" }
    field "last_name" { path = "last_name" }
    field "preferred_name" { path = "preferred_name" }
    field "work_email" { path = "work_email" }
    field "personal_email" { path = "home_email" }
    field "work_phone" { path = "work_phone" }
    field "personal_phone" { path = "mobile_phone" }
    field "title" { path = "job_title" }
    field "department" { path = "department" }
    field "location" { path = "location" }
    field "manager" { path = "supervisor_id" }
    field "hired_on" { path = "hire_date" }
    field "terminated_on" { path = "termination_date" }
    field "date_of_birth" { path = "date_of_birth" }
    field "gender" { path = "gender" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - datasets, which are to replace the report that employees are listed by: their
#   fields have names of their own, which only an account tells;
# - the listing GET /api/v1/employees, which takes no API key and has few fields;
#   the directory, which an account may not share;
# - emptying a field: whether null does it;
# - the entity's status: Inactive is who left and who has yet to begin, and the
#   account's own words say which;
# - how often may be asked: a 503 says that it was too often; whether it carries
#   Retry-After is not documented, and is kept to where it does;
# - ids of table rows: that they are unique over all employees is taken for
#   granted, and one that comes twice is told as a fault of that row; rows are
#   added by verbs, and neither changed nor deleted;
# - field-based webhooks, which carry values under names of one's own; an id of
#   a delivery, for which the hash of the event stands;
# - deleting an employee, which the API cannot do; photos, files, time off, time
#   tracking, benefits, goals, training, applicant tracking.
