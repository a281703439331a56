# Job orders belong to Salesforce: an order is sold before it is hired for. It
# has the client, the opportunity and sales' approval there, none of which the
# ATS knows. The ATS gets a job for each, and tells whether it is open.

entity "job" {
  extends = "job"
  attribute "client" {
    type        = "string"
    description = "Salesforce's id of the client's account."
  }
}

locals {
  # The job in Greenhouse whose settings a new job gets.
  template_job = "6001"

  # What stands between the client's name and the account's id in a job's notes.
  mark = " · "
}

pipeline "job_orders" {
  description      = "An order that sales approved is a job in the ATS. Whether the job is open is told back."
  version          = 1
  entity           = "job"
  alert            = notify.sales
  system_of_record = "crm"

  source "crm" {
    object = "Job_Order__c"
    cursor = "SystemModstamp"
    fields = {
      Order_Number__c      = "string?"
      Account__c           = "string?"
      Approved__c          = "bool"
      Openings__c          = "int?"
      Recruiting_Status__c = "string?"
    }
    allow  = ["read", "update"]
    filter = "record.Approved__c"
    every  = "5m"
  }

  source "ats" {
    mapping = mapping.greenhouse.job
    cursor  = "updated_at"
    allow   = ["read", "create", "update"]
    create = { # arguments of the call, once
      template_job_id    = "local.template_job"
      number_of_openings = "has(entity.openings) ? entity.openings : 1"
    }
  }

  lookup "client" {
    system = system.crm
    object = "Account"
    id     = "entity.client"
    none   = "review"
  }

  match {
    key "number" { field = "requisition_id" }
  }

  # In the ATS this is only read.
  fields "crm -> ats" {
    drift = "restore"
    field "requisition_id" { crm = "Order_Number__c" }
    field "title" { crm = "Name" }
    field "client" {
      crm   = "Account__c"
      lossy = "the client's name is for people, the id behind it counts"
      ats {
        path  = "notes"
        read  = "value.split(local.mark).size() == 2 ? value.split(local.mark)[1] : value"
        write = "has(lookup.client) ? lookup.client.Name + local.mark + entity.client : null"
      }
    }
  }

  # How many are wanted is said once, when the job is made.
  field "openings" {
    direction = "crm"
    crm       = "Openings__c"
  }

  # In Salesforce this is only read.
  field "status" {
    direction = "ats -> crm"
    drift     = "restore"
    crm {
      path   = "Recruiting_Status__c"
      values = { Planned = "draft", Open = "open", Closed = "closed" }
    }
  }
}
