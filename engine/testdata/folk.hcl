# An API of people, for tests: two a page, changes since a moment, a search, and
# tokens that are asked for.

vendor "folk" {
  doc  = "People, for tests."
  base = "settings.url"
  setting "url" {
    doc      = "Its address."
    required = true
  }
  setting "key" {
    doc    = "Its key."
    secret = true
  }
  auth "client" {
    doc   = "A client."
    needs = ["key"]
    client_credentials {
      token_url = "settings.url + '/token'"
      id        = "'syncline'"
      secret    = "settings.key"
    }
  }
  limits { answer = 65536 }
  webhooks {
    secret = "settings.key"
    token { header = "X-Folk" }
    object = "'people'"
    record = "event.person"
    id     = "event.uid"
  }

  object "people" {
    doc = "People."
    id  = "id"
    at  = "changed_at"
    field "name" { type = "string" }
    field "mail" { type = "string" }
    field "changed_at" {
      type      = "timestamp"
      read_only = true
    }
    list {
      path    = "/people"
      records = "data"
      paging "cursor" {
        from = "answer.body.next"
        into = "query after"
      }
      changes {
        field = "changed_at"
        since = "query changed_since"
      }
    }
    get { path = "/people/{id}" }
    find {
      keys    = ["mail"]
      path    = "/search"
      query   = { mail = "keys.mail.value" }
      records = "data"
    }
    create {
      doc   = "Adds a person."
      path  = "/people"
      after = "answer"
      lost  = "key_search"
    }
    update {
      doc   = "Changes a person."
      path  = "/people/{id}"
      guard = "compare"
      after = "answer"
    }
  }
}
