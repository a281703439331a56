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
      to   = notify.ops
      text = "summary ${entity.summary}" # ERROR SYN6005: entity.summary is pay and people would read it; declassify = "reason" on this action allows it
    }
    action "notify" "two" {
      to      = notify.ops
      subject = "headline ${prior.headline}" # ERROR SYN6005: prior.headline is pay and people would read it; declassify = "reason" on this action allows it
      text    = entity.location # ERROR SYN6005: entity.location is pay and people would read it; declassify = "reason" on this action allows it
    }
    action "notify" "three" {
      to     = notify.ops
      record = { pay = "entity.salary", place = "entity.location", mail = "entity.email" } # ERROR SYN6005: "pay" of the record is pay and people would read it; declassify = "reason" on this action allows it # ERROR SYN6005: "place" of the record is pay and people would read it; declassify = "reason" on this action allows it
    }
    action "update" "row" {
      end    = "b"
      record = { full_name = "string(entity.salary)" }
    }
    action "notify" "four" {
      to   = notify.ops
      text = "${action.row.id}" # ERROR SYN6005: action.row is pay and people would read it; declassify = "reason" on this action allows it
    }
    action "document" "five" {
      template = text("letter.txt") # ERROR SYN6005: entity.salary is pay and people would read it; declassify = "reason" on this action allows it
    }
    action "document" "six" {
      template = "${jsonencode(entity)}" # ERROR SYN6005: entity is protected and people would read it; declassify = "reason" on this action allows it
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
