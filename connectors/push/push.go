// Package push is the connector of a system that pushes its records and cannot
// be asked for them: each delivery is a record, signed. Enter at Definition.
//
// A delivery is verified by connectors/signature and put into a file, the
// mailbox, before it is answered: receive.go. What is read, by listing or by
// id, is the newest that was pushed of each record: read.go and mailbox.go. The
// connector never asks anybody and never writes anywhere else.
//
// Why a file of its own: the engine keeps of an event only that there was one,
// because every other system can be asked again. Here what was pushed is all
// there is of the system, and so it lies where any file of a system lies.
package push

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/connectors/signature"
	"syncline/schema"
)

// object is the one kind of record that a system pushes.
const object = "records"

// Definition returns the connector.
func Definition() connectors.Definition {
	text := schema.Type{Kind: schema.KindString}
	list := schema.ListOf(text)
	return connectors.Definition{
		Name: "push",
		Doc: "A system that pushes its records, signed, and cannot be asked for them.\n\n" +
			"Under `syncline serve`, a source with webhook = true takes POST /hooks/SYSTEM: one record a delivery, as JSON. " +
			"It is verified, then written to the file path and onto the disk, and only then answered. What is read of the system is the newest that was pushed of each record. " +
			"What is older than what is there already is not taken, so that a delivery which comes again, late or recorded by somebody changes nothing. " +
			"The file is its owner's alone and is not encrypted; forgetting a person does not change it, as it changes no system. " +
			"A member that fields does not name is kept and not read.",
		Example:  example,
		Facts:    connectors.Facts{Whole: true, Complete: true},
		Offline:  func(connectors.Settings) bool { return true },
		Settings: settings(text, list),
		Blocks: []connectors.Block{{Name: "verify", Label: true,
			Doc:    "How a delivery is signed: hmac, timestamped (one header of parts, t=…,v1=…), standard (standardwebhooks.com) or token. One is required.",
			Fields: verifyFields(text),
		}},
		Open: open,
	}
}

func settings(text, list schema.Type) []schema.Field {
	return []schema.Field{
		{Name: "path", Type: text, Required: true, Doc: "The file that what was pushed is kept in, as in \"intake.jsonl\". It is made by the first delivery; a relative one starts at the configuration's folder."},
		{Name: "fields", Type: schema.Type{Kind: schema.KindObject}, Required: true, Doc: "The members of a record and their types, as in { name = \"string\", born = \"date?\" }; a ? may be null."},
		{Name: "record", Type: text, Doc: "Where in the body the record is, as in \"data\"; the body itself unless it is given."},
		{Name: "id", Type: text, Default: schema.String("id"), Doc: "The record's id: a path from the record."},
		{Name: "at", Type: text, Doc: "What tells which of two deliveries of a record is newer: a path from the body to a moment (RFC 3339, seconds or milliseconds) or to a number that grows. Where it is not given, the moment that was signed tells; where none is signed, it is required."},
		{Name: "kind", Type: text, Doc: "A path from the body to the word that says what happened."},
		{Name: "deleted", Type: list, Doc: "The words of kind that mean that the record is gone."},
		{Name: "size", Type: schema.Type{Kind: schema.KindInt}, Default: schema.Int(1 << 20), Doc: "The greatest body, in bytes. `serve -body` bounds it as well."},
		{Name: "window", Type: text, Default: schema.String("5m"), Doc: "How old or new the moment that was signed may be."},
	}
}

func verifyFields(text schema.Type) []schema.Field {
	word := func(words ...string) schema.Type { return schema.Type{Kind: schema.KindEnum, Words: words} }
	return []schema.Field{
		{Name: "secret", Type: text, Required: true, Secret: true, Doc: "What is signed with, or the token."},
		{Name: "former", Type: text, Secret: true, Doc: "Another secret that is good as well, while it is changed."},
		{Name: "header", Type: text, Doc: "The header of the signature, of all but standard; or of the token."},
		{Name: "prefix", Type: text, Doc: "What stands before it there, as in \"sha256=\" or \"Bearer \"."},
		{Name: "query", Type: text, Doc: "Of token: the parameter of the address, instead of a header."},
		{Name: "hash", Type: word("sha256", "sha1", "sha512"), Default: schema.String("sha256"), Doc: "Of hmac and timestamped."},
		{Name: "form", Type: word("hex", "base64"), Default: schema.String("hex"), Doc: "Of hmac: how the hash is written."},
		{Name: "key_form", Type: word("text", "hex", "base64"), Default: schema.String("text"), Doc: "Of hmac: how the secret becomes the key."},
		{Name: "moment", Type: text, Doc: "Of hmac: the header that tells when it was signed. It is hashed before the body, with a full stop between."},
	}
}

const example = `system "intake" {
  connector = "push"
  path      = "intake.jsonl"
  fields    = { name = "string", email = "email?", born = "date?" }
  record    = "data"
  at        = "timestamp"
  kind      = "type"
  deleted   = ["person.deleted"]

  verify "standard" {
    secret = secret("env:INTAKE_SECRET")
  }
}
`

// Conn is a system that pushes.
type Conn struct {
	set     connectors.Settings
	box     *mailbox
	rules   signature.Rules
	scheme  string // the label of the block verify
	record  schema.Path
	id      schema.Path
	at      schema.Path
	kind    schema.Path
	deleted []string
	fields  []schema.Field
}

var (
	_ connectors.Reader   = (*Conn)(nil)
	_ connectors.Getter   = (*Conn)(nil)
	_ connectors.Lister   = (*Conn)(nil)
	_ connectors.Receiver = (*Conn)(nil)
	_ connectors.Checker  = (*Conn)(nil)
)

// boxed is the key of a file that several connections of a process share.
type boxed string

func open(ctx context.Context, s connectors.Settings) (connectors.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path := filepath.Clean(s.Path("path"))
	c := &Conn{set: s, box: s.Shared.Get(boxed(path), func() any { return &mailbox{path: path} }).(*mailbox)}
	for name, to := range map[string]*schema.Path{"record": &c.record, "id": &c.id, "at": &c.at, "kind": &c.kind} {
		if s.Text(name) == "" {
			continue
		}
		var err error
		if *to, err = schema.ParsePath(s.Text(name)); err != nil {
			return nil, wrong(name, err.Error(), "")
		}
	}
	for _, word := range s.Values["deleted"].Items() {
		c.deleted = append(c.deleted, word.Text())
	}
	if len(c.deleted) > 0 && c.kind.IsZero() {
		return nil, wrong("deleted", "nothing says which word a delivery has", `give kind, as in "type"`)
	}
	if err := c.declared(s.Values["fields"]); err != nil {
		return nil, err
	}
	window, err := time.ParseDuration(s.Text("window"))
	if err != nil || window <= 0 {
		return nil, wrong("window", "it is not a duration", `write "5m"`)
	}
	c.rules = signature.Rules{Size: s.Int("size"), Window: window}
	return c, c.verified(s.Blocks)
}

// declared reads the fields of a record; the id is one of them, a text unless
// they say otherwise.
func (c *Conn) declared(fields schema.Value) error {
	for _, name := range fields.Names() {
		t, err := schema.ParseType(fields.Field(name).Text())
		if err != nil {
			return wrong("fields", fmt.Sprintf("%s: %v", name, err), `write { name = "string", born = "date?" }`)
		}
		c.fields = append(c.fields, schema.Field{Name: name, Type: t})
	}
	if id := c.id.String(); c.id.IsTop() && !slices.ContainsFunc(c.fields, func(f schema.Field) bool { return f.Name == id }) {
		c.fields = append(c.fields, schema.Field{Name: id, Type: schema.Type{Kind: schema.KindString}, Doc: "The id of the record."})
	}
	return nil
}

func wrong(name, why, hint string) error {
	return &connectors.Error{Kind: connectors.Refused, Op: "open", Where: name, Err: errors.New(why), Hint: hint}
}

// verified reads how deliveries are signed.
func (c *Conn) verified(blocks []connectors.SettingsBlock) error {
	if len(blocks) != 1 {
		return wrong("verify", fmt.Sprintf("there are %d blocks, and what anybody may send is not listened to", len(blocks)), `write one: verify "hmac", "timestamped", "standard" or "token"`)
	}
	b := blocks[0]
	text := func(name string) string { return b.Values[name].Text() }
	hash := signature.Hash(max(0, index(text("hash"), "sha256", "sha1", "sha512")))
	header, signed := text("header"), true
	switch c.scheme = b.Label; b.Label {
	case "hmac":
		h := signature.HMAC{Header: header, Prefix: text("prefix"), Hash: hash, Moment: text("moment"), KeyForm: signature.Form(max(0, index(text("key_form"), "text", "hex", "base64")))}
		if text("form") == "base64" {
			h.Form = signature.Base64
		}
		if signed = h.Moment != ""; signed {
			h.Over = []signature.Part{signature.Header(h.Moment), signature.Text("."), signature.Body{}}
		}
		c.rules.Scheme = h
	case "timestamped":
		c.rules.Scheme = signature.Timestamped{Header: header, Hash: hash}
	case "standard":
		c.rules.Scheme, header = signature.Standard{}, "-"
	case "token":
		if header == "" {
			header = text("query")
		}
		c.rules.Scheme, signed = signature.Token{Header: text("header"), Prefix: text("prefix"), Query: text("query")}, false
	default:
		return wrong("verify", fmt.Sprintf("%q is no way to sign", b.Label), `write verify "hmac", "timestamped", "standard" or "token"`)
	}
	if header == "" {
		return wrong("verify "+b.Label, "it does not say where the signature is", `give header, as in "X-Signature"`)
	}
	if !signed && c.at.IsZero() {
		return wrong("at", "it is not given, and nothing else tells which of two deliveries is newer: one that somebody recorded could be sent again", `say what in the body tells, as in at = "updated_at"`)
	}
	return nil
}

func index(word string, words ...string) int {
	for i, w := range words {
		if w == word {
			return i
		}
	}
	return -1
}

// secrets are what deliveries may be signed with.
func (c *Conn) secrets() (out []string, err error) {
	for _, name := range []string{"secret", "former"} {
		text := ""
		for _, b := range c.set.Blocks {
			text = b.Values[name].Text() // in plain text, which the compiler warns of
		}
		if text == "" && c.set.Secret != nil {
			if text, err = c.set.Secret("verify." + c.scheme + "." + name); err != nil && !errors.Is(err, connectors.ErrNoSecret) {
				return nil, err
			}
		}
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, text)
		}
	}
	return out, nil
}

// Close does nothing: no file is held open.
func (c *Conn) Close() error { return nil }
