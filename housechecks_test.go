package syncline_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// house is the policy, and what an inspection found against it.
type house struct {
	rooms  []room
	doors  []door
	faults []string
	docs   map[string]bool // packages with a doc comment, by folder
	seen   []string        // folders of packages, in order
	fset   *token.FileSet
}

type room struct {
	floor, name string
	may         []string
}

type door struct {
	path string
	only []string
}

func newHouse(floors, doors string) *house {
	h := &house{docs: map[string]bool{}, fset: token.NewFileSet()}
	for line := range strings.Lines(strings.TrimSpace(floors)) {
		left, right, _ := strings.Cut(line, ":")
		words := strings.Fields(left)
		h.rooms = append(h.rooms, room{words[0], words[1], strings.Fields(right)})
	}
	for line := range strings.Lines(strings.TrimSpace(doors)) {
		left, right, _ := strings.Cut(line, " :")
		h.doors = append(h.doors, door{strings.TrimSpace(left), strings.Fields(right)})
	}
	return h
}

// inspect walks the tree and returns every fault.
func (h *house) inspect(tree fs.FS) []string {
	err := fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (strings.HasPrefix(e.Name(), ".") && e.Name() != ".github" && e.Name() != ".ci" || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || !e.Type().IsRegular():
			return nil
		}
		return h.file(tree, name)
	})
	if err != nil {
		h.fault("%v", err)
	}
	for _, folder := range h.seen {
		if !h.docs[folder] {
			h.fault("%s: has no package comment that begins with %q", folder, "Package "+path.Base(folder))
		}
	}
	return h.faults
}

func (h *house) fault(format string, args ...any) {
	h.faults = append(h.faults, fmt.Sprintf(format, args...))
}

func (h *house) file(tree fs.FS, name string) error {
	switch path.Ext(name) {
	case ".go", ".md", ".hcl", ".yml", ".yaml", ".txtar":
	case ".db", ".key", ".log":
		h.fault("%s: is what a run leaves behind; testdata is the place for what a test reads", name)
		return nil
	default:
		if !strings.HasPrefix(name, ".ci/") {
			return nil
		}
	}
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return err
	}
	h.words(name, text)
	if path.Ext(name) == ".go" {
		h.goFile(name, text)
	}
	return nil
}

// unwanted are texts that have no place in a project that others read.
var unwanted = []struct {
	text  *regexp.Regexp
	why   string
	skips bool
}{
	{regexp.MustCompile(`/(home|root|Users|work)/[a-z]`), "names a place of one machine", false},
	{regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`), "a note to self; do it, or leave it", false},
	{regexp.MustCompile(`\bt\.Skip(f|Now)?\(`), "a skipped test proves nothing", true},
}

func (h *house) words(name string, text []byte) {
	if path.Base(name) == "housechecks_test.go" {
		return
	}
	number := 0
	for line := range bytes.Lines(text) {
		number++
		for _, u := range unwanted {
			if u.text.Match(line) && !(u.skips && maySkip(name, text)) {
				h.fault("%s:%d: %s", name, number, u.why)
			}
		}
	}
	if path.Ext(name) == ".go" && number > 600 {
		h.fault("%s: %d lines: over 600 is two ideas", name, number)
	}
}

// maySkip reports whether a file may leave tests out: the suite of connectors,
// for abilities that one does not claim, and tests against servers, which
// .ci/run demands.
func maySkip(name string, text []byte) bool {
	return path.Dir(name) == "connectors/connectortest" || bytes.Contains(text, []byte("SYNCLINE_REQUIRE_SERVERS"))
}

func (h *house) goFile(name string, text []byte) {
	if strings.HasPrefix(name, "examples/") {
		h.fault("%s: examples hold no Go", name)
		return
	}
	if formatted, err := format.Source(text); err == nil && !bytes.Equal(formatted, text) {
		h.fault("%s: is not formatted by gofmt", name)
	}
	file, err := parser.ParseFile(h.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		h.fault("%v", err)
		return
	}
	folder := path.Dir(name)
	if strings.HasSuffix(name, "_test.go") {
		return
	}
	if !slices.Contains(h.seen, folder) {
		h.seen = append(h.seen, folder)
		h.named(folder)
	}
	if file.Doc != nil && documents(file, folder) {
		h.docs[folder] = true
	}
	h.imports(name, folder, file)
	h.declarations(name, file)
}

// documents reports whether a file's comment is the package's.
func documents(file *ast.File, folder string) bool {
	begins := "Package " + file.Name.Name + " "
	if file.Name.Name == "main" {
		begins = "Command " + path.Base(folder) + " "
	}
	return strings.HasPrefix(file.Doc.Text(), begins)
}

// named holds a folder to the table, and its name to saying something.
func (h *house) named(folder string) {
	if vague := path.Base(folder); slices.Contains([]string{"pkg", "internal", "util", "utils", "common", "helper", "helpers", "manager", "base", "types"}, vague) {
		h.fault("%s: %s says nothing of what the package holds", folder, vague)
		h.docs[folder] = true
		return
	}
	if h.room(folder) == nil {
		h.fault("%s: is not in the table of floors", folder)
	}
}

// room finds a package in the table: by its name, else by a pattern.
func (h *house) room(folder string) *room {
	for i := range h.rooms {
		if h.rooms[i].name == folder {
			return &h.rooms[i]
		}
	}
	for i := range h.rooms {
		if fits(h.rooms[i].name, folder) {
			return &h.rooms[i]
		}
	}
	return nil
}

// fits reports whether a name of the table stands for a folder: <name> is any
// one folder, /... is all below, * is everything.
func fits(pattern, folder string) bool {
	if pattern == "*" || pattern == folder {
		return true
	}
	if above, ok := strings.CutSuffix(pattern, "/..."); ok {
		return folder == above || strings.HasPrefix(folder, above+"/")
	}
	above, ok := strings.CutSuffix(pattern, "/<name>")
	return ok && path.Dir(folder) == above
}

func (h *house) imports(name, folder string, file *ast.File) {
	r := h.room(folder)
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if ours, ok := strings.CutPrefix(imported, "syncline/"); ok && r != nil && !slices.ContainsFunc(r.may, func(p string) bool { return fits(p, ours) }) {
			h.fault("%s: %s may not import %s", name, folder, ours)
		}
		if spec.Name != nil && spec.Name.Name == "_" && strings.HasPrefix(imported, "syncline/") {
			h.fault("%s: blank import of %s", name, imported)
		}
		for _, d := range h.doors {
			opens := func(p string) bool { return fits(p, folder) }
			if fits(d.path, imported) && !slices.ContainsFunc(d.only, opens) {
				h.fault("%s: %s may not import %s: only %s may", name, folder, imported, strings.Join(d.only, ", "))
			}
		}
	}
}

// declarations looks for init(), sockets, and exported names without a doc.
func (h *house) declarations(name string, file *ast.File) {
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.Name == "init" && d.Recv == nil {
				h.fault("%s: init(): nothing happens before main", h.at(d))
			}
			if d.Doc == nil && d.Name.IsExported() && exportedReceiver(d) && !wellKnown(d.Name.Name) {
				h.undocumented(d, d.Name.Name)
			}
		case *ast.GenDecl:
			h.generic(d)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.SelectorExpr); ok && listens(call) && !strings.HasPrefix(name, "cmd/syncline/console/") {
			h.fault("%s: %s.%s: only the console listens", h.at(call), call.X.(*ast.Ident).Name, call.Sel.Name)
		}
		return true
	})
}

func listens(s *ast.SelectorExpr) bool {
	x, ok := s.X.(*ast.Ident)
	return ok && (x.Name == "net" || x.Name == "http") && strings.HasPrefix(s.Sel.Name, "Listen")
}

// exportedReceiver reports whether a function is no method, or one of an
// exported type.
func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return false
		}
	}
}

// wellKnown are methods whose meaning the language fixes.
func wellKnown(name string) bool {
	return slices.Contains([]string{"Error", "String", "Unwrap", "Is", "Close", "Len", "Less", "Swap", "MarshalJSON", "UnmarshalJSON"}, name)
}

func (h *house) generic(d *ast.GenDecl) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				h.undocumented(s, s.Name.Name)
			}
		case *ast.ValueSpec:
			if s.Names[0].IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil && !d.Lparen.IsValid() {
				h.undocumented(s, s.Names[0].Name)
			}
		}
	}
}

func (h *house) undocumented(n ast.Node, name string) {
	h.fault("%s: %s is exported and not documented", h.at(n), name)
}

func (h *house) at(n ast.Node) string {
	p := h.fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// compareDocs holds the table in the docs to the policy.
func (h *house) compareDocs(text string) []string {
	for _, r := range h.rooms {
		cells := regexp.MustCompile("(?m)^\\| +" + r.floor + " +\\| `" + regexp.QuoteMeta(r.name) + "` +\\|")
		if !cells.MatchString(text) {
			h.fault("docs/house.md: has no row for floor %s, %s", r.floor, r.name)
		}
	}
	return h.faults
}
