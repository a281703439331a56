package plans

import (
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/pipelines"
	"syncline/pipelines/expr"
	"syncline/schema"
)

// programs identifies what turns the ends' values of a field into the
// entity's and back: when it changes, the field's bases mean something else.
func (p *Pipeline) programs(f *pipelines.Field) uint64 {
	b := []byte(f.Attribute.Type.String() + "\x00" + f.Attribute.Normalise)
	if f.Attribute.Distinct {
		b = append(b, "\x00distinct"...)
	}
	if strings.Contains(f.Attribute.Type.String(), schema.KindPhone.String()) {
		b = append(b, "\x00"+p.Globals.Region...)
	}
	for _, i := range p.EndsByName() {
		e := f.Ends[i]
		if e == nil {
			continue
		}
		b = append(b, p.Ends[i].Name+"\x00"+e.Path.String()...)
		b = appendProgram(appendProgram(b, e.Read), e.Write)
		b = appendWords(appendWords(b, e.Values), e.Writes)
		b = e.Default.AppendBinary(b)
	}
	return xxh3.Hash(b)
}

func appendProgram(b []byte, p expr.Program) []byte {
	if p == nil {
		return append(b, 0)
	}
	h := p.Hash()
	return append(b, 1, byte(h), byte(h>>8), byte(h>>16), byte(h>>24), byte(h>>32), byte(h>>40), byte(h>>48), byte(h>>56))
}

func appendWords(b []byte, words map[string]string) []byte {
	var sum uint64 // of the pairs: their order means nothing
	for k, v := range words {
		sum += xxh3.HashString(k + "\x00" + v)
	}
	return append(b, byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24), byte(sum>>32), byte(sum>>40), byte(sum>>48), byte(sum>>56))
}

// moment turns microseconds since 1970 into a timestamp; absent for 0, which
// means unknown.
func moment(micros int64) schema.Value {
	if micros == 0 {
		return schema.Value{}
	}
	return schema.Timestamp(time.UnixMicro(micros))
}
