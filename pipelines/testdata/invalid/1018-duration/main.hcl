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
    every = "soon" # ERROR SYN1018: "soon" is not a duration; write "90s", "4h" or "45d"
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
    cron = "often" # ERROR SYN1018: "often" is not a schedule; minute hour day month weekday: "0 6 * * 1-5", with a time zone "CRON_TZ=Europe/Berlin 0 6 * * 1-5"
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
}
