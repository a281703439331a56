# What an AI screening found out is written into the ATS: the stage as a field,
# the judgement as a note. What a recruiter did is never overwritten by an older
# result, and what a machine must not decide waits for a person.
#
#   syncline simulate greenhouse -listen 127.0.0.1:9100     in another terminal
#   syncline serve

pipeline "screening" {
  description      = "A result moves its candidate to the stage it names, if it is newer than what happened there, sure, and nothing a person has to decide."
  version          = local.mapping_version
  entity           = "screening"
  alert            = notify.recruiting_ops
  system_of_record = "ats"

  source "screening" {
    at      = "evaluated_at"
    trace   = "trace_id"
    webhook = true
  }

  source "ats" {
    mapping = mapping.application
    allow   = ["read", "update", "move"]
    every   = "5m"
  }

  # The target is read before anything is written: the candidate of that id.
  lookup "candidate" {
    system = system.ats
    object = "candidates"
    id     = "entity.candidate_id"
    none   = "review"
  }

  match {
    key "application" { field = ["candidate_id", "requisition_id"] }
  }

  fields "screening -> ats" {
    update = "create" # whose application it is: compared, and written nowhere
    field "candidate_id" { screening = "candidate_id" }
    field "requisition_id" { screening = "requisition_id" }
  }

  # A recruiter who moves somebody is right: the edit is kept, and a result that
  # comes at the same time is a conflict.
  field "stage" {
    direction = "screening -> ats"
    drift     = "keep"
    first     = "screening"
    lossy     = "a stage is found by its job"
    screening = "stage"
  }

  fields "screening" {
    field "email" { screening = "email" }
    field "evaluated_at" { screening = "evaluated_at" }
    field "confidence" { screening = "results[0].confidence" }
    field "accommodation" { screening = "accommodation" }
  }
  fields "ats" {
    field "reached" {}
    field "moved_at" {}
  }

  # What holds a change of the stage until a person has looked.
  validate "right_person" {
    check   = "!has(entity.stage) || has(lookup.candidate.email) && has(entity.email) && email(lookup.candidate.email) == entity.email"
    message = "the candidate of that id has another address"
    failed  = "review"
  }
  validate "newer" {
    check   = "entity.stage == entity.reached || has(entity.moved_at) && has(entity.evaluated_at) && entity.evaluated_at >= entity.moved_at"
    message = "something happened to the application after this was judged"
    failed  = "review"
  }
  validate "sure" {
    check   = "entity.stage == entity.reached || has(entity.confidence) && entity.confidence >= 0.7"
    message = "the evaluator is not sure"
    failed  = "review"
  }
  validate "not_sensitive" {
    check   = "entity.stage == entity.reached || !(entity.stage in local.sensitive) && !(entity.reached in local.sensitive)"
    message = "an offer, a hire or a rejection, and what follows one, is a person's to decide"
    failed  = "review"
  }
  validate "accommodated" {
    check   = "entity.stage == entity.reached || !has(entity.accommodation)"
    message = "a person has to look at this candidate"
    failed  = "review"
  }
}

locals {
  sensitive = ["offer", "hired", "rejected", "withdrawn"]
}

pipeline "notes" {
  description = "Each revision of a screening is a note in the ATS, once."
  version     = local.mapping_version
  entity      = "note"
  alert       = notify.recruiting_ops

  source "screening" {
    each    = "results"
    id      = "revision"
    trace   = "parent.trace_id"
    webhook = true
  }

  # Nothing tells which candidates have new notes: all of them are asked, so
  # seldom, and whenever a result comes within ten minutes.
  source "ats" {
    mapping = mapping.note
    allow   = ["read", "create"]
  }

  lookup "candidate" {
    system = system.ats
    object = "candidates"
    id     = "entity.candidate_id"
    none   = "review"
  }

  # By what it says: a note whose answer was lost is found again.
  match {
    key "note" { field = ["candidate_id", "body"] }
  }

  fields "screening -> ats" {
    update = "create"
    drift  = "keep"
    field "candidate_id" {
      screening { read = "parent.candidate_id" }
    }
    field "body" {
      screening {
        read = <<-CEL
          'Screening, revision ' + string(record.revision) + ': score ' + string(decimal(record.score)) + ', confidence ' + string(decimal(record.confidence))
            + '\n\n' + record.rationale
            + '\n\n' + record.evaluator + ', by ' + record.model + ' with prompt ' + record.prompt + ', ' + record.evaluated_at + ', trace ' + parent.trace_id
        CEL
      }
    }
  }
  field "email" {
    direction = "screening"
    screening { read = "parent.email" }
  }

  validate "right_person" {
    check   = "has(lookup.candidate.email) && has(entity.email) && email(lookup.candidate.email) == entity.email"
    message = "the candidate of that id has another address"
    failed  = "review"
  }
}
