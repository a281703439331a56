# Deliveries with a token in the address.
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
      doc        = "Makes one."
      path       = "/people"
      lost       = "external_id"
      lost_into  = "body id"
      lost_plain = true
    }
  }
  webhooks {
    secret = "settings.key"
    object = "'people'"
    record = "event.id"
    token { query = "token" }
  }
}
