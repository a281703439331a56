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
// How rows are listed, indexed and gathered is connectors/rowfile, and how texts
// are cut, decoded and edited connectors/formats.
//
// What is left to know: between the last look at the old file and the rename
// lies a moment no file system lets a program close; an edit that falls into
// it is lost. A file behind a symbolic link is replaced where it lies, and the
// link stays. Two rows with one id are both listed; reading that id and
// writing it mean the first.
package file

import (
	"context"
	"slices"
	"strings"

	"syncline/connectors"
	"syncline/connectors/rowfile"
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
		Facts:    rowfile.Facts(),
		Open:     open,
		Offline:  func(connectors.Settings) bool { return true },
	}
}

func settings() []schema.Field {
	text := schema.Type{Kind: schema.KindString}
	shared := rowfile.Fields()
	return slices.Concat([]schema.Field{
		{Name: "path", Type: text, Required: true, Doc: "The file, or a glob of files that are only read. A relative path starts at the configuration's folder."},
		shared[0],
		{Name: "init", Type: text, Doc: "A file that is copied to path when nothing is there yet."},
	}, shared[1:])
}

// open checks the settings and, where it may, makes the file from init.
func open(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f := &folder{path: set.Path("path"), shown: set.Text("path"), init: set.Path("init")}
	f.glob = strings.ContainsAny(set.Text("path"), "*?[")
	if f.path == "" {
		return nil, rowfile.Refuse("open", "", "path is missing", "name a file, as in path = \"data/candidates.csv\"")
	}
	c, err := rowfile.Open(f, set, f.shown)
	if err != nil {
		return nil, err
	}
	if set.Seed {
		if err := f.seed(); err != nil {
			return nil, err
		}
	}
	return c, nil
}
