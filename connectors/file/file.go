// Package file connects files: csv, tsv, jsonl and json to read and write,
// xlsx to read.
//
// A file is one object, named as the file is. A glob gives one object per file
// it matches, and is only read. [Definition] is where to enter.
//
// Reading streams the raw rows with their hashes and decodes what is asked
// for. Writing is a session (connectors.SessionWriter): changes are gathered
// against the file as it stood at Begin, and Commit writes a new file beside
// it, proves by SHA-256 that the old one is still that one, and renames. Every
// byte that no change touched is copied. A reader sees the old file or the
// new one, never a half.
//
// How texts are cut, decoded and edited is connectors/formats.
//
// What is left to know: between the last look at the old file and the rename
// lies a moment no file system lets a program close; an edit that falls into
// it is lost. A file behind a symbolic link is replaced where it lies, and the
// link stays. Two rows with one id are both listed; reading that id and
// writing it mean the first.
package file

import (
	"context"
	"fmt"
	"strings"

	"syncline/connectors"
	"syncline/connectors/formats"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "file",
		Doc: "Records in a file: csv, tsv, jsonl, json or xlsx. " +
			"Writing replaces the file at once and changes no byte that no change is about; xlsx and globs are only read. " +
			"A cell of a csv cannot tell null from empty: both are the empty cell.",
		Settings: settings(),
		Facts: connectors.Facts{
			Whole: true, Complete: true, SaysNull: true,
			Grade: connectors.IfMatch, Create: connectors.CreateExternalID, Batch: 10_000,
			Verbs: []connectors.Verb{
				{Name: "create", Doc: "Appends a row.", Undo: "delete"},
				{Name: "update", Doc: "Changes cells or members of a row and leaves the others as they are.", Undo: "update"},
				{Name: "delete", Doc: "Takes a row out."},
			},
		},
		Open:    open,
		Offline: func(connectors.Settings) bool { return true },
	}
}

func settings() []schema.Field {
	text := schema.Type{Kind: schema.KindString}
	return []schema.Field{
		{Name: "path", Type: text, Required: true, Doc: "The file, or a glob of files that are only read. A relative path starts at the configuration's folder."},
		{Name: "format", Type: schema.EnumOf(formats.Names()...), Doc: "How the file holds records; by default what its ending says."},
		{Name: "init", Type: text, Doc: "A file that is copied to path when nothing is there yet."},
		{Name: "encoding", Type: text, Doc: "utf-8, utf-16le, utf-16be or cp1252; by default what the file's first bytes show.", Default: schema.String("auto")},
		{Name: "delimiter", Type: text, Doc: "The character between the cells of a csv; by default the one of , ; tab | that its header has most of."},
		{Name: "sheet", Type: text, Doc: "The sheet of an xlsx; by default the first."},
		{Name: "formulas", Type: schema.EnumOf(formats.FormulaWords()...), Doc: "What becomes of a text in a csv that a spreadsheet would run as a formula, such as =1+1 or +41 44 668 18 00: keep writes it as it is, for programs; escape writes an apostrophe before it and reads it without, for people who open the file in a spreadsheet; refuse writes no such row.", Default: schema.String("keep")},
	}
}

// open checks the settings and, where it may, makes the file from init.
func open(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := &conn{
		path: set.Path("path"), shown: set.Text("path"), init: set.Path("init"),
		sheet: set.Text("sheet"),
	}
	c.glob = strings.ContainsAny(set.Text("path"), "*?[")
	if err := c.choose(set); err != nil {
		return nil, err
	}
	if set.Seed {
		if err := c.seed(); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *conn) choose(set connectors.Settings) error {
	if c.path == "" {
		return refuse("open", "", "path is missing", "name a file, as in path = \"data/candidates.csv\"")
	}
	if name := set.Text("format"); name != "" {
		if c.format = formats.Parse(name); c.format == formats.None {
			return refuse("open", c.shown, fmt.Sprintf("there is no format %q", name), "one of "+strings.Join(formats.Names(), ", "))
		}
	}
	if name := set.Text("encoding"); name != "" && name != "auto" {
		charset, ok := formats.ParseEncoding(name)
		if !ok {
			return refuse("open", c.shown, fmt.Sprintf("there is no encoding %q", name), "one of auto, utf-8, utf-16le, utf-16be, cp1252")
		}
		c.charset = &charset
	}
	if word := set.Text("formulas"); word != "" {
		var ok bool
		if c.formulas, ok = formats.ParseFormulas(word); !ok {
			return refuse("open", c.shown, fmt.Sprintf("formulas cannot be %q", word), "one of "+strings.Join(formats.FormulaWords(), ", "))
		}
	}
	delimiter := set.Text("delimiter")
	switch {
	case delimiter == `\t` || delimiter == "tab":
		c.delimiter = '\t'
	case len(delimiter) > 1 || strings.ContainsAny(delimiter, "\"\r\n\x00"):
		return refuse("open", c.shown, fmt.Sprintf("the delimiter %q is not one ASCII character", delimiter), "leave it out, or name one as in delimiter = \";\"")
	case delimiter != "":
		c.delimiter = delimiter[0]
	}
	return nil
}

func refuse(op, where, what, hint string) error {
	return &connectors.Error{Kind: connectors.Refused, Op: op, Where: where, Hint: hint, Err: fmt.Errorf("%s", what)}
}
