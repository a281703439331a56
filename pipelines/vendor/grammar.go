package vendor

// Grammar is a kind of block: what it may hold, as data, so that the decoder,
// the messages and the reference of the language are one.
type Grammar struct {
	Name   string
	Label  string // what its name in quotes is; "": it has none
	Many   bool   // whether it may stand more than once
	Doc    string
	Words  []Word
	Blocks []*Grammar

	open bool // what it holds is checked by somebody else
}

// Word is an attribute.
type Word struct {
	Name string
	Kind Kind
	Doc  string
	Need bool
}

// Kind says what an attribute takes.
type Kind string

// The kinds of attributes.
const (
	kindText     Kind = "text"
	kindTexts    Kind = "list of texts"
	kindNumber   Kind = "number"
	kindNumbers  Kind = "list of numbers"
	kindBool     Kind = "true or false"
	kindDuration Kind = "duration"
	kindPath     Kind = "path"
	kindPlace    Kind = "place"
	kindType     Kind = "type"
	kindAddress  Kind = "text with {CEL}"
	kindCEL      Kind = "CEL"
	kindCELs     Kind = "map of CEL"
	kindShape    Kind = "CEL, or map of CEL"
	kindWords    Kind = "map of texts"
	kindLists    Kind = "map of lists of texts"
	kindValues   Kind = "list of values"
	kindValue    Kind = "value"
)

func text(name, doc string) Word     { return Word{Name: name, Kind: kindText, Doc: doc} }
func texts(name, doc string) Word    { return Word{Name: name, Kind: kindTexts, Doc: doc} }
func number(name, doc string) Word   { return Word{Name: name, Kind: kindNumber, Doc: doc} }
func truth(name, doc string) Word    { return Word{Name: name, Kind: kindBool, Doc: doc} }
func duration(name, doc string) Word { return Word{Name: name, Kind: kindDuration, Doc: doc} }
func path(name, doc string) Word     { return Word{Name: name, Kind: kindPath, Doc: doc} }
func place(name, doc string) Word    { return Word{Name: name, Kind: kindPlace, Doc: doc} }
func cel(name, doc string) Word      { return Word{Name: name, Kind: kindCEL, Doc: doc} }
func cels(name, doc string) Word     { return Word{Name: name, Kind: kindCELs, Doc: doc} }

// needed is a word without which the block cannot be understood.
func needed(w Word) Word {
	w.Need = true
	return w
}

// with returns the words of several lists as one.
func with(lists ...[]Word) []Word {
	var out []Word
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// word returns the attribute of a name; false where the block has none.
func (g *Grammar) word(name string) (Word, bool) {
	for _, w := range g.Words {
		if w.Name == name {
			return w, true
		}
	}
	return Word{}, false
}

// block returns the nested block of a name; nil where there is none.
func (g *Grammar) block(name string) *Grammar {
	for _, b := range g.Blocks {
		if b.Name == name {
			return b
		}
	}
	return nil
}

// names are the attributes and blocks that may stand here.
func (g *Grammar) names() (attributes, blocks []string) {
	for _, w := range g.Words {
		attributes = append(attributes, w.Name)
	}
	for _, b := range g.Blocks {
		blocks = append(blocks, b.Name)
	}
	return attributes, blocks
}
