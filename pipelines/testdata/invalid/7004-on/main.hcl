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
  entity = "paid"
  alert  = notify.ops

  source "a" {
    allow = ["read", "update"]
  }

  source "b" {
    object = "contacts"
    allow  = ["read", "create", "update"]
  }

  lookup "job" {
    system = system.b
    object = "accounts"
    id     = "entity.external_id"
  }

  match {
    key "email" { field = "email" }
  }

  field "email" {
    direction = "a -> b"
    a         = "mail"
    b         = "email"
  }
  field "stage" {
    direction = "a -> b"
    a         = "stage"
    b         = "status"
  }
  on "t0" {
    when = "entered('stagee', 'offer')" # ERROR SYN2006: paid has no attribute "stagee"; did you mean "stage"?
  }
  on "t1" {
    when = "entered('stage', 'ofer')" # ERROR SYN5001: "ofer" is not a word of "stage"; did you mean "offer"?
  }
  on "t2" {
    when = "entered('email', 'nobody')" # ERROR SYN5001: "nobody" is no value of "email"; it is email
  }
  on "t3" {
    when = "created('c')" # ERROR SYN2004: there is no end "c"; did you mean "a"?
  }
  on "t4" {
    when = "chnged('stage')" # ERROR SYN3004: unknown function "chnged"; did you mean "changed"?
  }
  on "t5" {
    when = "changed('stage', 'x')" # ERROR SYN7004: changed takes 1 argument(s), not 2; it is changed(field)
  }
  on "t6" {
    when = "changed(entity.stage)" # ERROR SYN7004: the field of changed is a text; write it in place, in single quotes: changed(field)
  }
  on "t7" {
    when = "failed() && 1" # ERROR SYN3005: expected type 'bool' but found 'int'
  }
  on "t8" {
    when = "entity.stage" # ERROR SYN3006: it gives string where bool is wanted; compare it with something
  }
  on "t9" {
    when = "true" # ERROR SYN7004: the trigger never turns true; it asks for an event, entered('stage', 'offer'), or looks at the entity
  }
  on "t10" {
    when = "entity.stage == 'ofer'" # ERROR SYN3008: "ofer" is not a word of the enum; did you mean "offer"?
  }
  on "t11" {
    when = "changed('stage') && entity.sage == 'offer'" # ERROR SYN3002: undefined field "sage"; did you mean "stage"?
  }
  on "t12" {
    when = "failed() || now > timestamp('2026-01-01T00:00:00Z')" # ERROR SYN3009: the time is not known here (a value that changes with the clock would never agree); now and ago() belong into `when` beside `every`
  }
  on "t13" {
    when = "changed('phone')" # WARNING SYN7005: the pipeline has no field "phone"; nothing here ever changes it
  }
  on "t14" {
    when = "left('stage', 'offer'" # ERROR SYN3001: syntax error (missing ')' at '<EOF>')
  }
  on "t15" {
    when = "action.x == 1" # ERROR SYN3003: "action" is not seen here; results of actions are seen by later actions of the same on
  }
}

entity "paid" {
  extends = "candidate"
  attribute "salary" {
    type  = "money"
    class = "pay"
  }
}
