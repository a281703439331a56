vendor "acme" {
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

  vershion = "1" # ERROR SYN1003: vendor has no attribute "vershion"; did you mean "version"?
  object "people" {
    doc = "People."
    filed "name" { type = "string" } # ERROR SYN1002: there is no block "filed" here; did you mean "field"?
    field "name" {
      type = "strng" # ERROR SYN3102: "strng" is not a type; invalid type at byte 0: expected a type: string, text, email, phone, url, int, decimal, bool, date, timestamp, money, country, enum, ref, list, set, object
      clas = "personal" # ERROR SYN1003: field has no attribute "clas"; did you mean "class"?
    }
    list {
      path = "/people"
      quarry = {} # ERROR SYN1003: list has no attribute "quarry"; did you mean "query"?
      paging "links" {} # ERROR SYN1014: pages do not follow each other by "links"; did you mean "link"?
    }
    get { path = "/people/{id}" }
    list = 1 # ERROR SYN1004: "list" is an attribute and a block here; keep one of them
    label {} # ERROR SYN1002: there is no block "label" here
  }
  webhook {} # ERROR SYN1002: there is no block "webhook" here; did you mean "webhooks"?
  limits {}
  limits {} # ERROR SYN1005: a second block "limits"; one is allowed
  auth {} # ERROR SYN1006: auth takes 1 name(s), not 0; write auth "NAME" { … }: as the setting `auth` names it
  object "" {} # ERROR SYN1006: object has an empty name
}
object "x" {} # ERROR SYN1002: there is no block "object" here; one of: vendor
