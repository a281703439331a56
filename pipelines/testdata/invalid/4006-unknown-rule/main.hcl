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
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  field "location" {
    direction = "a <-> b"
    a         = "place"
    b         = "city"
    conflict {
      rules       = ["newest", "max", "union", "most_advanced", "system_of_record"] # ERROR SYN4006: max needs something with an order; "location" is string # ERROR SYN4006: most_advanced needs an ordered enum; "location" is not one; ordered = true on the attribute # ERROR SYN4006: the pipeline names no system of record; system_of_record = "END" in the pipeline # ERROR SYN4006: there is no rule "newest"; one of: a, b, latest, max, min, most_advanced, non_empty, review, system_of_record, union # ERROR SYN4006: union needs a list or a set; "location" is string
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }
}
