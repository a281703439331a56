// Package rowfile is what the connectors of files share: a file as an object
// that is listed, read by id, and replaced at once.
//
// Where files lie is a [Folder], which the connector brings: it finds them,
// opens them and puts a new state in the place of an old one. [Open] makes a
// connection of it, which streams raw rows with their hashes, keeps an index of
// where the rows of ids are, and writes in sessions: changes are gathered
// against the file as it stood at Begin, Seal makes the new file whole, and
// Commit publishes it if the old one is still that one. Every byte that no
// change touched is copied.
//
// How texts are cut, decoded and edited is connectors/formats; nothing here
// knows a disk or a network.
package rowfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"syscall"

	"syncline/connectors"
	"syncline/connectors/formats"
	"syncline/schema"
)

// Target is one file of a system.
type Target struct {
	Name  string // of the object
	Path  string // of the bytes to read
	Real  string // where the file is or will be
	Shown string // for messages
	Only  string // why it is only read; "" when it can be written
}

// Folder is where files lie. Its methods may be called concurrently; their
// errors are connectors.Errors.
type Folder interface {
	// Targets returns the files, at least one, in order of name.
	Targets(ctx context.Context) ([]Target, error)
	// Open opens a file to be read.
	Open(ctx context.Context, t Target) (File, error)
	// Stamp is StampOf the file as it stands.
	Stamp(ctx context.Context, t Target) (string, error)
	// Begin makes ready to replace a file: it finds out where it really is, and
	// takes away what broken-off sessions left.
	Begin(ctx context.Context, t Target) (Target, error)
	// Draft starts the new state of a file that was opened and has this stamp.
	Draft(ctx context.Context, t Target, old File, stamp string) (Draft, error)
	// Spill is the folder, on this machine, and the pattern of the names of
	// temporary files.
	Spill(t Target) (folder, pattern string)
}

// File is an open file, as it was when it was opened.
type File interface {
	io.ReaderAt
	io.Closer
	Size() int64
	// Locked reports whether the file is marked read-only.
	Locked() bool
	// Steady reports whether the bytes that were read are of one state of the
	// file.
	Steady() bool
	// Same reports whether what lies at the target's path is still this file.
	Same(ctx context.Context, t Target) bool
}

// Draft is the new state of a file under a name of its own.
type Draft interface {
	io.Writer
	// Seal makes what was written whole and lasting.
	Seal(ctx context.Context) error
	// Publish puts it in the file's place, or fails: with kind Moved when the
	// file is not what the session began on, with kind Uncertain when nobody
	// knows.
	Publish(ctx context.Context) error
	// Remove takes it away; after Publish it does nothing.
	Remove()
}

// Fields are the settings that say how a file is read: format, encoding,
// delimiter, header, sheet and formulas.
func Fields() []schema.Field {
	text := schema.Type{Kind: schema.KindString}
	return []schema.Field{
		{Name: "format", Type: schema.EnumOf(formats.Names()...), Doc: "How the file holds records; by default what its ending says."},
		{Name: "encoding", Type: text, Doc: "utf-8, utf-16le, utf-16be or cp1252; by default what the file's first bytes show.", Default: schema.String("auto")},
		{Name: "delimiter", Type: text, Doc: "The character between the cells of a csv; by default the one of , ; tab | that its header has most of."},
		{Name: "header", Type: text, Doc: "A column of the header, as in \"First Name\", where notes stand before it: the first row that has it is the header, and what is above is left as it is."},
		{Name: "sheet", Type: text, Doc: "The sheet of an xlsx; by default the first."},
		{Name: "formulas", Type: schema.EnumOf(formats.FormulaWords()...), Doc: "What becomes of a text in a csv that a spreadsheet would run as a formula, such as =1+1 or +41 44 668 18 00: keep writes it as it is, for programs; escape writes an apostrophe before it and reads it without, for people who open the file in a spreadsheet; refuse writes no such row.", Default: schema.String("keep")},
	}
}

// Facts are what is true of every file.
func Facts() connectors.Facts {
	return connectors.Facts{
		Whole: true, Complete: true, SaysNull: true,
		Grade: connectors.IfMatch, Create: connectors.CreateExternalID, Batch: 10_000,
		Verbs: []connectors.Verb{
			{Name: "create", Doc: "Appends a row.", Undo: "delete"},
			{Name: "update", Doc: "Changes cells or members of a row and leaves the others as they are.", Undo: "update"},
			{Name: "delete", Doc: "Takes a row out."},
		},
	}
}

// Conn is an open system: how its files are read, and what was learned of them.
type Conn struct {
	folder    Folder
	format    formats.Format // None: by the ending
	charset   *formats.Charset
	delimiter byte // 0: as the header shows
	header    string
	sheet     string
	formulas  formats.Formulas

	mu      sync.Mutex
	indexes map[string]*index // by path
}

// Open reads the settings of Fields. shown names the files in messages.
func Open(folder Folder, set connectors.Settings, shown string) (*Conn, error) {
	c := &Conn{folder: folder, sheet: set.Text("sheet"), header: set.Text("header")}
	return c, c.choose(set, shown)
}

func (c *Conn) choose(set connectors.Settings, shown string) error {
	if name := set.Text("format"); name != "" {
		if c.format = formats.Parse(name); c.format == formats.None {
			return Refuse("open", shown, fmt.Sprintf("there is no format %q", name), "one of "+strings.Join(formats.Names(), ", "))
		}
	}
	if name := set.Text("encoding"); name != "" && name != "auto" {
		charset, ok := formats.ParseEncoding(name)
		if !ok {
			return Refuse("open", shown, fmt.Sprintf("there is no encoding %q", name), "one of auto, utf-8, utf-16le, utf-16be, cp1252")
		}
		c.charset = &charset
	}
	if word := set.Text("formulas"); word != "" {
		var ok bool
		if c.formulas, ok = formats.ParseFormulas(word); !ok {
			return Refuse("open", shown, fmt.Sprintf("formulas cannot be %q", word), "one of "+strings.Join(formats.FormulaWords(), ", "))
		}
	}
	delimiter := set.Text("delimiter")
	switch {
	case delimiter == `\t` || delimiter == "tab":
		c.delimiter = '\t'
	case len(delimiter) > 1 || strings.ContainsAny(delimiter, "\"\r\n\x00"):
		return Refuse("open", shown, fmt.Sprintf("the delimiter %q is not one ASCII character", delimiter), "leave it out, or name one as in delimiter = \";\"")
	case delimiter != "":
		c.delimiter = delimiter[0]
	}
	return nil
}

// Close forgets what was learned. It may be called twice.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.indexes {
		x.src.close()
	}
	c.indexes = nil
	return nil
}

// Check implements connectors.Checker: every file opens and is laid out as its
// format says.
func (c *Conn) Check(ctx context.Context) error {
	_, err := c.Objects(ctx)
	return err
}

// Objects implements connectors.Lister.
func (c *Conn) Objects(ctx context.Context) ([]connectors.Object, error) {
	targets, err := c.folder.Targets(ctx)
	if err != nil {
		return nil, err
	}
	var out []connectors.Object
	for _, t := range targets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		o, err := c.describe(ctx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func (c *Conn) describe(ctx context.Context, t Target) (connectors.Object, error) {
	src, err := c.open(ctx, t)
	if err != nil {
		return connectors.Object{}, err
	}
	defer src.close()
	o := connectors.Object{Name: t.Name, ReadOnly: t.Only != "", Open: !src.layout.Format.Rows()}
	if o.Fields, err = src.layout.Fields(src.rows()); err != nil {
		return o, Unreadable(t, err)
	}
	for _, f := range o.Fields {
		if f.Name == "id" {
			o.ID = "id"
		}
	}
	return o, nil
}

// Stamp implements connectors.Stamper: the file's size and SHA-256.
func (c *Conn) Stamp(ctx context.Context, sel *connectors.Selection) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	t, err := c.target(ctx, "stamp", sel.Object)
	if err != nil {
		return "", err
	}
	return c.folder.Stamp(ctx, t)
}

// target returns the file of an object; "" is the only one there is.
func (c *Conn) target(ctx context.Context, op, object string) (Target, error) {
	targets, err := c.folder.Targets(ctx)
	if err != nil {
		return Target{}, err
	}
	for _, t := range targets {
		if t.Name == object || (object == "" && len(targets) == 1) {
			return t, nil
		}
	}
	return Target{}, &connectors.Error{
		Kind: connectors.NotFound, Op: op, Where: object, Hint: "the object is called as the file is: " + targets[0].Name,
		Err: errors.New("the system has no such object"),
	}
}

// Refuse is an error of kind Refused.
func Refuse(op, where, what, hint string) error {
	return &connectors.Error{Kind: connectors.Refused, Op: op, Where: where, Hint: hint, Err: errors.New(what)}
}

// Unreadable is an error about a file that is not what its format says.
func Unreadable(t Target, err error) error {
	return &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: t.Shown, Err: err}
}

// Problem gives a failure of a file system its kind and a hint; nil for none.
func Problem(op, where string, err error) error {
	if err == nil {
		return nil
	}
	var known *connectors.Error
	if errors.As(err, &known) {
		return err
	}
	e := &connectors.Error{Op: op, Where: where, Err: Bare(err)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Kind, e.Hint = connectors.NotFound, "create the file, correct path, or name what it starts from with init"
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Hint = connectors.Denied, "is the file, or its folder, readable and writable for this user?"
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		e.Kind, e.Hint = connectors.Unavailable, "the disk is full or the quota used up; the file is as it was"
	}
	return e
}

// Bare takes the path off an error of package os: Where says it already.
func Bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
