package diag

// Text is an expression as its author wrote it inside a file: the decoded
// source, and for every byte of it the place in the file it came from, so that
// a problem inside the expression is underlined there (escapes, heredocs and
// characters beyond ASCII included).
type Text struct {
	Source string
	Range  Range // of the whole attribute value in the file
	Places []Pos // one per byte of Source, and one more for its end; nil: unknown, Range is used
}

// At returns the range of the bytes from start to end (exclusive) of Source.
func (t Text) At(start, end int) Range {
	if t.Places == nil || start < 0 || end > len(t.Source) || start > end {
		return t.Range
	}
	if start == end && end < len(t.Source) {
		end++
	}
	return Range{File: t.Range.File, Start: t.Places[start], End: t.Places[end]}
}
