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
    direction = "a => b" # ERROR SYN4001: "a => b" is not a direction; write "ats", "ats -> crm, hris", "linkedin, github -> ats" or "ats <-> hris -> crm"
    a         = "phone"
    b         = "mobile"
  }
  field "headline" {
    direction = "a -> b -> a" # ERROR SYN4001: "a -> b -> a" is not a direction; one -> at most, and it comes last: "a <-> b -> c, d"
    a         = "name"
    b         = "full_name"
  }
  field "location" {
    direction = "a -> a" # ERROR SYN4001: "a" stands twice in the direction
    a         = "place"
  }
  field "source" {
    direction = "a, b" # ERROR SYN4001: "a, b" is not a direction; one end alone is observed; several need an arrow: "a, b -> c"
    a         = "role"
    b         = "status"
  }
}
