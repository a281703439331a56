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
  field "phone" {
    direction = "a <-> b"
    owner     = "entity.phone == nil ? a : b"
    a         = "phone"
    b         = "mobile"
  }
  field "location" {
    direction = "a <-> b"
    a         = "place"
    b         = "city"
    conflict {
      rule        = "sides.a.changed ? a : b"
      unavailable = "review"
      escalate {
        after = "1h"
        to    = notify.ops
      }
    }
  }
}
