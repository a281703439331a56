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
    mapping = mapping.x # ERROR SYN2001: there is no mapping "x"
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
    system = system.c # ERROR SYN2001: there is no system "c"; did you mean "a"?
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  group "g" { fields = ["email", "fone"] } # ERROR SYN2001: the pipeline has no field "fone"
}
