# Candidates belong to the ATS. Salesforce shows them as contacts.


pipeline "candidates" {
  description      = "Whoever is a candidate in the ATS is a contact in Salesforce. Contacts who are no candidates stay as they are."
  version          = 1
  entity           = "candidate"
  alert            = notify.recruiting
  system_of_record = "ats"

  source "ats" {
    mapping = mapping.greenhouse.candidate
    cursor  = "updated_at"
    allow   = ["read", "update"]
    webhook = true
  }

  source "crm" {
    mapping = mapping.salesforce.candidate
    cursor  = "SystemModstamp"
    fields  = { Employer__c = "string?" }
    allow   = ["read", "create", "update"]
    every   = "5m"
  }

  match {
    key "email" { field = "email" }
  }

  # The ATS says who somebody is; in Salesforce that is only read. An edit there
  # is put back.
  fields "ats -> crm" {
    drift = "restore"
    field "first_name" {}
    field "last_name" {}
    field "email" {}
  }

  # An edit of the title in Salesforce stays, and is reported.
  field "current_title" {
    direction = "ats -> crm"
    drift     = "keep"
  }

  # An edit of the employer in Salesforce is put to a person: accepted, or not.
  field "current_employer" {
    direction = "ats -> crm"
    drift     = "review"
    crm       = "Employer__c"
  }

  # Recruiters and sales both call people, so both may correct the number. The
  # three answers: the ATS wins where both did; what cannot be written is tried
  # for eight hours, then put to a person; who is told when that stays open.
  field "phone" {
    direction = "ats <-> crm"
    conflict {
      rules       = ["system_of_record"]
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.operations
      }
    }
  }

  # Where somebody lives nobody knows but that person: where both sides say
  # something else, no rule is better than asking.
  field "location" {
    direction = "ats <-> crm"
    conflict {
      rules       = ["review"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.operations
      }
    }
  }
}
