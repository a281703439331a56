engine {
  name = secret("env:X") # ERROR SYN6002: "name" does not take a secret; secrets are for the settings that ask for one
}
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
  api_key   = "Bearer ${secret("env:KEY")}" # ERROR SYN6002: "api_key" does not take a secret; secret(…) stands alone, in a setting that asks for one
}
