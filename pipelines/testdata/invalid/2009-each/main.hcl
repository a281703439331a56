notify "ops" { connector = "log" }

system "a" {
  connector = "file"
  path      = "people.csv"
}

system "b" {
  connector = "sqlite"
  path      = "crm.db"
}

system "ats" {
  connector = "greenhouse"
  api_key   = secret("env:K")
}

pipeline "people" {
  entity = "candidate"
  alert  = notify.ops

  source "ats" {
    object = "candidates"
    each   = "applications"
    id     = "stage" # ERROR SYN2009: candidates has no field "stage"; declare it: fields = { stage = "string" }
    at     = "parent.updated" # ERROR SYN2009: candidates has no field "updated"; did you mean "updated_at"? or declare it: fields = { updated = "string" }
    cursor = "updatd_at" # ERROR SYN2009: candidates has no field "updatd_at"; did you mean "updated_at"? or declare it: fields = { updatd_at = "string" }
    filter = "record.state == 'active' && !parent.is_private" # ERROR SYN3002: undefined field "state"; did you mean "status"?
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "ats -> b"
    ats { read = "parent.first_name" }
    b     = "email"
    lossy = "a name is no address"
  }
}
