package expr

import (
	"encoding/binary"
	"fmt"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types/ref"
	"github.com/zeebo/xxh3"

	"syncline/schema"
)

// digest hashes a checked tree: what stands where, of which type, and what is
// known of var, local and tables: their values, not their names. Spaces and
// comments are not in a tree.
type digest struct {
	h *xxh3.Hasher
	c *compilation
}

func (c *compilation) hash() uint64 {
	d := digest{h: xxh3.New(), c: c}
	d.node(c.checked.Expr())
	d.word(c.opts.Want.String())
	for _, t := range c.tables {
		d.number(t.hash)
	}
	return d.h.Sum64()
}

func (d *digest) word(s string) {
	d.number(uint64(len(s)))
	d.h.WriteString(s)
}

func (d *digest) number(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	d.h.Write(b[:])
}

func (d *digest) node(e ast.Expr) {
	d.number(uint64(e.Kind()))
	if t := d.c.checked.GetType(e.ID()); t != nil {
		d.word(t.String())
	}
	if v, ok := d.c.constant(e); ok {
		d.number(v.Hash(1))
		return
	}
	switch e.Kind() {
	case ast.CallKind:
		call := e.AsCall()
		d.word(call.FunctionName())
		if call.IsMemberFunction() {
			d.nodes(call.Target())
		}
		d.nodes(call.Args()...)
	case ast.IdentKind:
		d.word(e.AsIdent())
	case ast.LiteralKind:
		d.literal(e.AsLiteral())
	case ast.SelectKind:
		d.word(fmt.Sprint(e.AsSelect().FieldName(), e.AsSelect().IsTestOnly()))
		d.node(e.AsSelect().Operand())
	case ast.ListKind:
		d.word(fmt.Sprint(e.AsList().OptionalIndices()))
		d.nodes(e.AsList().Elements()...)
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			d.word(fmt.Sprint(entry.AsMapEntry().IsOptional()))
			d.nodes(entry.AsMapEntry().Key(), entry.AsMapEntry().Value())
		}
	case ast.ComprehensionKind:
		loop := e.AsComprehension()
		d.word(loop.IterVar() + " " + loop.IterVar2() + " " + loop.AccuVar())
		d.nodes(loop.IterRange(), loop.AccuInit(), loop.LoopCondition(), loop.LoopStep(), loop.Result())
	}
}

// constant returns what a path into var or local stands for.
func (c *compilation) constant(e ast.Expr) (schema.Value, bool) {
	if e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly() {
		return schema.Value{}, false
	}
	v, ok := c.statics[pathOf(e)]
	return v, ok
}

func (d *digest) nodes(list ...ast.Expr) {
	d.number(uint64(len(list)))
	for _, e := range list {
		d.node(e)
	}
}

func (d *digest) literal(v ref.Val) { d.word(fmt.Sprintf("%T %v", v, v.Value())) }

// mixed is the hash of a row of a table: sums of it do not depend on the order.
func mixed(word string, v schema.Value) uint64 { return v.Hash(xxh3.HashString(word)) }
