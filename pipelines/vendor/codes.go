package vendor

import "syncline/pipelines/diag"

// The codes of what is found here; diag.Codes explains each.
const (
	codeSyntax           diag.Code = "SYN1001"
	codeUnknownBlock     diag.Code = "SYN1002"
	codeUnknownAttribute diag.Code = "SYN1003"
	codeBoth             diag.Code = "SYN1004"
	codeRepeated         diag.Code = "SYN1005"
	codeLabels           diag.Code = "SYN1006"
	codeMissing          diag.Code = "SYN1007"
	codeWrongValue       diag.Code = "SYN1008"
	codeChoice           diag.Code = "SYN1014"
	codeNotText          diag.Code = "SYN1016"
	codeInterpolation    diag.Code = "SYN1017"
	codeDuration         diag.Code = "SYN1018"
	codeEvaluation       diag.Code = "SYN1019"
	codeUnknownName      diag.Code = "SYN2001"
	codeBadName          diag.Code = "SYN2012"
	codeUnknownType      diag.Code = "SYN3102"
	codeBadPath          diag.Code = "SYN3104"
	codeNamesNoRecord    diag.Code = "SYN8001"
	codeUnsigned         diag.Code = "SYN8002"
	codeUnreadable       diag.Code = "SYN8003"
	codeEndless          diag.Code = "SYN8004"
	codeUnknownField     diag.Code = "SYN8005"
	codeStaticSecret     diag.Code = "SYN8006"
	codeContradiction    diag.Code = "SYN8007"
)
