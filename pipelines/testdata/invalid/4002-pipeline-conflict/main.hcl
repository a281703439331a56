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
  field "location" {
    direction = "a <-> b"
    a         = "place"
    b         = "city"
  }
  field "phone" {
    direction = "a <-> b"
    a         = "phone"
    b         = "mobile"
  }
  conflict {
    rules       = ["max", "review"] # ERROR SYN4006: max needs something with an order; "location" is string # ERROR SYN4006: max needs something with an order; "phone" is phone
    unavailable = "review"
    escalate {
      after = "1h"
      to    = notify.opps # ERROR SYN2001: there is no notify "opps"; did you mean "ops"?
    }
  }
}
