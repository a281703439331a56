engine {
  role "viewer" { # ERROR SYN1015: version 0.1 does not act on "role" yet; leave the block out: there is no console yet
    may = ["read"]
  }
  require_signoff = true # ERROR SYN1015: version 0.1 does not act on "require_signoff" yet; leave it out: a run would not ask for it
}
signoff { # ERROR SYN1015: version 0.1 does not act on "signoff" yet; leave the block out: nothing would ask for it
  pipeline = "people"
}
report "r" { # ERROR SYN1015: version 0.1 does not act on "report" yet; leave the block out: nothing would compute it
}
moved { # ERROR SYN1015: version 0.1 does not act on "moved" yet; keep the old name: under a new one it starts without its state
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
