# Request Tracker 5, over its REST 2 API.
#
# Source: RT's own documentation, docs.bestpractical.com/rt/5.0.3/RT/REST2.html
# (the API) and query_builder.html (TicketSQL), seen November 2026. The tests
# hold this file to a real RT 5.0.3.

vendor "rt" {
  doc     = "Tickets of Request Tracker 5. RT looks at the condition of a write just before it writes, not in one step with it: two writes in the same instant may both pass."
  version = "2.0"
  base    = "settings.url + '/REST/2.0'"
  lag     = "30s" # a create whose connection broke may still be under way

  setting "url" {
    doc      = "Where RT is: https://rt.example.com."
    type     = "url"
    required = true
  }
  setting "token" {
    doc    = "An authentication token: Logged in as, Settings, Auth Tokens."
    secret = true
  }
  setting "user" {
    doc = "The user, where RT gives no tokens."
  }
  setting "password" {
    doc    = "The user's password."
    secret = true
  }
  setting "only" {
    doc = "Which tickets, in TicketSQL: Queue = 'Onboarding'. All that the user may see, unless it is given."
  }

  auth "token" {
    doc   = "An authentication token."
    needs = ["token"]
    header {
      name   = "Authorization"
      prefix = "token "
      key    = "settings.token"
    }
  }
  auth "password" {
    doc   = "A user and a password."
    needs = ["user", "password"]
    basic {
      user     = "settings.user"
      password = "settings.password"
    }
  }

  probe {
    path = "/rt"
  }

  error {
    status = [400]
    hint   = "RT refused a value: the status, the owner or the queue may not be possible"
  }
  error {
    status = [403]
    kind   = "denied"
    hint   = "the user has no right to this in the ticket's queue, or there is no such queue"
  }
  error {
    status = [200]
    when   = "type(answer.body) == map && has(answer.body.items) && answer.body.?total.orValue(null) == null"
    kind   = "unsupported"
    hint   = "RT does not tell how many tickets there are: set $UseSQLForACLChecks in its configuration"
  }

  object "tickets" {
    doc             = "Tickets. One that was merged into another is known as merged."
    at              = "LastUpdated"
    revision_header = "ETag"
    hash_selected   = true # a listing writes numbers as texts, and custom fields in any order
    permissions = {
      read       = ["SeeQueue", "ShowTicket", "SeeCustomField"]
      create     = ["CreateTicket", "ModifyCustomField"]
      update     = ["ModifyTicket", "ModifyCustomField"]
      delete     = ["DeleteTicket"]
      comment    = ["CommentOnTicket"]
      correspond = ["ReplyToTicket"]
      take       = ["OwnTicket"]
      untake     = ["OwnTicket"]
    }

    field "Subject" {
      type     = "string"
      doc      = "The subject: one line of at most 200 letters."
      required = true
    }
    field "Queue" {
      type     = "string"
      doc      = "The queue's name."
      path     = "Queue.Name"
      write    = "Queue"
      required = true
    }
    field "Status" {
      type = "string"
      doc  = "As the queue's lifecycle has it: new, open, stalled, resolved, rejected."
    }
    field "Owner" {
      type  = "string"
      doc   = "The name of the user who has it, or Nobody."
      path  = "Owner.id"
      write = "Owner"
    }
    field "Requestor" {
      type  = "set(string)"
      doc   = "Who asked: names of users. A new address of e-mail becomes a user of that name."
      read  = "record.Requestor.map(u, u.id)"
      write = "Requestor"
      class = "personal"
    }
    field "Cc" {
      type  = "set(string)"
      doc   = "Who gets the answers too."
      read  = "record.Cc.map(u, u.id)"
      write = "Cc"
      class = "personal"
    }
    field "AdminCc" {
      type  = "set(string)"
      doc   = "Who gets the comments too."
      read  = "record.AdminCc.map(u, u.id)"
      write = "AdminCc"
      class = "personal"
    }
    field "Priority" {
      type  = "int"
      doc   = "As a number, also where RT shows a word."
      codec = "number_text"
    }
    field "Due" {
      type  = "timestamp?"
      doc   = "When it has to be done, to the second."
      read  = "record.Due.startsWith('1970-01-01') ? null : record.Due.substring(0, 19).replace('T', ' ')"
      write = "Due"
      codec = "layout 2006-01-02 15:04:05"
    }
    field "Starts" {
      type  = "timestamp?"
      doc   = "When it is to begin, to the second."
      read  = "record.Starts.startsWith('1970-01-01') ? null : record.Starts.substring(0, 19).replace('T', ' ')"
      write = "Starts"
      codec = "layout 2006-01-02 15:04:05"
    }
    field "CustomFields" {
      type  = "object"
      doc   = "The queue's custom fields by name, each a list of values. Written are those that are named."
      read  = <<-CEL
        type(record.CustomFields) == list
          ? record.CustomFields.transformMapEntry(i, f, {f.name: f.values.filter(v, v != null)})
          : {}
      CEL
      write = "CustomFields"
    }
    field "Creator" {
      type      = "string"
      doc       = "The name of the user who made it."
      path      = "Creator.id"
      read_only = true
    }
    field "LastUpdatedBy" {
      type      = "string"
      doc       = "The name of the user who changed it last."
      path      = "LastUpdatedBy.id"
      read_only = true
    }
    field "Started" {
      type      = "timestamp?"
      doc       = "When work on it began."
      read      = "record.Started.startsWith('1970-01-01') ? null : record.Started"
      read_only = true
    }
    field "Resolved" {
      type      = "timestamp?"
      doc       = "When it was done with."
      read      = "record.Resolved.startsWith('1970-01-01') ? null : record.Resolved"
      read_only = true
    }
    field "Created" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "LastUpdated" {
      type      = "timestamp"
      doc       = "When it, or what was said in it, changed last."
      read_only = true
    }
    deleted {
      path = "Status"
      is   = ["deleted"]
    }
    merged {
      path    = "EffectiveId.id"
      follows = true
    }

    list {
      path = "/tickets"
      query = {
        query           = <<-CEL
          'id > ' + (page.last == null ? '0' : string(page.last.id))
            + (since == null ? '' : ' AND LastUpdated >= "' + string(since) + '"')
            + (settings.only == null ? '' : ' AND (' + settings.only + ')')
        CEL
        orderby         = "'id'"
        fields          = "'Subject,Queue,Status,Owner,Requestor,Cc,AdminCc,Priority,Due,Starts,CustomFields,Creator,LastUpdatedBy,Started,Resolved,Created,LastUpdated,EffectiveId'"
        "fields[Queue]" = "'Name'"
      }
      records = "items"
      paging "key" {
        key       = "page.last.id"
        into      = "query after" # RT heeds it not: the query itself has the key
        size      = 100
        size_into = "query per_page"
        more      = "answer.body.total > answer.body.count"
      }
      changes {
        field   = "LastUpdated"
        since   = "query since" # RT heeds it not: the query itself has the moment
        form    = "layout 2006-01-02 15:04:05"
        overlap = "13h" # TicketSQL takes a moment for one in the user's time zone, and knows no other
      }
    }
    get {
      path  = "/ticket/{id}"
      query = { "fields[Queue]" = "'Name'" }
    }
    # TicketSQL writes a text as Lucene does: in double quotes, with backslashes.
    # One that looks like a custom field it takes for one even in quotes, and
    # __CurrentUser__ for the user.
    find {
      keys    = ["Subject"]
      quoting = "lucene"
      path    = "/tickets"
      query = {
        query           = <<-CEL
          keys.Subject.value.matches('^[cC][fF][.]')
            ? 'Subject ENDSWITH "' + keys.Subject.quoted.substring(2)
            : 'Subject = ' + keys.Subject.quoted
        CEL
        fields          = "'Subject,Queue,Status,Owner,Requestor,Cc,AdminCc,Priority,Due,Starts,CustomFields,Creator,LastUpdatedBy,Started,Resolved,Created,LastUpdated,EffectiveId'"
        "fields[Queue]" = "'Name'"
        orderby         = "'id'"
      }
      records = "items"
    }

    create {
      doc  = "Makes a ticket. What RT cannot take of it, such as an owner without the right, it leaves out and says nothing."
      path = "/ticket"
      json = <<-CEL
        [
          set.map(name, name).transformMapEntry(i, name, {name: set[name] == null ? '' : set[name]}),
          has(args.text) ? {'Content': args.text, 'ContentType': has(args.html) && args.html ? 'text/html' : 'text/plain'} : {}
        ].transformMapEntry(i, part, part)
      CEL
      lost = "key_search"
      arg "text" { doc = "What the ticket says first." }
      arg "html" {
        type = "bool"
        doc  = "Whether the text is HTML."
      }
    }
    update {
      doc    = "Changes a ticket."
      method = "PUT"
      path   = "/ticket/{id}"
      json   = <<-CEL
        set.map(name, name).transformMapEntry(i, name, {name: set[name] == null ? '' : set[name]})
      CEL
      guard  = "if_match_read"
      error {
        status = [200]
        when   = "type(answer.body) == list && answer.body.size() > 0 && answer.body.all(m, m.matches(\"(isn't a valid status|may not own tickets|does not exist|Permission Denied|No permission|can't be)[^']*$\"))"
        kind   = "refused"
        hint   = "RT refused the value, and nothing was written"
      }
      error {
        status = [200]
        when   = "type(answer.body) != list || answer.body.size() == 0 || answer.body.exists(m, !m.matches(' changed (from|to) | (is|are) no longer | added as a value | added$|^Added '))"
        kind   = "uncertain"
        hint   = "RT did not say that it wrote all: the next run reads what it kept"
      }
    }
    delete {
      doc   = "Sets the status to deleted: the ticket is listed no more."
      path  = "/ticket/{id}"
      guard = "if_match_read"
    }
    verb "comment" {
      doc  = "Adds a comment, which the requestors do not see."
      path = "/ticket/{id}/comment"
      json = {
        Content     = "args.text"
        ContentType = "has(args.html) && args.html ? 'text/html' : 'text/plain'"
      }
      arg "text" {
        doc      = "The comment."
        required = true
      }
      arg "html" {
        type = "bool"
        doc  = "Whether the text is HTML."
      }
    }
    verb "correspond" {
      doc  = "Adds a reply, which goes to the requestors."
      path = "/ticket/{id}/correspond"
      json = {
        Content     = "args.text"
        ContentType = "has(args.html) && args.html ? 'text/html' : 'text/plain'"
      }
      arg "text" {
        doc      = "The reply."
        required = true
      }
      arg "html" {
        type = "bool"
        doc  = "Whether the text is HTML."
      }
    }
    verb "take" {
      doc    = "Makes the user who writes the owner of a ticket that nobody has."
      undo   = "untake"
      method = "PUT"
      path   = "/ticket/{id}/take"
      json   = "{}"
    }
    verb "untake" {
      doc    = "Gives it back to nobody."
      undo   = "take"
      method = "PUT"
      path   = "/ticket/{id}/untake"
      json   = "{}"
    }
  }
}

# Left out, because it was not tried or this language does not say it:
# - searching by a custom field, and links to other tickets;
# - users, queues, groups, assets and articles;
# - time worked, and the ticket's history;
# - attachments: of a comment or of a new ticket;
# - listing what was merged since a moment: a whole listing tells, and a ticket
#   that is read by id;
# - webhooks: RT has none of its own.
