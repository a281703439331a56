locals {
  x = file("../main.hcl") # ERROR SYN1020: error in function call (Call to function "file" failed: ../main.hcl is outside of the configuration's folder.)
  y = file("/etc/hostname") # ERROR SYN1020: error in function call (Call to function "file" failed: /etc/hostname is outside of the configuration's folder.)
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
}
