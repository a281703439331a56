# Jira Cloud, its platform REST API v3: issues and users.
#
# Source: the Jira Cloud platform REST API v3 (developer.atlassian.com; search by
# JQL, issues, users) as the open client github.com/MrRefactoring/jira.js documents
# it, and excerpts of "Webhooks: secure admin webhooks", seen November 2026.
# Transitions, comments, the names of the permissions and how long a search may
# lag (1m) are not confirmed by the vendor's own words: try them before relying on
# them. What else could not be confirmed is left out, and named at the end.

vendor "jira" {
  doc     = "Jira Cloud over its REST API v3: the issues that a JQL query finds, and the users of the site. What the user may see is what is listed. An issue's description is a document in Atlassian's own format, as the API has it."
  version = "3"
  base    = "settings.url"
  no_null = true # what null does to a field depends on the field
  lag     = "1m" # searches are eventually consistent

  setting "url" {
    doc      = "The site: https://example.atlassian.net."
    type     = "url"
    required = true
  }
  setting "user" {
    doc      = "The e-mail address of the account."
    required = true
  }
  setting "token" {
    doc      = "An API token of the account."
    required = true
    secret   = true
  }
  setting "jql" {
    doc      = "Which issues, as a query with a condition and without ORDER BY: project = HR."
    required = true
  }
  setting "webhook_secret" {
    doc    = "The secret of the webhook, as it was entered in Jira: System, WebHooks."
    secret = true
  }

  auth "token" {
    doc   = "An account and its API token."
    needs = ["user", "token"]
    basic {
      user     = "settings.user"
      password = "settings.token"
    }
  }

  error {
    status = [401]
    kind   = "denied"
    hint   = "see that user is the account's address, and token one of its API tokens"
  }

  object "issues" {
    doc           = "Issues that the query finds."
    at            = "updated_at"
    omits_null    = true
    hash_selected = true # a search and a read by id differ in what they tell besides
    permissions = {
      read       = ["Browse projects"]
      create     = ["Create issues"]
      update     = ["Edit issues"]
      delete     = ["Delete issues"]
      transition = ["Transition issues"]
      comment    = ["Add comments"]
    }
    field "key" {
      type      = "string"
      doc       = "The key, such as HR-7; it changes when the issue moves to another project."
      read_only = true
    }
    field "summary" {
      type     = "string"
      doc      = "What it is about, in one line."
      path     = "fields.summary"
      required = true
    }
    field "description" {
      type = "object?"
      doc  = "What it is about, as a document: {\"type\": \"doc\", \"version\": 1, \"content\": […]}."
      path = "fields.description"
    }
    field "project" {
      type = "string"
      doc  = "The key of its project. Set when it is created."
      path = "fields.project.key"
    }
    field "type" {
      type = "string"
      doc  = "The name of its type, such as Task."
      path = "fields.issuetype.name"
    }
    field "status" {
      type      = "string"
      doc       = "The name of its status; the verb transition changes it."
      path      = "fields.status.name"
      read_only = true
    }
    field "status_category" {
      type      = "string?"
      doc       = "new, indeterminate or done."
      path      = "fields.status.statusCategory.key"
      read_only = true
    }
    field "resolution" {
      type      = "string?"
      doc       = "How it was resolved."
      path      = "fields.resolution.name"
      read_only = true
    }
    field "priority" {
      type = "string?"
      doc  = "The name of its priority."
      path = "fields.priority.name"
    }
    field "assignee_id" {
      type  = "string?"
      doc   = "The account id of who works on it."
      path  = "fields.assignee.accountId"
      write = "fields.assignee.id"
      class = "personal"
    }
    field "reporter_id" {
      type  = "string?"
      doc   = "The account id of who reported it."
      path  = "fields.reporter.accountId"
      write = "fields.reporter.id"
      class = "personal"
    }
    field "labels" {
      type = "set(string)"
      doc  = "Its labels; none has a blank."
      path = "fields.labels"
    }
    field "parent" {
      type = "string?"
      doc  = "The key of the issue that it belongs to."
      path = "fields.parent.key"
    }
    field "due_on" {
      type = "date?"
      doc  = "When it is due."
      path = "fields.duedate"
    }
    field "created_at" {
      type      = "timestamp"
      doc       = "When it was made."
      path      = "fields.created"
      codec     = "layout 2006-01-02T15:04:05.000-0700"
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp"
      doc       = "When it changed last."
      path      = "fields.updated"
      codec     = "layout 2006-01-02T15:04:05.000-0700"
      read_only = true
    }
    list {
      method = "POST"
      reads  = true
      path   = "/rest/api/3/search/jql"
      json = {
        jql        = "'(' + settings.jql + ') ORDER BY created ASC, key ASC'"
        fields     = "['summary', 'description', 'project', 'issuetype', 'status', 'resolution', 'priority', 'assignee', 'reporter', 'labels', 'parent', 'duedate', 'created', 'updated']"
        maxResults = 100
      }
      records = "issues"
      paging "cursor" {
        from    = "answer.body.?nextPageToken.orValue('')"
        into    = "body nextPageToken"
        overlap = true
      }
    }
    get {
      path  = "/rest/api/3/issue/{id}"
      query = { fields = "'summary,description,project,issuetype,status,resolution,priority,assignee,reporter,labels,parent,duedate,created,updated'" }
    }
    find {
      keys  = ["key"]
      path  = "/rest/api/3/issue/{keys.key.value}"
      query = { fields = "'summary,description,project,issuetype,status,resolution,priority,assignee,reporter,labels,parent,duedate,created,updated'" }
      one   = true
      error {
        status = [404]
        does   = "end"
      }
    }
    # A text in quotes is a phrase; what would end it is taken out, and is not in
    # Jira's index either.
    find {
      keys   = ["project", "summary"]
      method = "POST"
      reads  = true
      path   = "/rest/api/3/search/jql"
      json = {
        jql        = "'project = \"' + replace(replace(keys.project.value, '\\\\', ' '), '\"', ' ') + '\" AND summary ~ \"\\\\\"' + replace(replace(keys.summary.value, '\\\\', ' '), '\"', ' ') + '\\\\\"\"'"
        fields     = "['summary', 'description', 'project', 'issuetype', 'status', 'resolution', 'priority', 'assignee', 'reporter', 'labels', 'parent', 'duedate', 'created', 'updated']"
        maxResults = 100
      }
      records = "issues"
      paging "cursor" {
        from    = "answer.body.?nextPageToken.orValue('')"
        into    = "body nextPageToken"
        overlap = true
      }
    }
    create {
      doc       = "Makes an issue."
      path      = "/rest/api/3/issue"
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "key_search"
    }
    update {
      doc    = "Changes an issue."
      method = "PUT"
      path   = "/rest/api/3/issue/{id}"
      takes  = ["summary", "description", "type", "priority", "assignee_id", "reporter_id", "labels", "parent", "due_on"]
      guard  = "compare"
      after  = "read"
    }
    delete {
      doc   = "Deletes an issue that has no subtasks."
      path  = "/rest/api/3/issue/{id}"
      guard = "compare"
    }
    verb "transition" {
      doc   = "Takes a step of the workflow, and so changes the status."
      path  = "/rest/api/3/issue/{id}/transitions"
      json  = { transition = { id = "args.transition" } }
      guard = "compare"
      arg "transition" {
        doc      = "The id of the step, which the workflow of the issue's type and project has."
        required = true
      }
    }
    verb "comment" {
      doc  = "Adds a comment."
      path = "/rest/api/3/issue/{id}/comment"
      json = { body = "{'type': 'doc', 'version': 1, 'content': [{'type': 'paragraph', 'content': [{'type': 'text', 'text': args.text}]}]}" }
      arg "text" {
        doc      = "The comment, as plain text."
        required = true
      }
    }
  }

  object "users" {
    doc           = "Accounts of the site, those of apps too. Whether an address is told is each account's own choice."
    id            = "accountId"
    omits_null    = true
    hash_selected = true
    permissions = {
      read = ["Browse users and groups"]
    }
    field "name" {
      type      = "string?"
      doc       = "The name that is shown."
      path      = "displayName"
      class     = "personal"
      read_only = true
    }
    field "email" {
      type      = "string?"
      doc       = "The address, where the account tells it."
      path      = "emailAddress"
      class     = "personal"
      read_only = true
    }
    field "active" {
      type      = "bool?"
      doc       = "Whether the account may log in."
      read_only = true
    }
    field "account_type" {
      type      = "string?"
      doc       = "atlassian, app or customer."
      path      = "accountType"
      read_only = true
    }
    field "time_zone" {
      type      = "string?"
      doc       = "The time zone, where the account tells it."
      path      = "timeZone"
      read_only = true
    }
    list {
      path = "/rest/api/3/users/search"
      paging "offset" {
        into       = "query startAt"
        size       = 50
        size_into  = "query maxResults"
        empty_ends = true
      }
    }
    get {
      path  = "/rest/api/3/user"
      query = { accountId = "id" }
    }
  }

  webhooks {
    secret = "settings.webhook_secret"
    hmac {
      header = "X-Hub-Signature"
      prefix = "sha256="
    }
    object = "event.webhookEvent in ['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted'] ? 'issues' : 'none'"
    record = "event.issue.id"
    kind   = "event.webhookEvent"
    kinds = {
      "jira:issue_created" = "created"
      "jira:issue_deleted" = "deleted"
    }
    at = "event.timestamp"
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - listing what changed: moments in JQL are to the minute, in the time zone of the
#   account that asks;
# - conditions of a write: the API documents none, so that an issue is read again
#   before it is written;
# - searching by more than project and summary: what the text search takes for its
#   own;
# - the limits of requests, which Jira tells with Retry-After;
# - taking an assignee, a parent or a due date away, which null would do;
# - which steps an issue may take (GET transitions), and the fields of a step's screen;
# - custom fields (customfield_…): a file of one's own has them; text as wiki markup,
#   which is v2's;
# - projects, versions, components, worklogs, attachments, links, boards and sprints;
#   OAuth apps, Connect and Forge; Jira Data Center, which has no v3.
