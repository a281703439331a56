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
}

system "g" {
  connector = "greenhouse"
  api_key   = "k" # WARNING SYN6001: "api_key" is a secret in plain text; write api_key = secret("env:NAME")
}
system "h" {
  connector = "greenhouse"
  api_key   = secret("env:KEY")
}
