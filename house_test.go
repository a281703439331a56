// Package syncline_test holds what is true of the whole house: which package
// may import which, the doors that stay locked, that everything exported is
// documented, and how big files are. It parses the files; it does not run
// `go list`, whose answers Go's test cache would keep.
package syncline_test

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// floors is the policy: packages from the ground up, and what each may import
// of ours. <name> stands for any one folder. A package that is not here fails;
// a new one is a decision, made here and in docs/house.md.
const floors = `
 0 schema                 :
 0 pipelines/diag         :
 0 engine/graph           :
 0 pipelines/revision     :
 1 schema/entities        : schema
 1 connectors             : schema
 1 connectors/formats     : schema
 1 pipelines/funcs        : schema
 1 engine/diff            : schema
 1 engine/state           : schema
 1 engine/audit           : schema
 2 pipelines/expr         : schema pipelines/diag pipelines/funcs
 2 connectors/httpclient  : schema connectors
 2 connectors/signature   : connectors
 2 connectors/connectortest : schema connectors
 2 connectors/sqltable    : schema connectors
 2 connectors/rowfile     : schema connectors connectors/formats
 2 engine/conflict        : schema engine/diff
 2 engine/undo            : schema engine/audit
 3 engine/decide          : schema engine/diff engine/conflict
 3 engine/match           : schema
 3 connectors/rest        : schema connectors connectors/httpclient connectors/signature
 3 connectors/vendors     :
 3 connectors/simulators  :
 3 connectors/<name>      : schema connectors connectors/httpclient connectors/signature connectors/sqltable connectors/rowfile connectors/formats
 4 pipelines/vendor       : schema connectors connectors/rest connectors/signature connectors/vendors pipelines/diag pipelines/funcs pipelines/expr
 4 connectors/simulators/<name> : connectors/simulators
 4 connectors/all         : connectors connectors/<name>
 5 pipelines              : schema schema/entities connectors pipelines/diag pipelines/funcs pipelines/expr pipelines/vendor engine/graph
 6 engine/plans           : pipelines pipelines/expr pipelines/diag connectors engine/graph engine/diff engine/conflict engine/decide engine/match engine/state schema
 7 engine/run             : engine/plans pipelines/expr connectors engine/decide engine/match engine/state engine/audit engine/undo pipelines/diag schema
 7 engine/actions         : engine/plans pipelines/expr connectors engine/state engine/audit schema
 7 engine/review          : engine/plans pipelines pipelines/expr connectors engine/decide engine/state pipelines/diag schema
 7 engine/inspect         : engine/plans pipelines engine/match connectors pipelines/diag schema
 8 engine/serve           : engine/run engine/actions engine/plans engine/state connectors pipelines/diag schema
 9 engine                 : engine/<name> pipelines pipelines/<name> connectors schema schema/entities
10 engine/scenario        : engine engine/run engine/plans engine/state engine/decide engine/diff pipelines pipelines/expr pipelines/diag connectors connectors/memory schema
11 cmd/syncline/view      : *
12 cmd/syncline/console   : *
13 cmd/syncline           : *
`

// doors are imports that only some packages may have; a name ending in /... is
// that package and all below it.
const doors = `
github.com/hashicorp/hcl/...      : pipelines/...
github.com/zclconf/go-cty/...     : pipelines/...
go.etcd.io/bbolt/...              : engine/state
go.opentelemetry.io/...           : cmd/syncline
modernc.org/sqlite/...            : connectors/sqlite
github.com/jackc/pgx/...          : connectors/postgres
github.com/go-sql-driver/mysql/... : connectors/mysql
github.com/xuri/excelize/...      : connectors/formats connectors/file
github.com/pkg/sftp/...           : connectors/sftp
golang.org/x/crypto/...           : connectors/sftp
github.com/aws/...                : connectors/s3
github.com/go-ldap/ldap/...       : connectors/ldap
github.com/wneessen/go-mail/...   : connectors/smtp
github.com/go-git/go-git/...      : pipelines/revision
github.com/google/cel-go/...      : pipelines/expr
github.com/expr-lang/expr/...     : pipelines/expr
github.com/spf13/cobra/...        : cmd/syncline
github.com/spf13/pflag/...        : cmd/syncline
flag                              : cmd/syncline
testing/...                       : connectors/connectortest
`

func TestHouse(t *testing.T) {
	for _, fault := range newHouse(floors, doors).inspect(os.DirFS(".")) {
		t.Error(fault)
	}
}

// TestHouseSeesFaults proves that the checks can fail: each little tree has
// one fault, and the inspection names it.
func TestHouseSeesFaults(t *testing.T) {
	const doc = "// Package x does x.\npackage x\n"
	tests := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"a sound house", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n"}, nil},
		{"an unlisted package", map[string]string{"kitchen/a.go": "// Package kitchen cooks.\npackage kitchen\n"},
			[]string{"kitchen: is not in the table of floors"}},
		{"an import upwards", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n\nimport _ \"syncline/engine\"\n"},
			[]string{"schema/a.go: schema may not import engine", "schema/a.go: blank import of syncline/engine"}},
		{"a connector that imports another", map[string]string{"connectors/mysql/a.go": "// Package mysql is a connector.\npackage mysql\n\nimport \"syncline/connectors/sqlite\"\n\nvar x = sqlite.X\n"},
			[]string{"connectors/mysql/a.go: connectors/mysql may not import connectors/sqlite"}},
		{"a locked door", map[string]string{"engine/a.go": "// Package engine runs.\npackage engine\n\nimport \"go.etcd.io/bbolt\"\n\nvar x = bbolt.X\n"},
			[]string{"engine/a.go: engine may not import go.etcd.io/bbolt: only engine/state may"}},
		{"the flag library below", map[string]string{"engine/run/a.go": "// Package run runs.\npackage run\n\nimport \"flag\"\n\nvar x = flag.X\n"},
			[]string{"engine/run/a.go: engine/run may not import flag: only cmd/syncline may"}},
		{"a socket", map[string]string{"engine/a.go": "// Package engine runs.\npackage engine\n\nimport \"net\"\n\nvar l, _ = net.Listen(\"tcp\", \"\")\n"},
			[]string{"engine/a.go:6: net.Listen: only the console listens"}},
		{"no package doc", map[string]string{"schema/a.go": "package schema\n"}, []string{"schema: has no package comment that begins with \"Package schema\""}},
		{"an exported name without doc", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n\nfunc Naked() {}\n"},
			[]string{"schema/a.go:4: Naked is exported and not documented"}},
		{"a method without doc", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n\n// T is a type.\ntype T int\n\nfunc (T) Naked() {}\n"},
			[]string{"schema/a.go:7: Naked is exported and not documented"}},
		{"an init", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n\nfunc init() {}\n"},
			[]string{"schema/a.go:4: init(): nothing happens before main"}},
		{"a forbidden name", map[string]string{"engine/util/a.go": "// Package util helps.\npackage util\n"},
			[]string{"engine/util: util says nothing of what the package holds"}},
		{"not formatted", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n\nvar   x int\n"},
			[]string{"schema/a.go: is not formatted by gofmt"}},
		{"Go in an example", map[string]string{"examples/x/a.go": doc}, []string{"examples/x/a.go: examples hold no Go"}},
		{"a place of one machine", map[string]string{"docs/a.md": "See /home" + "/ada/notes.\n"},
			[]string{"docs/a.md:1: names a place of one machine"}},
		{"a note to self", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n\n// TO" + "DO later\n"},
			[]string{"schema/a.go:4: a note to self; do it, or leave it"}},
		{"a skipped test", map[string]string{"schema/a_test.go": "package schema\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {\n\tt.Skip(\"later\")\n}\n"},
			[]string{"schema/a_test.go:6: a skipped test proves nothing"}},
		{"a state left behind", map[string]string{"cmd/syncline/crm/1/state.db": "\x00"},
			[]string{"cmd/syncline/crm/1/state.db: is what a run leaves behind; testdata is the place for what a test reads"}},
		{"a file of two ideas", map[string]string{"schema/a.go": "// Package schema holds values.\npackage schema\n\n" + lines(700)},
			[]string{"schema/a.go: 703 lines: over 600 is two ideas"}},
	}
	for _, tt := range tests {
		tree := fstest.MapFS{}
		for name, text := range tt.files {
			tree[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if diff := cmp.Diff(tt.want, newHouse(floors, doors).inspect(tree)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func lines(n int) string {
	text := make([]byte, 0, 5*n)
	for range n {
		text = append(text, "// x\n"...)
	}
	return string(text)
}

// TestHouseIsInTheDocs holds docs/house.md to the table.
func TestHouseIsInTheDocs(t *testing.T) {
	text, err := os.ReadFile("docs/house.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range newHouse(floors, doors).compareDocs(string(text)) {
		t.Error(fault)
	}
}
