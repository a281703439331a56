# Placements belong to the ATS: who is offered a job, and who is hired. Sales
# sees how each stands; nothing else of it travels.

locals {
  # The ATS' words, in the entity's.
  outcomes = {
    "Offer"    = "planned"
    "hired"    = "active"
    "rejected" = "cancelled"
  }
}

pipeline "placements" {
  description      = "Who was offered a job, and how it stands, as the ATS says."
  version          = 1
  entity           = "placement"
  alert            = notify.sales
  system_of_record = "ats"

  source "ats" {
    object  = "applications"
    cursor  = "last_activity_at"
    allow   = ["read"]
    filter  = "record.status == 'hired' || record.stage == 'Offer'"
    webhook = true
  }

  source "crm" {
    object = "Placement__c"
    cursor = "SystemModstamp"
    fields = { Candidate__c = "string?", Job_Order__c = "string?", Status__c = "string?" }
    allow  = ["read", "create", "update"]
  }

  match {
    key "person_on_order" { field = ["candidate", "job"] }
  }

  fields "ats -> crm" {
    drift = "restore"

    # A reference is written as the other system's id: the contact, the order.
    field "candidate" {
      ats = "candidate_id"
      crm = "Candidate__c"
    }
    field "job" {
      ats = "job_id"
      crm = "Job_Order__c"
    }
    field "status" {
      ats {
        read   = "record.status == 'active' ? record.stage : record.status"
        values = local.outcomes
      }
      crm {
        path   = "Status__c"
        values = { Offered = "planned", Active = "active", Cancelled = "cancelled" }
      }
    }
  }
}
