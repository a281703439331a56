notify "ops" { connector = "log" }

system "a" {
  connector = "file"
  path      = "people.csv"
}

system "b" {
  connector = "sqlite"
  path      = "crm.db"
}

pipeline "people" { # ERROR SYN7001: pipeline "people" has no match; match { key … }: what makes records of two ends one
  entity = "candidate"
  alert  = notify.ops

  source "a" {
    allow = ["read", "update"]
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
}
