vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  setting "key" {
    doc    = "A key."
    secret = true
  }
  headers = { "X-A" = "settings.ur", "X-B" = settings.url } # ERROR SYN1016: an expression is written as a text; in quotes, or <<-CEL … CEL # ERROR SYN3002: undefined field "ur"; did you mean "url"?
  object "people" {
    doc = "People."
    field "name" {
      type = "string"
      read = "recrod.name" # ERROR SYN3003: unknown name "recrod"; did you mean "record"?
    }
    field "age" {
      type = "int"
      read = "'a' + 1" # ERROR SYN3005: + does not take (string, int)
    }
    list {
      path  = "/people"
      query = { q = "settings.key", who = "id", n = "page.nmber", e = "" } # ERROR SYN1007: the expression is empty # ERROR SYN3002: undefined field "key" # ERROR SYN3002: undefined field "nmber"; did you mean "number"? # ERROR SYN3003: "id" is not seen here; here it is one of: settings, object, page, since, until, fields, parent, parent_id
      paging "cursor" {
        from = "answer.body.next"
        into = "query after"
        more = "'yes'" # ERROR SYN3006: it gives string where bool is wanted; compare it with something
      }
    }
    get { path = "/people/{idd}/{}" } # ERROR SYN3003: unknown name "idd"; did you mean "id"? # ERROR SYN3104: a brace in the path holds no CEL, or is not closed; write "/people/{id}"
    find {
      keys  = ["name"]
      path  = "/people"
      query = { name = "keys.nme.value" } # ERROR SYN3002: undefined field "nme"; did you mean "name"?
    }
    verb "move" {
      doc  = "Moves."
      path = "/people/{id}/move"
      json = { to = "args.stage", n = "${1}" } # ERROR SYN1017: an expression holds no ${…}; name what is known inside the text # ERROR SYN3002: undefined field "stage"; did you mean "stag"?
      arg "stag" { doc = "Where to." }
    }
  }
}
