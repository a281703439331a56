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
    object   = "contacts"
    id       = "id"
    revision = "rev"
    cursor   = "changed"
    allow    = ["read", "create", "update"]
    fields   = { hired_on = "date?", tags = "list(string)" }
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }

  field "location" {
    direction = "a <-> b"
    a         = "place"
    b         = "city"
    conflict {
      rules       = ["non_empty", "a"]
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }
}
