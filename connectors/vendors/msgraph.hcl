# Microsoft Graph v1.0: the users of a directory and the events of a calendar.
#
# Source: the vendor's own documentation,
# github.com/microsoftgraph/microsoft-graph-docs-contrib, api-reference/v1.0: "user:
# delta", "event resource type" (transactionId as of 2023), "Update event", "event:
# delta" (June 2024); and of learn.microsoft.com/graph "Get access without a user"
# and "Use delta query to track changes", all seen November 2026. What could not
# be confirmed there is left out, and named at the end.

vendor "msgraph" {
  doc     = "Microsoft Graph v1.0, as an application with permissions of its own: the users of a directory, whose listing goes on from a delta link, and the events of one mailbox's default calendar."
  version = "v1.0"
  base    = "settings.url"

  setting "tenant" {
    doc      = "The directory (tenant) id, or one of its domains."
    required = true
  }
  setting "client_id" {
    doc      = "The application (client) id of the app registration."
    required = true
  }
  setting "client_secret" {
    doc      = "A client secret of the app registration."
    required = true
    secret   = true
  }
  setting "mailbox" {
    doc = "The user id or user principal name whose calendar is read and written; users need none."
  }
  setting "url" {
    doc     = "Where the API is; a national cloud has another."
    type    = "url"
    default = "https://graph.microsoft.com/v1.0"
  }
  setting "login_url" {
    doc     = "Where tokens are given; a national cloud has another."
    type    = "url"
    default = "https://login.microsoftonline.com"
  }

  auth "application" {
    doc   = "OAuth 2 with the application's own permissions, which an administrator consented to."
    needs = ["tenant", "client_id", "client_secret"]
    client_credentials {
      token_url = "settings.login_url + '/' + settings.tenant + '/oauth2/v2.0/token'"
      id        = "settings.client_id"
      secret    = "settings.client_secret"
      scopes    = ["https://graph.microsoft.com/.default"]
      in_body   = true
    }
  }

  error {
    status = [400]
    code   = "answer.body.error.code"
  }
  error {
    status = [403]
    kind   = "denied"
    code   = "answer.body.error.code"
    hint   = "the app registration lacks the permission, or an administrator has not consented to it"
  }

  object "users" {
    doc        = "The people of the directory. With a cursor in the source, whichever field it names, a listing goes on from the delta link of the last one."
    omits_null = true
    permissions = {
      read = ["User.Read.All"]
    }
    deleted { path = "'@removed'" }
    archived {
      path = "accountEnabled"
      is   = [false]
    }
    field "user_principal_name" {
      type      = "string?"
      doc       = "What the user logs in with."
      path      = "userPrincipalName"
      class     = "personal"
      read_only = true
    }
    field "mail" {
      type      = "string?"
      doc       = "The address."
      path      = "mail"
      class     = "personal"
      read_only = true
    }
    field "display_name" {
      type      = "string?"
      doc       = "The name that is shown."
      path      = "displayName"
      class     = "personal"
      read_only = true
    }
    field "given_name" {
      type      = "string?"
      doc       = "The given name."
      path      = "givenName"
      class     = "personal"
      read_only = true
    }
    field "surname" {
      type      = "string?"
      doc       = "The family name."
      path      = "surname"
      class     = "personal"
      read_only = true
    }
    field "job_title" {
      type      = "string?"
      doc       = "The job's title."
      path      = "jobTitle"
      class     = "personal"
      read_only = true
    }
    field "department" {
      type      = "string?"
      doc       = "The department."
      path      = "department"
      read_only = true
    }
    field "office_location" {
      type      = "string?"
      doc       = "The office."
      path      = "officeLocation"
      read_only = true
    }
    field "company_name" {
      type      = "string?"
      doc       = "The company."
      path      = "companyName"
      read_only = true
    }
    field "employee_id" {
      type      = "string?"
      doc       = "The number as an employee."
      path      = "employeeId"
      class     = "personal"
      read_only = true
    }
    field "mobile_phone" {
      type      = "string?"
      doc       = "The mobile number."
      path      = "mobilePhone"
      class     = "personal"
      read_only = true
    }
    field "business_phones" {
      type      = "list(string)?"
      doc       = "Phone numbers at work."
      path      = "businessPhones"
      class     = "personal"
      read_only = true
    }
    field "preferred_language" {
      type      = "string?"
      doc       = "The language."
      path      = "preferredLanguage"
      read_only = true
    }
    field "account_enabled" {
      type      = "bool?"
      doc       = "Whether the user may log in."
      path      = "accountEnabled"
      read_only = true
    }
    list {
      path    = "/users/delta"
      query   = { "$select" = "'id,userPrincipalName,mail,displayName,givenName,surname,jobTitle,department,officeLocation,companyName,employeeId,mobilePhone,businessPhones,preferredLanguage,accountEnabled'" }
      records = "value"
      paging "url" {
        from    = "answer.body[?'@odata.nextLink']"
        overlap = true
      }
      sync_token {
        from = "answer.body[?'@odata.deltaLink']"
        url  = true
      }
      error {
        status = [410]
        does   = "restart"
      }
    }
    get {
      path  = "/users/{id}"
      query = { "$select" = "'id,userPrincipalName,mail,displayName,givenName,surname,jobTitle,department,officeLocation,companyName,employeeId,mobilePhone,businessPhones,preferredLanguage,accountEnabled'" }
    }
    find {
      keys    = ["user_principal_name"]
      quoting = "odata"
      path    = "/users"
      query   = { "$filter" = "'userPrincipalName eq ' + keys.user_principal_name.quoted", "$select" = "'id,userPrincipalName,mail,displayName,givenName,surname,jobTitle,department,officeLocation,companyName,employeeId,mobilePhone,businessPhones,preferredLanguage,accountEnabled'" }
      records = "value"
    }
    find {
      keys    = ["mail"]
      quoting = "odata"
      path    = "/users"
      query   = { "$filter" = "'mail eq ' + keys.mail.quoted", "$select" = "'id,userPrincipalName,mail,displayName,givenName,surname,jobTitle,department,officeLocation,companyName,employeeId,mobilePhone,businessPhones,preferredLanguage,accountEnabled'" }
      records = "value"
    }
    find {
      keys    = ["employee_id"]
      quoting = "odata"
      path    = "/users"
      query   = { "$filter" = "'employeeId eq ' + keys.employee_id.quoted", "$select" = "'id,userPrincipalName,mail,displayName,givenName,surname,jobTitle,department,officeLocation,companyName,employeeId,mobilePhone,businessPhones,preferredLanguage,accountEnabled'" }
      records = "value"
    }
  }

  object "events" {
    doc        = "The events of the mailbox's default calendar: single ones, and series by their master."
    at         = "last_modified"
    omits_null = true
    revision   = "changeKey"
    permissions = {
      read   = ["Calendars.Read"]
      create = ["Calendars.ReadWrite"]
      update = ["Calendars.ReadWrite"]
      delete = ["Calendars.ReadWrite"]
    }
    archived {
      path = "isCancelled"
      is   = [true]
    }
    field "subject" {
      type  = "string?"
      doc   = "What it is about."
      class = "personal"
    }
    field "start" {
      type     = "timestamp"
      doc      = "When it starts; read and written in UTC."
      path     = "start.dateTime"
      codec    = "layout 2006-01-02T15:04:05"
      required = true
    }
    field "end" {
      type     = "timestamp"
      doc      = "When it ends; read and written in UTC."
      path     = "end.dateTime"
      codec    = "layout 2006-01-02T15:04:05"
      required = true
    }
    field "all_day" {
      type = "bool?"
      doc  = "Whether it lasts whole days; start and end are then midnights."
      path = "isAllDay"
    }
    field "location" {
      type = "string?"
      doc  = "Where it is."
      path = "location.displayName"
    }
    field "attendees" {
      type  = "list(any)?"
      doc   = "Who is invited, each with type (required, optional, resource) and emailAddress (name, address). Who changes is told by Outlook."
      class = "personal"
    }
    field "categories" {
      type = "list(string)?"
      doc  = "Categories."
    }
    field "importance" {
      type = "string?"
      doc  = "low, normal or high."
    }
    field "sensitivity" {
      type = "string?"
      doc  = "normal, personal, private or confidential."
    }
    field "show_as" {
      type = "string?"
      doc  = "free, tentative, busy, oof, workingElsewhere or unknown."
      path = "showAs"
    }
    field "online" {
      type = "bool?"
      doc  = "Whether it is an online meeting. Once it is, it stays one."
      path = "isOnlineMeeting"
    }
    field "online_provider" {
      type = "string?"
      doc  = "teamsForBusiness, skypeForBusiness or skypeForConsumer. Set once."
      path = "onlineMeetingProvider"
    }
    field "reminder_minutes" {
      type = "int?"
      doc  = "How long before it the reminder comes."
      path = "reminderMinutesBeforeStart"
    }
    field "join_url" {
      type      = "string?"
      doc       = "Where the online meeting is joined."
      path      = "onlineMeeting.joinUrl"
      read_only = true
    }
    field "preview" {
      type      = "text?"
      doc       = "The beginning of its text."
      path      = "bodyPreview"
      class     = "personal"
      read_only = true
    }
    field "organizer" {
      type      = "string?"
      doc       = "The organizer's address."
      path      = "organizer.emailAddress.address"
      class     = "personal"
      read_only = true
    }
    field "type" {
      type      = "string?"
      doc       = "singleInstance or seriesMaster."
      read_only = true
    }
    field "ical_uid" {
      type      = "string?"
      doc       = "The id that is the same in every calendar."
      path      = "iCalUId"
      read_only = true
    }
    field "web_link" {
      type      = "string?"
      doc       = "Its page in Outlook."
      path      = "webLink"
      read_only = true
    }
    field "cancelled" {
      type      = "bool?"
      doc       = "Whether it was cancelled."
      path      = "isCancelled"
      read_only = true
    }
    field "created" {
      type      = "timestamp?"
      doc       = "When it was made."
      path      = "createdDateTime"
      read_only = true
    }
    field "last_modified" {
      type      = "timestamp?"
      doc       = "When it changed last."
      path      = "lastModifiedDateTime"
      read_only = true
    }
    list {
      path    = "/users/{settings.mailbox}/events"
      headers = { Prefer = "'outlook.timezone=\"UTC\"'" }
      records = "value"
      paging "url" {
        from    = "answer.body[?'@odata.nextLink']"
        overlap = true
      }
    }
    get {
      path    = "/users/{settings.mailbox}/events/{id}"
      headers = { Prefer = "'outlook.timezone=\"UTC\"'" }
    }
    create {
      doc     = "Makes an event, and invites who is to attend."
      path    = "/users/{settings.mailbox}/events"
      headers = { Prefer = "'outlook.timezone=\"UTC\"'" }
      json = {
        subject                    = "set.subject"
        start                      = "has(set.start) ? {'dateTime': set.start.dateTime, 'timeZone': 'UTC'} : null"
        end                        = "has(set.end) ? {'dateTime': set.end.dateTime, 'timeZone': 'UTC'} : null"
        isAllDay                   = "set.isAllDay"
        location                   = "set.location"
        attendees                  = "set.attendees"
        categories                 = "set.categories"
        importance                 = "set.importance"
        sensitivity                = "set.sensitivity"
        showAs                     = "set.showAs"
        isOnlineMeeting            = "set.isOnlineMeeting"
        onlineMeetingProvider      = "set.onlineMeetingProvider"
        reminderMinutesBeforeStart = "set.reminderMinutesBeforeStart"
        body                       = "has(args.body) ? {'contentType': 'HTML', 'content': args.body} : null"
      }
      after     = "answer"
      lost      = "idempotency_key"
      lost_into = "body transactionId"
      arg "body" { doc = "The text of the invitation, as HTML." }
    }
    update {
      doc     = "Changes an event, and tells who attends."
      path    = "/users/{settings.mailbox}/events/{id}"
      headers = { Prefer = "'outlook.timezone=\"UTC\"'" }
      json = {
        subject                    = "set.subject"
        start                      = "has(set.start) ? {'dateTime': set.start.dateTime, 'timeZone': 'UTC'} : null"
        end                        = "has(set.end) ? {'dateTime': set.end.dateTime, 'timeZone': 'UTC'} : null"
        isAllDay                   = "set.isAllDay"
        location                   = "set.location"
        attendees                  = "set.attendees"
        categories                 = "set.categories"
        importance                 = "set.importance"
        sensitivity                = "set.sensitivity"
        showAs                     = "set.showAs"
        isOnlineMeeting            = "set.isOnlineMeeting"
        onlineMeetingProvider      = "set.onlineMeetingProvider"
        reminderMinutesBeforeStart = "set.reminderMinutesBeforeStart"
      }
      guard = "compare"
      after = "answer"
    }
    delete {
      doc   = "Deletes an event."
      path  = "/users/{settings.mailbox}/events/{id}"
      guard = "compare"
    }
  }

  mapping "employee" {
    entity = "employee"
    object = "users"
    field "external_id" { path = "id" }
    field "employee_number" { path = "employee_id" }
    field "first_name" { path = "given_name" }
    field "last_name" { path = "surname" }
    field "work_email" { path = "mail" }
    field "title" { path = "job_title" }
    field "department" { path = "department" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - If-Match of events: "Update event" and "Delete event" name no such header, so
#   that an event is read again before it is written;
# - the delta of calendar views: it tells as removed what moved out of its range of
#   time, which is not what was deleted;
# - emptying a field of an event: a member that is null is left out of what is sent;
# - the text of an event after it was made: a meeting's text holds what joins it
#   online, and must not be overwritten;
# - other calendars than the default one, recurrence, attachments, accepting and
#   declining;
# - creating and changing users and groups: passwords and licences are needed;
# - change notifications: their secret stands in the body, and subscriptions end
#   after some days;
# - consent by a user (delegated permissions).
