# SCIM 2.0: the users and groups of any directory that speaks it.
#
# Source: RFC 7643 (the schemas of User, Group and the enterprise extension) and
# RFC 7644 (the protocol). What could not be promised of every server is left
# out, and named at the end.

vendor "scim" {
  doc     = "Users and groups of a directory over SCIM 2.0. Nothing is promised of a server that the standard leaves open: a record is read again before it is written, and its version is sent where it has one."
  version = "2.0"
  base    = "settings.url"
  headers = { Accept = "'application/scim+json'" }

  setting "url" {
    doc      = "Where the server's SCIM begins: https://directory.example.com/scim/v2."
    type     = "url"
    required = true
  }
  setting "token" {
    doc      = "The bearer token."
    required = true
    secret   = true
  }

  auth "token" {
    doc   = "A bearer token (RFC 6750)."
    needs = ["token"]
    bearer { token = "settings.token" }
  }

  error {
    status = [409]
    when   = "answer.body.scimType == 'uniqueness'"
    code   = "answer.body.scimType"
    hint   = "somebody has this userName already"
  }
  error {
    status = [400]
    code   = "answer.body.scimType"
  }

  object "users" {
    doc        = "People, and what else may log in."
    omits_null = true
    at         = "lastModified"

    field "userName" {
      type     = "string"
      doc      = "What the user logs in with; unique."
      class    = "personal"
      required = true
    }
    field "externalId" {
      type = "string?"
      doc  = "The id of the client's own."
    }
    field "formattedName" {
      type  = "string?"
      doc   = "The whole name."
      path  = "name.formatted"
      class = "personal"
    }
    field "givenName" {
      type  = "string?"
      doc   = "The given name."
      path  = "name.givenName"
      class = "personal"
    }
    field "familyName" {
      type  = "string?"
      doc   = "The family name."
      path  = "name.familyName"
      class = "personal"
    }
    field "displayName" {
      type  = "string?"
      doc   = "The name that is shown."
      class = "personal"
    }
    field "nickName" {
      type  = "string?"
      doc   = "What the person is called."
      class = "personal"
    }
    field "profileUrl" {
      type = "url?"
      doc  = "The person's page."
    }
    field "title" {
      type = "string?"
      doc  = "The job's title."
    }
    field "userType" {
      type = "string?"
      doc  = "Employee, contractor and the like."
    }
    field "preferredLanguage" {
      type = "string?"
      doc  = "As in Accept-Language."
    }
    field "locale" {
      type = "string?"
      doc  = "For dates and numbers."
    }
    field "timezone" {
      type = "string?"
      doc  = "Of the Olson database."
    }
    field "active" {
      type      = "bool?"
      doc       = "Whether the user may log in; see archive and restore."
      read_only = true
    }
    field "emails" {
      type  = "list(object(value=string?,type=string?,primary=bool?))?"
      doc   = "Addresses of e-mail."
      class = "personal"
    }
    field "phoneNumbers" {
      type  = "list(object(value=string?,type=string?,primary=bool?))?"
      doc   = "Phone numbers."
      class = "personal"
    }
    field "addresses" {
      type  = "list(any)?"
      doc   = "Addresses."
      class = "personal"
    }
    field "groups" {
      type      = "list(any)?"
      doc       = "The groups the user is in; changed through them."
      read_only = true
    }
    field "employeeNumber" {
      type  = "string?"
      doc   = "Of the enterprise extension."
      path  = "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'.employeeNumber"
      class = "personal"
    }
    field "department" {
      type = "string?"
      doc  = "Of the enterprise extension."
      path = "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'.department"
    }
    field "organization" {
      type = "string?"
      doc  = "Of the enterprise extension."
      path = "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'.organization"
    }
    field "costCenter" {
      type = "string?"
      doc  = "Of the enterprise extension."
      path = "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'.costCenter"
    }
    field "created" {
      type      = "timestamp?"
      doc       = "When it was made."
      path      = "meta.created"
      read_only = true
    }
    field "lastModified" {
      type      = "timestamp?"
      doc       = "When it changed last."
      path      = "meta.lastModified"
      read_only = true
    }
    archived {
      path = "active"
      is   = [false]
    }

    list {
      path     = "/Users"
      records  = "Resources"
      optional = true
      paging "offset" {
        first     = 1
        into      = "query startIndex"
        size      = 100
        size_into = "query count"
        total     = "answer.body.totalResults"
        overlap   = true
      }
    }
    get { path = "/Users/{id}" }
    find {
      keys     = ["userName"]
      quoting  = "scim"
      path     = "/Users"
      query    = { filter = "'userName eq ' + keys.userName.quoted" }
      records  = "Resources"
      optional = true
    }
    find {
      keys     = ["externalId"]
      quoting  = "scim"
      path     = "/Users"
      query    = { filter = "'externalId eq ' + keys.externalId.quoted" }
      records  = "Resources"
      optional = true
    }

    create {
      doc     = "Makes a user."
      path    = "/Users"
      headers = { Content-Type = "'application/scim+json'" }
      also = {
        schemas = <<-CEL
          has(set['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'])
            ? ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User']
            : ['urn:ietf:params:scim:schemas:core:2.0:User']
        CEL
      }
      after = "answer"
      lost  = "key_search"
    }
    update {
      doc      = "Changes a user."
      path     = "/Users/{id}"
      encoding = "scim_patch"
      headers  = { If-Match = "record.?meta.?version.orValue(null)" }
      guard    = "compare"
      after    = "read"
    }
    archive {
      doc     = "Takes the right to log in."
      undo    = "restore"
      method  = "PATCH"
      path    = "/Users/{id}"
      headers = { Content-Type = "'application/scim+json'", If-Match = "record.?meta.?version.orValue(null)" }
      json = {
        schemas    = "['urn:ietf:params:scim:api:messages:2.0:PatchOp']"
        Operations = "[{'op': 'replace', 'path': 'active', 'value': false}]"
      }
      guard = "compare"
    }
    verb "restore" {
      doc     = "Gives it back."
      undo    = "archive"
      method  = "PATCH"
      path    = "/Users/{id}"
      headers = { Content-Type = "'application/scim+json'" }
      json = {
        schemas    = "['urn:ietf:params:scim:api:messages:2.0:PatchOp']"
        Operations = "[{'op': 'replace', 'path': 'active', 'value': true}]"
      }
    }
    delete {
      doc     = "Deletes a user for good."
      path    = "/Users/{id}"
      headers = { If-Match = "record.?meta.?version.orValue(null)" }
      guard   = "compare"
    }
  }

  object "groups" {
    doc        = "Groups of users."
    omits_null = true
    at         = "lastModified"
    field "displayName" {
      type     = "string"
      doc      = "The group's name."
      required = true
    }
    field "externalId" {
      type = "string?"
      doc  = "The id of the client's own."
    }
    field "members" {
      type = "list(object(value=string?,display=string?,type=string?))?"
      doc  = "Who is in it, by id. Written whole."
    }
    field "created" {
      type      = "timestamp?"
      doc       = "When it was made."
      path      = "meta.created"
      read_only = true
    }
    field "lastModified" {
      type      = "timestamp?"
      doc       = "When it changed last."
      path      = "meta.lastModified"
      read_only = true
    }
    list {
      path     = "/Groups"
      records  = "Resources"
      optional = true
      paging "offset" {
        first     = 1
        into      = "query startIndex"
        size      = 100
        size_into = "query count"
        total     = "answer.body.totalResults"
        overlap   = true
      }
    }
    get { path = "/Groups/{id}" }
    find {
      keys     = ["displayName"]
      quoting  = "scim"
      path     = "/Groups"
      query    = { filter = "'displayName eq ' + keys.displayName.quoted" }
      records  = "Resources"
      optional = true
    }
    create {
      doc     = "Makes a group."
      path    = "/Groups"
      headers = { Content-Type = "'application/scim+json'" }
      also    = { schemas = "['urn:ietf:params:scim:schemas:core:2.0:Group']" }
      after   = "answer"
      lost    = "key_search"
    }
    update {
      doc      = "Changes a group."
      path     = "/Groups/{id}"
      encoding = "scim_patch"
      headers  = { If-Match = "record.?meta.?version.orValue(null)" }
      guard    = "compare"
      after    = "read"
    }
    delete {
      doc     = "Deletes a group."
      path    = "/Groups/{id}"
      headers = { If-Match = "record.?meta.?version.orValue(null)" }
      guard   = "compare"
    }
  }

  mapping "employee" {
    entity = "employee"
    object = "users"
    field "external_id" { path = "id" }
    field "employee_number" { path = "employeeNumber" }
    field "first_name" { path = "givenName" }
    field "last_name" { path = "familyName" }
    field "work_email" { path = "emails[type eq 'work'].value" }
    field "work_phone" { path = "phoneNumbers[type eq 'work'].value" }
    field "title" { path = "title" }
    field "department" { path = "department" }
    field "cost_centre" { path = "costCenter" }
  }
}

# Left out, because the standard leaves it to the server or this language does
# not say it:
# - listing what changed since a moment (a filter on meta.lastModified): few
#   servers have it, and none has to tell what was deleted;
# - passwords, roles, entitlements, certificates, photos, instant messengers;
# - the manager of the enterprise extension, whose form differs by server;
# - bulk requests, sorting, /Me, POST /.search, and schemas of one's own: a file
#   of one's own has them;
# - webhooks: the standard has none.
