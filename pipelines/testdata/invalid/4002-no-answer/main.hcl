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
    direction = "a <-> b" # ERROR SYN4002: who is right about "location" is not said; several ends speak: give an owner, or a conflict block
    a         = "place"
    b         = "city"
  }
  field "phone" {
    direction = "a <-> b"
    a         = "phone"
    b         = "mobile"
    conflict { # ERROR SYN4002: the conflict block has no "unavailable"; unavailable = wait("8h") or "review": what while the winner cannot be reached # ERROR SYN4002: the conflict block has no escalate; escalate { after = "4h", to = notify.NAME }, on lines of their own: who is told of what stays open
      rules = ["a"]
    }
  }
}
