# The ATS: where it is, and its words. Nothing else of the configuration knows
# which vendor it is.

variable "ats_url" {
  type        = string
  default     = "http://127.0.0.1:9100"
  description = "Where the ATS is: the simulator, unless it is given."
}

# Notes and moves are attributed to the API key.
system "ats" {
  connector = "ashby"
  url       = var.ats_url
  api_key   = secret("env:ASHBY_API_KEY")
}

mapping "application" {
  entity = "screening"
  object = "applications"
  field "candidate_id" { path = "candidate_id" }
  field "requisition_id" { path = "job_id" }
  field "stage" {
    path  = "stage_id"
    read  = "lookup(local.stages, 'word', record.stage, 'stage')"
    write = "has(entity.stage) ? lookup(local.stage_ids, 'stage', entity.stage, 'id') : null"
  }
  field "reached" {
    read = "lookup(local.stages, 'word', record.stage, 'stage')"
  }
  field "moved_at" { path = "updated_at" }
}

mapping "note" {
  entity = "note"
  object = "notes"
  field "candidate_id" { path = "candidate_id" }
  field "body" { path = "body" }
}

locals {
  mapping_version = 2 # of what a record means: it rises with the words below

  # How far an application is, in the ATS' words and in ours.
  stages = csvdecode(<<-CSV
    word,stage
    Application Review,applied
    Phone Screen,screening
    Face to Face,interview
    Offer,offer
    Hired,hired
    Archived,rejected
  CSV
  )

  # All jobs share one interview plan: where a result may move somebody.
  stage_ids = csvdecode(<<-CSV
    stage,id
    screening,00000057-0000-4000-8000-000000000002
    interview,00000057-0000-4000-8000-000000000003
  CSV
  )
}
