vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" { # ERROR SYN8003: people can neither be listed nor read; write list { … } and get { … }
    doc = "People."
    create {
      doc  = "Makes somebody."
      path = "/people"
    }
  }
  object "jobs" { # ERROR SYN8003: jobs cannot be read by id; write get { … }: what is listed is read again before it is changed
    doc = "Jobs."
    list { path = "/jobs" }
  }
}
