# GitHub, its REST API: the issues of a repository.
#
# Source: the vendor's own documentation, github.com/github/docs: the reference of
# issues (REST API version 2022-11-28), "Rate limits for the REST API", "Using
# pagination in the REST API" and "Validating webhook deliveries"; the payloads of
# webhooks as github.com/octokit/webhooks has them, all seen November 2026. What
# could not be confirmed there is left out, and named at the end.

vendor "github" {
  doc     = "The issues of one GitHub repository over the REST API, and its webhooks. To GitHub a pull request is an issue: its issue is listed too, with pull_request true."
  version = "2022-11-28"
  base    = "settings.url"
  headers = { Accept = "'application/vnd.github+json'", X-GitHub-Api-Version = "'2022-11-28'" }

  setting "token" {
    doc      = "A fine-grained personal access token, or an installation's, with the repository permission Issues."
    required = true
    secret   = true
  }
  setting "owner" {
    doc      = "The repository's owner."
    required = true
  }
  setting "repository" {
    doc      = "The repository's name, without the owner."
    required = true
  }
  setting "url" {
    doc     = "Where the API is."
    type    = "url"
    default = "https://api.github.com"
  }
  setting "webhook_secret" {
    doc    = "The secret of the webhook, as it was entered in GitHub."
    secret = true
  }

  auth "token" {
    doc   = "A token."
    needs = ["token"]
    bearer { token = "settings.token" }
  }

  limits { budgets = ["5000/1h"] }

  error {
    status = [403, 429]
    when   = "answer.header['x-ratelimit-remaining'] == '0'"
    does   = "wait"
    after  = "timestamp(int(answer.header['x-ratelimit-reset']))"
  }
  error {
    status = [403, 429]
    header = "Retry-After"
    does   = "wait"
  }
  error {
    status = [422]
    code   = "answer.body.errors[0].code"
    field  = "answer.body.errors[0].field"
  }

  object "issues" {
    doc      = "Issues, closed ones too, by their numbers."
    id       = "number"
    id_field = "number"
    at       = "updated_at"
    permissions = {
      read    = ["Issues: read"]
      create  = ["Issues: write"]
      update  = ["Issues: write"]
      comment = ["Issues: write"]
    }
    field "title" {
      type     = "string"
      doc      = "The title."
      required = true
    }
    field "body" {
      type = "text?"
      doc  = "The text, in Markdown."
    }
    field "state" {
      type = "string"
      doc  = "open or closed. A new issue is open."
    }
    field "state_reason" {
      type = "string?"
      doc  = "Why it has its state: completed, not_planned, duplicate or reopened."
    }
    field "labels" {
      type  = "set(string)"
      doc   = "The names of its labels."
      read  = "record.labels.map(l, type(l) == string ? l : l.name)"
      write = "labels"
    }
    field "assignees" {
      type  = "set(string)"
      doc   = "Who it is assigned to, by login."
      read  = "record.assignees.map(a, a.login)"
      write = "assignees"
      class = "personal"
    }
    field "milestone" {
      type  = "int?"
      doc   = "The number of its milestone."
      path  = "milestone.number"
      write = "milestone"
    }
    field "author" {
      type      = "string?"
      doc       = "Who opened it, by login."
      path      = "user.login"
      class     = "personal"
      read_only = true
    }
    field "pull_request" {
      type      = "bool"
      doc       = "Whether it is the issue of a pull request."
      read      = "has(record.pull_request)"
      read_only = true
    }
    field "locked" {
      type      = "bool"
      doc       = "Whether only collaborators may comment."
      read_only = true
    }
    field "comments" {
      type      = "int"
      doc       = "How many comments it has."
      read_only = true
    }
    field "url" {
      type      = "url"
      doc       = "Its page."
      path      = "html_url"
      read_only = true
    }
    field "created_at" {
      type      = "timestamp"
      doc       = "When it was opened."
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp"
      doc       = "When it changed last."
      read_only = true
    }
    field "closed_at" {
      type      = "timestamp?"
      doc       = "When it was closed."
      read_only = true
    }
    list {
      path  = "/repos/{settings.owner}/{settings.repository}/issues"
      query = { state = "'all'", sort = "'updated'", direction = "'asc'" }
      paging "link" {
        size      = 100
        size_into = "query per_page"
        overlap   = true
      }
      changes {
        field = "updated_at"
        since = "query since"
        form  = "layout 2006-01-02T15:04:05Z"
      }
    }
    get { path = "/repos/{settings.owner}/{settings.repository}/issues/{id}" }
    create {
      doc   = "Opens an issue."
      path  = "/repos/{settings.owner}/{settings.repository}/issues"
      takes = ["title", "body", "labels", "assignees", "milestone"]
      after = "answer"
    }
    update {
      doc   = "Changes an issue. Labels and assignees are replaced whole."
      path  = "/repos/{settings.owner}/{settings.repository}/issues/{id}"
      guard = "compare"
      after = "answer"
    }
    verb "comment" {
      doc  = "Adds a comment."
      path = "/repos/{settings.owner}/{settings.repository}/issues/{id}/comments"
      json = { body = "args.body" }
      arg "body" {
        doc      = "The comment, in Markdown."
        required = true
      }
    }
  }

  object "users" {
    doc      = "The people who have an account, by their logins."
    id       = "login"
    id_field = "login"
    at       = "updated_at"
    field "name" {
      type      = "string?"
      doc       = "The name."
      class     = "personal"
      read_only = true
    }
    field "email" {
      type      = "string?"
      doc       = "The address, where it is shown to everybody."
      class     = "personal"
      read_only = true
    }
    field "company" {
      type      = "string?"
      doc       = "The company."
      class     = "personal"
      read_only = true
    }
    field "location" {
      type      = "string?"
      doc       = "The place."
      class     = "personal"
      read_only = true
    }
    field "blog" {
      type      = "string?"
      doc       = "The website."
      class     = "personal"
      read_only = true
    }
    field "type" {
      type      = "string"
      doc       = "User, Organization or Bot."
      read_only = true
    }
    field "account_id" {
      type      = "int"
      doc       = "The id that stays when the login changes."
      path      = "id"
      read_only = true
    }
    field "url" {
      type      = "url"
      doc       = "The page."
      path      = "html_url"
      read_only = true
    }
    field "created_at" {
      type      = "timestamp"
      doc       = "Since when."
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp"
      doc       = "When the profile changed last."
      read_only = true
    }
    get { path = "/users/{id}" }
  }

  webhooks {
    secret = "settings.webhook_secret"
    hmac {
      header = "X-Hub-Signature-256"
      prefix = "sha256="
    }
    id     = "header['x-github-delivery']"
    object = <<-CEL
      header['x-github-event'] in ['issues', 'issue_comment'] && event.repository.full_name == settings.owner + '/' + settings.repository ? 'issues' : 'none'
    CEL
    record = "event.issue.number"
    kind   = "header['x-github-event'] + '.' + event.action"
    kinds  = { "issues.opened" = "created", "issues.deleted" = "deleted" }
    at     = "event.issue.updated_at"
    handshake {
      when = "header['x-github-event'] == 'ping'"
    }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - If-None-Match: an answer 304 would not count against the limit;
# - a lost create: issues cannot be found at once by anything that we chose;
# - transferred issues: they go on in another repository, under another number;
# - lists of users, organizations, teams, projects, milestones, reactions, locks,
#   sub-issues and issue types; pull requests as such;
# - log-in as a GitHub App, which makes its own tokens.
