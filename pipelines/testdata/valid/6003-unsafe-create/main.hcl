notify "ops" { connector = "log" }

system "a" {
  connector = "file"
  path      = "people.csv"
}

system "b" {
  connector = "sqlite"
  path      = "crm.db"
}

system "x" {
  connector = "blind"
}

pipeline "people" {
  entity = "candidate"
  alert  = notify.ops

  source "a" {
    allow = ["read", "update"]
  }

  source "b" { # WARNING SYN2014: what "b" holds is not known yet; names of its fields are not checked until a run connects; fields = { … } gives their types
    system = system.x
    object = "contacts"
    fields = { email = "string" }
    allow  = ["read", "update"]
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
