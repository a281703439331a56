package pipelines

import (
	"path/filepath"
	"runtime"
)

func engineBlock() Block {
	return Block{
		Name: "engine", Doc: "where the state is kept, and how much at once",
		Grammar: Grammar{
			Attributes: []string{"name", "state", "workers", "listen", "retention", "require_signoff"},
			Blocks: []Nested{
				{Name: "encryption", Grammar: Grammar{Attributes: []string{"key"}}},
				{Name: "role", Labels: 1, Many: true, Grammar: Grammar{Attributes: []string{"may", "sees"}}},
			},
		},
		compile: compileEngine,
	}
}

func compileEngine(c *compiler, blocks []*body) {
	e := &c.config.Engine
	e.State = filepath.Join(c.folder, ".syncline")
	e.Workers, e.Listen = runtime.NumCPU(), "127.0.0.1:8686"
	for i, b := range blocks {
		if i > 0 {
			b.fail(codeRepeated, b.header, "a second engine block", "the first is at "+blocks[0].header.String())
			continue
		}
		b.engine(e)
	}
}

func (b *body) engine(e *Engine) {
	e.Range = b.header
	e.Name, _ = b.text("name")
	if state, ok := b.text("state"); ok {
		e.State = b.path(state)
	}
	e.Workers = b.whole("workers", 1, e.Workers)
	if listen, ok := b.text("listen"); ok {
		e.Listen = listen
	}
	e.Retention = b.duration("retention", 0)
	if b.bool("require_signoff") {
		b.notYet("require_signoff", b.at("require_signoff"), "leave it out: a run would not ask for it")
	}
	for _, inner := range b.nested("encryption") {
		e.Encryption = inner.encryption()
	}
	for _, inner := range b.nested("role") {
		inner.notYet("role", inner.header, "leave the block out: there is no console yet")
	}
}

// path makes a path of the configuration absolute.
func (c *compiler) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.folder, p)
}
