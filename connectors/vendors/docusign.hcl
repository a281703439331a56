# DocuSign eSignature, REST API v2, and Connect.
#
# Source: the vendor's description "DocuSign REST API" v2 (OpenAPI, MIT) with its
# examples, to which the tests hold every request, and its example of a delivery
# of Connect in JSON (MIT); developers.docusign.com as of November 2026: JWT
# grant, resource limits, validating an HMAC signature. What could not be
# confirmed is left out, and named at the end.

vendor "docusign" {
  doc     = "Envelopes of one DocuSign account: sent from templates, watched and voided. What is listed are ids and states; an envelope whose state changed is read by id."
  version = "v2"
  base    = "settings.url + '/restapi/v2/accounts/' + settings.account"
  no_null = true

  setting "account" {
    doc      = "The account's id: Apps and Keys, API Account ID."
    type     = "string"
    required = true
  }
  setting "url" {
    doc      = "The account's base URI: Apps and Keys, Account Base URI, such as https://na3.docusign.net; of the developer environment https://demo.docusign.net."
    type     = "url"
    required = true
  }
  setting "auth_url" {
    doc     = "Where tokens are asked for; of the developer environment https://account-d.docusign.com."
    type    = "url"
    default = "https://account.docusign.com"
  }
  setting "integration_key" {
    doc      = "The app's integration key, which is its client id."
    type     = "string"
    required = true
  }
  setting "user" {
    doc  = "For the JWT grant: the id of the user it acts for, who has consented."
    type = "string"
  }
  setting "private_key" {
    doc    = "For the JWT grant: the app's RSA private key, in PEM."
    secret = true
  }
  setting "client_secret" {
    doc    = "For the authorization code grant: the app's secret key."
    secret = true
  }
  setting "refresh_token" {
    doc    = "For the authorization code grant: the token of a person's consent."
    secret = true
  }
  setting "connect_key" {
    doc    = "The HMAC key of Connect: Connect, Connect Keys."
    secret = true
  }

  auth "jwt" {
    doc   = "The JWT grant: the app's key, for a user who has consented."
    needs = ["user", "private_key"]
    jwt_bearer {
      token_url = "settings.auth_url + '/oauth/token'"
      issuer    = "settings.integration_key"
      subject   = "settings.user"
      audience  = "settings.auth_url.replace('https://', '').replace('http://', '')"
      key       = "settings.private_key"
      scopes    = ["signature", "impersonation"]
    }
  }
  auth "refresh_token" {
    doc   = "The authorization code grant: a token of a person's consent."
    needs = ["client_secret", "refresh_token"]
    refresh_token {
      token_url = "settings.auth_url + '/oauth/token'"
      id        = "settings.integration_key"
      secret    = "settings.client_secret"
      token     = "settings.refresh_token"
    }
  }

  limits {
    budgets = ["200/30s", "3000/1h"] # of the developer environment; in production 500 in 30 seconds
    headers {
      remaining = "X-BurstLimit-Remaining"
      limit     = "X-BurstLimit-Limit"
      per       = "30s"
    }
  }

  # {"errorCode": "USER_ALREADY_EXISTS_IN_ACCOUNT", "message": …}
  error {
    status = [400]
    code   = "answer.body.errorCode"
  }
  error {
    status = [401, 403]
    kind   = "denied"
    code   = "answer.body.errorCode"
    hint   = "the user of the grant has to have consented to the app, and to be one of the account"
  }

  object "envelopes" {
    doc              = "Envelopes: documents on their way to those who sign them."
    id               = "envelopeId"
    revision         = "statusChangedDateTime"
    revision_ordered = true
    at               = "changed_at"
    hash_selected    = true
    permissions = {
      read   = ["signature"]
      create = ["signature"]
      update = ["signature"]
      send   = ["signature"]
      void   = ["signature"]
    }
    field "status" {
      type = "string?"
      doc  = "created, sent, delivered, signed, completed, declined, voided, deleted, timedout or processing. To change it from created to sent sends."
    }
    field "email_subject" {
      type  = "string?"
      doc   = "The subject of the e-mail."
      path  = "emailSubject"
      class = "personal"
    }
    field "email_blurb" {
      type  = "text?"
      doc   = "The text of the e-mail; at most 10,000 characters."
      path  = "emailBlurb"
      class = "personal"
    }
    field "transaction_id" {
      type = "string?"
      doc  = "An id of the sender's, by which an envelope is found for seven days."
      path = "transactionId"
    }
    field "voided_reason" {
      type      = "string?"
      doc       = "Why it was voided."
      path      = "voidedReason"
      class     = "personal"
      read_only = true
    }
    field "created_at" {
      type      = "timestamp?"
      doc       = "When it was made."
      path      = "createdDateTime"
      read_only = true
    }
    field "sent_at" {
      type      = "timestamp?"
      doc       = "When it was sent."
      path      = "sentDateTime"
      read_only = true
    }
    field "completed_at" {
      type      = "timestamp?"
      doc       = "When the last one signed."
      path      = "completedDateTime"
      read_only = true
    }
    field "declined_at" {
      type      = "timestamp?"
      doc       = "When somebody declined."
      path      = "declinedDateTime"
      read_only = true
    }
    field "voided_at" {
      type      = "timestamp?"
      doc       = "When it was voided."
      path      = "voidedDateTime"
      read_only = true
    }
    field "changed_at" {
      type      = "timestamp?"
      doc       = "When its state changed last."
      path      = "statusChangedDateTime"
      read_only = true
    }

    list {
      path     = "/envelopes"
      query    = { from_date = "'2000-01-01T00:00:00Z'" } # one is needed; of a listing of changes it is another
      records  = "envelopes"
      optional = true
      detail   = "on_change"
      paging "offset" {
        into      = "query start_position"
        size      = 100
        size_into = "query count"
        total     = "answer.body.totalSetSize"
        overlap   = true
      }
      changes {
        field = "changed_at"
        since = "query from_date"
      }
    }
    get { path = "/envelopes/{id}" }
    find {
      keys     = ["transaction_id"]
      path     = "/envelopes"
      query    = { transaction_ids = "keys.transaction_id.value" }
      records  = "envelopeTransactionStatuses"
      optional = true
    }

    create {
      doc  = "Makes an envelope from a template, and sends it."
      path = "/envelopes"
      json = {
        templateId    = "args.template_id"
        templateRoles = "args.roles"
        status        = "has(args.draft) && args.draft ? 'created' : 'sent'"
        emailSubject  = "set.emailSubject"
        emailBlurb    = "set.emailBlurb"
        transactionId = "set.transactionId"
      }
      takes      = ["email_subject", "email_blurb", "transaction_id"]
      answer_id  = "answer.body.envelopeId"
      lost       = "marker"
      lost_field = "transaction_id"
      arg "template_id" {
        doc      = "The template it is made after."
        required = true
      }
      arg "roles" {
        type     = "list(object(roleName=string,name=string,email=string,clientUserId=string?,routingOrder=string?,accessCode=string?))"
        doc      = "Who takes which role of the template. One with a clientUserId signs in a page of ours and gets no e-mail."
        required = true
      }
      arg "draft" {
        type = "bool"
        doc  = "Whether it is kept as a draft instead of being sent."
      }
    }
    update {
      doc    = "Changes the e-mail of a draft."
      method = "PUT"
      path   = "/envelopes/{id}"
      takes  = ["email_subject", "email_blurb"]
      guard  = "compare"
    }
    verb "send" {
      doc    = "Sends a draft."
      method = "PUT"
      path   = "/envelopes/{id}"
      json   = { status = "'sent'" }
      guard  = "compare"
      serves "status" {
        when = "args.status == 'sent'"
      }
    }
    verb "void" {
      doc    = "Voids an envelope that is on its way."
      method = "PUT"
      path   = "/envelopes/{id}"
      json   = { status = "'voided'", voidedReason = "args.reason" }
      guard  = "compare"
      arg "reason" {
        doc      = "Why, for those who were to sign."
        required = true
      }
    }
  }

  object "templates" {
    doc           = "Templates that envelopes are made after."
    id            = "templateId"
    hash_selected = true
    permissions = {
      read = ["signature"]
    }
    field "name" {
      type      = "string?"
      doc       = "The name."
      read_only = true
    }
    field "description" {
      type      = "text?"
      doc       = "What it is for."
      read_only = true
    }
    list {
      path     = "/templates"
      records  = "envelopeTemplates"
      optional = true
      paging "offset" {
        into      = "query start_position"
        size      = 100
        size_into = "query count"
        total     = "answer.body.totalSetSize"
        overlap   = true
      }
    }
    get {
      path    = "/templates/{id}"
      records = "envelopeTemplateDefinition"
    }
    find {
      keys     = ["name"]
      path     = "/templates"
      query    = { search_text = "keys.name.value" }
      records  = "envelopeTemplates"
      optional = true
    }
  }

  webhooks {
    secret = "settings.connect_key"
    hmac {
      header = "X-DocuSign-Signature-1"
      form   = "base64"
    }

    # {"event": "envelope-completed", "data": {"envelopeId": …, "envelopeSummary": …}}
    object = "has(event.data.envelopeId) ? 'envelopes' : 'none'"
    record = "event.data.envelopeId"
    at     = "event.generatedDateTime"
  }

  mapping "offer" {
    entity = "offer"
    object = "envelopes"
    field "external_id" { path = "id" }
    field "status" {
      path   = "status"
      values = { created = "draft", sent = "sent", delivered = "sent", completed = "accepted", declined = "declined", voided = "withdrawn" }
    }
    field "sent_at" { path = "sent_at" }
    field "answered_at" { path = "completed_at" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - what is answered about an id that there is not: the description knows 400
#   alone, and no list of codes; such a read fails, and nothing counts as gone by
#   it;
# - envelopes that are changed without a change of their state: from_date is held
#   to the state; the reading by id before each write sees them;
# - the search by transaction_id: the description says that an envelope can be
#   found by it for seven days, not what is answered of one that is not there;
# - recipients, who are told below an envelope and not by an id of their own, and
#   custom fields, documents and tabs, which are endpoints of their own;
# - envelopes made of documents instead of templates, composite templates, bulk
#   sending; correcting, purging, resending; signing views;
# - the words of Connect for what happened: an envelope is read by id anyway; the
#   signatures of a second and further key (X-DocuSign-Signature-2 …);
# - what the error of a used-up hourly limit looks like, other than status 429;
# - API v2.1.
