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
    sentinel = ["1001", ""] # ERROR SYN1008: an id is empty; the ids of records that are always there: sentinel = ["1001"]
  }

  source "b" {
    object   = "contacts"
    allow    = ["read", "create", "update"]
    sentinel = ["c-1", "c-1"] # ERROR SYN1008: "c-1" stands twice; name it once
  }

  guard {
    missing {
      count = 25
      share = "2%"
    }
    changed {
      share = "160%" # ERROR SYN1008: "160%" is not a share; write "10%" or 0.1
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
