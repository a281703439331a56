package exec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncline/connectors"
)

// tap is an open system behind a Singer tap: its catalog. The tap itself runs
// for each listing, and is only read.
type tap struct {
	program *program
	catalog catalog
	objects []connectors.Object
	shelf   *shelf
}

var (
	_ connectors.Lister  = (*tap)(nil)
	_ connectors.Reader  = (*tap)(nil)
	_ connectors.Getter  = (*tap)(nil)
	_ connectors.Checker = (*tap)(nil)
	_ connectors.Stater  = (*tap)(nil)
)

// openTap reads the catalog of a tap: from a file, or as it discovers it.
func openTap(ctx context.Context, p *program, set connectors.Settings) (connectors.Conn, error) {
	sweep()
	t := &tap{program: p, shelf: &shelf{now: p.now, fresh: p.fresh}}
	var text []byte
	var err error
	if path := set.Path("catalog"); path != "" {
		if text, err = os.ReadFile(path); err != nil {
			return nil, &connectors.Error{Kind: connectors.NotFound, Op: "open", Where: path, Hint: "leave catalog out to ask the tap for it", Err: bare(err)}
		}
	} else if text, err = t.discover(ctx); err != nil {
		return nil, err
	}
	if t.catalog, err = parseCatalog(text); err == nil {
		t.objects, err = t.catalog.objects()
	}
	if err != nil {
		return nil, &connectors.Error{
			Kind: connectors.Unreadable, Op: "discover", Where: p.name, Err: err,
			Hint: "what the tap prints with --discover is its catalog; where it cannot, write one and name it with catalog",
		}
	}
	return t, nil
}

// discover asks the tap for its catalog.
func (t *tap) discover(ctx context.Context) ([]byte, error) {
	r, err := t.start(nil, "--discover")
	if err != nil {
		return nil, err
	}
	defer r.end()
	var text []byte
	for {
		line, err := r.out.line(ctx)
		if err != nil {
			if err = r.over(err); err != nil {
				return nil, fail("discover", t.program.name, err)
			}
			return text, nil
		}
		if len(text)+len(line) > mostCatalog {
			return nil, fail("discover", t.program.name, fmt.Errorf("its catalog is larger than %d MiB", mostCatalog>>20))
		}
		text = append(append(text, line...), '\n')
	}
}

// mostCatalog is how large a catalog may be.
const mostCatalog = 64 << 20

// States implements connectors.Stater. A listing says which records exist where
// the tap reads every stream whole.
func (t *tap) States() connectors.Facts {
	whole := len(t.catalog.Streams) > 0
	for _, s := range t.catalog.Streams {
		whole = whole && s.whole()
	}
	return connectors.Facts{Whole: true, Complete: whole}
}

// Objects implements connectors.Lister.
func (t *tap) Objects(ctx context.Context) ([]connectors.Object, error) {
	return slices.Clone(t.objects), ctx.Err()
}

// Check implements connectors.Checker: the catalog was read when the system
// opened, and no tap can be asked for more than its records.
func (t *tap) Check(ctx context.Context) error { return ctx.Err() }

// Close forgets what was read. It may be called twice.
func (t *tap) Close() error {
	t.shelf.close()
	return nil
}

// Get implements connectors.Getter, from a listing.
func (t *tap) Get(ctx context.Context, sel *connectors.Selection, ids []string) ([]connectors.Got, error) {
	if err := ctx.Err(); err != nil || len(ids) == 0 {
		return nil, err
	}
	o, err := pick(t.objects, "get", t.program.name, sel)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(t.program.name, o, sel)
	if err != nil {
		return nil, err
	}
	return t.shelf.get(ctx, d, ids, func() (connectors.Stream, error) { return t.Read(ctx, sel, nil, true) })
}

// Read implements connectors.Reader: the tap runs, with the state it told last
// where only what changed since is wanted.
func (t *tap) Read(ctx context.Context, sel *connectors.Selection, from connectors.Checkpoint, full bool) (connectors.Stream, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o, err := pick(t.objects, "read", t.program.name, sel)
	if err != nil {
		return nil, err
	}
	d, err := newDecoder(t.program.name, o, sel)
	if err != nil {
		return nil, err
	}
	whole := full || sel.Cursor == "" || len(from) == 0
	files := map[string][]byte{"catalog": t.catalog.selecting(o.Name)}
	if !whole {
		files["state"] = from
	}
	v, err := t.shelf.begin(sel)
	if err != nil {
		return nil, fail("read", d.where, err)
	}
	r, err := t.start(files)
	if err != nil {
		v.close()
		return nil, err
	}
	told := &settled{from: t.messages(r, d, o.Name, whole), shelf: t.shelf, volume: v, gone: map[string]bool{}}
	return &listing{decoder: d, from: told, overlay: !whole, shelf: t.shelf}, nil
}

// running is a tap that runs, with a folder of the files it was given.
type running struct {
	*process
	folder string
}

// start runs the tap with the files that it is given, which only this user may
// read: its configuration holds the secrets.
func (t *tap) start(files map[string][]byte, args ...string) (*running, error) {
	folder, err := os.MkdirTemp("", tapPrefix+strconv.Itoa(os.Getpid())+"-*")
	if err != nil {
		return nil, fail("open", t.program.name, err)
	}
	r := &running{folder: folder}
	all := []string{"--config", filepath.Join(folder, "config.json")}
	err = os.WriteFile(all[1], t.program.config.AppendJSON(nil), 0o600)
	for _, name := range []string{"catalog", "state"} {
		if text, ok := files[name]; ok && err == nil {
			path := filepath.Join(folder, name+".json")
			all = append(all, "--"+name, path)
			err = os.WriteFile(path, text, 0o600)
		}
	}
	if err == nil {
		r.process, err = t.program.start(append(all, args...)...)
	}
	if err != nil {
		os.RemoveAll(folder)
		var known *connectors.Error
		if errors.As(err, &known) {
			return nil, err
		}
		return nil, fail("open", t.program.name, err)
	}
	r.in.Close() // a tap reads no input
	return r, nil
}

// over says whether a tap whose output ended has done what it was to do.
func (r *running) over(err error) error {
	switch {
	case errors.Is(err, errSilent):
		return fmt.Errorf("it said nothing for %s", r.program.silence)
	case err != io.EOF:
		return err
	}
	select {
	case <-r.ended:
	case <-time.After(r.program.grace):
	}
	if !r.out.over() || r.exit != nil {
		return r.last("it closed its output and did not end")
	}
	return nil
}

// end ends the tap and takes its files away.
func (r *running) end() {
	r.kill()
	os.RemoveAll(r.folder)
}

const tapPrefix = "syncline-tap-"

// sweep takes away the files of taps whose Syncline was killed: they hold
// secrets.
func sweep() {
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), tapPrefix+"*"))
	for _, path := range found {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), tapPrefix), "-")
		if n, err := strconv.Atoi(pid); err == nil && n != os.Getpid() && !alive(n) {
			os.RemoveAll(path)
		}
	}
}

// firstObject returns the text from the first line on that begins with a brace:
// taps log before they answer.
func firstObject(text []byte) []byte {
	for at := 0; at < len(text); {
		if line := bytes.TrimLeft(text[at:], " \t"); len(line) > 0 && line[0] == '{' {
			var one json.RawMessage
			if json.NewDecoder(bytes.NewReader(line)).Decode(&one) == nil {
				return one
			}
		}
		n := bytes.IndexByte(text[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	return text
}
