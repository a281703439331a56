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

system "a" { # ERROR SYN1005: a second system "a"; the first is at main.hcl:3:1
  connector = "file"
  path      = "x"
}
engine {}
engine {} # ERROR SYN1005: a second engine block; the first is at main.hcl:41:1
