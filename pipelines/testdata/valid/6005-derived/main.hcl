notify "ops" { connector = "log" }

notify "pay" {
  connector  = "log"
  declassify = "only payroll reads it"
}

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
  field "summary" {
    direction = "a -> b"
    a { read = "string(record.pay)" }
    b = "full_name"
    lossy = "one way"
  }
  field "headline" {
    direction = "a -> b"
    a { 
      path = "pay"
      read = "string(value)"
    }
    b = "city"
    lossy = "one way"
  }
  field "location" {
    direction = "a <-> b"
    a         = "place"
    b         = "mobile"
    conflict {
      rule        = "entity.summary"
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }
  on "offer" {
    when = "entered('stage', 'offer')"

    action "notify" "one" {
      to         = notify.ops
      text       = "summary ${entity.summary}"
      declassify = "the recruiters set it"
    }
    action "notify" "two" {
      to   = notify.pay
      text = entity.location
    }
    action "notify" "three" {
      to     = notify.pay
      record = { pay = "entity.salary" }
    }
  }
}

entity "paid" {
  extends = "candidate"
  attribute "salary" {
    type  = "money"
    class = "pay"
  }
}
