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
  entity = "paid"
  alert  = notify.ops

  source "a" {
    allow = ["read", "update"]
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  lookup "job" {
    system = system.b
    object = "accounts"
    id     = "entity.external_id"
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  field "stage" {
    direction = "a -> b"
    a         = "stage"
    b         = "status"
  }
  on "t0" {
    when = "entered('stage', 'offer')"
  }
  on "t1" {
    when = "left('stage', 'offer') && !has(entity.email)"
  }
  on "t2" {
    when = "changed('email') || created('b') || linked('b') || removed('a')"
  }
  on "t3" {
    when = "conflicted('email') || resolved('email')"
  }
  on "t4" {
    when = "failed()"
  }
  on "t5" {
    when = "event('a', 'merged')"
  }
  on "t6" {
    when = "has(entity.email) && !has(prior.email)"
  }
  on "late" {
    when     = "entity.stage == 'offer' && now > timestamp('2026-01-01T00:00:00Z')"
    every    = "1h"
    backfill = true
  }
}

entity "paid" {
  extends = "candidate"
  attribute "salary" {
    type  = "money"
    class = "pay"
  }
}
