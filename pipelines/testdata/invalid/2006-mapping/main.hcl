mapping "m" {
  object = "people"
  entity = "candidate"
  field "fone" { path = "phone" } # ERROR SYN2006: candidate has no attribute "fone"; did you mean "phone"?
}

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
    mapping = mapping.m
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
    b         = "mobile"
  }
}
