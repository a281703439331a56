# People approved in a sourcing product are created in the ATS, on the right
# job, within the pass; their status comes back.
#
#   syncline simulate greenhouse -listen 127.0.0.1:9100     in another terminal
#   syncline run

pipeline "candidates" {
  description      = "Whoever is approved is a candidate on the job of the same title. Nobody is there twice."
  entity           = "candidate"
  alert            = notify.recruiting
  system_of_record = "ats" # on a difference the ATS is right

  source "sourcing" {
    object   = "prospects"
    revision = "rev"
    at       = "updated_at"
    allow    = ["read", "update"]
    filter   = "record.approved == 1"
  }

  source "ats" {
    mapping = mapping.greenhouse.candidate
    cursor  = "updated_at"
    allow   = ["read", "create", "update"]
    create = { # arguments of the call, once
      job_id    = "has(lookup.job) ? lookup.job.id : null"
      source_id = "local.source_id"
      note      = "[has(entity.summary) ? entity.summary : '', has(entity.answers) ? 'Screening: ' + entity.answers : ''].filter(x, x != '').join('\\n\\n')"
    }
  }

  # The job of that title. A role that has none is put to a person: nobody
  # becomes a candidate for nothing.
  lookup "job" {
    system = system.ats
    object = "jobs"
    where  = { name = "entity.role", status = "'open'" }
    none   = "review"
  }

  # Who is there already, by address first: found means update, not found means
  # create. That holds also where an answer was lost on the way.
  match {
    key "reference" { field = "external_id" }
    key "email" { field = "email" }
    ambiguous = "review"
  }

  fields "sourcing -> ats" {
    update = "fill" # whom the ATS knows already, it knows better
    drift  = "keep"
    field "first_name" { sourcing = "first_name" }
    field "last_name" { sourcing = "last_name" }
    field "email" { sourcing = "email" }
    field "phone" {
      sourcing {
        path = "phone"
        read = "phone(value, 'US')"
      }
    }
    field "location" { sourcing = "city" }
  }

  # What goes along with the creation, and is not compared afterwards.
  fields "sourcing" {
    field "role" {
      sourcing {
        path     = "role"
        values   = local.roles
        unmapped = "pass"
      }
    }
    field "summary" { sourcing = "summary" }
    field "answers" { sourcing = "answers" }
  }

  # The sourcing product is told the ATS' number.
  field "external_id" {
    direction = "ats -> sourcing"
    sourcing  = "ats_id"
  }

  validate "reachable" {
    check   = "has(entity.email)"
    message = "no e-mail address: duplicates could not be found"
    failed  = "review"
  }
}

pipeline "status" {
  description      = "How far each application is, as the ATS says. A correction of the role moves the candidate to the right job."
  entity           = "application"
  alert            = notify.recruiting
  system_of_record = "ats"

  source "ats" {
    object = "applications"
    cursor = "last_activity_at"
    sweep  = "1h" # an application that nobody here knew when it came is looked at again
    allow  = ["read", "update", "transfer"]
  }

  source "sourcing" {
    object   = "prospects"
    revision = "rev"
    at       = "updated_at"
    allow    = ["read", "update"]
    filter   = "record.approved == 1 && has(record.ats_id)"
  }

  lookup "job" {
    system = system.ats
    object = "jobs"
    where  = { name = "entity.role" }
    none   = "review"
  }

  match {
    key "application" { field = ["candidate_id", "role"] }
  }

  # Whose application it is: compared, and written nowhere.
  field "candidate_id" {
    direction = "sourcing -> ats"
    update    = "create"
    sourcing  = "ats_id"
    ats       = "candidate_id"
  }

  field "stage" {
    direction = "ats -> sourcing"
    drift     = "restore"
    ats {
      read   = "record.status == 'active' ? record.stage : record.status"
      values = local.stages
    }
    sourcing = "status"
  }

  field "role" {
    direction = "sourcing -> ats"
    drift     = "keep"
    lossy     = "a job is found by its title"
    sourcing {
      path     = "role"
      values   = local.roles
      unmapped = "pass"
    }
    ats {
      path  = "job_id"
      read  = "record.jobs[0].name"
      write = "has(lookup.job) ? lookup.job.id : null"
    }
  }
}
