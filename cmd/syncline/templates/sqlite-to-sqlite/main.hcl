# Two SQLite databases that both may be edited: peers.
#
#   syncline validate     does it compile?
#   syncline plan         what would a run write, and why?
#   syncline run          do it; a second run has nothing to do

system "ats" {
  connector = "sqlite"
  path      = "ends/ats.db"
  init      = "data/ats.sql"
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
  entity           = "candidate"
  alert            = notify.me
  system_of_record = "ats" # whom the rule of that name believes

  source "ats" {
    object   = "candidates"
    revision = "rev"        # changes with every write
    cursor   = "updated_at" # only what changed since is read
    at       = "updated_at" # when it changed: what `latest` compares
    allow    = ["read", "create", "update"]
  }

  source "crm" {
    object   = "contacts"
    revision = "rev"
    cursor   = "updated_at"
    at       = "updated_at"
    allow    = ["read", "create", "update"]
  }

  match {
    key "email" { field = "email" }
    ambiguous = "review"
  }

  # Both sides speak. When both changed, the rules are asked in order; what
  # none of them decides waits for a person: syncline conflicts list.
  fields "ats <-> crm" {
    conflict {
      rules       = ["system_of_record"]
      unavailable = "review" # when an end cannot be asked
      escalate {
        after = "4h" # who is told of what stays open
        to    = notify.me
      }
    }
    field "first_name" {
      ats = "first_name"
      crm = "given_name"
    }
    field "last_name" {
      ats = "last_name"
      crm = "family_name"
    }
    field "email" {
      ats = "email"
      crm = "email"
    }
    field "phone" {
      ats = "phone"
      crm = "mobile"
    }
  }

  # A mass change is more often a mistake than a wish.
  guard {
    overwrites {
      count = 100
      share = "10%"
    }
  }
}
