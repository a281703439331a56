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
    fields = { stage = "enum(New, Old)" }
    allow  = ["read", "update"]
    filter = "record.stage == 'New'"
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  match {
    survivor = "filter(records, any(records, .email == 'x'))[0]"
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  field "phone" {
    direction = "a <-> b"
    owner     = "entity.stage == 'hired' ? a : b"
    a         = "phone"
    b         = "mobile"
  }
  validate "v0" {
    check = "entity.email == ''"
  }
  validate "v1" {
    check = "has(entity.email)"
  }
  validate "v2" {
    check = "phone_valid(entity.external_id) || true"
  }
  validate "v3" {
    check = "has(entity.email) && entity.email + 'x' == ''"
  }
  validate "v4" {
    check = "has(entity.email) && entity.email.lowerAscii() == 'x'"
  }
  validate "v5" {
    check = "entity.stage == 'offer'"
  }
  validate "v6" {
    check = "has(entity.email) && entity.email.matches('[a-z]')"
  }
  validate "v7" {
    check = "['a'].all(a, ['b'].all(b, a == b))"
  }
}
