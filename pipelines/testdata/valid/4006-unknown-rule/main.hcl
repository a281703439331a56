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
  system_of_record = "a"
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
  field "location" {
    direction = "a <-> b"
    a         = "place"
    b         = "city"
    conflict {
      rules       = ["latest", "system_of_record"] # WARNING SYN4010: no end keeps a history of fields for "latest"; it decides where one edit was seen before the other was made, else the next rule does
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }
}
