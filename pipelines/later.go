package pipelines

// The blocks of this file are words of the language that this version reads
// and refuses, so that a file never seems to promise what is not done.

func reportBlock() Block { return laterBlock("report", 1, "figures over a pipeline's entities") }
func signoffBlock() Block {
	return laterBlock("signoff", 0, "who approved a mapping")
}
func movedBlock() Block {
	return laterBlock("moved", 0, "a new name for a pipeline, field, source or system")
}

func laterBlock(name string, labels int, doc string) Block {
	return Block{Name: name, Labels: labels, Doc: doc, Grammar: Grammar{Open: true}, compile: func(_ *compiler, blocks []*body) {
		for _, b := range blocks {
			b.fail(codeNotYet, b.header, name+" is not supported by this version", "leave the block out")
		}
	}}
}

func testBlock() Block {
	return Block{Name: "test", Labels: 1, Doc: "a test, in a file of its own", Grammar: Grammar{Open: true}, compile: func(_ *compiler, blocks []*body) {
		for _, b := range blocks {
			b.fail(codeNotYet, b.header, "a test stands in a *.test.hcl file", "move it there; only `syncline test` reads those")
		}
	}}
}
