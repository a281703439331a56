package schema

// String returns "public", "personal", "pay" or "protected".
func (c Class) String() string {
	switch c {
	case Personal:
		return "personal"
	case Pay:
		return "pay"
	case Protected:
		return "protected"
	}
	return "public"
}
