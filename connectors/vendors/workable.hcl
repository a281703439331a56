# Workable, its API v3.
#
# Source: the vendor's own documentation (workable.readme.io: What's new in v3, and
# the reference of candidates) and help centre (help.workable.com, "Workable API
# Documentation"), seen November 2026; that the address of the next page stands in
# paging.next is also what Airbyte's source of Workable (MIT) goes by. What could not
# be confirmed there is left out, and named at the end.

vendor "workable" {
  doc     = "Workable over its API v3: candidates. What is done to a candidate is done by a member, whose id is `member`."
  version = "v3"
  base    = "settings.url + '/spi/v3'"
  no_null = true # whether null empties a field is not documented

  setting "url" {
    doc      = "The account's address: https://ACCOUNT.workable.com."
    type     = "url"
    required = true
  }
  setting "token" {
    doc      = "An access token of the account: Settings, Integrations, Apps. It needs the scopes that `permissions` lists."
    required = true
    secret   = true
  }
  setting "member" {
    doc = "The id of the member on whose behalf candidates are moved, disqualified and taken back; these need one."
  }

  auth "token" {
    doc   = "The access token as a bearer token."
    needs = ["token"]
    bearer { token = "settings.token" }
  }

  limits { budgets = ["10/10s"] }

  object "candidates" {
    doc           = "Candidates, each of one job."
    at            = "updated_at"
    hash_selected = true # a list tells less of a candidate than a read by id
    permissions = {
      read       = ["r_candidates"]
      create     = ["w_candidates"]
      update     = ["w_candidates"]
      move       = ["w_candidates"]
      disqualify = ["w_candidates"]
      revert     = ["w_candidates"]
    }

    field "first_name" {
      type     = "string?"
      doc      = "The given name."
      path     = "firstname"
      class    = "personal"
      required = true
    }
    field "last_name" {
      type     = "string?"
      doc      = "The family name."
      path     = "lastname"
      class    = "personal"
      required = true
    }
    field "name" {
      type      = "string?"
      doc       = "The whole name; written by its parts."
      class     = "personal"
      read_only = true
    }
    field "email" {
      type  = "string?"
      doc   = "The address."
      class = "personal"
    }
    field "phone" {
      type  = "string?"
      doc   = "The phone number."
      class = "personal"
    }
    field "address" {
      type  = "string?"
      doc   = "Where the person lives."
      class = "personal"
    }
    field "headline" {
      type  = "string?"
      doc   = "What the person does, in one line."
      class = "personal"
    }
    field "job_shortcode" {
      type      = "string?"
      doc       = "The job. Chosen when it is created, by the argument job."
      path      = "job.shortcode"
      read_only = true
    }
    field "job_title" {
      type      = "string?"
      doc       = "The job's title."
      path      = "job.title"
      read_only = true
    }
    field "disqualified" {
      type      = "bool?"
      doc       = "Whether the person is out of the pipeline; see disqualify and revert."
      read_only = true
    }
    field "disqualification_reason" {
      type      = "string?"
      doc       = "Why, where that was said."
      class     = "personal"
      read_only = true
    }
    field "sourced" {
      type      = "bool?"
      doc       = "Whether the person was found, and did not apply."
      read_only = true
    }
    field "domain" {
      type      = "string?"
      doc       = "Where the person came from."
      read_only = true
    }
    field "profile_url" {
      type      = "url?"
      doc       = "The person's page in Workable."
      read_only = true
    }
    field "created_at" {
      type      = "timestamp?"
      doc       = "When the candidate was made."
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp?"
      doc       = "When the candidate changed last."
      read_only = true
    }
    list {
      path    = "/candidates"
      query   = { limit = 100 }
      records = "candidates"
      paging "url" {
        from    = "answer.body.?paging.?next.orValue('')"
        overlap = true
      }
      changes {
        field   = "updated_at"
        since   = "query updated_after"
        overlap = "1s"
      }
    }
    get {
      path    = "/candidates/{id}"
      records = "candidate"
      one     = true
    }
    find {
      keys    = ["email"]
      path    = "/candidates"
      query   = { email = "keys.email.value", limit = 100 }
      records = "candidates"
      paging "url" {
        from    = "answer.body.?paging.?next.orValue('')"
        overlap = true
      }
    }
    create {
      doc  = "Adds a candidate to a job."
      path = "/jobs/{args.job}/candidates"
      json = {
        sourced   = "has(args.applied) && args.applied ? false : true"
        candidate = "set"
      }
      answer_id = "answer.body.candidate.id"
      after     = "read"
      lost      = "key_search"
      arg "job" {
        doc      = "The job's shortcode."
        required = true
      }
      arg "applied" {
        type = "bool"
        doc  = "Whether the person applied, and is thanked by e-mail. Otherwise the candidate counts as uploaded."
      }
    }
    update {
      doc   = "Changes a candidate."
      path  = "/candidates/{id}"
      json  = { candidate = "set" }
      guard = "compare"
      after = "read"
    }
    verb "move" {
      doc   = "Moves a candidate to another stage of the job."
      path  = "/candidates/{id}/move"
      json  = { member_id = "settings.member", target_stage = "args.stage" }
      needs = ["member"]
      arg "stage" {
        doc      = "The stage's slug."
        required = true
      }
    }
    verb "disqualify" {
      doc   = "Takes a candidate out of the pipeline."
      undo  = "revert"
      path  = "/candidates/{id}/disqualify"
      json  = { member_id = "settings.member", disqualify_reason_id = "args.reason", disqualify_note = "args.note", withdrew = "args.withdrew" }
      needs = ["member"]
      arg "reason" { doc = "The id of a reason." }
      arg "note" { doc = "A note, of 256 signs at most." }
      arg "withdrew" {
        type = "bool"
        doc  = "Whether the person withdrew, and was not rejected."
      }
    }
    verb "revert" {
      doc   = "Takes a disqualification back."
      undo  = "disqualify"
      path  = "/candidates/{id}/revert"
      json  = { member_id = "settings.member" }
      needs = ["member"]
    }
  }

  mapping "candidate" {
    entity = "candidate"
    object = "candidates"
    field "external_id" { path = "id" }
    field "first_name" { path = "first_name" }
    field "last_name" { path = "last_name" }
    field "email" { path = "email" }
    field "phone" { path = "phone" }
    field "location" { path = "address" }
    field "created_at" { path = "created_at" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - the stage: a list tells its slug, a read by id its name;
# - summary, cover letter, skills, tags, education and experience, which a list does
#   not tell;
# - what was deleted: only a full listing shows it;
# - moving to a stage of the kind hired where the hiring plan is on, which takes a
#   requisition;
# - jobs, stages, members, comments, ratings, offers, events and requisitions, whose
#   records could not be confirmed; the talent pool; webhooks, whose signature could
#   not be;
# - OAuth, and the tokens of partners.
