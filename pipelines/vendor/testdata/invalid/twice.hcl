vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" {
    doc   = "People."
    named = "[a-z" # ERROR SYN1008: "named" is no regular expression; error parsing regexp: missing closing ]: `[a-z`
    open  = true
    list { path = "/{object}" }
    get { path = "/{object}/{id}" }
    find { # ERROR SYN1007: find needs "keys" # ERROR SYN8001: the request says nothing of what is looked for; name keys.value
      path = "/{object}"
    }
    find {
      any   = true
      keys  = ["name"] # ERROR SYN1004: keys beside any; keep one of them
      path  = "/{object}"
      query = { name = "keys[0].value" }
    }
    create { # ERROR SYN1007: create needs "lost_into"
      doc   = "Makes."
      needs = ["uri"] # ERROR SYN2001: there is no setting "uri"; did you mean "url"?
      path  = "/{object}"
      lost  = "idempotency_key"
    }
    create {
      doc  = "Makes."
      path = "/{object}"
    }
    create { # ERROR SYN1005: a second verb "create"; the first is taken: give it the settings that it needs, or leave one out
      doc  = "Makes."
      path = "/{object}"
    }
    update {
      doc   = "Changes."
      path  = "/{object}/{id}"
      guard = "unmodified_since_read" # ERROR SYN8007: people does not say where its revision is; give the object revision or revision_header, or write guard = "compare"
    }
  }
}
