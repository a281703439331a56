system "export" {
  connector = "file"
  path      = "data/candidates.csv"      # a file or a glob; csv, tsv, jsonl, json, xlsx; from the ending, or `format`
  init      = "seed/candidates.csv"      # what it starts from when `path` does not exist (file: copied; sqlite: run as SQL)
}

system "crm" {
  connector = "sqlite"                   # or postgres, mysql with `url = secret("env:DATABASE_URL")`
  path      = "crm.db"
}

pipeline "people" {
  entity = "person"
  alert  = notify.ops
  match {
    key "email" { field = "email" }
  }
  field "email" {
    direction = "export -> crm"
    export    = "email"
    crm       = "email"
  }
  field "tags" {
    direction = "crm"
    crm       = "tags"
  }
  field "hired_on" {
    direction = "crm"
    crm       = "hired_on"
  }
  source "export" {
    object = "candidates.csv"            # may be left out where there is one
    id     = "id"
    cursor = "updated_at"
  }
  source "crm" {
    allow    = ["read", "update"]
    object   = "contacts"                # a table or view
    id       = "id"                      # default: the primary key
    revision = "rev"                     # a column that changes with every write (number or time)
    cursor   = "updated_at"              # incremental reading; ties broken by id; overlap read again harmlessly
    sweep    = "24h"                     # how often the whole listing is walked for what a cursor cannot show; `run -full` walks it now
    fields   = { hired_on = "date?", tags = "list(string)" }   # declares or corrects types; "?" = nullable
  }
}

notify "ops" { connector = "log" }

entity "person" {
  attribute "email" { type = "email" }
  attribute "tags" { type = list(string) }
  attribute "hired_on" { type = "date" }
}
