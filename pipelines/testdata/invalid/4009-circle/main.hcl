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
}

pipeline "back" {
  entity = "candidate"
  alert  = notify.ops
  source "a" { allow = ["read", "update"] }
  source "b" { object = "contacts" }
  match {
    key "email" { field = "email" }
  }
  field "email" { # ERROR SYN4009: "email" runs in a circle over several pipelines (a.people.mail → b.contacts.email → a.people.mail); an owner on one of the fields says who is right
    direction = "b -> a"
    a         = "mail"
    b         = "email"
  }
}
