package rest

import (
	"strings"

	"syncline/schema"
)

// Quoting is how a filter language writes a text.
type Quoting uint8

const (
	// QuoteSOQL is Salesforce's: single quotes, backslashes before what is
	// special.
	QuoteSOQL Quoting = iota
	// QuoteSCIM is RFC 7644's, which is a string of JSON.
	QuoteSCIM
	// QuoteOData is single quotes, which are doubled inside.
	QuoteOData
	// QuoteLucene is a phrase in double quotes.
	QuoteLucene
)

var quotingNames = [...]string{QuoteSOQL: "soql", QuoteSCIM: "scim", QuoteOData: "odata", QuoteLucene: "lucene"}

// String returns the name of the language.
func (q Quoting) String() string { return nameOf(quotingNames[:], int(q), "quoting") }

var soqlEscapes = strings.NewReplacer(
	`\`, `\\`, `'`, `\'`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\b", `\b`, "\f", `\f`,
)

// Value returns a value as the language writes it: a number, a truth value or,
// in SOQL, a day or a moment stands for itself, and all else is a text.
func (q Quoting) Value(v schema.Value) string {
	bare := false
	switch v.Kind() {
	case schema.KindInt, schema.KindDecimal, schema.KindBool:
		bare = q != QuoteLucene
	case schema.KindDate, schema.KindTimestamp:
		bare = q == QuoteSOQL
	}
	if bare {
		return v.Plain()
	}
	return q.Quote(v.Plain())
}

// Quote returns the text as the language writes it, with its quotes: nothing
// in it can end it.
func (q Quoting) Quote(text string) string {
	switch q {
	case QuoteSCIM:
		return string(schema.String(text).AppendJSON(nil))
	case QuoteOData:
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	case QuoteLucene:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
	}
	return "'" + soqlEscapes.Replace(text) + "'"
}
