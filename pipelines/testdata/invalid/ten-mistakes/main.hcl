
pipeline "people" { # ERROR SYN4007: pipeline "people" has no alert; alert = notify.NAME: who hears of failures that nothing else claims
  entity = "candidate"

  source "a" {
    allow = ["read", "update"]
    filter = "!record.privat" # ERROR SYN3002: undefined field "privat"; did you mean "private"?
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
  field "stage" {
    direction = "a -> b"
    a {
      path   = "stage"
      values = { "New" = "aplied" } # ERROR SYN5001: "aplied" is not a word of "stage"; did you mean "applied"?
    }
    b = "status"
  }
  field "phone" {
    direction = "a -> bb" # ERROR SYN2004: there is no end "bb"; did you mean "b"?
    a         = "phone"
    b         = "mobile"
  }
  field "headline" {
    direction = "a -> b"
    a         = "nam" # ERROR SYN2009: people has no field "nam"; did you mean "name"? or declare it: fields = { nam = "string" }
    b         = "full_name"
  }
  field "location" {
    direction = "a <-> b" # ERROR SYN4002: who is right about "location" is not said; several ends speak: give an owner, or a conflict block
    a         = "place"
    b         = "city"
  }
  validate "reachable" {
    check = "has(entity.emial)" # ERROR SYN3002: undefined field "emial"; did you mean "email"?
  }
}
