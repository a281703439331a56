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
    filter = "entity.stage == 'x'" # ERROR SYN3003: "entity" is not seen here; a record is read before the entity is decided: record.NAME
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  lookup "job" {
    system = system.b
    object = "accounts"
    where  = { title = "record.name" } # ERROR SYN3003: "record" is not seen here; the entity is of no single end: entity.NAME, of a field that reads it
  }
  lookup "other" {
    system = system.b
    object = "accounts"
    id     = "value" # ERROR SYN3003: "value" is not seen here; it is the value at a path, beside read and write: entity.NAME
  }
  validate "v" {
    check = "sides.a.changed" # ERROR SYN3003: "sides" is not seen here; only the rule of a conflict compares the ends
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  on "x" {
    when = "created('b')"
  }
}
