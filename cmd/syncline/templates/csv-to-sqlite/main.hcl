# Candidates from a CSV export, kept in agreement with a table in SQLite.
#
#   syncline validate     does it compile?
#   syncline plan         what would a run write, and why?
#   syncline run          do it; a second run has nothing to do

# A system is a connected product. `init` says what it starts from when the
# file is not there yet: a run never touches what lies under data/.
system "export" {
  connector = "file"
  path      = "ends/candidates.csv"
  init      = "data/candidates.csv"
}

system "crm" {
  connector = "sqlite"
  path      = "ends/crm.db"
  init      = "data/crm.sql"
}

# Who hears of what nobody else is told.
notify "me" {
  connector = "log"
}

pipeline "candidates" {
  description = "The export says who the candidates are; the CRM keeps their phone numbers."
  entity      = "candidate" # a ready model: names, e-mail, phone, stage and more
  alert       = notify.me

  # The ends, and all that may be done there.
  source "export" {
    id    = "id"
    allow = ["read", "update"]
  }

  source "crm" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  # What makes a record this entity, strongest first.
  match {
    key "email" { field = "email" }
    ambiguous = "review"
  }

  # The export speaks, the CRM hears.
  fields "export -> crm" {
    field "first_name" {
      export = "first_name"
      crm    = "first_name"
    }
    field "last_name" {
      export = "last_name"
      crm    = "last_name"
    }
    field "email" {
      export = "email"
      crm    = "email"
    }
  }

  # The other way round.
  field "phone" {
    direction = "crm -> export"
    export    = "phone"
    crm       = "phone"
  }
}
