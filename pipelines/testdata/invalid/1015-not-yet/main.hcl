engine {
  require_signoff = true # ERROR SYN1015: sign-off is not enforced by this version; leave it out; a refusal is safer than a promise
}
signoff { # ERROR SYN1015: signoff is not supported by this version; leave the block out
  pipeline = "people"
}
report "r" { # ERROR SYN1015: report is not supported by this version; leave the block out
}
moved { # ERROR SYN1015: moved is not supported by this version; leave the block out
}
test "t" { # ERROR SYN1015: a test stands in a *.test.hcl file; move it there; only `syncline test` reads those
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
