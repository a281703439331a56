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
    a         = "phone"
    b         = "created_at" # ERROR SYN5006: "created_at" is read-only at "b"
  }
  field "headline" {
    direction = "a -> b"
    a         = "name"
    b { # ERROR SYN5006: "headline" is written at "b", which gives no path; a read alone says how to get a value, not where to put one
      read = "record.full_name"
    }
  }
}
