vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" {
    doc = "People."
    field "name" { type = "string" }
    list { path = "/people" }
    get { path = "/people/{id}" }
    create {
      doc  = "Makes."
      path = "/people"
      lost = "key_search" # ERROR SYN8007: people cannot be searched; write find { … }
      lost_plain = true # ERROR SYN8007: no id is chosen here; write lost = "external_id"
    }
    update {
      doc   = "Changes."
      path  = "/people/{id}"
      guard = "if_match" # ERROR SYN8007: people does not say where its revision is; give the object revision or revision_header, or write guard = "compare"
    }
    delete {
      doc   = "Deletes."
      path  = "/people/{id}"
      guard = "revision" # ERROR SYN1007: nothing says where the revision goes; write guard_into = "query NAME", or name revision in the request # ERROR SYN8007: people does not say where its revision is; give the object revision or revision_header, or write guard = "compare"
    }
  }
}
