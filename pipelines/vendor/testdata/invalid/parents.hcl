vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  object "people" { # ERROR SYN8007: the description contradicts itself (people: its parents, teams, are not listed) # ERROR SYN8007: the description contradicts itself (people: qualified ids are read one by one)
    doc    = "People."
    parent = "team"
    list {
      path = "/people/{parent_id}"
      each { object = "teams" }
    }
    get {
      path    = "/people"
      many    = 5
      query   = { ids = "ids" }
      records = "x"
    }
  }
  object "teams" {
    doc = "Teams."
    get { path = "/teams/{id}" }
  }
}
