vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" {
    doc = "People."
    field "name" { type = "string" }
    list { path = "/people" }
    get { path = "/people/{id}" }
  }

  webhooks { # ERROR SYN8002: anybody could send these deliveries; give secret, and one of hmac, timestamped, standard, token, certificate
    object = "'people'"
    record = "event.id"
    kinds  = { gone = "deletd" } # ERROR SYN1014: an event cannot be "deletd"; did you mean "deleted"?
    token {} # ERROR SYN1004: token beside hmac; keep one of them
    hmac {
      header = "X-S"
      over   = ["bdy"] # ERROR SYN1014: "bdy" is nothing that is hashed; one of: body, method, url, header NAME, text TEXT
    }
  }
}
