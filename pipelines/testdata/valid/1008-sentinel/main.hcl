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
    allow    = ["read", "update"]
    sentinel = ["1001", "1002"]
  }

  source "b" {
    object   = "contacts"
    allow    = ["read", "create", "update"]
    sentinel = "c-1"
  }

  guard {
    missing {
      count = 25
      share = "2%"
    }
    changed {
      count = 50
      share = "60%"
    }
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
