vendor "Acme Inc" { # ERROR SYN2012: "Acme Inc" is not a name; small letters, digits, _ and -
  doc  = "An API."
  base = "settings.url"
  lag  = "soon" # ERROR SYN1018: "soon" is not a duration; write "90s", "4h" or "45d"
  setting "url" { doc = "Where it is." }
  setting "url" { doc = "Again." } # ERROR SYN1005: a second setting "url"
  limits {
    budgets  = ["50 per second", "0/s"] # ERROR SYN1018: "0/s" is not a rate; write "50/10s": so many per duration # ERROR SYN1018: "50 per second" is not a rate; write "50/10s": so many per duration
    parallel = 1.5 # ERROR SYN1008: "parallel" must be a whole number
    payload  = "many" # ERROR SYN1008: "payload" must be a number
  }
  error { # ERROR SYN1007: it fits every answer, the good ones too; give status, header or when
    does = "again" # ERROR SYN1014: "does" cannot be "again"; one of: end, fail, ignore, refresh, restart, retry, wait
    kind = "bad" # ERROR SYN1014: "kind" cannot be "bad"; one of: denied, failed, limited, moved, not_found, refused, unavailable, uncertain, unreadable, unsupported
  }
  object "people" {
    doc        = "People."
    open       = "perhaps" # ERROR SYN1008: "open" must be true or false
    id         = "a..b" # ERROR SYN3104: "a..b" is not a path; invalid path at byte 2: expected a name; put an odd one in quotes
    field "a" {
      type  = "string"
      codec = "epok" # ERROR SYN1014: "codec" cannot be "epok"; did you mean "epoch"?
      class = "secret" # ERROR SYN1014: "class" cannot be "secret"; one of: pay, personal, protected, public
    }
    list {
      path = "/people/{id" # ERROR SYN3104: a brace in the path holds no CEL, or is not closed; write "/people/{id}"
      paging "offset" {
        into     = "somewhere" # ERROR SYN1014: "somewhere" is no place in a request; write "query NAME", "header NAME" or "body NAME"
        overlap  = maybe # ERROR SYN1019: variables not allowed (Variables may not be used here.)
        short_ends = true # ERROR SYN8004: a short page ends it, and no page is short; give size
      }
      changes {
        field    = "a"
        since    = "query since"
        earliest = "2015"
      }
      sync_token { from = "answer.body.t" } # ERROR SYN1004: sync_token beside changes; keep one of them
    }
    get {
      path = "/people/{id}"
      json = { a = "id" }
      form = { a = "id" } # ERROR SYN1004: the request has two bodies; keep one of them
    }
  }
}
