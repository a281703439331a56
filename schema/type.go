package schema

// Kind is the closed set of what a value can be.
type Kind uint8

const (
	// KindAny is an unknown type: nothing is checked.
	KindAny Kind = iota
	KindString
	KindText
	KindEmail
	KindPhone
	KindURL
	KindInt
	KindDecimal
	KindBool
	KindDate
	KindTimestamp
	KindMoney
	KindCountry
	KindEnum
	KindRef
	KindList
	KindSet
	KindObject
)

// Type is what a field may hold.
type Type struct {
	Kind     Kind
	Nullable bool
	Elem     *Type    // of a list or set; nil means any
	Entity   string   // of a ref
	Words    []string // of an enum, in order
	Ordered  bool     // whether the order of an enum's words means more or less
	Fields   []Field  // of an object; nil means any
}

// Class labels what a value says about a person.
type Class uint8

const (
	Public Class = iota
	Personal
	Pay
	Protected
)

// Field is one named place of a record, of an entity or of a connector's
// settings: one type for all three, so that one decoder, one documentation
// writer and one form serve them.
type Field struct {
	Name      string
	Type      Type
	Doc       string
	Class     Class
	Required  bool
	ReadOnly  bool
	Secret    bool   // a setting that takes secret(...)
	Default   Value  // absent: none
	Distinct  bool   // blank = "distinct": null, empty and blanks are told apart
	Normalise string // the name of a declared normaliser, "" for the type's own
	MaxLength int    // 0: unknown
}

// kindWords are the words of the language, by kind.
var kindWords = [...]string{
	KindAny: "any", KindString: "string", KindText: "text", KindEmail: "email", KindPhone: "phone",
	KindURL: "url", KindInt: "int", KindDecimal: "decimal", KindBool: "bool", KindDate: "date",
	KindTimestamp: "timestamp", KindMoney: "money", KindCountry: "country", KindEnum: "enum",
	KindRef: "ref", KindList: "list", KindSet: "set", KindObject: "object",
}

// String returns the word of the language for the kind, as in `type = "date"`.
func (k Kind) String() string {
	if int(k) < len(kindWords) {
		return kindWords[k]
	}
	return "unknown"
}

// ParseKind returns the kind of a word of the language.
func ParseKind(word string) (Kind, bool) {
	for k, w := range kindWords {
		if w == word {
			return Kind(k), true
		}
	}
	return KindAny, false
}

// Textual reports whether values of the kind are held, and spoken of in
// expressions, as text: string, text, email, phone, url, country, enum, ref
// and date.
func (k Kind) Textual() bool {
	switch k {
	case KindString, KindText, KindEmail, KindPhone, KindURL, KindCountry, KindEnum, KindRef, KindDate:
		return true
	}
	return false
}

// Collection reports whether the kind holds elements: a list or a set.
func (k Kind) Collection() bool { return k == KindList || k == KindSet }

// Scalar reports whether the kind is one plain value: neither unknown, nor a
// list, a set or an object.
func (k Kind) Scalar() bool { return k != KindAny && k != KindObject && !k.Collection() }

// ElemType returns the type of the elements of a list or set; any when it is
// not known, or when the type has none.
func (t Type) ElemType() Type {
	if t.Elem == nil {
		return Type{Nullable: true}
	}
	return *t.Elem
}

// Field returns the field of an object type.
func (t Type) Field(name string) (Field, bool) {
	for _, f := range t.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// Rank returns the place of a word in an enum, -1 when it has no such word.
func (t Type) Rank(word string) int {
	for i, w := range t.Words {
		if w == word {
			return i
		}
	}
	return -1
}

// OrNull returns the type with null among its values.
func (t Type) OrNull() Type {
	t.Nullable = true
	return t
}

// Same reports whether two types hold the same values, in the same meaning.
func (t Type) Same(o Type) bool { return t.String() == o.String() }

// ListOf returns the type of lists of the element type.
func ListOf(elem Type) Type { return Type{Kind: KindList, Elem: &elem} }

// SetOf returns the type of sets of the element type.
func SetOf(elem Type) Type { return Type{Kind: KindSet, Elem: &elem} }

// RefTo returns the type of references to an entity.
func RefTo(entity string) Type { return Type{Kind: KindRef, Entity: entity} }

// EnumOf returns the type of the words.
func EnumOf(words ...string) Type { return Type{Kind: KindEnum, Words: words} }
