# Deliveries whose sender a proxy knows.
vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" {
    doc      = "Where it is."
    required = true
  }
  setting "key" {
    doc    = "A key."
    secret = true
  }
  object "people" {
    doc = "People."
    field "name" { type = "string" }
    list { path = "/people" }
    get { path = "/people/{id}" }
    create {
      doc       = "Makes one."
      path      = "/people"
      lost      = "idempotency_key"
      lost_into = "header Idempotency-Key"
    }
  }
  webhooks {
    secret = "settings.key"
    object = "'people'"
    record = "event.id"
    certificate { header = "X-Client-Cert" }
  }
}
