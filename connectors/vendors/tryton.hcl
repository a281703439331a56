# Tryton 6.0, over its JSON-RPC.
#
# Source: Tryton's own documentation, docs.tryton.org/projects/server/en/6.0
# (topics/rpc, ref/models: search_read, read, create, write, delete, domains,
# the field _timestamp) and .../modules-party, .../modules-company, seen November
# 2026. The tests hold this file to a real Tryton 6.0.

vendor "tryton" {
  doc     = "Employees, people and their contacts in Tryton, through its modules company and party. A write holds what was last seen in one step with it; to the second where Tryton lies on SQLite."
  version = "6.0"
  base    = "settings.url + '/' + settings.database"

  setting "url" {
    doc      = "Where Tryton is: https://tryton.example.com."
    type     = "url"
    required = true
  }
  setting "database" {
    doc      = "The name of its database."
    required = true
  }
  setting "user" {
    doc      = "The user's log-in name. Its language has to be English: what Tryton refuses, it says in that."
    required = true
  }
  setting "password" {
    doc    = "The user's password."
    secret = true
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
    path   = "/"
    method = "POST"
    reads  = true
    json   = "{'id': 1, 'method': 'model.res.user.get_preferences', 'params': [true, {}]}"
  }

  error {
    status = [200]
    when   = "has(answer.body.error) && answer.body.error[0] == 'ConcurrencyException'"
    kind   = "moved"
  }
  error {
    status = [200]
    when   = "has(answer.body.error) && answer.body.error[0] == 'UserError' && string(answer.body.error[1][0]).contains(\"don't exist\")"
    kind   = "not_found"
  }
  error {
    status = [200]
    when   = "has(answer.body.error) && answer.body.error[0] == 'UserError' && string(answer.body.error[1][0]).startsWith('You are not allowed')"
    kind   = "denied"
    hint   = "give the user's group access to the model: Administration, Models, Models Access"
  }
  error {
    status = [200]
    when   = "has(answer.body.error) && answer.body.error[0] in ['UserError', 'UserWarning']"
    kind   = "refused"
    code   = "answer.body.error[0]"
    hint   = "Tryton refused a value: it may be taken, missing, or outside what the field takes"
  }
  error {
    status = [200]
    when   = "has(answer.body.error)"
    kind   = "failed"
    code   = "string(answer.body.error[0])"
    hint   = "Tryton's log tells more"
  }

  object "employees" {
    doc              = "Who works in a company, from when to when. Name and address stand with the person."
    revision         = "_timestamp"
    revision_ordered = true
    at               = "changed_at"
    author           = "changed_by"
    permissions = {
      read   = ["company.employee: read", "party.party: read"]
      create = ["company.employee: create"]
      update = ["company.employee: write"]
      delete = ["company.employee: delete"]
    }

    field "party" {
      type     = "string"
      doc      = "The person: an id of people."
      codec    = "id"
      required = true
    }
    field "company" {
      type     = "string"
      doc      = "The company: the id that Tryton shows of it."
      codec    = "id"
      required = true
    }
    field "start_date" {
      type  = "date?"
      doc   = "When the person joins."
      read  = "record.start_date == null ? null : [record.start_date.year, record.start_date.month, record.start_date.day].map(n, n < 10 ? '0' + string(n) : string(n)).join('-')"
      write = "start_date"
    }
    field "end_date" {
      type  = "date?"
      doc   = "When the person leaves; not before start_date."
      read  = "record.end_date == null ? null : [record.end_date.year, record.end_date.month, record.end_date.day].map(n, n < 10 ? '0' + string(n) : string(n)).join('-')"
      write = "end_date"
    }
    field "supervisor" {
      type  = "string?"
      doc   = "Another employee of the company, by id."
      codec = "id"
    }
    field "name" {
      type      = "string?"
      doc       = "The person's name."
      read      = "record['party.'].name"
      class     = "personal"
      read_only = true
    }
    field "email" {
      type      = "string?"
      doc       = "The person's first address."
      read      = "record['party.'].email == '' ? null : record['party.'].email"
      class     = "personal"
      read_only = true
    }
    field "changed_at" {
      type      = "timestamp"
      doc       = "When the employee, and not the person, changed last."
      read      = <<-CEL
        [record.write_date == null ? record.create_date : record.write_date].map(d,
          [d.year, d.month, d.day, d.hour, d.minute, d.second].map(n, n < 10 ? '0' + string(n) : string(n)))
          .map(p, p[0] + '-' + p[1] + '-' + p[2] + 'T' + p[3] + ':' + p[4] + ':' + p[5] + 'Z')[0]
      CEL
      read_only = true
    }
    field "changed_by" {
      type      = "string"
      doc       = "The log-in name of who did that."
      read      = "record['write_uid.'] == null ? record['create_uid.'].login : record['write_uid.'].login"
      read_only = true
    }

    list {
      path    = "/"
      method  = "POST"
      reads   = true
      json    = <<-CEL
        {'id': 1, 'method': 'model.company.employee.search_read', 'params': [
          [['id', '>', page.last == null ? 0 : int(page.last.id)],
           since == null ? [] : ['OR', ['write_date', '>=', since], ['create_date', '>=', since]]],
          0, 200, [['id', 'ASC']], ['party', 'company', 'start_date', 'end_date', 'supervisor', 'party.name', 'party.email', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
      paging "key" {
        key        = "page.last.id"
        size       = 200
        short_ends = true
      }
      changes {
        field   = "changed_at"
        form    = "layout 2006-01-02 15:04:05"
        overlap = "10m" # the moment is that of the transaction's beginning
      }
    }
    get {
      path    = "/"
      method  = "POST"
      reads   = true
      many    = 200
      json    = <<-CEL
        {'id': 1, 'method': 'model.company.employee.search_read', 'params': [
          [['id', 'in', ids.filter(i, i.matches('^[0-9]{1,15}$')).map(i, int(i))]], 0, 200, null, ['party', 'company', 'start_date', 'end_date', 'supervisor', 'party.name', 'party.email', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
    }
    find {
      keys    = ["party"]
      path    = "/"
      method  = "POST"
      reads   = true
      json    = <<-CEL
        {'id': 1, 'method': 'model.company.employee.search_read', 'params': [
          [['party', '=', keys.party.value]], 0, 200, [['id', 'ASC']], ['party', 'company', 'start_date', 'end_date', 'supervisor', 'party.name', 'party.email', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
    }

    create {
      doc       = "Makes an employee of a person."
      path      = "/"
      json      = <<-CEL
        {'id': 1, 'method': 'model.company.employee.create', 'params': [[set], {}]}
      CEL
      answer_id = "answer.body.result[0]"
      after     = "read"
      lost      = "key_search"
    }
    update {
      doc    = "Changes an employee."
      method = "POST"
      path   = "/"
      json   = <<-CEL
        {'id': 1, 'method': 'model.company.employee.write', 'params': [[int(id)], set, {'_timestamp': {'company.employee,' + id: revision}}]}
      CEL
      guard  = "revision"
      after  = "read"
    }
    delete {
      doc    = "Deletes an employee; the person stays."
      method = "POST"
      path   = "/"
      json   = <<-CEL
        {'id': 1, 'method': 'model.company.employee.delete', 'params': [[int(id)], {'_timestamp': {'company.employee,' + id: revision}}]}
      CEL
      guard  = "revision"
    }
  }

  object "people" {
    doc              = "Parties: people and firms, with a name and ways to reach them."
    revision         = "_timestamp"
    revision_ordered = true
    at               = "changed_at"
    author           = "changed_by"
    permissions = {
      read   = ["party.party: read", "party.contact_mechanism: read"]
      create = ["party.party: create", "party.contact_mechanism: create"]
      update = ["party.party: write"]
      delete = ["party.party: delete"]
    }

    field "name" {
      type  = "string?"
      doc   = "The full name."
      class = "personal"
    }
    field "code" {
      type = "string?"
      doc  = "A code of its own that Tryton counts up unless it is given."
    }
    field "active" {
      type  = "bool"
      doc   = "Whether it is shown and found in Tryton."
      read  = "record.active == true || record.active == 1" # SQLite knows no truth values
      write = "active"
    }
    field "email" {
      type      = "string?"
      doc       = "The first address; see contacts."
      read      = "record.email == '' ? null : record.email"
      class     = "personal"
      read_only = true
    }
    field "phone" {
      type      = "string?"
      doc       = "The first telephone number; see contacts."
      read      = "record.phone == '' ? null : record.phone"
      class     = "personal"
      read_only = true
    }
    field "changed_at" {
      type      = "timestamp"
      doc       = "When the person, and not its contacts, changed last."
      read      = <<-CEL
        [record.write_date == null ? record.create_date : record.write_date].map(d,
          [d.year, d.month, d.day, d.hour, d.minute, d.second].map(n, n < 10 ? '0' + string(n) : string(n)))
          .map(p, p[0] + '-' + p[1] + '-' + p[2] + 'T' + p[3] + ':' + p[4] + ':' + p[5] + 'Z')[0]
      CEL
      read_only = true
    }
    field "changed_by" {
      type      = "string"
      doc       = "The log-in name of who did that."
      read      = "record['write_uid.'] == null ? record['create_uid.'].login : record['write_uid.'].login"
      read_only = true
    }

    list {
      path    = "/"
      method  = "POST"
      reads   = true
      json    = <<-CEL
        {'id': 1, 'method': 'model.party.party.search_read', 'params': [
          [['id', '>', page.last == null ? 0 : int(page.last.id)],
           since == null ? [] : ['OR', ['write_date', '>=', since], ['create_date', '>=', since]]],
          0, 200, [['id', 'ASC']], ['name', 'code', 'active', 'email', 'phone', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
      paging "key" {
        key        = "page.last.id"
        size       = 200
        short_ends = true
      }
      changes {
        field   = "changed_at"
        form    = "layout 2006-01-02 15:04:05"
        overlap = "10m" # the moment is that of the transaction's beginning
      }
    }
    get {
      path    = "/"
      method  = "POST"
      reads   = true
      many    = 200
      json    = <<-CEL
        {'id': 1, 'method': 'model.party.party.search_read', 'params': [
          [['id', 'in', ids.filter(i, i.matches('^[0-9]{1,15}$')).map(i, int(i))]], 0, 200, null, ['name', 'code', 'active', 'email', 'phone', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
    }
    find {
      keys    = ["code"]
      path    = "/"
      method  = "POST"
      reads   = true
      json    = <<-CEL
        {'id': 1, 'method': 'model.party.party.search_read', 'params': [
          [['code', '=', keys.code.value]], 0, 200, [['id', 'ASC']], ['name', 'code', 'active', 'email', 'phone', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
    }
    find {
      keys    = ["email"]
      path    = "/"
      method  = "POST"
      reads   = true
      json    = <<-CEL
        {'id': 1, 'method': 'model.party.party.search_read', 'params': [
          [['contact_mechanisms', 'where', [['type', '=', 'email'], ['active', '=', true], ['value', 'ilike', keys.email.value.replace('\\', '\\\\').replace('%', '\\%').replace('_', '\\_')]]]], 0, 200, [['id', 'ASC']], ['name', 'code', 'active', 'email', 'phone', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
    }

    create {
      doc       = "Makes a person, with ways to reach it."
      path      = "/"
      json      = <<-CEL
        {'id': 1, 'method': 'model.party.party.create', 'params': [[
          [set.map(n, n).transformMapEntry(i, n, {n: set[n]}), has(args.email) || has(args.phone) ? {'contact_mechanisms': [['create',
            (has(args.email) ? [{'type': 'email', 'value': args.email}] : []) + (has(args.phone) ? [{'type': 'phone', 'value': args.phone}] : [])]]} : {}]
            .transformMapEntry(i, part, part)], {}]}
      CEL
      answer_id = "answer.body.result[0]"
      after     = "read"
      lost      = "key_search"
      arg "email" {
        type = "email"
        doc  = "An address, which becomes its first contact."
      }
      arg "phone" {
        type = "phone"
        doc  = "A telephone number, which becomes a contact."
      }
    }
    update {
      doc    = "Changes a person."
      method = "POST"
      path   = "/"
      json   = <<-CEL
        {'id': 1, 'method': 'model.party.party.write', 'params': [[int(id)], set, {'_timestamp': {'party.party,' + id: revision}}]}
      CEL
      guard  = "revision"
      after  = "read"
    }
    delete {
      doc    = "Deletes a person whom nothing refers to."
      method = "POST"
      path   = "/"
      json   = <<-CEL
        {'id': 1, 'method': 'model.party.party.delete', 'params': [[int(id)], {'_timestamp': {'party.party,' + id: revision}}]}
      CEL
      guard  = "revision"
    }
  }

  object "contacts" {
    doc              = "Ways to reach a party: an address, a telephone number."
    revision         = "_timestamp"
    revision_ordered = true
    at               = "changed_at"
    author           = "changed_by"
    permissions = {
      read   = ["party.contact_mechanism: read"]
      create = ["party.contact_mechanism: create"]
      update = ["party.contact_mechanism: write"]
      delete = ["party.contact_mechanism: delete"]
    }

    field "party" {
      type     = "string"
      doc      = "Whose it is: an id of people."
      codec    = "id"
      required = true
    }
    field "type" {
      type     = "string"
      doc      = "email, phone, mobile, fax, website, skype, sip, irc, jabber or other."
      required = true
    }
    field "value" {
      type     = "string"
      doc      = "The address or the number."
      class    = "personal"
      required = true
    }
    field "active" {
      type  = "bool"
      doc   = "Whether it is in use."
      read  = "record.active == true || record.active == 1" # SQLite knows no truth values
      write = "active"
    }
    field "changed_at" {
      type      = "timestamp"
      doc       = "When it changed last."
      read      = <<-CEL
        [record.write_date == null ? record.create_date : record.write_date].map(d,
          [d.year, d.month, d.day, d.hour, d.minute, d.second].map(n, n < 10 ? '0' + string(n) : string(n)))
          .map(p, p[0] + '-' + p[1] + '-' + p[2] + 'T' + p[3] + ':' + p[4] + ':' + p[5] + 'Z')[0]
      CEL
      read_only = true
    }
    field "changed_by" {
      type      = "string"
      doc       = "The log-in name of who did that."
      read      = "record['write_uid.'] == null ? record['create_uid.'].login : record['write_uid.'].login"
      read_only = true
    }

    list {
      path    = "/"
      method  = "POST"
      reads   = true
      json    = <<-CEL
        {'id': 1, 'method': 'model.party.contact_mechanism.search_read', 'params': [
          [['id', '>', page.last == null ? 0 : int(page.last.id)],
           since == null ? [] : ['OR', ['write_date', '>=', since], ['create_date', '>=', since]]],
          0, 200, [['id', 'ASC']], ['party', 'type', 'value', 'active', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
      paging "key" {
        key        = "page.last.id"
        size       = 200
        short_ends = true
      }
      changes {
        field   = "changed_at"
        form    = "layout 2006-01-02 15:04:05"
        overlap = "10m" # the moment is that of the transaction's beginning
      }
    }
    get {
      path    = "/"
      method  = "POST"
      reads   = true
      many    = 200
      json    = <<-CEL
        {'id': 1, 'method': 'model.party.contact_mechanism.search_read', 'params': [
          [['id', 'in', ids.filter(i, i.matches('^[0-9]{1,15}$')).map(i, int(i))]], 0, 200, null, ['party', 'type', 'value', 'active', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
    }
    find {
      keys    = ["party", "type", "value"]
      path    = "/"
      method  = "POST"
      reads   = true
      json    = <<-CEL
        {'id': 1, 'method': 'model.party.contact_mechanism.search_read', 'params': [
          [['party', '=', keys.party.value], ['type', '=', keys.type.value], ['value', '=', keys.value.value]], 0, 200, [['id', 'ASC']], ['party', 'type', 'value', 'active', 'create_date', 'write_date', 'create_uid.login', 'write_uid.login', '_timestamp'], {'active_test': false}]}
      CEL
      records = "result"
    }

    create {
      doc       = "Adds a way to reach a person."
      path      = "/"
      json      = <<-CEL
        {'id': 1, 'method': 'model.party.contact_mechanism.create', 'params': [[set], {}]}
      CEL
      answer_id = "answer.body.result[0]"
      after     = "read"
      lost      = "key_search"
    }
    update {
      doc    = "Changes it."
      method = "POST"
      path   = "/"
      json   = <<-CEL
        {'id': 1, 'method': 'model.party.contact_mechanism.write', 'params': [[int(id)], set, {'_timestamp': {'party.contact_mechanism,' + id: revision}}]}
      CEL
      guard  = "revision"
      after  = "read"
    }
    delete {
      doc    = "Deletes it."
      method = "POST"
      path   = "/"
      json   = <<-CEL
        {'id': 1, 'method': 'model.party.contact_mechanism.delete', 'params': [[int(id)], {'_timestamp': {'party.contact_mechanism,' + id: revision}}]}
      CEL
      guard  = "revision"
    }
  }

  mapping "employee" {
    entity = "employee"
    object = "employees"
    field "external_id" { path = "id" }
  }
}

# Left out, because it was not tried or this language does not say it:
# - companies, addresses, work times and the modules of attendance and holidays;
# - log-ins by session and by the key of a user application;
# - a language of the user other than English: Tryton says in it what it refuses,
#   and tells no code;
# - changes of a person's contacts: they leave the person's own moment as it is;
# - what was deleted since a moment: a whole listing tells;
# - webhooks: Tryton 6.0 has none.
