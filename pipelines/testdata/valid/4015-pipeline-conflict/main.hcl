notify "ops" { connector = "log" }

system "a" {
  connector = "file"
  path      = "people.csv"
}

system "b" {
  connector = "sqlite"
  path      = "crm.db"
}

pipeline "people" {
  entity = "candidate"
  alert  = notify.ops

  source "a" {
    allow = ["read", "update"]
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  conflict { # WARNING SYN4015: no field has a conflict to settle; every field has one speaker, an owner, or answers of its own
      rules       = ["latest", "a"]
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
}
