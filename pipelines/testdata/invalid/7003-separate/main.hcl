notify "ops" { connector = "log" }

system "a" {
  connector = "file"
  path      = "people.csv"
}

system "b" {
  connector = "slow"
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
  field "phone" {
    direction = "a -> b"
    a         = "phone"
    b         = "mobile"
  }
  group "reach" { fields = ["email", "phone"] } # ERROR SYN7003: "b" cannot write the group in one request; slow writes field by field: leave the fields alone, or the end out of their direction
}
