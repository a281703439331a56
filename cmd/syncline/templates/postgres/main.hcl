# Candidates from a CSV export, kept in agreement with a table in Postgres.
#
#   export DATABASE_URL=postgres://user:password@localhost:5432/crm
#   psql "$DATABASE_URL" -f data/crm.sql
#   syncline validate && syncline plan && syncline run

system "export" {
  connector = "file"
  path      = "ends/candidates.csv"
  init      = "data/candidates.csv"
}

# A secret is resolved when a run starts, and printed nowhere.
system "crm" {
  connector = "postgres"
  url       = secret("env:DATABASE_URL")
}

# Who hears of what nobody else is told.
notify "me" {
  connector = "log"
}

pipeline "candidates" {
  entity = "candidate"
  alert  = notify.me

  source "export" {
    id    = "id"
    allow = ["read"]
  }

  source "crm" {
    object   = "contacts"
    id       = "id"
    revision = "rev" # changes with every write
    allow    = ["read", "create", "update"]

    # The table is not known before a run connects; declared types are checked
    # now. "?" means that it may be null.
    fields = {
      id         = "int"
      rev        = "int"
      first_name = "string?"
      last_name  = "string?"
      email      = "string?"
    }
  }

  match {
    key "email" { field = "email" }
    ambiguous = "review"
  }

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
}
