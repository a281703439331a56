package funcs

import "syncline/schema"

var lists = Family{
	Name: "Lists",
	Doc:  "Beside CEL's own map, filter, exists and all.",
	Funcs: []*Func{
		listFunc("first", "The first element that is not blank; null when there is none.", nullable(anyType), func(items []schema.Value) schema.Value {
			for _, item := range items {
				if !item.Blank() && !item.IsAbsent() {
					return item
				}
			}
			return schema.NullValue()
		}, Example{"first(['', 'Go', 'SQL'])", "'Go'"}, Example{"first([])", "null"}),
		listFunc("last", "The last element that is not blank; null when there is none.", nullable(anyType), func(items []schema.Value) schema.Value {
			for i := len(items) - 1; i >= 0; i-- {
				if !items[i].Blank() && !items[i].IsAbsent() {
					return items[i]
				}
			}
			return schema.NullValue()
		}, Example{"last(['Go', 'SQL', null])", "'SQL'"}),
		listFunc("compact", "The elements that are not blank.", listType, func(items []schema.Value) schema.Value {
			var kept []schema.Value
			for _, item := range items {
				if !item.Blank() && !item.IsAbsent() {
					kept = append(kept, item)
				}
			}
			return schema.List(kept...)
		}, Example{"compact(['Go', null, '', 'SQL'])", "['Go', 'SQL']"}),
		listFunc("unique", "The elements without repeated ones, in the order of their first occurrence.", listType, unique,
			Example{"unique(['b', 'a', 'b'])", "['b', 'a']"}),
	},
}

func listFunc(name, doc string, result schema.Type, f func([]schema.Value) schema.Value, examples ...Example) *Func {
	return &Func{
		Name: name, Doc: doc, Params: []Param{{Name: "list", Type: listType}}, Result: result, Examples: examples,
		Call: func(_ *Context, args []schema.Value) (schema.Value, error) { return f(args[0].Items()), nil },
	}
}

func unique(items []schema.Value) schema.Value {
	seen := make(map[uint64][]schema.Value, len(items))
	var kept []schema.Value
next:
	for _, item := range items {
		h := item.Hash(0)
		for _, other := range seen[h] {
			if schema.Equal(item, other) {
				continue next
			}
		}
		seen[h] = append(seen[h], item)
		kept = append(kept, item)
	}
	return schema.List(kept...)
}
