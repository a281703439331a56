# Deliveries that are signed with a moment.
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
  limits {
    headers {
      usage = "X-Usage"
    }
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
    timestamped {
      header    = "X-Signature"
      moment    = "at"
      scheme    = "v2"
      separator = ":"
      hash      = "sha1"
    }
  }
}
