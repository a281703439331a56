variable "region" {
  type        = string
  default     = "US"
  description = "Region for phone numbers written without a country code."
}

locals {
  # the ATS' words for a stage, in the entity's words
  stages = {
    "Application Review"       = "applied"
    "Phone Screen"             = "screening"
    "Preliminary Phone Screen" = "screening"
    "Face to Face"             = "interview"
    "Offer"                    = "offer"
  }
}

system "ats" {
  connector = "greenhouse"
  api_key   = secret("env:GREENHOUSE_API_KEY")
  rate      = "50/10s"
}

system "crm" {
  connector = "salesforce"
  url       = "https://acme.my.salesforce.com"
  auth "oauth2" {
    client_id     = secret("env:SF_CLIENT_ID")
    client_secret = secret("file:/run/secrets/sf")
  }
}

notify "recruiting_ops" {
  connector = "slack"
  url       = secret("env:SLACK_WEBHOOK")
}

# How one system speaks of one entity. Swapping the vendor is swapping this.
mapping "greenhouse_candidate" {
  object = "candidates"
  entity = "candidate"
  field "external_id" { path = "id" }
  field "first_name"  { path = "first_name" }
  field "last_name"   { path = "last_name" }
  field "email"       { path = "email_addresses[type eq 'personal'].value" }
  field "phone" {
    path = "phone_numbers[type eq 'mobile'].value"
    read = "phone(value, var.region)"
  }
}

# Who is right, which way it flows, what happens when both moved.
pipeline "candidates" {
  description      = "The ATS owns the candidate; Salesforce mirrors it."
  version          = 4                       # of the mapping's meaning; `diff` insists that it rises
  entity           = "candidate"
  alert            = notify.recruiting_ops   # who hears of any failure that nothing else claims
  system_of_record = "ats"

  source "ats" {
    mapping = mapping.greenhouse_candidate
    allow   = ["read", "update"]             # all the pipeline may do here, and so all it will ever do
    every   = "2m"                           # polling
    webhook = true                           # and events, where the connector knows them
    filter  = "!record.is_private"           # which records count
  }

  source "crm" {
    object = "Contact"
    allow  = ["read", "create", "update"]
    every  = "5m"
    create = { LeadSource = "'ATS'" }        # arguments of the creating call, CEL, never compared
  }

  match {
    key "reference" { field = "external_id" }   # strongest first
    key "email"     { field = "email" }
    key "person"    { field = ["last_name", "phone"] }
    ambiguous = "review"
  }

  fields "ats -> crm" {                      # several fields, one decision
    drift = "restore"
    field "external_id" { crm = "ATS_Id__c" }
    field "first_name"  { crm = "FirstName" }
    field "last_name"   { crm = "LastName" }
    field "email"       { crm = "Email" }
  }

  field "stage" {
    direction = "ats -> crm"
    ats {
      read   = "record.applications.filter(a, a.status == 'active')[?0].current_stage.name"
      values = local.stages
    }
    crm {
      path   = "Stage__c"
      values = { "Applied" = "applied", "Screen" = "screening", "Interview" = "interview", "Offer" = "offer" }
    }
  }

  field "phone" {
    direction = "ats <-> crm"
    crm       = "MobilePhone"
    conflict {
      rules       = ["latest", "system_of_record"] # WARNING SYN4010: no end keeps a history of fields for "latest"; it decides where one edit was seen before the other was made, else the next rule does
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.recruiting_ops
      }
    }
  }

  validate "reachable" {
    check   = "has(entity.email) || has(entity.phone)"
    message = "neither an e-mail nor a phone number"
    failed  = "review"
  }

  guard {
    deletes {
      count = 10
      share = "1%"
    }
  }

  on "reached_offer" {
    when = "entered('stage', 'offer')"
    action "notify" "manager" {
      to   = notify.recruiting_ops
      text = text("messages/offer.txt")
    }
  }
}
