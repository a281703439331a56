package connectors

import "strconv"

var gradeNames = [...]string{
	GradeNone: "none", IfMatch: "if_match", UnmodifiedSince: "unmodified_since",
	RevisionMatch: "revision", Compared: "compared", ReadBeforeWrite: "read_before_write", Blind: "blind",
}

// String returns the grade as it is written in pipelines and printed in plans.
func (g Grade) String() string { return nameOf(gradeNames[:], int(g), "grade") }

var ladderNames = [...]string{
	CreateUnsafe: "none", CreateKeySearch: "key_search", CreateMarker: "marker",
	CreateIdempotency: "idempotency_key", CreateExternalID: "external_id",
}

// String returns how a lost create is found again, in one word.
func (l CreateLadder) String() string { return nameOf(ladderNames[:], int(l), "ladder") }

var kindNames = [...]string{
	Failed: "failed", Unavailable: "unavailable", Uncertain: "uncertain", Moved: "moved",
	NotFound: "not found", Refused: "refused", Denied: "denied", Limited: "limited",
	Unsupported: "unsupported", Unreadable: "unreadable",
}

// String returns the kind in words.
func (k ErrorKind) String() string { return nameOf(kindNames[:], int(k), "kind") }

var presenceNames = [...]string{
	Unknown: "unknown", Live: "live", Gone: "gone", Archived: "archived", Merged: "merged",
}

// String returns the presence in one word.
func (p Presence) String() string { return nameOf(presenceNames[:], int(p), "presence") }

func nameOf(names []string, i int, what string) string {
	if i < len(names) {
		return names[i]
	}
	return what + " " + strconv.Itoa(i)
}
