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
    allow = ["read"]
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
    direction = "b -> a" # ERROR SYN4005: "phone" is written at "a", which does not allow it; add "update" to its allow, or change the direction
    a         = "phone"
    b         = "mobile"
  }
  field "location" { # ERROR SYN4005: "location" is written at "a", which does not allow it; add "create" to its allow, or leave out update = "create"
    direction = "b -> a"
    update    = "create"
    a         = "born"
    b         = "city"
  }
}
