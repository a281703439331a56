# Calendly, its API v2: scheduled events and invitees.
#
# Source: the vendor's own documentation (developer.calendly.com, API reference v2:
# List Events, Get Event, List Event Invitees, Get Event Invitee, Cancel Event;
# "Webhooks", "Webhook Signatures"), of which excerpts were seen November 2026; the
# parameters of listings and the fields of records come from copies that others
# have of it. What could not be confirmed is left out, and named at the end.

vendor "calendly" {
  doc     = "Calendly over its API v2, with a personal access token of an owner or admin: what was scheduled in an organization, who is invited, and its webhooks. A listing of invitees reads those of each event."
  version = "v2"
  base    = "settings.url"

  setting "token" {
    doc      = "A personal access token of an owner or admin of the organization: Integrations, API and webhooks."
    required = true
    secret   = true
  }
  setting "organization" {
    doc      = "The organization's URI: https://api.calendly.com/organizations/AAAAAAAAAAAAAAAA."
    required = true
  }
  setting "from" {
    doc  = "A moment in UTC, such as 2026-01-01T00:00:00.000000Z: events that start before it are not read."
    type = "string"
  }
  setting "signing_key" {
    doc    = "The signing_key that the webhook subscription was made with."
    secret = true
  }
  setting "url" {
    doc     = "Where the API is."
    type    = "url"
    default = "https://api.calendly.com"
  }

  auth "token" {
    doc   = "A personal access token."
    needs = ["token"]
    bearer { token = "settings.token" }
  }

  error {
    status = [400]
    code   = "answer.body.title"
    field  = "answer.body.details[0].parameter"
  }
  error {
    status = [403]
    kind   = "denied"
    code   = "answer.body.title"
    hint   = "take the token of an owner or admin of the organization"
  }

  object "events" {
    doc           = "What was scheduled, canceled events too. The id is the event's URI."
    id            = "uri"
    at            = "updated_at"
    hash_selected = true
    permissions = {
      read = ["scheduled_events:read"]
    }
    field "name" {
      type      = "string?"
      doc       = "What it is called."
      read_only = true
    }
    field "status" {
      type      = "string"
      doc       = "active or canceled."
      read_only = true
    }
    field "starts_at" {
      type      = "timestamp"
      doc       = "When it starts."
      path      = "start_time"
      read_only = true
    }
    field "ends_at" {
      type      = "timestamp"
      doc       = "When it ends."
      path      = "end_time"
      read_only = true
    }
    field "event_type" {
      type      = "string"
      doc       = "The URI of the event type it was made from."
      read_only = true
    }
    field "location_type" {
      type      = "string?"
      doc       = "How it is held, such as physical or google_conference."
      path      = "location.type"
      read_only = true
    }
    field "join_url" {
      type      = "string?"
      doc       = "Where it is joined."
      path      = "location.join_url"
      class     = "personal"
      read_only = true
    }
    field "host_emails" {
      type      = "set(string)"
      doc       = "The addresses of its hosts."
      read      = "record.?event_memberships.orValue([]).map(m, m.user_email)"
      class     = "personal"
      read_only = true
    }
    field "invitees" {
      type      = "int?"
      doc       = "How many are invited and did not cancel."
      path      = "invitees_counter.active"
      read_only = true
    }
    field "created_at" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp"
      doc       = "When it changed last."
      read_only = true
    }
    list {
      path = "/scheduled_events"
      query = {
        organization   = "settings.organization"
        min_start_time = "settings.?from"
        sort           = "'start_time:asc'"
      }
      records = "collection"
      paging "cursor" {
        from      = "answer.body.pagination.?next_page_token.orValue('')"
        into      = "query page_token"
        size      = 100
        size_into = "query count"
      }
    }
    get {
      path    = "/scheduled_events/{last(split(id, '/'))}"
      records = "resource"
    }
  }

  object "invitees" {
    doc           = "Who is invited to an event, those who canceled too. The id is the invitee's URI."
    id            = "uri"
    at            = "updated_at"
    hash_selected = true
    permissions = {
      read = ["scheduled_events:read"]
    }
    archived {
      path = "status"
      is   = ["canceled"]
    }
    field "event" {
      type      = "string"
      doc       = "The URI of the event."
      read_only = true
    }
    field "name" {
      type      = "string?"
      doc       = "The whole name."
      class     = "personal"
      read_only = true
    }
    field "first_name" {
      type      = "string?"
      doc       = "The given name, where the form asks for it."
      class     = "personal"
      read_only = true
    }
    field "last_name" {
      type      = "string?"
      doc       = "The family name, where the form asks for it."
      class     = "personal"
      read_only = true
    }
    field "email" {
      type      = "string"
      doc       = "The address."
      class     = "personal"
      read_only = true
    }
    field "status" {
      type      = "string"
      doc       = "active or canceled."
      read_only = true
    }
    field "timezone" {
      type      = "string?"
      doc       = "The invitee's time zone."
      read_only = true
    }
    field "rescheduled" {
      type      = "bool?"
      doc       = "Whether a later invitee took this one's place."
      read_only = true
    }
    field "created_at" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp"
      doc       = "When it changed last."
      read_only = true
    }
    list {
      path    = "/scheduled_events/{last(split(parent_id, '/'))}/invitees"
      records = "collection"
      paging "cursor" {
        from      = "answer.body.pagination.?next_page_token.orValue('')"
        into      = "query page_token"
        size      = 100
        size_into = "query count"
      }
      each { object = "events" }
    }
    get {
      path    = "/scheduled_events/{split(id, '/')[3]}/invitees/{last(split(id, '/'))}"
      records = "resource"
    }
  }

  webhooks {
    secret = "settings.signing_key"
    timestamped { header = "Calendly-Webhook-Signature" }
    object = "event.event in ['invitee.created', 'invitee.canceled'] ? 'invitees' : 'none'"
    record = "event.payload.uri"
    kind   = "event.event"
    kinds  = { "invitee.created" = "created" }
    at     = "event.created_at"
    window = "3m"
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - listing what changed: an event is listed by when it starts, not by when it
#   changed; webhooks tell;
# - searching: events are searched by an invitee's address, which an event does not
#   hold;
# - canceling, no-shows and scheduling on somebody's behalf, which are to be asked
#   for by a person;
# - the limits of requests;
# - event types, availability, routing forms, groups, users and memberships,
#   answers to questions, payments; OAuth apps.
