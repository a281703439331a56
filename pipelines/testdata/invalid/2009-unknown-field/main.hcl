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
    a         = "fone" # ERROR SYN2009: people has no field "fone"; did you mean "phone"? or declare it: fields = { fone = "string" }
    b         = "mobil" # ERROR SYN2009: contacts has no field "mobil"; did you mean "mobile"? or declare it: fields = { mobil = "string" }
  }
}
