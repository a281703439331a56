# Salesforce: the sObjects of an organization over its REST API.
#
# Source: the vendor's own documentation as of Summer '26 (read in November
# 2026): REST API Developer Guide (query, queryAll, sObject Rows, sObject Rows by
# External ID, sObject Collections, Composite, Get Deleted, conditional request
# headers, Limit Info header, status codes, valid date formats), SOQL and SOSL
# Reference (quoted strings, reserved characters), Object Reference and Field
# Reference (Account, Contact, Lead, Opportunity, custom objects, system fields),
# SOAP API Developer Guide (getDeleted, status codes), and the Help's pages about
# OAuth. The requests are those of version 66.0, Spring '26. What could not be
# confirmed there is left out, and named at the end.

vendor "salesforce" {
  doc     = "Salesforce over its REST API: accounts, contacts, leads, opportunities, and any other sObject by its API name, such as Placement__c. Custom fields are named as they are; `fields` of the source gives their types. An update is refused where somebody changed the record since it was read, by If-Unmodified-Since; a delete is not guarded by more than a reading before."
  version = "66.0"
  base    = "settings.url"

  setting "url" {
    doc      = "The organization's My Domain address, of a sandbox too: https://acme.my.salesforce.com, https://acme--test.sandbox.my.salesforce.com."
    type     = "url"
    required = true
  }
  setting "client_id" {
    doc      = "The consumer key of the external client app, or connected app, with the scope api."
    required = true
  }
  setting "client_secret" {
    doc    = "The app's consumer secret."
    secret = true
  }
  setting "refresh_token" {
    doc    = "The refresh token of a person's consent, which needs the scope refresh_token too."
    secret = true
  }
  setting "private_key" {
    doc    = "The RSA key, in PEM, whose certificate the app has: for the JWT bearer flow."
    secret = true
  }
  setting "user" { doc = "The user name that the JWT bearer flow logs in as." }
  setting "login_url" {
    doc     = "Where the JWT bearer flow logs in: https://test.salesforce.com for a sandbox."
    type    = "url"
    default = "https://login.salesforce.com"
  }
  setting "external_id" {
    doc = "A custom field that the objects have for Syncline, such as Syncline_Key__c: text of at least 32 characters, External ID, Unique. With it a create is an upsert, which can be sent again."
  }
  setting "auth" { doc = "consent, jwt or client; the first whose settings are there unless it is given." }

  auth "consent" {
    doc   = "OAuth 2.0 refresh token flow."
    needs = ["client_id", "refresh_token"]
    refresh_token {
      token_url = "settings.url + '/services/oauth2/token'"
      id        = "settings.client_id"
      secret    = "settings.?client_secret.orValue('')"
      token     = "settings.refresh_token"
      in_body   = true
    }
  }
  auth "jwt" {
    doc   = "OAuth 2.0 JWT bearer flow."
    needs = ["client_id", "private_key", "user"]
    jwt_bearer {
      token_url = "settings.login_url + '/services/oauth2/token'"
      issuer    = "settings.client_id"
      subject   = "settings.user"
      audience  = "settings.login_url"
      key       = "settings.private_key"
    }
  }
  auth "client" {
    doc   = "OAuth 2.0 client credentials flow, as the user that the app runs as."
    needs = ["client_id", "client_secret"]
    client_credentials {
      token_url = "settings.url + '/services/oauth2/token'"
      id        = "settings.client_id"
      secret    = "settings.client_secret"
      in_body   = true
    }
  }

  limits {
    headers {
      usage = "Sforce-Limit-Info" # api-usage=18/5000, of the last 24 hours
      per   = "24h"
    }
  }

  # Errors are a list of {errorCode, message, fields}.
  error {
    status = [403]
    when   = "answer.body[0].errorCode == 'REQUEST_LIMIT_EXCEEDED'"
    does   = "wait"
    code   = "answer.body[0].errorCode"
    hint   = "the organization's API requests of 24 hours are used up, or too many long ones run at once: Setup, Company Information"
  }
  error {
    status = [400]
    when   = "answer.body[0].errorCode == 'UNABLE_TO_LOCK_ROW'"
    does   = "retry"
    undone = true # the row, or one it belongs to, is being written by somebody else
    code   = "answer.body[0].errorCode"
  }
  error {
    status = [400, 404]
    when   = "answer.body[0].errorCode == 'ENTITY_IS_DELETED'"
    kind   = "not_found"
    code   = "answer.body[0].errorCode"
  }
  error {
    status = [400]
    when   = "answer.body[0].errorCode == 'DUPLICATES_DETECTED'"
    code   = "answer.body[0].errorCode"
    hint   = "a duplicate rule of the organization takes it for a record there is: match by what that rule compares"
  }
  error {
    status = [400]
    when   = "answer.body[0].errorCode in ['INVALID_QUERY_LOCATOR', 'INVALID_REPLICATION_DATE', 'EXCEEDED_ID_LIMIT']"
    does   = "restart" # the pages are gone, or the log of deletions is: the whole listing tells
    code   = "answer.body[0].errorCode"
  }
  error {
    status = [300]
    kind   = "refused"
    hint   = "the external id is not unique: make the field Unique"
  }
  error {
    status = [403]
    kind   = "denied"
    code   = "answer.body[0].errorCode"
    hint   = "give the user the object's permissions, its fields by field-level security, and API Enabled"
  }
  error {
    status = [400]
    code   = "answer.body[0].errorCode"
    field  = "answer.body[0].fields[0]"
  }

  probe {
    path = "/services/data/v66.0/"
  }

  object "Contact" {
    doc              = "People at companies; at a staffing firm the candidates too."
    open             = true # custom fields
    id               = "Id"
    id_field         = "Id"
    revision         = "SystemModstamp"
    revision_ordered = true
    at               = "LastModifiedDate"
    author           = "LastModifiedById"
    volatile         = ["attributes", "SystemModstamp"] # the latter changes by itself
    permissions = {
      read   = ["API Enabled", "Contact: Read"]
      create = ["API Enabled", "Contact: Create"]
      update = ["API Enabled", "Contact: Edit"]
      delete = ["API Enabled", "Contact: Delete"]
    }
    merged { path = "MasterRecordId" }
    deleted { path = "IsDeleted" }

    field "FirstName" {
      type  = "string?"
      doc   = "The given name."
      class = "personal"
    }
    field "LastName" {
      type     = "string"
      doc      = "The family name."
      class    = "personal"
      required = true
    }
    field "Name" {
      type      = "string?"
      doc       = "The whole name."
      class     = "personal"
      read_only = true
    }
    field "Salutation" {
      type  = "string?"
      doc   = "Mr., Ms. and the like: a picklist."
      class = "personal"
    }
    field "Email" {
      type  = "email?"
      doc   = "The address."
      class = "personal"
    }
    field "Phone" {
      type  = "string?"
      doc   = "The phone at work."
      class = "personal"
    }
    field "MobilePhone" {
      type  = "string?"
      doc   = "The mobile phone."
      class = "personal"
    }
    field "HomePhone" {
      type  = "string?"
      doc   = "The phone at home."
      class = "personal"
    }
    field "OtherPhone" {
      type  = "string?"
      doc   = "Another phone."
      class = "personal"
    }
    field "Fax" {
      type  = "string?"
      doc   = "The fax."
      class = "personal"
    }
    field "Title" {
      type  = "string?"
      doc   = "What the person works as."
      class = "personal"
    }
    field "Department" {
      type = "string?"
      doc  = "The department."
    }
    field "Birthdate" {
      type  = "date?"
      doc   = "The day of birth."
      class = "protected"
    }
    field "AccountId" {
      type = "string?"
      doc  = "The account the person belongs to."
    }
    field "ReportsToId" {
      type = "string?"
      doc  = "The contact the person reports to."
    }
    field "OwnerId" {
      type = "string"
      doc  = "The user who looks after the person."
    }
    field "LeadSource" {
      type = "string?"
      doc  = "Where the person came from: a picklist."
    }
    field "Description" {
      type  = "text?"
      doc   = "What is worth knowing."
      class = "personal"
    }
    field "MailingStreet" {
      type  = "string?"
      doc   = "Street and number of the mailing address."
      class = "personal"
    }
    field "MailingCity" {
      type  = "string?"
      doc   = "The city of the mailing address."
      class = "personal"
    }
    field "MailingState" {
      type  = "string?"
      doc   = "The state or province of the mailing address."
      class = "personal"
    }
    field "MailingPostalCode" {
      type  = "string?"
      doc   = "The postal code of the mailing address."
      class = "personal"
    }
    field "MailingCountry" {
      type  = "string?"
      doc   = "The country of the mailing address, as the organization writes it."
      class = "personal"
    }
    field "OtherStreet" {
      type  = "string?"
      doc   = "Street and number of the other address."
      class = "personal"
    }
    field "OtherCity" {
      type  = "string?"
      doc   = "The city of the other address."
      class = "personal"
    }
    field "OtherState" {
      type  = "string?"
      doc   = "The state or province of the other address."
      class = "personal"
    }
    field "OtherPostalCode" {
      type  = "string?"
      doc   = "The postal code of the other address."
      class = "personal"
    }
    field "OtherCountry" {
      type  = "string?"
      doc   = "The country of the other address, as the organization writes it."
      class = "personal"
    }
    field "AssistantName" {
      type  = "string?"
      doc   = "The assistant's name."
      class = "personal"
    }
    field "AssistantPhone" {
      type  = "string?"
      doc   = "The assistant's phone."
      class = "personal"
    }
    field "DoNotCall" {
      type  = "bool"
      doc   = "Whether the person may not be called."
      class = "personal"
    }
    field "HasOptedOutOfEmail" {
      type  = "bool"
      doc   = "Whether the person may not be written to."
      class = "personal"
    }
    field "EmailBouncedDate" {
      type      = "timestamp?"
      doc       = "When an e-mail to the person came back."
      class     = "personal"
      read_only = true
    }
    field "EmailBouncedReason" {
      type      = "string?"
      doc       = "Why it did."
      class     = "personal"
      read_only = true
    }
    field "LastActivityDate" {
      type      = "date?"
      doc       = "The last task or event about the person."
      read_only = true
    }
    field "CreatedDate" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "CreatedById" {
      type      = "string"
      doc       = "The user who made it."
      read_only = true
    }
    field "LastModifiedDate" {
      type      = "timestamp"
      doc       = "When a user changed it last."
      read_only = true
    }
    field "LastModifiedById" {
      type      = "string"
      doc       = "The user who did."
      read_only = true
    }
    field "SystemModstamp" {
      type      = "timestamp"
      doc       = "When a user or the system itself changed it last."
      read_only = true
    }

    list {
      path    = "/services/data/v66.0/query"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + (since == null ? '' : ' WHERE SystemModstamp >= ' + string(since))" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
      changes {
        field   = "SystemModstamp"
        overlap = "10m" # a transaction, which may take so long, shows when it ends
        removed {
          path = "/services/data/v66.0/sobjects/{object}/deleted/"
          query = {
            start = "format_time(timestamp(string(since)) - duration('10m'), 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
            end   = "format_time(now, 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
          }
          records = "deletedRecords"
          id      = "id"
        }
      }
    }
    get {
      path    = "/services/data/v66.0/queryAll"
      many    = 200
      quoting = "soql"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE Id IN (' + quotes.join(', ') + ')'" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }
    find {
      any       = true
      quoting   = "soql"
      spellings = 20
      path      = "/services/data/v66.0/query"
      query = {
        q = <<-CEL
          'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE '
            + keys.map(k, k.path + ' IN (' + k.quotes.join(', ') + ')').join(' AND ') + ' LIMIT 50'
        CEL
      }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }

    create {
      doc       = "Makes a record, as an upsert by the field for Syncline."
      needs     = ["external_id"]
      method    = "PATCH"
      path      = "/services/data/v66.0/sobjects/{object}/{settings.external_id}/{operation}"
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "idempotency_key"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    create {
      doc       = "Makes a record."
      path      = "/services/data/v66.0/sobjects/{object}"
      also      = { attributes = { type = "object" } }
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "key_search"
      batch {
        most    = 200
        method  = "POST"
        path    = "/services/data/v66.0/composite/sobjects"
        json    = { allOrNone = false, records = "elements" }
        results = ""
        status  = "result.success ? 201 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
    update {
      doc   = "Changes a record, unless it was changed since."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "unmodified_since_read"
      after = "read"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          httpHeaders = "sub.headers"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    delete {
      doc   = "Moves a record to the recycle bin."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "compare"
      batch {
        most    = 200
        method  = "DELETE"
        path    = "/services/data/v66.0/composite/sobjects"
        query   = { ids = "elements.join(',')", allOrNone = false }
        element = "id"
        results = ""
        status  = "result.success ? 200 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
  }

  object "Account" {
    doc              = "Companies."
    open             = true # custom fields
    id               = "Id"
    id_field         = "Id"
    revision         = "SystemModstamp"
    revision_ordered = true
    at               = "LastModifiedDate"
    author           = "LastModifiedById"
    volatile         = ["attributes", "SystemModstamp"] # the latter changes by itself
    permissions = {
      read   = ["API Enabled", "Account: Read"]
      create = ["API Enabled", "Account: Create"]
      update = ["API Enabled", "Account: Edit"]
      delete = ["API Enabled", "Account: Delete"]
    }
    merged { path = "MasterRecordId" }
    deleted { path = "IsDeleted" }

    field "Name" {
      type     = "string"
      doc      = "The company's name."
      required = true
    }
    field "AccountNumber" {
      type = "string?"
      doc  = "The number the organization gave it."
    }
    field "Type" {
      type = "string?"
      doc  = "What the company is to the organization: a picklist."
    }
    field "ParentId" {
      type = "string?"
      doc  = "The account it belongs to."
    }
    field "OwnerId" {
      type = "string"
      doc  = "The user who looks after it."
    }
    field "Industry" {
      type = "string?"
      doc  = "The industry: a picklist."
    }
    field "NumberOfEmployees" {
      type = "int?"
      doc  = "How many people work there."
    }
    field "AnnualRevenue" {
      type = "decimal?"
      doc  = "The estimated revenue of a year."
    }
    field "Phone" {
      type = "string?"
      doc  = "The phone."
    }
    field "Fax" {
      type = "string?"
      doc  = "The fax."
    }
    field "Website" {
      type = "string?"
      doc  = "The site, as people wrote it."
    }
    field "Site" {
      type = "string?"
      doc  = "The name of the place, such as Headquarters."
    }
    field "AccountSource" {
      type = "string?"
      doc  = "Where it came from: a picklist."
    }
    field "Rating" {
      type = "string?"
      doc  = "Hot, Warm or Cold: a picklist."
    }
    field "Description" {
      type = "text?"
      doc  = "What is worth knowing."
    }
    field "BillingStreet" {
      type = "string?"
      doc  = "Street and number of the billing address."
    }
    field "BillingCity" {
      type = "string?"
      doc  = "The city of the billing address."
    }
    field "BillingState" {
      type = "string?"
      doc  = "The state or province of the billing address."
    }
    field "BillingPostalCode" {
      type = "string?"
      doc  = "The postal code of the billing address."
    }
    field "BillingCountry" {
      type = "string?"
      doc  = "The country of the billing address, as the organization writes it."
    }
    field "ShippingStreet" {
      type = "string?"
      doc  = "Street and number of the shipping address."
    }
    field "ShippingCity" {
      type = "string?"
      doc  = "The city of the shipping address."
    }
    field "ShippingState" {
      type = "string?"
      doc  = "The state or province of the shipping address."
    }
    field "ShippingPostalCode" {
      type = "string?"
      doc  = "The postal code of the shipping address."
    }
    field "ShippingCountry" {
      type = "string?"
      doc  = "The country of the shipping address, as the organization writes it."
    }
    field "LastActivityDate" {
      type      = "date?"
      doc       = "The last task or event about it."
      read_only = true
    }
    field "CreatedDate" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "CreatedById" {
      type      = "string"
      doc       = "The user who made it."
      read_only = true
    }
    field "LastModifiedDate" {
      type      = "timestamp"
      doc       = "When a user changed it last."
      read_only = true
    }
    field "LastModifiedById" {
      type      = "string"
      doc       = "The user who did."
      read_only = true
    }
    field "SystemModstamp" {
      type      = "timestamp"
      doc       = "When a user or the system itself changed it last."
      read_only = true
    }

    list {
      path    = "/services/data/v66.0/query"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + (since == null ? '' : ' WHERE SystemModstamp >= ' + string(since))" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
      changes {
        field   = "SystemModstamp"
        overlap = "10m" # a transaction, which may take so long, shows when it ends
        removed {
          path = "/services/data/v66.0/sobjects/{object}/deleted/"
          query = {
            start = "format_time(timestamp(string(since)) - duration('10m'), 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
            end   = "format_time(now, 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
          }
          records = "deletedRecords"
          id      = "id"
        }
      }
    }
    get {
      path    = "/services/data/v66.0/queryAll"
      many    = 200
      quoting = "soql"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE Id IN (' + quotes.join(', ') + ')'" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }
    find {
      any       = true
      quoting   = "soql"
      spellings = 20
      path      = "/services/data/v66.0/query"
      query = {
        q = <<-CEL
          'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE '
            + keys.map(k, k.path + ' IN (' + k.quotes.join(', ') + ')').join(' AND ') + ' LIMIT 50'
        CEL
      }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }

    create {
      doc       = "Makes a record, as an upsert by the field for Syncline."
      needs     = ["external_id"]
      method    = "PATCH"
      path      = "/services/data/v66.0/sobjects/{object}/{settings.external_id}/{operation}"
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "idempotency_key"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    create {
      doc       = "Makes a record."
      path      = "/services/data/v66.0/sobjects/{object}"
      also      = { attributes = { type = "object" } }
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "key_search"
      batch {
        most    = 200
        method  = "POST"
        path    = "/services/data/v66.0/composite/sobjects"
        json    = { allOrNone = false, records = "elements" }
        results = ""
        status  = "result.success ? 201 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
    update {
      doc   = "Changes a record, unless it was changed since."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "unmodified_since_read"
      after = "read"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          httpHeaders = "sub.headers"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    delete {
      doc   = "Moves a record to the recycle bin."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "compare"
      batch {
        most    = 200
        method  = "DELETE"
        path    = "/services/data/v66.0/composite/sobjects"
        query   = { ids = "elements.join(',')", allOrNone = false }
        element = "id"
        results = ""
        status  = "result.success ? 200 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
  }

  object "Lead" {
    doc              = "People who may become contacts. One that was converted counts as archived."
    open             = true # custom fields
    id               = "Id"
    id_field         = "Id"
    revision         = "SystemModstamp"
    revision_ordered = true
    at               = "LastModifiedDate"
    author           = "LastModifiedById"
    volatile         = ["attributes", "SystemModstamp"] # the latter changes by itself
    permissions = {
      read   = ["API Enabled", "Lead: Read"]
      create = ["API Enabled", "Lead: Create"]
      update = ["API Enabled", "Lead: Edit"]
      delete = ["API Enabled", "Lead: Delete"]
    }
    merged { path = "MasterRecordId" }
    deleted { path = "IsDeleted" }
    archived { path = "IsConverted" }

    field "FirstName" {
      type  = "string?"
      doc   = "The given name."
      class = "personal"
    }
    field "LastName" {
      type     = "string"
      doc      = "The family name."
      class    = "personal"
      required = true
    }
    field "Name" {
      type      = "string?"
      doc       = "The whole name."
      class     = "personal"
      read_only = true
    }
    field "Salutation" {
      type  = "string?"
      doc   = "Mr., Ms. and the like: a picklist."
      class = "personal"
    }
    field "Company" {
      type     = "string"
      doc      = "The company."
      required = true
    }
    field "Title" {
      type  = "string?"
      doc   = "What the person works as."
      class = "personal"
    }
    field "Email" {
      type  = "email?"
      doc   = "The address."
      class = "personal"
    }
    field "Phone" {
      type  = "string?"
      doc   = "The phone."
      class = "personal"
    }
    field "MobilePhone" {
      type  = "string?"
      doc   = "The mobile phone."
      class = "personal"
    }
    field "Fax" {
      type  = "string?"
      doc   = "The fax."
      class = "personal"
    }
    field "Website" {
      type = "string?"
      doc  = "The site, as people wrote it."
    }
    field "Status" {
      type = "string"
      doc  = "How far it is: a picklist."
    }
    field "LeadSource" {
      type = "string?"
      doc  = "Where the lead came from: a picklist."
    }
    field "Industry" {
      type = "string?"
      doc  = "The industry: a picklist."
    }
    field "Rating" {
      type = "string?"
      doc  = "Hot, Warm or Cold: a picklist."
    }
    field "NumberOfEmployees" {
      type = "int?"
      doc  = "How many people work at the company."
    }
    field "AnnualRevenue" {
      type = "decimal?"
      doc  = "The company's revenue of a year."
    }
    field "OwnerId" {
      type = "string"
      doc  = "The user or queue that has it."
    }
    field "Description" {
      type  = "text?"
      doc   = "What is worth knowing."
      class = "personal"
    }
    field "Street" {
      type  = "string?"
      doc   = "Street and number."
      class = "personal"
    }
    field "City" {
      type  = "string?"
      doc   = "The city."
      class = "personal"
    }
    field "State" {
      type  = "string?"
      doc   = "The state or province."
      class = "personal"
    }
    field "PostalCode" {
      type  = "string?"
      doc   = "The postal code."
      class = "personal"
    }
    field "Country" {
      type  = "string?"
      doc   = "The country, as the organization writes it."
      class = "personal"
    }
    field "DoNotCall" {
      type  = "bool"
      doc   = "Whether the person may not be called."
      class = "personal"
    }
    field "HasOptedOutOfEmail" {
      type  = "bool"
      doc   = "Whether the person may not be written to."
      class = "personal"
    }
    field "IsConverted" {
      type      = "bool"
      doc       = "Whether it was converted."
      read_only = true
    }
    field "ConvertedDate" {
      type      = "date?"
      doc       = "When it was."
      read_only = true
    }
    field "ConvertedContactId" {
      type      = "string?"
      doc       = "The contact it became."
      read_only = true
    }
    field "ConvertedAccountId" {
      type      = "string?"
      doc       = "The account it became."
      read_only = true
    }
    field "ConvertedOpportunityId" {
      type      = "string?"
      doc       = "The opportunity it became."
      read_only = true
    }
    field "CreatedDate" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "CreatedById" {
      type      = "string"
      doc       = "The user who made it."
      read_only = true
    }
    field "LastModifiedDate" {
      type      = "timestamp"
      doc       = "When a user changed it last."
      read_only = true
    }
    field "LastModifiedById" {
      type      = "string"
      doc       = "The user who did."
      read_only = true
    }
    field "SystemModstamp" {
      type      = "timestamp"
      doc       = "When a user or the system itself changed it last."
      read_only = true
    }

    list {
      path    = "/services/data/v66.0/query"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + (since == null ? '' : ' WHERE SystemModstamp >= ' + string(since))" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
      changes {
        field   = "SystemModstamp"
        overlap = "10m" # a transaction, which may take so long, shows when it ends
        removed {
          path = "/services/data/v66.0/sobjects/{object}/deleted/"
          query = {
            start = "format_time(timestamp(string(since)) - duration('10m'), 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
            end   = "format_time(now, 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
          }
          records = "deletedRecords"
          id      = "id"
        }
      }
    }
    get {
      path    = "/services/data/v66.0/queryAll"
      many    = 200
      quoting = "soql"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE Id IN (' + quotes.join(', ') + ')'" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }
    find {
      any       = true
      quoting   = "soql"
      spellings = 20
      path      = "/services/data/v66.0/query"
      query = {
        q = <<-CEL
          'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE '
            + keys.map(k, k.path + ' IN (' + k.quotes.join(', ') + ')').join(' AND ') + ' LIMIT 50'
        CEL
      }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }

    create {
      doc       = "Makes a record, as an upsert by the field for Syncline."
      needs     = ["external_id"]
      method    = "PATCH"
      path      = "/services/data/v66.0/sobjects/{object}/{settings.external_id}/{operation}"
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "idempotency_key"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    create {
      doc       = "Makes a record."
      path      = "/services/data/v66.0/sobjects/{object}"
      also      = { attributes = { type = "object" } }
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "key_search"
      batch {
        most    = 200
        method  = "POST"
        path    = "/services/data/v66.0/composite/sobjects"
        json    = { allOrNone = false, records = "elements" }
        results = ""
        status  = "result.success ? 201 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
    update {
      doc   = "Changes a record, unless it was changed since."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "unmodified_since_read"
      after = "read"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          httpHeaders = "sub.headers"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    delete {
      doc   = "Moves a record to the recycle bin."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "compare"
      batch {
        most    = 200
        method  = "DELETE"
        path    = "/services/data/v66.0/composite/sobjects"
        query   = { ids = "elements.join(',')", allOrNone = false }
        element = "id"
        results = ""
        status  = "result.success ? 200 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
  }

  object "Opportunity" {
    doc              = "Sales, won or not; at a staffing firm often the jobs of clients."
    open             = true # custom fields
    id               = "Id"
    id_field         = "Id"
    revision         = "SystemModstamp"
    revision_ordered = true
    at               = "LastModifiedDate"
    author           = "LastModifiedById"
    volatile         = ["attributes", "SystemModstamp"] # the latter changes by itself
    permissions = {
      read   = ["API Enabled", "Opportunity: Read"]
      create = ["API Enabled", "Opportunity: Create"]
      update = ["API Enabled", "Opportunity: Edit"]
      delete = ["API Enabled", "Opportunity: Delete"]
    }
    deleted { path = "IsDeleted" }

    field "Name" {
      type     = "string"
      doc      = "What it is called."
      required = true
    }
    field "StageName" {
      type     = "string"
      doc      = "How far it is: a picklist."
      required = true
    }
    field "CloseDate" {
      type     = "date"
      doc      = "When it is expected to close."
      required = true
    }
    field "AccountId" {
      type = "string?"
      doc  = "The account it is with."
    }
    field "ContactId" {
      type = "string?"
      doc  = "The first contact. Set when it is created."
    }
    field "OwnerId" {
      type = "string"
      doc  = "The user who has it."
    }
    field "Amount" {
      type = "decimal?"
      doc  = "The estimated amount; the sum of its products where it has any."
    }
    field "Probability" {
      type = "decimal?"
      doc  = "How likely it is, in percent."
    }
    field "Type" {
      type = "string?"
      doc  = "New or existing business: a picklist."
    }
    field "LeadSource" {
      type = "string?"
      doc  = "Where it came from: a picklist."
    }
    field "NextStep" {
      type = "string?"
      doc  = "What is to be done next."
    }
    field "Description" {
      type = "text?"
      doc  = "What is worth knowing."
    }
    field "CampaignId" {
      type = "string?"
      doc  = "The campaign it came from."
    }
    field "ForecastCategoryName" {
      type = "string?"
      doc  = "Where it counts in forecasts: a picklist."
    }
    field "IsClosed" {
      type      = "bool"
      doc       = "Whether its stage is a closed one."
      read_only = true
    }
    field "IsWon" {
      type      = "bool"
      doc       = "Whether its stage is a won one."
      read_only = true
    }
    field "LastActivityDate" {
      type      = "date?"
      doc       = "The last task or event about it."
      read_only = true
    }
    field "CreatedDate" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "CreatedById" {
      type      = "string"
      doc       = "The user who made it."
      read_only = true
    }
    field "LastModifiedDate" {
      type      = "timestamp"
      doc       = "When a user changed it last."
      read_only = true
    }
    field "LastModifiedById" {
      type      = "string"
      doc       = "The user who did."
      read_only = true
    }
    field "SystemModstamp" {
      type      = "timestamp"
      doc       = "When a user or the system itself changed it last."
      read_only = true
    }

    list {
      path    = "/services/data/v66.0/query"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + (since == null ? '' : ' WHERE SystemModstamp >= ' + string(since))" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
      changes {
        field   = "SystemModstamp"
        overlap = "10m" # a transaction, which may take so long, shows when it ends
        removed {
          path = "/services/data/v66.0/sobjects/{object}/deleted/"
          query = {
            start = "format_time(timestamp(string(since)) - duration('10m'), 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
            end   = "format_time(now, 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
          }
          records = "deletedRecords"
          id      = "id"
        }
      }
    }
    get {
      path    = "/services/data/v66.0/queryAll"
      many    = 200
      quoting = "soql"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE Id IN (' + quotes.join(', ') + ')'" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }
    find {
      any       = true
      quoting   = "soql"
      spellings = 20
      path      = "/services/data/v66.0/query"
      query = {
        q = <<-CEL
          'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE '
            + keys.map(k, k.path + ' IN (' + k.quotes.join(', ') + ')').join(' AND ') + ' LIMIT 50'
        CEL
      }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }

    create {
      doc       = "Makes a record, as an upsert by the field for Syncline."
      needs     = ["external_id"]
      method    = "PATCH"
      path      = "/services/data/v66.0/sobjects/{object}/{settings.external_id}/{operation}"
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "idempotency_key"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    create {
      doc       = "Makes a record."
      path      = "/services/data/v66.0/sobjects/{object}"
      also      = { attributes = { type = "object" } }
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "key_search"
      batch {
        most    = 200
        method  = "POST"
        path    = "/services/data/v66.0/composite/sobjects"
        json    = { allOrNone = false, records = "elements" }
        results = ""
        status  = "result.success ? 201 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
    update {
      doc   = "Changes a record, unless it was changed since."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "unmodified_since_read"
      after = "read"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          httpHeaders = "sub.headers"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    delete {
      doc   = "Moves a record to the recycle bin."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "compare"
      batch {
        most    = 200
        method  = "DELETE"
        path    = "/services/data/v66.0/composite/sobjects"
        query   = { ids = "elements.join(',')", allOrNone = false }
        element = "id"
        results = ""
        status  = "result.success ? 200 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
  }

  object "any" {
    doc              = "Any other sObject, custom or standard, by its API name. Its own fields are whatever it has: a name that it lacks is refused by Salesforce, when it is first read. It needs IsDeleted, LastModifiedDate and SystemModstamp, and that its deletions are logged, as of every custom object."
    named            = "[A-Za-z][A-Za-z0-9_]*"
    open             = true # custom fields
    id               = "Id"
    id_field         = "Id"
    revision         = "SystemModstamp"
    revision_ordered = true
    at               = "LastModifiedDate"
    author           = "LastModifiedById"
    volatile         = ["attributes", "SystemModstamp"] # the latter changes by itself
    permissions = {
      read   = ["API Enabled", "the object: Read"]
      create = ["API Enabled", "the object: Create"]
      update = ["API Enabled", "the object: Edit"]
      delete = ["API Enabled", "the object: Delete"]
    }
    deleted { path = "IsDeleted" }

    field "Name" {
      type = "string?"
      doc  = "What it is called, or its number."
    }
    field "OwnerId" {
      type = "string?"
      doc  = "Who has it."
    }
    field "CreatedDate" {
      type      = "timestamp"
      doc       = "When it was made."
      read_only = true
    }
    field "CreatedById" {
      type      = "string"
      doc       = "The user who made it."
      read_only = true
    }
    field "LastModifiedDate" {
      type      = "timestamp"
      doc       = "When a user changed it last."
      read_only = true
    }
    field "LastModifiedById" {
      type      = "string"
      doc       = "The user who did."
      read_only = true
    }
    field "SystemModstamp" {
      type      = "timestamp"
      doc       = "When a user or the system itself changed it last."
      read_only = true
    }

    list {
      path    = "/services/data/v66.0/query"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + (since == null ? '' : ' WHERE SystemModstamp >= ' + string(since))" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
      changes {
        field   = "SystemModstamp"
        overlap = "10m" # a transaction, which may take so long, shows when it ends
        removed {
          path = "/services/data/v66.0/sobjects/{object}/deleted/"
          query = {
            start = "format_time(timestamp(string(since)) - duration('10m'), 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
            end   = "format_time(now, 'YYYY-MM-DDTHH:mm:ss') + '+00:00'"
          }
          records = "deletedRecords"
          id      = "id"
        }
      }
    }
    get {
      path    = "/services/data/v66.0/queryAll"
      many    = 200
      quoting = "soql"
      query   = { q = "'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE Id IN (' + quotes.join(', ') + ')'" }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }
    find {
      any       = true
      quoting   = "soql"
      spellings = 20
      path      = "/services/data/v66.0/query"
      query = {
        q = <<-CEL
          'SELECT ' + fields.join(', ') + ' FROM ' + object + ' WHERE '
            + keys.map(k, k.path + ' IN (' + k.quotes.join(', ') + ')').join(' AND ') + ' LIMIT 50'
        CEL
      }
      records = "records"
      paging "url" {
        from = "answer.body.?nextRecordsUrl.orValue('')"
      }
    }

    create {
      doc       = "Makes a record, as an upsert by the field for Syncline."
      needs     = ["external_id"]
      method    = "PATCH"
      path      = "/services/data/v66.0/sobjects/{object}/{settings.external_id}/{operation}"
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "idempotency_key"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    create {
      doc       = "Makes a record."
      path      = "/services/data/v66.0/sobjects/{object}"
      also      = { attributes = { type = "object" } }
      answer_id = "answer.body.id"
      after     = "read"
      lost      = "key_search"
      batch {
        most    = 200
        method  = "POST"
        path    = "/services/data/v66.0/composite/sobjects"
        json    = { allOrNone = false, records = "elements" }
        results = ""
        status  = "result.success ? 201 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
    update {
      doc   = "Changes a record, unless it was changed since."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "unmodified_since_read"
      after = "read"
      batch {
        most   = 25
        method = "POST"
        path   = "/services/data/v66.0/composite"
        json   = { allOrNone = false, compositeRequest = "elements" }
        element = {
          method      = "sub.method"
          url         = "sub.url"
          referenceId = "'r' + string(sub.index)"
          httpHeaders = "sub.headers"
          body        = "sub.body"
        }
        results = "compositeResponse"
        key     = "replace(result.referenceId, 'r', '')"
        status  = "result.httpStatusCode"
        body    = "result.body"
      }
    }
    delete {
      doc   = "Moves a record to the recycle bin."
      path  = "/services/data/v66.0/sobjects/{object}/{id}"
      guard = "compare"
      batch {
        most    = 200
        method  = "DELETE"
        path    = "/services/data/v66.0/composite/sobjects"
        query   = { ids = "elements.join(',')", allOrNone = false }
        element = "id"
        results = ""
        status  = "result.success ? 200 : 400"
        body    = "result.success ? dyn(result) : dyn(result.errors.map(e, {'errorCode': e.statusCode, 'message': e.message, 'fields': e.fields}))"
      }
    }
  }

  mapping "contact" {
    entity = "contact"
    object = "Contact"
    field "external_id" { path = "Id" }
    field "account" { path = "AccountId" }
    field "first_name" { path = "FirstName" }
    field "last_name" { path = "LastName" }
    field "email" { path = "Email" }
    field "phone" { path = "Phone" }
    field "mobile" { path = "MobilePhone" }
    field "title" { path = "Title" }
    field "department" { path = "Department" }
    field "location" { path = "MailingCity" }
    field "do_not_contact" { path = "HasOptedOutOfEmail" }
    field "summary" { path = "Description" }
  }

  mapping "candidate" {
    entity = "candidate"
    object = "Contact"
    field "external_id" { path = "Id" }
    field "first_name" { path = "FirstName" }
    field "last_name" { path = "LastName" }
    field "email" { path = "Email" }
    field "phone" { path = "MobilePhone" }
    field "location" { path = "MailingCity" }
    field "current_title" { path = "Title" }
    field "source" { path = "LeadSource" }
    field "date_of_birth" { path = "Birthdate" }
    field "do_not_contact" { path = "HasOptedOutOfEmail" }
    field "summary" { path = "Description" }
    field "created_at" { path = "CreatedDate" }
  }

  mapping "account" {
    entity = "account"
    object = "Account"
    field "external_id" { path = "Id" }
    field "name" { path = "Name" }
    field "website" { path = "Website" }
    field "phone" { path = "Phone" }
    field "industry" { path = "Industry" }
    field "employees" { path = "NumberOfEmployees" }
    field "street" { path = "BillingStreet" }
    field "postal_code" { path = "BillingPostalCode" }
    field "city" { path = "BillingCity" }
    field "region" { path = "BillingState" }
    field "parent" { path = "ParentId" }
    field "description" { path = "Description" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - change data capture and platform events: they come over gRPC or CometD, and
#   not by HTTP requests to an address of one's own;
# - fields of related records in one query (Owner.Name): links and lookups say
#   the same;
# - telling conflicts of a delete: the conditional headers do not hold for
#   DELETE, so that the record is only read before;
# - ETags, which accounts alone have;
# - merging, undeleting and converting leads, which the REST API does not do by
#   itself: that they happened is seen;
# - the values of picklists, which each organization sets: values of a mapping's
#   field names those of one's own;
# - country codes: BillingCountry and MailingCountry are texts, or picklists of
#   the organization's own;
# - Kind of an account, from Type, whose values each organization sets;
# - objects without IsDeleted, LastModifiedDate or SystemModstamp, such as User,
#   and those whose deletions Salesforce does not log (getDeleted);
# - fractions of a second, which Salesforce takes to the millisecond: what is
#   written to a moment of one's own has to be in whole seconds;
# - person accounts, multiple currencies, attachments and files;
# - the instance that a token's answer names: the address of My Domain stays when
#   the instance changes;
# - bulk API 2.0.
