package pipelines

import (
	"context"
	"os"
	"time"

	"syncline/connectors"
	"syncline/pipelines/diag"
	"syncline/schema"
	"syncline/schema/entities"
)

// Options say what to load, and what it may refer to.
type Options struct {
	Path        string // a .hcl file, or a folder of them; "" is the current folder
	Definitions []*connectors.Definition
	Entities    []*schema.Entity // the ready models; nil: entities.All
	Vars        map[string]string
	VarFiles    []string
	Env         func(string) (string, bool)    // nil: no environment
	Objects     map[string][]connectors.Object // by system: what a run discovered
	Facts       map[string]connectors.Facts    // by system: what a run was told by one that states its own
	Discover    bool                           // open systems that open offline and ask what they hold
	Now         func() time.Time               // nil: time.Now; handed to systems that are opened
}

// Block is a kind of block that stands at the top of a file.
type Block struct {
	Name    string
	Doc     string
	Labels  int
	Grammar Grammar
	compile func(c *compiler, blocks []*body)
}

// Blocks returns every kind of block, in the order they are compiled: what is
// referred to before what refers.
func Blocks() []Block {
	return []Block{
		variableBlock(), localsBlock(), engineBlock(), entityBlock(), systemBlock(), notifyBlock(),
		mappingBlock(), pipelineBlock(), reportBlock(), signoffBlock(), movedBlock(), testBlock(),
	}
}

// Load reads a configuration and compiles it. It returns every problem of
// every file, sorted, and always a Config: one whose Files are what was read,
// and which may be run when no problem is an error. It never resolves a secret
// and never uses the network.
func Load(ctx context.Context, o Options) (*Config, diag.Problems) {
	c := newCompiler(ctx, o)
	c.readFiles()
	byKind := c.sortBlocks()
	for _, b := range Blocks() {
		if ctx.Err() != nil {
			c.add(diag.Problem{Code: codeStopped, Summary: "loading was stopped", Detail: ctx.Err().Error()})
			break
		}
		b.compile(c, byKind[b.Name])
	}
	c.unused()
	c.checkTogether()
	c.problems.Sort()
	return c.config, c.problems
}

func newCompiler(ctx context.Context, o Options) *compiler {
	if o.Path == "" {
		o.Path = "."
	}
	if o.Entities == nil {
		o.Entities = entities.All
	}
	if o.Env == nil {
		o.Env = func(string) (string, bool) { return "", false }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &compiler{
		ctx: ctx, options: o,
		config: &Config{Files: map[string][]byte{}},
		broken: map[string]bool{},
	}
	c.folder = folderOf(o.Path)
	c.config.Folder = c.folder
	return c
}

// folderOf returns the absolute folder of a configuration: the path itself,
// or the folder the file stands in.
func folderOf(path string) string {
	folder := path
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		folder = parentOf(path)
	}
	return absolute(folder)
}
