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
  on "offer" {
    when = "entered('stage', 'offer')"
    action "create" "row" {
      end    = "b"
      record = { email = "entity.email", city = "lookup.job.title", job_id = "entity.external_id" } # WARNING SYN3007: lookup.job may be null here (null where a value is needed sets the record aside when it runs); test it first: has(lookup.job) ? … : null
      once   = "'offer-' + string(entity.external_id)"
      undo   = "update"
      failed = "review"
    }
    action "update" "again" {
      end    = "b"
      record = { full_name = "string(action.row.id)" }
    }
    action "wait" "night" {
      for = "12h"
    }
    action "wait" "start" {
      until = "now + days(3)"
    }
    action "approve" "really" {
      to     = notify.ops
      text   = "An offer for ${entity.first_name} ${upper(entity.last_name)}?"
      within = "2d"
    }
    action "email" "hello" {
      to      = entity.email
      from    = "hr@example.com"
      subject = "Offer"
      text    = text("offer.txt")
      failed  = "go_on"
    }
    action "document" "letter" {
      template   = "${entity.last_name} earns ${entity.salary}"
      declassify = "the letter is the offer"
    }
    action "call" "out" {
      system = system.b
      record = { id = "entity.external_id" }
    }
    action "publish" "event" {
      system = system.b
      record = { answer = "action.really.by" }
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
