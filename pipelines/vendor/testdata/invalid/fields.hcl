vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" {
    doc    = "People."
    at     = "changed" # ERROR SYN8005: people has no field "changed"; one of: born, name
    author = "by" # ERROR SYN8005: people has no field "by"; one of: born, name
    field "name" { type = "string" }
    field "born" {
      type      = "date"
      read_only = true
    }
    list {
      path = "/people"
      changes {
        field = "nam" # ERROR SYN8005: people has no field "nam"; did you mean "name"?
        since = "query since"
      }
    }
    get { path = "/people/{id}" }
    find {
      keys  = ["mail"] # ERROR SYN8005: people has no field "mail"; one of: born, name
      path  = "/people"
      query = { mail = "keys.mail.value" }
    }
    update {
      doc   = "Changes."
      path  = "/people/{id}"
      takes = ["nmae", "born"] # ERROR SYN8005: born is a field that is only read # ERROR SYN8005: people has no field "nmae"; did you mean "name"?
    }
    verb "move" {
      doc  = "Moves."
      path = "/people/{id}/move"
      undo = "mvoe" # ERROR SYN2001: there is no verb "mvoe" that takes it back; did you mean "move"?
      serves "stage" { # ERROR SYN8005: people has no field "stage"; one of: born, name
        arg = "stage" # ERROR SYN2001: there is no argument "stage"
      }
    }
  }
}
