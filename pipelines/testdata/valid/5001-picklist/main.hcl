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
    fields = { stage = "enum(New, Old)" }
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
  field "stage" {
    direction = "a -> b"
    b         = "status"
    a {
      path   = "stage"
      values = { "New" = "applied" }
    }
  }
}
