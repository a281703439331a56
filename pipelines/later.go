package pipelines

import (
	"fmt"

	"syncline/pipelines/diag"
)

// Version is the version of the language that is read here.
const Version = "0.1"

// The blocks of this file are words of the language that this version reads
// and refuses, so that a file never seems to promise what is not done.

func reportBlock() Block {
	return laterBlock("report", 1, "figures over a pipeline's entities", "leave the block out: nothing would compute it")
}

func signoffBlock() Block {
	return laterBlock("signoff", 0, "who approved a mapping", "leave the block out: nothing would ask for it")
}

func movedBlock() Block {
	return laterBlock("moved", 0, "a new name for a pipeline, field, source or system", "keep the old name: under a new one it starts without its state")
}

func laterBlock(name string, labels int, doc, hint string) Block {
	return Block{Name: name, Labels: labels, Doc: doc, Grammar: Grammar{Open: true}, compile: func(_ *compiler, blocks []*body) {
		for _, b := range blocks {
			b.notYet(name, b.header, hint)
		}
	}}
}

// notYet refuses a word of the language that nothing acts on.
func (b *body) notYet(name string, at diag.Range, hint string) {
	b.fail(codeNotYet, at, fmt.Sprintf("version %s does not act on %q yet", Version, name), hint)
}

func testBlock() Block {
	return Block{Name: "test", Labels: 1, Doc: "a test, in a file of its own", Grammar: Grammar{Open: true}, compile: func(_ *compiler, blocks []*body) {
		for _, b := range blocks {
			b.fail(codeNotYet, b.header, "a test stands in a *.test.hcl file", "move it there; only `syncline test` reads those")
		}
	}}
}
