# HubSpot, its CRM API v3: contacts.
#
# Source: the vendor's own OpenAPI description
# (github.com/HubSpot/HubSpot-public-api-spec-collection, CRM, Contacts, v3) and
# its documentation: "Validating requests", "Webhooks", and the request limits
# (developers.hubspot.com), parts of them seen November 2026. The size of a page,
# the names of the properties and the category CONFLICT are not confirmed there.
# What else could not be confirmed is left out, and named at the end.

vendor "hubspot" {
  doc     = "HubSpot over its CRM API v3, as a private app of the account: contacts, and its webhooks. Archived contacts are not listed: to HubSpot they are deleted, and can be restored for 90 days."
  version = "v3"
  base    = "settings.url"
  no_null = true # a property is cleared with an empty text

  setting "token" {
    doc      = "The access token of a private app."
    required = true
    secret   = true
  }
  setting "client_secret" {
    doc    = "The client secret of the app, which its webhooks are signed with."
    secret = true
  }
  setting "url" {
    doc     = "Where the API is."
    type    = "url"
    default = "https://api.hubapi.com"
  }

  auth "token" {
    doc   = "A private app."
    needs = ["token"]
    bearer { token = "settings.token" }
  }

  limits { budgets = ["100/10s"] }

  # Two contacts with one address are refused.
  error {
    status = [409]
    kind   = "refused"
    code   = "answer.body.category"
    hint   = "a contact has this e-mail address already"
  }
  error {
    status = [400]
    code   = "answer.body.category"
  }
  error {
    status = [403]
    kind   = "denied"
    code   = "answer.body.category"
    hint   = "give the app the scopes that `syncline connectors show hubspot` lists"
  }

  object "contacts" {
    doc           = "People."
    at            = "updated_at"
    hash_selected = true
    permissions = {
      read   = ["crm.objects.contacts.read"]
      create = ["crm.objects.contacts.write"]
      update = ["crm.objects.contacts.write"]
      delete = ["crm.objects.contacts.write"]
    }
    field "email" {
      type  = "string?"
      doc   = "The address; no two contacts have the same."
      path  = "properties.email"
      class = "personal"
    }
    field "first_name" {
      type  = "string?"
      doc   = "The given name."
      path  = "properties.firstname"
      class = "personal"
    }
    field "last_name" {
      type  = "string?"
      doc   = "The family name."
      path  = "properties.lastname"
      class = "personal"
    }
    field "phone" {
      type  = "string?"
      doc   = "The phone number."
      path  = "properties.phone"
      class = "personal"
    }
    field "mobile_phone" {
      type  = "string?"
      doc   = "The mobile number."
      path  = "properties.mobilephone"
      class = "personal"
    }
    field "title" {
      type  = "string?"
      doc   = "What the person does."
      path  = "properties.jobtitle"
      class = "personal"
    }
    field "company" {
      type = "string?"
      doc  = "The name of the company, as text."
      path = "properties.company"
    }
    field "city" {
      type  = "string?"
      doc   = "The city."
      path  = "properties.city"
      class = "personal"
    }
    field "country" {
      type  = "string?"
      doc   = "The country."
      path  = "properties.country"
      class = "personal"
    }
    field "website" {
      type = "string?"
      doc  = "The site."
      path = "properties.website"
    }
    field "lifecycle_stage" {
      type = "string?"
      doc  = "How far the contact is, as the value of its choice, such as lead."
      path = "properties.lifecyclestage"
    }
    field "owner_id" {
      type = "string?"
      doc  = "The owner's id."
      path = "properties.hubspot_owner_id"
    }
    field "created_at" {
      type      = "timestamp"
      doc       = "When it was made."
      path      = "createdAt"
      read_only = true
    }
    field "updated_at" {
      type      = "timestamp"
      doc       = "When it changed last."
      path      = "updatedAt"
      read_only = true
    }
    list {
      path    = "/crm/v3/objects/contacts"
      query   = { properties = "'email,firstname,lastname,phone,mobilephone,jobtitle,company,city,country,website,lifecyclestage,hubspot_owner_id'" }
      records = "results"
      paging "cursor" {
        from      = "answer.body.?paging.?next.?after.orValue('')"
        into      = "query after"
        size      = 100
        size_into = "query limit"
      }
    }
    get {
      path  = "/crm/v3/objects/contacts/{id}"
      query = { properties = "'email,firstname,lastname,phone,mobilephone,jobtitle,company,city,country,website,lifecyclestage,hubspot_owner_id'" }
    }
    find {
      keys = ["email"]
      path = "/crm/v3/objects/contacts/{keys.email.value}"
      query = {
        idProperty = "'email'"
        properties = "'email,firstname,lastname,phone,mobilephone,jobtitle,company,city,country,website,lifecyclestage,hubspot_owner_id'"
      }
      one = true
      error {
        status = [404]
        does   = "end"
      }
    }
    find {
      keys   = ["first_name", "last_name"]
      method = "POST"
      reads  = true
      path   = "/crm/v3/objects/contacts/search"
      json = {
        filterGroups = "[{'filters': [{'propertyName': 'firstname', 'operator': 'EQ', 'value': keys.first_name.value}, {'propertyName': 'lastname', 'operator': 'EQ', 'value': keys.last_name.value}]}]"
        properties   = "['email', 'firstname', 'lastname', 'phone', 'mobilephone', 'jobtitle', 'company', 'city', 'country', 'website', 'lifecyclestage', 'hubspot_owner_id']"
        limit        = 200
      }
      records = "results"
      paging "cursor" {
        from = "answer.body.?paging.?next.?after.orValue('')"
        into = "body after"
      }
    }
    create {
      doc       = "Makes a contact."
      path      = "/crm/v3/objects/contacts"
      answer_id = "has(answer.body.id) ? answer.body.id : answer.body.createdResourceId"
      after     = "read"
      lost      = "key_search"
    }
    update {
      doc   = "Changes a contact."
      path  = "/crm/v3/objects/contacts/{id}"
      guard = "compare"
      after = "read"
    }
    delete {
      doc   = "Archives a contact, which can be restored for 90 days."
      path  = "/crm/v3/objects/contacts/{id}"
      guard = "compare"
    }
  }

  # What is signed has the whole address; a proxy before `serve` has to pass the
  # host on.
  webhooks {
    secret = "settings.client_secret"
    hmac {
      header = "X-HubSpot-Signature-v3"
      form   = "base64"
      over   = ["method", "text https://", "header Host", "url", "body", "header X-HubSpot-Request-Timestamp"]
      moment = "X-HubSpot-Request-Timestamp"
    }
    object = "event.subscriptionType.startsWith('contact.') ? 'contacts' : 'none'"
    record = "string(event.objectId)"
    kind   = "event.subscriptionType"
    kinds = {
      "contact.creation"        = "created"
      "contact.deletion"        = "deleted"
      "contact.privacyDeletion" = "deleted"
    }
    at = "event.occurredAt"
  }

  mapping "candidate" {
    entity = "candidate"
    object = "contacts"
    field "external_id" { path = "id" }
    field "first_name" { path = "first_name" }
    field "last_name" { path = "last_name" }
    field "email" { path = "email" }
    field "phone" { path = "phone" }
    field "current_title" { path = "title" }
    field "current_employer" { path = "company" }
  }

  mapping "contact" {
    entity = "contact"
    object = "contacts"
    field "external_id" { path = "id" }
    field "first_name" { path = "first_name" }
    field "last_name" { path = "last_name" }
    field "email" { path = "email" }
    field "phone" { path = "phone" }
    field "title" { path = "title" }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - listing what changed: the search that could do so gives 10,000 contacts at
#   most, and sees a change only after a while;
# - conditions of a write: the API documents none, so that a contact is read again
#   before it is written;
# - creating and updating at once by a unique property (batch/upsert): it would
#   change a contact that nobody has seen;
# - writes in batches: what failed of one is told by its message alone;
# - contacts that were archived (archived=true), merged, or restored; GDPR deletion;
# - OAuth apps, whose tokens a person's consent gives; webhooks of several accounts;
# - properties of one's own, companies, deals, tickets, associations, owners: a file
#   of one's own has them.
