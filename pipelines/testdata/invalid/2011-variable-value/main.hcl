variable "n" {
  type    = number
  default = 3
  validation {
    condition     = var.n > 5 # ERROR SYN2011: the value of "n" is refused (too small)
    error_message = "too small"
  }
}
variable "m" { # ERROR SYN2011: the value of "m" does not fit its type; a number is required
  type    = number
  default = "x"
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
