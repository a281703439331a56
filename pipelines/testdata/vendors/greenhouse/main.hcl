# Greenhouse to SQLite, over the description and the mapping that come with the
# binary. The field "last_name" says for itself where it is.
system "ats" {
  connector    = "greenhouse"
  api_key      = secret("env:GREENHOUSE_API_KEY")
  on_behalf_of = "4080"
}

system "crm" {
  connector = "sqlite"
  path      = "crm.db"
}

notify "ops" {
  connector = "log"
}

pipeline "people" {
  entity           = "candidate"
  alert            = notify.ops
  system_of_record = "ats"

  source "ats" {
    mapping = mapping.greenhouse.candidate
    cursor  = "updated_at"
    filter  = "!record.is_private"
  }
  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }
  match {
    key "reference" { field = "external_id" }
  }
  fields "ats -> crm" {
    drift = "restore"
    field "external_id" { crm = "ats_id" }
    field "first_name" { crm = "first_name" }
    field "last_name" {
      ats {
        path = "last_name"
        read = "upper(value)"
      }
      crm = "last_name"
    }
    field "email" { crm = "email" }
    field "current_employer" { crm = "employer" }
  }
}
