# Apideck, its unified API of HR systems.
#
# Source: the vendor's description "HRIS API" 10.34.0 (OpenAPI, Apache 2.0 and
# MIT), to which the tests hold every request, and the examples in it. What could
# not be confirmed is left out, and named at the end.

vendor "apideckhris" {
  doc     = "An HR system behind Apideck's unified API: the employees of one consumer. What that system can do differs; Apideck says so in its coverage of it."
  base    = "settings.url"
  no_null = true # whether null empties a field differs by the system behind it
  headers = {
    x-apideck-consumer-id = "settings.consumer"
    x-apideck-app-id      = "settings.app"
    x-apideck-service-id  = "settings.service"
  }

  setting "api_key" {
    doc      = "The application's API key: Configuration, API Keys."
    required = true
    secret   = true
  }
  setting "app" {
    doc      = "The application's id."
    type     = "string"
    required = true
  }
  setting "consumer" {
    doc      = "Whose system it is: the id of the consumer."
    type     = "string"
    required = true
  }
  setting "service" {
    doc  = "Which of the consumer's systems, such as bamboohr; needed where there are several."
    type = "string"
  }
  setting "url" {
    doc     = "Where the API is."
    type    = "url"
    default = "https://unify.apideck.com"
  }

  auth "key" {
    doc   = "The API key as a bearer token."
    needs = ["api_key"]
    bearer { token = "settings.api_key" }
  }

  # {"status_code": 422, "type_name": "InvalidStateError", "message": …}
  error {
    status = [401]
    kind   = "denied"
    code   = "answer.body.type_name"
    hint   = "the key is not the application's, or the consumer's connection has to be authorised anew in Vault"
  }
  error {
    status = [402]
    kind   = "limited"
    code   = "answer.body.type_name"
    hint   = "the plan's requests are used up"
  }
  error {
    status = [400, 422]
    kind   = "refused"
    code   = "answer.body.type_name"
  }

  object "employees" {
    doc           = "People who work for the company, or did."
    at            = "updated_at"
    hash_selected = true
    deleted {
      path = "deleted"
      is   = [true]
    }
    field "first_name" {
      type  = "string?"
      doc   = "The given name."
      class = "personal"
    }
    field "middle_name" {
      type  = "string?"
      doc   = "The middle name."
      class = "personal"
    }
    field "last_name" {
      type  = "string?"
      doc   = "The family name."
      class = "personal"
    }
    field "display_name" {
      type  = "string?"
      doc   = "The name as it is shown."
      class = "personal"
    }
    field "preferred_name" {
      type  = "string?"
      doc   = "What the person wants to be called."
      class = "personal"
    }
    field "employee_number" {
      type  = "string?"
      doc   = "The number that the company gave."
      class = "personal"
    }
    field "title" {
      type = "string?"
      doc  = "What the person works as."
    }
    field "division" {
      type = "string?"
      doc  = "The division."
    }
    field "department_id" {
      type = "string?"
      doc  = "The department."
    }
    field "department_name" {
      type = "string?"
      doc  = "The department's name."
    }
    field "company_id" {
      type = "string?"
      doc  = "The company."
    }
    field "manager_id" {
      type = "string?"
      doc  = "The employee the person reports to."
      path = "manager.id"
    }
    field "employment_status" {
      type = "enum(active,inactive,terminated,other)?"
      doc  = "How the employment stands."
    }
    field "employment_start_date" {
      type  = "date?"
      doc   = "The first day of work."
      class = "personal"
    }
    field "employment_end_date" {
      type  = "date?"
      doc   = "The last day of work."
      class = "personal"
    }
    field "leaving_reason" {
      type  = "enum(dismissed,resigned,redundancy,retired,other)?"
      doc   = "Why the person left."
      class = "protected"
    }
    field "emails" {
      type  = "list(object(email=email,type=enum(primary,secondary,work,personal,billing,other)?))?"
      doc   = "Addresses of e-mail."
      class = "personal"
    }
    field "email" {
      type      = "string?"
      doc       = "The first address, for searching; written through emails."
      path      = "emails[0].email"
      class     = "personal"
      read_only = true
    }
    field "phone_numbers" {
      type  = "list(object(number=string,type=enum(primary,secondary,home,work,office,mobile,assistant,fax,direct-dial-in,personal,billing,other)?))?"
      doc   = "Phone numbers."
      class = "personal"
    }
    field "works_remote" {
      type = "bool?"
      doc  = "Whether the person works from elsewhere."
    }
    field "birthday" {
      type  = "date?"
      doc   = "The day the person was born."
      class = "protected"
    }
    field "gender" {
      type  = "enum(male,female,unisex,other,not_specified)?"
      doc   = "The gender."
      class = "protected"
    }
    field "tags" {
      type = "set(string)?"
      doc  = "Words the person is filed under."
    }
    field "jobs" {
      type      = "list(any)?"
      doc       = "The jobs the person had and has."
      class     = "pay"
      read_only = true
    }
    field "created_at" {
      type      = "timestamp?"
      doc       = "When it was made."
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp?"
      doc       = "When it changed last."
      read_only = true
    }
    list {
      path    = "/hris/employees"
      records = "data"
      paging "cursor" {
        from      = "answer.body.?meta.?cursors.?next.orValue('')"
        into      = "query cursor"
        size      = 200
        size_into = "query limit"
        overlap   = true
      }
    }
    get {
      path    = "/hris/employees/{id}"
      records = "data"
    }
    find {
      keys    = ["email"]
      path    = "/hris/employees"
      query   = { "filter[email]" = "keys.email.value" }
      records = "data"
      paging "cursor" {
        from      = "answer.body.?meta.?cursors.?next.orValue('')"
        into      = "query cursor"
        size      = 200
        size_into = "query limit"
        overlap   = true
      }
    }
    find {
      keys    = ["employee_number"]
      path    = "/hris/employees"
      query   = { "filter[employee_number]" = "keys.employee_number.value" }
      records = "data"
      paging "cursor" {
        from      = "answer.body.?meta.?cursors.?next.orValue('')"
        into      = "query cursor"
        size      = 200
        size_into = "query limit"
        overlap   = true
      }
    }
    create {
      doc       = "Makes an employee."
      path      = "/hris/employees"
      answer_id = "answer.body.data.id"
      lost      = "key_search"
    }
    update {
      doc       = "Changes an employee."
      path      = "/hris/employees/{id}"
      guard     = "compare"
      answer_id = "answer.body.data.id"
    }
    delete {
      doc   = "Deletes an employee."
      path  = "/hris/employees/{id}"
      guard = "compare"
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
    field "work_email" { path = "emails[type eq 'work'].email" }
    field "personal_email" { path = "emails[type eq 'personal'].email" }
    field "work_phone" { path = "phone_numbers[type eq 'work'].number" }
    field "personal_phone" { path = "phone_numbers[type eq 'mobile'].number" }
    field "title" { path = "title" }
    field "department" { path = "department_name" }
    field "manager" { path = "manager_id" }
    field "hired_on" { path = "employment_start_date" }
    field "terminated_on" { path = "employment_end_date" }
    field "date_of_birth" { path = "birthday" }
    field "gender" { path = "gender" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - listing what changed since a moment: the API has no such filter for employees;
# - whether a list is replaced whole by a PATCH or added to;
# - what inactive means of the entity's status: who is on leave, or who left;
# - addresses, social links, bank accounts, compensations, custom fields, tax and
#   social security numbers, what is passed through to the system behind it;
# - companies, departments, payrolls, schedules and time off; Apideck's Vault, its
#   webhooks and proxy.
