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
