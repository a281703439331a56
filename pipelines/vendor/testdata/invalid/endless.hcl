vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" {
    doc = "People."
    field "updated_at" { type = "timestamp" }
    list {
      path = "/people"
      paging "number" { # ERROR SYN8004: every page is asked for with the same request; say where number goes: into = "query NAME"
        short_ends = true # ERROR SYN8004: a short page ends it, and no page is short; give size
        rel        = "next" # ERROR SYN1003: paging "number" has no rel; one of: first, into
      }
      changes { field = "updated_at" } # ERROR SYN8004: nothing tells the API since when; write since = "query updated_after"
    }
    get { path = "/people/{id}" }
  }
  object "jobs" {
    doc = "Jobs."
    list {
      path = "/jobs"
      paging "cursor" { from = "answer.body.next" } # ERROR SYN8004: every page is asked for with the same request; say where cursor goes: into = "query NAME"
    }
    get { path = "/jobs/{id}" }
  }
  object "parts" {
    doc = "Parts of jobs."
    list { # ERROR SYN8001: every parent is asked for the same list; write path = "/jobs/{parent_id}/stages"
      path = "/parts"
      each { object = "job" } # ERROR SYN2001: there is no object "job"; did you mean "jobs"?
    }
    get { path = "/parts/{id}" }
  }
}
