// Package all lists the connectors that the syncline binary has.
//
// It holds the list and nothing else; each connector is a folder beside this
// one. It is the only package that imports them all, so that building and
// testing the engine compiles none of them. connectors/memory is not here: it
// is for tests, which make their own.
package all

import (
	"syncline/connectors"
	"syncline/connectors/caldav"
	"syncline/connectors/exec"
	"syncline/connectors/file"
	"syncline/connectors/ldap"
	"syncline/connectors/mysql"
	"syncline/connectors/postgres"
	"syncline/connectors/push"
	"syncline/connectors/s3"
	"syncline/connectors/sftp"
	"syncline/connectors/smtp"
	"syncline/connectors/sqlite"
	"syncline/connectors/webhook"
)

// Connectors returns every connector, in order of name. The caller may change
// the list.
func Connectors() []connectors.Definition {
	return []connectors.Definition{
		caldav.Definition(),
		smtp.Definition(),
		exec.Definition(),
		file.Definition(),
		ldap.Definition(),
		mysql.Definition(),
		postgres.Definition(),
		push.Definition(),
		s3.Definition(),
		sftp.Definition(),
		sqlite.Definition(),
		webhook.Definition(),
	}
}
