vendor "acme" {
  doc     = "An API."
  base    = "settings.url"
  headers = { Authorization = "'Bearer abc'" } # ERROR SYN8006: Authorization is a credential among open headers; write auth "NAME" { header { … } }
  setting "url" { doc = "Where it is." }
  setting "key" {
    doc     = "A key."
    secret  = true
    default = "abc" # ERROR SYN8006: a secret has no default; who uses the connector gives it: secret("env:NAME")
  }
  setting "rate" { doc = "How fast." } # ERROR SYN2012: "rate" cannot be the name of a setting; every system has connector, rate, concurrency, timeout, reserve, retry, networks
  auth "key" {
    doc   = "A key."
    needs = ["kay"] # ERROR SYN2001: there is no setting "kay"; did you mean "key"?
    bearer { token = "'abc'" } # ERROR SYN8006: "token" is a secret in the file; declare a setting with secret = true, and name it: settings.NAME
  }
  auth "other" {
    doc = "Another."
    header {
      name = "X-Key"
      key  = secret("env:KEY") # ERROR SYN8006: a description holds no secret; declare a setting with secret = true, and name it in CEL: settings.NAME
    }
  }
  auth "none" { doc = "None." } # ERROR SYN1007: auth "none" does not say how; one of: basic, bearer, header, query, client_credentials, refresh_token, jwt_bearer, session
  auth "two" {
    doc = "Two."
    bearer { token = "settings.key" } # ERROR SYN1004: bearer beside basic; keep one of them
    basic { user = "settings.key" }
  }
  object "people" {
    doc = "People."
    field "name" { type = "string" }
    list { path = "/people" }
    get { path = "/people/{id}" }
  }

}
