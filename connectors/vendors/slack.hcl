# Slack, its Web API and its Events API.
#
# Source: the vendor's descriptions of both, "Slack Web API" 1.7.0 (OpenAPI) and
# "Slack Events API" 1.0.0 (AsyncAPI), MIT, of 2021; and docs.slack.dev as of
# November 2026: rate limits, pagination, verifying requests, the events. The
# tests hold every request to the first. What could not be confirmed is left
# out, and named at the end.

vendor "slack" {
  doc     = "A Slack workspace: who is in it, its conversations, and messages. To tell people that something happened, `notify` needs nothing but an incoming webhook; this is for messages that stay in agreement with a record, and for finding people."
  base    = "settings.url"
  no_null = true # a text is changed, not emptied

  setting "token" {
    doc      = "The bot token of an app that is installed in the workspace: OAuth & Permissions, Bot User OAuth Token."
    required = true
    secret   = true
  }
  setting "signing_secret" {
    doc    = "What the app's events are signed with: Basic Information, App Credentials, Signing Secret."
    secret = true
  }
  setting "types" {
    doc     = "Which conversations are read, with commas between: public_channel, private_channel, and with the scopes im:read and im:history, or mpim:read and mpim:history, im and mpim."
    type    = "string"
    default = "public_channel,private_channel"
  }
  setting "url" {
    doc     = "Where the API is."
    type    = "url"
    default = "https://slack.com/api"
  }

  auth "token" {
    doc   = "A bot token."
    needs = ["token"]
    bearer { token = "settings.token" }
  }

  # Each method has a budget of its own, of a tier: 20, 50 or 100 a minute at
  # least; most of those used here have 50. Messages have one a second and
  # channel. What is too much is told with Retry-After.
  limits { budgets = ["50/1m"] }

  # An error is an answer of status 200 with "ok": false.
  error {
    status = [2]
    when   = "answer.body.error in ['ratelimited', 'rate_limited']"
    does   = "wait"
  }
  error {
    status = [2]
    when   = "answer.body.error in ['missing_scope', 'no_permission', 'not_allowed_token_type']"
    kind   = "denied"
    code   = "answer.body.error"
    hint   = "give the app the scope that `syncline connectors show slack` lists, and install it anew"
  }
  error {
    status = [2]
    when   = "answer.body.error in ['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'token_expired', 'enterprise_is_restricted']"
    kind   = "denied"
    code   = "answer.body.error"
    hint   = "take the bot token of the app anew: OAuth & Permissions"
  }
  error {
    status = [2]
    when   = "answer.body.error in ['channel_not_found', 'message_not_found', 'user_not_found', 'users_not_found']"
    kind   = "not_found"
    code   = "answer.body.error"
  }
  error {
    status = [2]
    when   = "answer.body.error == 'not_in_channel'"
    code   = "answer.body.error"
    kind   = "refused"
    hint   = "invite the app to the channel"
  }
  error {
    status = [2]
    when   = "answer.body.error in ['request_timeout', 'fatal_error', 'internal_error', 'service_unavailable', 'team_added_to_org']"
    does   = "retry"
    kind   = "unavailable"
    code   = "answer.body.error"
  }
  error {
    status = [2]
    when   = "answer.body.ok == false"
    kind   = "refused"
    code   = "answer.body.error"
  }
  error {
    status = [2]
    when   = "!has(answer.body.ok)"
    does   = "retry"
    kind   = "unreadable"
    hint   = "what answered is not Slack: see url"
  }

  probe { path = "/auth.test" }

  object "users" {
    doc           = "People and bots of the workspace."
    at            = "updated_at"
    hash_selected = true
    permissions = {
      read = ["users:read", "users:read.email"]
    }
    archived {
      path = "deleted"
      is   = [true]
    }
    field "name" {
      type      = "string"
      doc       = "The name Slack keeps."
      class     = "personal"
      read_only = true
    }
    field "real_name" {
      type      = "string?"
      doc       = "The whole name."
      path      = "profile.real_name"
      class     = "personal"
      read_only = true
    }
    field "display_name" {
      type      = "string?"
      doc       = "The name that is shown."
      path      = "profile.display_name"
      class     = "personal"
      read_only = true
    }
    field "email" {
      type      = "string?"
      doc       = "The address."
      path      = "profile.email"
      class     = "personal"
      read_only = true
    }
    field "title" {
      type      = "string?"
      doc       = "What the person does."
      path      = "profile.title"
      class     = "personal"
      read_only = true
    }
    field "phone" {
      type      = "string?"
      doc       = "The phone number."
      path      = "profile.phone"
      class     = "personal"
      read_only = true
    }
    field "time_zone" {
      type      = "string?"
      doc       = "Of the Olson database."
      path      = "tz"
      read_only = true
    }
    field "deleted" {
      type      = "bool?"
      doc       = "Whether the account was deactivated."
      read_only = true
    }
    field "is_bot" {
      type      = "bool?"
      doc       = "Whether it is a program."
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp?"
      doc       = "When the record changed last."
      path      = "updated"
      codec     = "epoch"
      read_only = true
    }
    list {
      path    = "/users.list"
      records = "members"
      paging "cursor" {
        from      = "answer.body.?response_metadata.?next_cursor.orValue('')"
        into      = "query cursor"
        size      = 200
        size_into = "query limit"
      }
    }
    get {
      path    = "/users.info"
      query   = { user = "id" }
      records = "user"
      error {
        when = "answer.body.error == 'user_not_found'"
        does = "end"
      }
    }
    find {
      keys    = ["email"]
      path    = "/users.lookupByEmail"
      query   = { email = "keys.email.value" }
      records = "user"
      one     = true
      error {
        when = "answer.body.error == 'users_not_found'"
        does = "end"
      }
    }
  }

  object "conversations" {
    doc           = "Channels, private ones that the app is in, and direct messages."
    hash_selected = true # a list tells more of one than a read by id
    permissions = {
      read   = ["channels:read", "groups:read"]
      create = ["im:write"]
    }
    archived {
      path = "is_archived"
      is   = [true]
    }
    field "name" {
      type      = "string?"
      doc       = "The channel's name; a direct message has none."
      read_only = true
    }
    field "user_id" {
      type  = "string?"
      doc   = "Of a direct message, the person. To create one opens it."
      path  = "user"
      class = "personal"
    }
    field "topic" {
      type      = "string?"
      doc       = "What it is about now."
      path      = "topic.value"
      read_only = true
    }
    field "purpose" {
      type      = "string?"
      doc       = "What it is for."
      path      = "purpose.value"
      read_only = true
    }
    field "is_private" {
      type      = "bool?"
      doc       = "Whether only its members see it."
      read_only = true
    }
    field "is_im" {
      type      = "bool?"
      doc       = "Whether it is a direct message to one person."
      read_only = true
    }
    field "is_archived" {
      type      = "bool?"
      doc       = "Whether nobody can write to it any more."
      read_only = true
    }
    field "creator" {
      type      = "string?"
      doc       = "Who made it."
      read_only = true
    }
    field "created_at" {
      type      = "timestamp?"
      doc       = "When it was made."
      path      = "created"
      codec     = "epoch"
      read_only = true
    }
    list {
      path    = "/conversations.list"
      query   = { types = "settings.types" }
      records = "channels"
      paging "cursor" {
        from      = "answer.body.?response_metadata.?next_cursor.orValue('')"
        into      = "query cursor"
        size      = 200
        size_into = "query limit"
      }
    }
    get {
      path    = "/conversations.info"
      query   = { channel = "id" }
      records = "channel"
      error {
        when = "answer.body.error == 'channel_not_found'"
        does = "end"
      }
    }
    create {
      doc       = "Opens a direct message to a person, or gives the one that is open."
      path      = "/conversations.open"
      form      = { users = "set.user" }
      takes     = ["user_id"]
      answer_id = "answer.body.channel.id"
    }
  }

  object "messages" {
    doc           = "Messages of the conversations the app is in, without the replies in their threads. What the workspace's plan or its retention hides is gone."
    id            = "ts"
    parent        = "channel_id"
    hash_selected = true # replies and reactions stand in the record
    permissions = {
      read   = ["channels:history", "groups:history"]
      create = ["chat:write"]
      update = ["chat:write"]
      delete = ["chat:write"]
    }
    field "text" {
      type     = "text"
      doc      = "The text in Slack's mrkdwn: &, < and > are written &amp;, &lt; and &gt;."
      class    = "personal"
      required = true
    }
    field "user_id" {
      type      = "string?"
      doc       = "Who wrote it."
      path      = "user"
      read_only = true
    }
    field "bot_id" {
      type      = "string?"
      doc       = "The bot that wrote it."
      read_only = true
    }
    field "subtype" {
      type      = "string?"
      doc       = "What kind of message it is, where it is no plain one."
      read_only = true
    }
    list {
      path    = "/conversations.history"
      query   = { channel = "parent_id" }
      records = "messages"
      each {
        object = "conversations"
        when   = "parent.?is_im.orValue(false) || parent.?is_member.orValue(false)"
      }
      paging "cursor" {
        from      = "answer.body.?response_metadata.?next_cursor.orValue('')"
        into      = "query cursor"
        size      = 200
        size_into = "query limit"
      }
    }
    get {
      path    = "/conversations.history"
      query   = { channel = "parent_id", oldest = "id", latest = "id", inclusive = true, limit = 1 }
      records = "messages"
      one     = false
      error {
        when = "answer.body.error == 'channel_not_found'"
        does = "end"
      }
    }
    create {
      doc  = "Posts a message. One whose answer is lost is not found again: Slack takes no id of ours."
      path = "/chat.postMessage"
      form = {
        channel      = "parent_id"
        text         = "set.text"
        blocks       = "args.blocks"
        username     = "args.username"
        icon_emoji   = "args.icon_emoji"
        unfurl_links = "args.unfurl_links"
        unfurl_media = "args.unfurl_media"
      }
      takes          = ["text"]
      answer_id      = "answer.body.ts"
      answer_records = "message"
      after          = "answer"
      arg "blocks" { doc = "The message's blocks, a list in JSON; the text is then what notifications show." }
      arg "username" { doc = "The name it is posted under; needs the scope chat:write.customize." }
      arg "icon_emoji" { doc = "The icon it is posted with, such as :wave:; needs the scope chat:write.customize." }
      arg "unfurl_links" {
        type = "bool"
        doc  = "Whether what links lead to is shown."
      }
      arg "unfurl_media" {
        type = "bool"
        doc  = "Whether pictures and the like that links lead to are shown."
      }
    }
    update {
      doc    = "Changes the text of a message of the app's own. It keeps its blocks."
      method = "POST"
      path   = "/chat.update"
      form   = { channel = "parent_id", ts = "id", text = "set.text" }
      takes  = ["text"]
      guard  = "compare"
    }
    delete {
      doc    = "Deletes a message of the app's own."
      method = "POST"
      path   = "/chat.delete"
      form   = { channel = "parent_id", ts = "id" }
      guard  = "compare"
    }
  }

  webhooks {
    secret = "settings.signing_secret"
    hmac {
      header = "X-Slack-Signature"
      prefix = "v0="
      over   = ["text v0:", "header X-Slack-Request-Timestamp", "text :", "body"]
      moment = "X-Slack-Request-Timestamp"
    }
    id = "event.event_id"

    # {"type": "event_callback", "event": {"type": "message", …}}; what comes
    # without an event is of the app, not of a record.
    object = <<-CEL
      !has(event.event) ? 'none'
        : event.event.type in ['team_join', 'user_change'] ? 'users'
        : event.event.type in ['channel_created', 'channel_rename', 'channel_archive', 'channel_unarchive', 'channel_deleted', 'group_archive', 'group_unarchive', 'group_rename'] ? 'conversations'
        : event.event.type == 'message' && !(has(event.event.thread_ts) && event.event.thread_ts != event.event.ts) ? 'messages'
        : 'none'
    CEL
    record = <<-CEL
      has(event.event.user.id) ? event.event.user.id
        : has(event.event.channel.id) ? event.event.channel.id
        : event.event.type != 'message' ? event.event.channel
        : has(event.event.deleted_ts) ? event.event.deleted_ts
        : has(event.event.message) ? event.event.message.ts
        : event.event.ts
    CEL
    parent = "event.event.channel"
    kind   = "has(event.event.subtype) ? event.event.subtype : event.event.type"
    kinds = {
      team_join       = "created"
      channel_created = "created"
      channel_deleted = "deleted"
      message         = "created"
      message_deleted = "deleted"
    }
    at = "event.event_time"
    handshake {
      when = "body.type == 'url_verification'"
      body = "body.challenge"
    }
  }

  mapping "employee" {
    entity = "employee"
    object = "users"
    field "external_id" { path = "id" }
    field "work_email" { path = "email" }
    field "title" { path = "title" }
    field "work_phone" { path = "phone" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - finding a message again whose answer was lost: chat.postMessage documents no
#   idempotency key, the member client_msg_id is documented of answers alone, and
#   messages are not searched by the metadata that an app may post with them;
# - listing what changed since a moment: `oldest` tells of new messages, not of
#   edited and deleted ones;
# - threads: replies are listed by another method (conversations.replies);
# - posting to a person's id instead of a conversation's: open the conversation
#   first, a create of conversations;
# - budgets by method, of which this language has none: all share one;
# - making, renaming and archiving channels, inviting people; reactions, files,
#   reminders, scheduled and ephemeral messages; the profile's own fields;
# - admin methods and SCIM: the directory is written with the vendor scim.
