vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" {
    doc = "People."
    field "name" { type = "string" }
    list { path = "/people" }
    get { path = "/people" } # ERROR SYN8001: the request names no record; write path = "/people/{id}"
    find { # ERROR SYN8001: the request says nothing of what is looked for; name keys.name.value
      keys = ["name"]
      path = "/people"
    }
    update { # ERROR SYN8001: update names no record; write path = "/people/{id}"
      doc  = "Changes somebody."
      path = "/people"
    }
    verb "move" { # ERROR SYN8001: move names no record; write path = "/people/{id}"
      doc = "Moves somebody."
      step {
        path = "/move"
        json = { to = "'x'" }
      }
    }
    delete { doc = "Deletes." } # ERROR SYN1007: delete has no request; give path, or write step { … }
    archive {
      doc  = "Both."
      path = "/people/{id}" # ERROR SYN1004: a request beside steps; write it as a step
      step { path = "/people/{id}" }
    }
  }
}
