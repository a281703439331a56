// Package caldav is the connector for calendars that speak CalDAV (RFC 4791),
// such as Nextcloud, Radicale, Fastmail and iCloud. Enter at Definition.
//
// A system is one calendar, and its records are the events in it. The package
// holds iCalendar as content lines (text.go), moments and time zones
// (moment.go), the fields of an event (fields.go), the requests of WebDAV
// (server.go), and one file for each ability. Redirects, credentials, limits and
// repeated requests are connectors/httpclient's.
//
// Why events are edited line by line, and not read into a model and written out
// again: a calendar is full of what only some program understands, and an
// update changes the lines of what it writes, and no other byte.
package caldav

import (
	"syncline/connectors"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	word := schema.Type{Kind: schema.KindString}
	return connectors.Definition{
		Name: "caldav",
		Doc: "Events of a calendar that speaks CalDAV, such as Nextcloud, Radicale, Fastmail or iCloud: the object is events.\n\n" +
			"The id is the name of the event's resource, without .ics. A new event takes an id of the engine's, and the server is told to make it only if nobody " +
			"has it. A write names the ETag last seen. cursor = \"last_modified\" reads what changed since the last listing, where the server keeps " +
			"sync tokens (RFC 6578); without them every listing is whole.\n\n" +
			"An event that recurs is one record: its exceptions, alarms and all properties without a field are kept to the byte. An event keeps the time zone it " +
			"has; a new one is in UTC. Moments are to the second. To-dos and journals are not read.",
		Example: example,
		Settings: []schema.Field{
			{Name: "url", Type: word, Required: true, Doc: "Where the calendar is: https://cloud.example.com/remote.php/dav/calendars/ada/interviews/."},
			{Name: "user", Type: word, Doc: "The user, where the server asks for one and a password."},
			{Name: "password", Type: word, Secret: true, Doc: "The user's password; many servers give one for each program."},
			{Name: "token", Type: word, Secret: true, Doc: "A bearer token, in place of user and password."},
			{Name: "timezone", Type: word, Default: schema.String("UTC"), Doc: "The time zone of events that name none, such as Europe/Berlin."},
			{Name: "largest", Type: schema.Type{Kind: schema.KindInt}, Default: schema.Int(4), Doc: "How many MiB an event may have; larger ones are put aside."},
		},
		Blocks: []connectors.Block{{
			Name: "property", Label: true, Doc: "A further field of an event, which is one property of iCalendar.",
			Fields: []schema.Field{{Name: "name", Type: word, Required: true, Doc: "The property: X-INTERVIEW-ID, COMMENT."}},
		}},
		Limits: connectors.LimitNames(),
		Facts: connectors.Facts{
			Whole: true, Complete: true, Grade: connectors.IfMatch, Create: connectors.CreateExternalID, SaysNull: true, Version: "RFC 4791",
			Verbs: []connectors.Verb{
				{Name: "create", Doc: "Makes an event, in a resource that nobody has yet.", Undo: "delete"},
				{Name: "update", Doc: "Changes the properties that differ, and no other byte.", Undo: "update"},
				{Name: "delete", Doc: "Deletes an event, with all its occurrences."},
			},
		},
		Open: open,
	}
}

const example = `system "interviews" {
  connector = "caldav"
  url       = "https://cloud.example.com/remote.php/dav/calendars/ada/interviews/"
  user      = "ada"
  password  = secret("env:CALENDAR_PASSWORD")
  timezone  = "Europe/Berlin"
  property "interview" {
    name = "X-INTERVIEW-ID"
  }
}
`

const object = "events"
