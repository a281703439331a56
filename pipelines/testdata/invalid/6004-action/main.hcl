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
    action "notify" "boss" { # ERROR SYN1007: notify needs "to"
      text = "x"
    }
    action "notfy" "two" { # ERROR SYN6004: "notfy" is no step of the engine and names no end; did you mean "notify"?
      to = notify.ops
    }
    action "notify" "boss" { # ERROR SYN1005: a second action "boss"; its result is action.boss
      to   = notify.ops
      text = "again"
    }
    action "create" "row" {
      end    = "b"
      record = { emial = "entity.email", email = "entity.emial", full_name = "action.later.id", years = "entity.email", city = "'x'" } # ERROR SYN2009: contacts has no field "emial"; did you mean "email"? or declare it: fields = { emial = "string" } # ERROR SYN3002: undefined field "emial"; did you mean "email"? # ERROR SYN3002: undefined field "later" # ERROR SYN3006: it gives string where int is wanted; turn it with int(…)
      once   = "entity.stage == 'offer'" # ERROR SYN3006: it gives bool where string is wanted; turn it with string(…)
      undo   = "delete" # ERROR SYN4005: "b" does not allow "delete"; add it to the allow of the end
      failed = "go_onn" # ERROR SYN1014: "failed" cannot be "go_onn"; did you mean "go_on"?
    }
    action "archive" "row2" { # ERROR SYN4005: "b" does not allow "archive"; add it to the allow of the end
      end = "b"
    }
    action "merge" "row3" { # ERROR SYN6004: sqlite cannot "merge"; one of: approve, archive, call, create, delete, document, email, notify, publish, update, wait
      end = "b"
    }
    action "update" "row4" {
      end = "c" # ERROR SYN2004: there is no end "c"; did you mean "a"?
    }
    action "notify" "later" {
      to      = notify.opps # ERROR SYN2001: there is no notify "opps"; did you mean "ops"?
      text    = "${entity.emial} ${action.rwo} ${lookup.jobb.title} ${uper(entity.email)} ${recrod.email} ${var.x}" # ERROR SYN2001: action has no "rwo"; did you mean "two"? # ERROR SYN2001: lookup has no "jobb"; did you mean "job"? # ERROR SYN2002: there is no "recrod" in a text; one of: action, entity, local, lookup, prior, var # ERROR SYN2002: there is no var.x # ERROR SYN2003: there is no function "uper"; did you mean "upper"? # ERROR SYN2006: paid has no attribute "emial"; did you mean "email"?
      subject = ["a list"] # ERROR SYN1008: "subject" must be a text
    }
    action "wait" "some" {} # ERROR SYN1007: wait needs "for"; for or until
    action "wait" "while" {
      for = "soon" # ERROR SYN1018: "soon" is not a duration; write "90s", "4h" or "45d"
    }
    action "wait" "until" {
      until = "entity.email" # ERROR SYN3006: it gives string where timestamp is wanted; turn it with timestamp(…) or parse_time(…)
    }
    action "call" "out" {
      system = system.c # ERROR SYN2001: there is no system "c"; did you mean "a"?
      colour = "red" # ERROR SYN1003: action has no attribute "colour"; one of: declassify, failed, record, system, text
    }
    action "email" "mail" {
      to   = "x@example.com"
      text = text("nowhere.txt") # ERROR SYN1019: error in function call (Call to function "text" failed: nowhere.txt: no such file or directory.)
    }
    action "email" "sum" {
      to   = entity.email
      text = "${abs("x")}" # ERROR SYN1019: invalid function argument (Invalid value for "num" parameter: a number is required.)
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
