locals {
  roles = csvdecode(file("roles.csv"))
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
  field "headline" {
    direction = "a -> b"
    b         = "full_name"
    a {
      read = "lookup(roles, 'role', record.role, 'job_id')"
    }
  }
}
