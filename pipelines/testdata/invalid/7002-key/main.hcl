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
    key "name" { field = "headline" } # ERROR SYN7002: the pipeline has no field "headline"; a key is compared by what the ends give for it: declare the field
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
}
