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
    filter = "record.stage == 'x'"
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  lookup "job" {
    system = system.b
    object = "accounts"
    where  = { title = "entity.last_name" }
  }
  lookup "other" {
    system = system.b
    object = "accounts"
    id     = "entity.external_id"
  }
  validate "v" {
    check = "entity.email != prior.email"
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
