notify "ops" { connector = "log" }

system "a" {
  connector = "file"
  path      = "people.csv"
}

system "b" {
  connector = "sqlite"
  path      = "crm.db"
}

system "ats" {
  connector = "greenhouse"
  api_key   = secret("env:K")
}

pipeline "people" {
  entity = "candidate"
  alert  = notify.ops

  source "ats" { # ERROR SYN1007: source "ats" with each needs an id; id = "…": where an element says which it is, in its whole
    object = "candidates"
    each   = "applications"
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "ats -> b"
    ats { read = "parent.first_name" }
    b     = "email"
    lossy = "a name is no address"
  }
}
