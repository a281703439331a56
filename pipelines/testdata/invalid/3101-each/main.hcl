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
    each   = "first_name" # ERROR SYN3101: "first_name" is string?, and each needs a list; its elements are the records of this end
    id     = "current_stage.name"
    at     = "parent.updated_at"
    cursor = "updated_at"
    filter = "!parent.is_private"
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
