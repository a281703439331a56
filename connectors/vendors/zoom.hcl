# Zoom, its API v2: meetings and users.
#
# Source: the vendor's own OpenAPI description (github.com/zoom/api,
# openapi.v2.json, 2.0.0, June 2021) and "Server-to-Server OAuth"
# (developers.zoom.us), both seen November 2026. What could not be confirmed there
# is left out, and named at the end.

vendor "zoom" {
  doc     = "Zoom over its API v2, as a server-to-server OAuth app of the account: the scheduled meetings of its users. A listing of meetings reads each of them by id."
  version = "v2"
  base    = "settings.url"
  no_null = true # what null does to a field is not documented

  setting "account_id" {
    doc      = "The account id, among the app's credentials."
    required = true
  }
  setting "client_id" {
    doc      = "The client id, among the app's credentials."
    required = true
  }
  setting "client_secret" {
    doc      = "The client secret, among the app's credentials."
    required = true
    secret   = true
  }
  setting "url" {
    doc     = "Where the API is."
    type    = "url"
    default = "https://api.zoom.us/v2"
  }
  setting "token_url" {
    doc     = "Where tokens are given."
    type    = "url"
    default = "https://zoom.us/oauth/token"
  }

  auth "server" {
    doc   = "A server-to-server OAuth app; a token is good for an hour."
    needs = ["account_id", "client_id", "client_secret"]
    client_credentials {
      token_url = "settings.token_url"
      id        = "settings.client_id"
      secret    = "settings.client_secret"
      params    = { grant_type = "'account_credentials'", account_id = "settings.account_id" }
    }
  }

  error {
    status = [400]
    code   = "answer.body.code"
  }

  object "users" {
    doc           = "The people who use Zoom."
    omits_null    = true
    hash_selected = true # read by id, one tells more
    field "email" {
      type      = "email"
      doc       = "The address."
      class     = "personal"
      read_only = true
    }
    field "first_name" {
      type      = "string?"
      doc       = "The given name."
      class     = "personal"
      read_only = true
    }
    field "last_name" {
      type      = "string?"
      doc       = "The family name."
      class     = "personal"
      read_only = true
    }
    field "type" {
      type      = "int"
      doc       = "1 basic, 2 licensed, 3 on premises."
      read_only = true
    }
    field "timezone" {
      type      = "string?"
      doc       = "The time zone."
      read_only = true
    }
    field "department" {
      type      = "string?"
      doc       = "The department."
      path      = "dept"
      read_only = true
    }
    field "created_at" {
      type      = "timestamp?"
      doc       = "When the user was made."
      read_only = true
    }
    list {
      path    = "/users"
      records = "users"
      paging "number" {
        first     = 1
        into      = "query page_number"
        size      = 300
        size_into = "query page_size"
        total     = "answer.body.total_records"
        overlap   = true
      }
    }
    get { path = "/users/{id}" }
    find {
      keys = ["email"]
      path = "/users/{keys.email.value}"
      one  = true
      error {
        status = [404]
        does   = "end"
      }
    }
  }

  object "meetings" {
    doc           = "Scheduled meetings of all users."
    omits_null    = true
    hash_selected = true # start_url is made anew with each answer
    field "host_id" {
      type     = "string"
      doc      = "The user who hosts it. Set when it is created; an address will do then."
      required = true
    }
    field "topic" {
      type = "string?"
      doc  = "What it is about."
    }
    field "agenda" {
      type = "text?"
      doc  = "What it is for."
    }
    field "type" {
      type      = "int"
      doc       = "2 scheduled, 3 recurring without a fixed time, 8 recurring with one."
      read_only = true
    }
    field "starts_at" {
      type  = "timestamp?"
      doc   = "When it starts."
      path  = "start_time"
      codec = "layout 2006-01-02T15:04:05Z"
    }
    field "minutes" {
      type = "int?"
      doc  = "How long it lasts."
      path = "duration"
    }
    field "timezone" {
      type = "string?"
      doc  = "The time zone that the start is shown in, such as America/Los_Angeles."
    }
    field "join_url" {
      type      = "string?"
      doc       = "Where it is joined."
      class     = "personal"
      read_only = true
    }
    field "uuid" {
      type      = "string?"
      doc       = "The id of this very meeting, among those of one number."
      read_only = true
    }
    field "created_at" {
      type      = "timestamp?"
      doc       = "When it was made."
      read_only = true
    }
    field "settings" {
      type      = "object?"
      doc       = "How it is held."
      read_only = true
    }
    list {
      path    = "/users/{parent_id}/meetings"
      query   = { type = "'scheduled'" }
      records = "meetings"
      detail  = "always"
      paging "number" {
        first     = 1
        into      = "query page_number"
        size      = 300
        size_into = "query page_size"
        total     = "answer.body.total_records"
        overlap   = true
      }
      each { object = "users" }
    }
    get { path = "/meetings/{id}" }
    create {
      doc   = "Schedules a meeting."
      path  = "/users/{set.host_id}/meetings"
      takes = ["host_id", "topic", "agenda", "starts_at", "minutes", "timezone"]
      json = {
        type       = 2
        topic      = "set.topic"
        agenda     = "set.agenda"
        start_time = "set.start_time"
        duration   = "set.duration"
        timezone   = "set.timezone"
        settings   = "args.settings"
      }
      after = "answer"
      arg "settings" {
        type = "object"
        doc  = "How it is held, in Zoom's own words; as the user's settings say unless it is given."
      }
    }
    update {
      doc   = "Changes a meeting."
      path  = "/meetings/{id}"
      takes = ["topic", "agenda", "starts_at", "minutes", "timezone"]
      guard = "compare"
      after = "read"
    }
    delete {
      doc   = "Deletes a meeting."
      path  = "/meetings/{id}"
      guard = "compare"
    }
    verb "end" {
      doc    = "Ends a meeting that is under way."
      method = "PUT"
      path   = "/meetings/{id}/status"
      json   = { action = "'end'" }
    }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - webhooks: Zoom proves that somebody listens by a text that has to be answered
#   with its keyed hash, which this language cannot make;
# - a lost create: a meeting has no id of one's own, and cannot be searched;
# - listing what changed: the API has no such listing;
# - the limits of requests, which differ by plan and by endpoint;
# - the scopes each endpoint needs, which the description does not name;
# - live, past and recurring meetings' occurrences, registrants, participants,
#   recordings, webinars, polls; passwords; creating and changing users.
