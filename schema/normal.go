package schema

// Norm is what normal forms depend on beside the type.
type Norm struct {
	Region string // ISO 3166 alpha-2: of phone numbers without a country code
}

// Normal returns the normal form of a value as this type, or an *Unfit error.
// Values are equal when their normal forms are.
func (t Type) Normal(v Value, n Norm) (Value, error) { return v, nil }
