# Every kind of block and word that a description may have, once.
vendor "acme" {
  doc         = "An API that needs every word of the language."
  version     = "2024-01"
  base        = "settings.url + '/v1'"
  headers     = { Accept = "'application/json'", "X-Version" = "'2024-01'" }
  hosts       = ["'files.acme.example'"]
  lag         = "5s"
  no_null     = true
  attribution = true

  setting "url" {
    doc      = "Where it is."
    type     = "url"
    required = true
  }
  setting "auth" { doc = "The way to log in." }
  setting "key" {
    doc    = "A key."
    secret = true
  }
  setting "client" { doc = "The client's id." }
  setting "region" {
    doc     = "Which region."
    default = "eu"
  }
  setting "user" { doc = "For whom is written." }

  auth "basic" {
    doc   = "A key as the user."
    needs = ["key"]
    basic {
      user     = "settings.key"
      password = "''"
    }
  }
  auth "bearer" {
    doc   = "A token."
    needs = ["key"]
    bearer { token = "settings.key" }
  }
  auth "header" {
    doc   = "A key in a header."
    needs = ["key"]
    header {
      name   = "X-Key"
      prefix = "Token "
      key    = "settings.key"
    }
  }
  auth "query" {
    doc   = "A key in the address."
    needs = ["key"]
    query {
      name = "key"
      key  = "settings.key"
    }
  }
  auth "client" {
    doc   = "OAuth 2."
    needs = ["client", "key"]
    client_credentials {
      token_url = "settings.url + '/token'"
      id        = "settings.client"
      secret    = "settings.key"
      scopes    = ["read", "write"]
      params    = { audience = "settings.url" }
      in_body   = true
    }
  }
  auth "consent" {
    doc   = "OAuth 2 with a person's consent."
    needs = ["client", "key"]
    refresh_token {
      token_url = "settings.url + '/token'"
      id        = "settings.client"
      secret    = "settings.key"
      token     = "settings.key"
      params    = { audience = "settings.url" }
      in_body   = true
    }
  }
  auth "jwt" {
    doc   = "OAuth 2 with an assertion."
    needs = ["client", "key"]
    jwt_bearer {
      token_url = "settings.url + '/token'"
      issuer    = "settings.client"
      subject   = "settings.user"
      audience  = "settings.url"
      key       = "settings.key"
      key_id    = "'1'"
      scopes    = ["all"]
      life      = "2m"
    }
  }
  auth "session" {
    doc   = "A log-in."
    needs = ["key"]
    session {
      token  = "answer.body.token"
      life   = "10m"
      into   = "header X-Session"
      prefix = "S "
      login {
        method = "POST"
        path   = "/login"
        json   = { key = "settings.key" }
      }
    }
  }

  actor {
    headers = { "X-User" = "settings.user" }
    reads   = true
  }
  limits {
    budgets  = ["50/10s", "10000/1d"]
    parallel = 8
    payload  = 100000
    address  = 4000
    answer   = 1000000
    timeout  = "30s"
    headers {
      remaining = "X-Left"
      limit     = "X-Limit"
      reset     = "X-Reset"
      per       = "10s"
    }
  }
  error {
    status = [429, 5]
    header = "X-Busy"
    when   = "answer.body.code == 'busy'"
    does   = "wait"
    kind   = "limited"
    undone = true
    after  = "answer.header['x-after']"
    code   = "answer.body.code"
    field  = "answer.body.field"
    hint   = "come back later"
  }
  probe {
    path = "/me"
  }

  object "teams" {
    doc = "Teams."
    field "name" { type = "string" }
    list {
      path    = "/teams"
      records = "data.items"
      paging "cursor" {
        from      = "answer.body.next"
        into      = "query after"
        size      = 100
        size_into = "query limit"
      }
    }
    get {
      path = "/teams/{id}"
      one  = true
    }
  }

  object "people" {
    doc              = "People."
    open             = true
    omits_null       = true
    id               = "key"
    id_field         = "key"
    revision         = "rev"
    revision_header  = "ETag"
    revision_ordered = true
    at               = "updated_at"
    author           = "updated_by"
    volatile         = ["photo"]
    permissions      = { read = ["people:read"], create = ["people:write"] }

    field "name" {
      type     = "string"
      doc      = "The name."
      class    = "personal"
      required = true
    }
    field "stage" { type = "string?" }
    field "born" {
      type  = "date?"
      codec = "layout 02.01.2006"
      path  = "birth.day"
      write = "birth_day"
    }
    field "label" {
      type      = "string"
      read      = "string(record.name) + ' (' + id + ')'"
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp"
      codec     = "epoch_ms"
      read_only = true
    }
    field "updated_by" {
      type      = "string?"
      read_only = true
    }
    field "marker" { type = "string?" }
    deleted {
      path = "deleted"
      is   = [true]
    }
    merged {
      path    = "merged_into"
      where   = "state"
      is      = ["merged"]
      follows = true
    }
    archived {
      path = "state"
      is   = ["archived", 7, false]
    }
    error {
      status = [418]
      does   = "ignore"
    }

    list {
      path     = "/people"
      query    = { region = "settings.region", fields = "fields.join(',')" }
      headers  = { "X-List" = "'1'" }
      records  = "people"
      optional = true
      unwrap   = "node"
      detail   = "on_change"
      partial  = true
      paging "number" {
        first      = 0
        into       = "query page"
        size       = 50
        size_into  = "query per_page"
        short_ends = true
        empty_ends = true
        more       = "answer.body.more"
        total      = "answer.body.total"
        end_status = 404
        overlap    = true
        most       = 1000
      }
      changes {
        field    = "updated_at"
        since    = "query since"
        until    = "query until"
        form     = "epoch"
        overlap  = "1m"
        window   = "30d"
        earliest = "2015-01-01T00:00:00Z"
        removed {
          path    = "/people/removed"
          records = "ids"
          id      = "id"
          query   = { since = "since" }
          paging "key" {
            key  = "page.last.id"
            into = "query after"
          }
        }
      }
    }
    get {
      path    = "/people"
      query   = { ids = "ids.join(',')" }
      records = "people"
      keyed   = true
      many    = 20
      gone    = [404]
    }
    find {
      keys      = ["name"]
      quoting   = "scim"
      spellings = 3
      path      = "/people/search"
      method    = "POST"
      reads     = true
      json      = { filter = "keys.name.path + ' eq ' + keys.name.quoted", also = "keys.name.quotes" }
      records   = "people"
      paging "url" {
        from = "answer.body.next"
      }
    }
    discover {
      path    = "/people/fields"
      records = "fields"
      name    = "record.name"
      type    = "record.type == 'number' ? 'decimal?' : 'string?'"
      doc     = "record.label"
      when    = "record.custom == true"
      at      = "record.path"
    }

    create {
      doc        = "Makes one."
      lost       = "marker"
      lost_field = "marker"
      after      = "answer"
      path       = "/people"
      also       = { team = "args.team" }
      takes      = ["name", "marker", "born"]
      answer_id  = "answer.body.key"
      arg "team" {
        doc      = "The team."
        required = true
      }
      with "teams" {
        into = "teams"
        made = "made.teams"
        id   = "id"
      }
    }
    update {
      doc        = "Changes one."
      guard      = "revision"
      guard_into = "query rev"
      after      = "read"
      step {
        method          = "PUT"
        path            = "/people/{id}"
        encoding        = "entire"
        takes           = ["name", "born"]
        when            = "record.state != 'archived'"
        answer_records  = "person"
        answer_revision = "answer.header.etag"
      }
    }
    archive {
      doc  = "Puts one away."
      undo = "restore"
      path = "/people/{id}/archive"
      form = { reason = "'left'" }
    }
    delete {
      doc   = "Deletes one."
      guard = "if_match"
      path  = "/people/{id}"
    }
    verb "restore" {
      doc  = "Takes one back."
      path = "/people/{id}/restore"
    }
    verb "move" {
      doc   = "Moves one to another stage."
      guard = "compare"
      path  = "/people/{id}/move"
      json  = { from = "record.stage", to = "args.stage", why = "args.why" }
      arg "stage" {
        type = "string"
        doc  = "Where to."
      }
      arg "why" { doc = "Why." }
      serves "stage" {
        arg  = "stage"
        when = "args.stage != null"
        also = ["marker"]
      }
    }
    verb "upload" {
      doc  = "Attaches a file."
      path = "/people/{id}/files"
      arg "file" { doc = "In base64." }
      multipart {
        part "file" {
          content  = "args.file"
          filename = "'cv.pdf'"
          type     = "application/pdf"
          base64   = true
        }
      }
    }
    verb "ask" {
      doc  = "Asks in GraphQL."
      path = "/graphql"
      graphql {
        query     = "mutation($id: ID!) { ask(id: $id) { id } }"
        variables = { id = "id" }
      }
    }
    verb "say" {
      doc  = "Says it as it stands."
      path = "/say/{id}"
      verbatim {
        type = "text/plain"
        text = "'hello ' + id"
      }
    }
  }

  object "custom" {
    doc      = "Whatever else the organization has made."
    named    = "[a-z]+__c"
    open     = true
    revision = "at"
    list { path = "/custom/{object}" }
    get {
      path    = "/custom/{object}"
      many    = 20
      quoting = "soql"
      query   = { ids = "quotes.join(',')", id = "quoted" }
      paging "url" {
        from = "answer.body.next"
      }
    }
    find {
      any     = true
      quoting = "soql"
      path    = "/custom/{object}"
      query   = { q = "keys.map(k, k.path + '=' + k.quoted).join('&')" }
    }
    create {
      doc   = "Makes one under a key of ours."
      needs = ["region"]
      path  = "/custom/{object}/{settings.region}/{operation}"
      lost  = "idempotency_key"
    }
    create {
      doc  = "Makes one."
      path = "/custom/{object}"
      lost = "key_search"
    }
    update {
      doc   = "Changes one."
      path  = "/custom/{object}/{id}"
      guard = "unmodified_since_read"
    }
  }

  object "members" {
    doc         = "People in teams, unique below their team."
    parent      = "team_id"
    parent_path = "id"
    field "team_id" { type = "string" }
    field "role" { type = "string" }
    field "team_name" {
      type        = "string?"
      path        = "name"
      from_parent = true
      read_only   = true
    }
    list {
      path    = "/teams/{parent_id}/members"
      records = "members"
      each {
        object = "teams"
        when   = "parent.size > 0"
      }
      paging "offset" {
        first      = 1
        into       = "query start"
        size       = 10
        size_into  = "query count"
        short_ends = true
      }
    }
    get {
      path = "/teams/{parent_id}/members/{id}"
    }
    find {
      keys    = ["team_id", "role"]
      path    = "/teams/{keys.team_id.value}/members"
      records = "members"
      parent  = "keys.team_id.value"
      when    = "record.role == keys.role.value"
    }
    update {
      doc      = "Changes roles, many at once."
      encoding = "merge_patch"
      path     = "/teams/{parent_id}/members/{id}"
      batch {
        most    = 50
        method  = "POST"
        path    = "/batch"
        json    = { requests = "elements" }
        element = { method = "sub.method", url = "sub.url", body = "sub.body" }
        results = "results"
        key     = "result.index"
        status  = "result.status"
        body    = "result.body"
        whole   = true
      }
    }
  }

  object "log" {
    doc           = "What happened, by a token."
    hash_selected = true
    field "what" { type = "string" }
    list {
      path    = "/log"
      records = "events"
      paging "link" {
        rel = "next"
      }
      sync_token {
        from  = "answer.body.token"
        into  = "query token"
        url   = false
        pages = true
      }
    }
    get {
      path    = "/log"
      query   = { near = "id" }
      records = "entries"
      among   = true
    }
  }

  webhooks {
    secret = "settings.key"
    events = "events"
    id     = "event.id"
    object = "event.object"
    record = "event.record"
    parent = "event.team"
    kind   = "event.kind"
    kinds  = { added = "created", removed = "deleted", joined = "merged", edited = "changed" }
    at     = "event.at"
    size   = 100000
    window = "2m"
    keeps  = "2d"
    status = 202
    hmac {
      header   = "X-Signature"
      prefix   = "v0="
      hash     = "sha512"
      form     = "base64"
      key_form = "hex"
      moment   = "X-Moment"
      over     = ["text v0:", "header X-Moment", "text :", "body", "method", "url"]
    }
    handshake {
      when     = "has(query.challenge)"
      unsigned = true
      status   = 200
      headers  = { "X-Hello" = "'1'" }
      body     = "query.challenge"
    }
  }

  mapping "candidate" {
    entity = "candidate"
    object = "people"
    field "first_name" { path = "name" }
  }
}
