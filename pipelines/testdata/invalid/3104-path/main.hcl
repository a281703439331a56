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
    direction = "a -> b"
    a         = "phone..x" # ERROR SYN3104: "phone..x" is not a path (invalid path at byte 6: expected a name; put an odd one in quotes); a.b, list[0] or list[type eq 'x'].value
    b         = "mobile"
  }
}
