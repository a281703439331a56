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
    fields = { stage = "enum(New, Old)" }
    allow  = ["read", "update"]
    filter = "record.stage == 'Nw'" # ERROR SYN3008: "Nw" is not a word of the enum; did you mean "New"?
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  match {
    survivor = "filter(records, any(records, all(records, .email == 'x')))[0]" # ERROR SYN3013: loops stand more than two deep; group or index the rows first, then look them up
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  field "phone" {
    direction = "a <-> b"
    owner     = "entity.stage == 'hird' ? a : b" # ERROR SYN3008: "hird" is not a word of the enum; did you mean "hired"?
    a         = "phone"
    b         = "mobile"
  }
  validate "v0" {
    check = "record.x ==" # ERROR SYN3001: syntax error (mismatched input '<EOF>')
  }
  validate "v1" {
    check = "entity.emial != ''" # ERROR SYN3002: undefined field "emial"; did you mean "email"?
  }
  validate "v2" {
    check = "fone(entity.phone)" # ERROR SYN3004: unknown function "fone"; did you mean "fold"?
  }
  validate "v3" {
    check = "entity.email + 1 == ''" # ERROR SYN3005: + does not take (string, int)
  }
  validate "v4" {
    check = "entity.email" # ERROR SYN3006: it gives string where bool is wanted; compare it with something
  }
  validate "v5" {
    check = "entity.email.lowerAscii() == 'x'" # WARNING SYN3007: entity.email may be null here (null where a value is needed sets the record aside when it runs); test it first: has(entity.email) ? … : null
  }
  validate "v6" {
    check = "entity.stage == 'ofer'" # ERROR SYN3008: "ofer" is not a word of the enum; did you mean "offer"?
  }
  validate "v7" {
    check = "now > timestamp('2026-01-01T00:00:00Z')" # ERROR SYN3009: the time is not known here (a value that changes with the clock would never agree); now and ago() belong into `when` beside `every`
  }
  validate "v8" {
    check = "entity.email.matches('[')" # ERROR SYN3012: this literal is not valid (invalid matches argument)
  }
  validate "v9" {
    check = "lookup(roles, 'x', 'y', 'z') == ''" # ERROR SYN3010: this is not a table (lookup searches a table that is known while compiling, such as csvdecode(file(…)) under locals)
  }
  validate "v10" {
    check = "['a'].all(a, ['b'].all(b, ['c'].all(c, a == b && b == c)))"
  }
}
