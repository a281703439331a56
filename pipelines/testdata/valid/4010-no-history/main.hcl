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
    object = "accounts"
    allow  = ["read", "update"]
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "id"
  }
  field "location" {
    direction = "a <-> b"
    a         = "place"
    b         = "title"
    conflict {
      rules       = ["latest", "a"] # WARNING SYN4010: no end keeps a history of fields for "latest"; "b" says of no record when it changed; it decides where one edit was seen before the other was made, else the next rule does
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }
}
