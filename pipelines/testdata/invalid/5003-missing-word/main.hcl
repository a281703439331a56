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
  field "stage" {
    direction = "a -> b"
    a {
      path   = "stage"
      values = { "New" = "applied", "Deal" = "offer" }
    }
    b {
      path   = "status"
      values = { "Open" = "applied" } # ERROR SYN5003: no word for "offer"; the table must have one for each word another end can give: "offer"
    }
  }
}
