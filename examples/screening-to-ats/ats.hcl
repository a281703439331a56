# The ATS: where it is, and its words. Nothing else of the configuration knows
# which vendor it is.

variable "ats_url" {
  type        = string
  default     = "http://127.0.0.1:9100"
  description = "Where the ATS is: the simulator, unless it is given."
}

# Notes and moves are attributed to this user.
system "ats" {
  connector    = "greenhouse"
  url          = var.ats_url
  api_key      = secret("env:GREENHOUSE_API_KEY")
  on_behalf_of = "4003"
}

mapping "application" {
  entity = "screening"
  object = "applications"
  field "candidate_id" { path = "candidate_id" }
  field "requisition_id" { path = "job_id" }
  field "stage" {
    path  = "stage_id"
    read  = "lookup(local.stages, 'word', string(record.status == 'active' ? record.stage : record.status), 'stage')"
    write = "has(entity.requisition_id) ? lookup(local.stage_ids, 'at', entity.requisition_id + ' ' + entity.stage, 'id') : null"
  }
  field "reached" {
    read = "lookup(local.stages, 'word', string(record.status == 'active' ? record.stage : record.status), 'stage')"
  }
  field "moved_at" { path = "last_activity_at" }
}

mapping "note" {
  entity = "note"
  object = "notes"
  field "candidate_id" { path = "candidate_id" }
  field "body" { path = "body" }
}

locals {
  mapping_version = 1 # of what a record means: it rises with the words below

  # How far an application is, in the ATS' words and in ours.
  stages = csvdecode(<<-CSV
    word,stage
    Application Review,applied
    Phone Screen,screening
    Face to Face,interview
    Offer,offer
    hired,hired
    rejected,rejected
  CSV
  )

  # Every job has stages of its own: where a result may move somebody.
  stage_ids = csvdecode(<<-CSV
    at,id
    6001 screening,7002
    6001 interview,7003
    6002 screening,7012
    6002 interview,7013
    6003 screening,7022
    6003 interview,7023
  CSV
  )
}
