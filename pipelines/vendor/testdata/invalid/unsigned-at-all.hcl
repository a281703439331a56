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
    secret = "settings.url"
    object = "'people'"
    record = "event.id"
  }
}
