// Package ldap is the connector for directories that speak LDAP, such as
// OpenLDAP and Active Directory. Enter at Definition.
//
// An object is an object class, and its records are the entries of that class
// below a base; its fields and their types are what the directory's own schema
// says. The package holds everything between a selection and the requests:
// the names and syntaxes (schema.go), what one selection reads (plan.go), an
// entry as bytes and as a record (entry.go, value.go), and one file for each
// ability.
//
// Why an entry is looked up before each write: requests name an entry by its
// DN, which changes when it is renamed or moved, and records by an id, which
// does not.
package ldap

import (
	"syncline/connectors"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	text := schema.Type{Kind: schema.KindString}
	truth := schema.Type{Kind: schema.KindBool}
	return connectors.Definition{
		Name: "ldap",
		Doc: "Entries of a directory that speaks LDAP, such as OpenLDAP or Active Directory: an object is an object class.\n\n" +
			"Fields are the attributes of the class and of every auxiliary class, as the directory's schema has them, with dn (only read) and parent, " +
			"the DN of the entry above: writing it moves the entry. An attribute that may hold several values is a set; fields = { mail = \"string\" } " +
			"says that one holds one value. Bytes that are no text are read and written as base64. An empty value takes the attribute away.\n\n" +
			"The id is entryUUID, or objectGUID of Active Directory, unless a source says otherwise. cursor is modifyTimestamp, whenChanged or uSNChanged, and " +
			"revision is entryCSN or uSNChanged. Where the server knows the assertion control (RFC 4528), a write happens only to the entry that was seen; " +
			"elsewhere the entry is read just before it, and the values that change are named.\n\n" +
			"An attribute that bind_dn may not read looks as if it had no value: grant it every attribute that a pipeline names. " +
			"A server that says nothing for two minutes is given up.",
		Example: example,
		Settings: []schema.Field{
			{Name: "url", Type: text, Required: true, Doc: "Where the server is: ldaps://HOST or ldap://HOST, with :PORT where it is another than 636 or 389."},
			{Name: "base", Type: text, Required: true, Doc: "The DN below which entries are read and written, such as ou=people,dc=example,dc=org."},
			{Name: "bind_dn", Type: text, Doc: "The DN, or for Active Directory also user@domain, whose rights are used; by default nobody's."},
			{Name: "password", Type: text, Secret: true, Doc: "The password of bind_dn."},
			{Name: "ca_file", Type: text, Doc: "A PEM file of the authorities that the server's certificate may come from; by default the machine's."},
			{Name: "start_tls", Type: truth, Doc: "Whether ldap:// turns to TLS before anything is told. By default it does, but for a server on this machine; " +
				"false is refused for a server elsewhere."},
			{Name: "page_size", Type: schema.Type{Kind: schema.KindInt}, Default: schema.Int(500), Doc: "How many entries of a listing are asked for at a time."},
		},
		Blocks: []connectors.Block{{
			Name: "object", Label: true, Doc: "What is particular to one object class.",
			Fields: []schema.Field{
				{Name: "base", Type: text, Doc: "The DN below which its entries are; by default the system's base."},
				{Name: "filter", Type: text, Doc: "A further condition on its entries, such as (employeeType=staff)."},
				{Name: "rdn", Type: text, Doc: "The attribute that names a new entry in its DN; by default uid where the class has it, else cn; cn in Active Directory."},
				{Name: "parent", Type: text, Doc: "The DN under which new entries are made; by default base."},
				{Name: "archive_set", Type: text, Doc: "What makes an entry an archived one, such as employeeType=former."},
				{Name: "archive_to", Type: text, Doc: "The DN under which an archived entry is moved."},
			},
		}},
		Facts: facts(),
		Open:  open,
	}
}

const example = `system "directory" {
  connector = "ldap"
  url       = "ldaps://directory.example.org"
  base      = "ou=people,dc=example,dc=org"
  bind_dn   = "cn=syncline,ou=services,dc=example,dc=org"
  password  = secret("env:DIRECTORY_PASSWORD")
  object "inetOrgPerson" {
    filter      = "(employeeType=*)"
    archive_set = "employeeType=former"
    archive_to  = "ou=former,dc=example,dc=org"
  }
}
`

// facts are the most that a directory can: one that knows no assertions, or
// does not tell who changed an entry, states less when it is open.
func facts() connectors.Facts {
	return connectors.Facts{
		Whole:       true,
		Complete:    true,
		Grade:       connectors.RevisionMatch,
		Create:      connectors.CreateKeySearch,
		SaysNull:    true,
		Attribution: true,
		Batch:       100,
		Verbs: []connectors.Verb{
			{Name: "create", Doc: "Adds an entry.", Undo: "delete"},
			{Name: "update", Doc: "Changes the values that differ; a new value of what names the entry renames it, a new parent moves it.", Undo: "update"},
			{Name: "archive", Doc: "Sets what archive_set says, and moves the entry where archive_to says."},
			{Name: "delete", Doc: "Deletes an entry that has none below it."},
		},
		Permissions: permissions,
		Version:     "LDAP 3",
	}
}

// permissions are the rights that a verb needs, as access rules speak of them.
func permissions(object, verb string) []string {
	switch verb {
	case "create":
		return []string{"add children of the parent of new entries", "write the attributes of a new " + object}
	case "update":
		return []string{"write the attributes of " + object, "rename " + object + ", where what names it is written", "add children of a new parent, where parent is written"}
	case "archive":
		return []string{"write the attribute of archive_set", "move " + object + " to archive_to"}
	case "delete":
		return []string{"delete " + object}
	}
	return []string{"search and read the entries and attributes of " + object, "read the schema and the root DSE"}
}
