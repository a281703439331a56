package diag

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// The limits keep a hostile file from taking the process with it: the parser
// of HCL recurses by nesting, and its time is quadratic in a heredoc's lines.
const (
	MaxNesting = 200  // brackets that may be open at once
	MaxHeredoc = 5000 // lines of a heredoc

	maxSigns      = 5000
	maxConditions = 20000
)

const (
	codeEncoding Code = "SYN1011"
	codeNesting  Code = "SYN1012"
)

// Unparsable says why a file must not be given to the parser of HCL; false
// where it may.
func Unparsable(name string, src []byte) (Problem, bool) {
	if i := invalidUTF8(src); i >= 0 {
		return Problem{Code: codeEncoding, Summary: "the file is not UTF-8 text", Hint: "save it as UTF-8", Range: pointRange(name, src, i)}, true
	}
	if i := deepOperators(src); i >= 0 {
		return Problem{Code: codeNesting, Summary: "the file is nested too deeply", Detail: "too many operators follow each other here", Range: pointRange(name, src, i)}, true
	}
	if i := longHeredoc(src); i >= 0 {
		return Problem{Code: codeNesting, Summary: "a heredoc of too many lines", Detail: fmt.Sprintf("more than %d", MaxHeredoc), Hint: "file(…) reads a long text", Range: pointRange(name, src, i)}, true
	}
	if i := deepBrackets(src); i >= 0 {
		return Problem{
			Code: codeNesting, Summary: "the file is nested too deeply",
			Detail: fmt.Sprintf("more than %d brackets are open here", MaxNesting), Range: pointRange(name, src, i),
		}, true
	}
	return Problem{}, false
}

// Tangled reports whether a text that is no file of its own is not to be given
// to the parser.
func Tangled(src []byte) bool {
	return deepOperators(src) >= 0 || longHeredoc(src) >= 0 || deepBrackets(src) >= 0
}

// deepBrackets finds the bracket that opens one more than may be open.
func deepBrackets(src []byte) int {
	depth := 0
	for i, b := range src {
		switch b {
		case '{', '[', '(':
			if depth++; depth > MaxNesting {
				return i
			}
		case '}', ']', ')':
			depth = max(depth-1, 0)
		}
	}
	return -1
}

// deepOperators finds the place where operators alone would nest the parser
// too deeply: signs in a row, or conditions without end.
func deepOperators(src []byte) int {
	signs, conditions := 0, 0
	for i, b := range src {
		switch b {
		case '!', '-':
			signs++
		case ' ', '\t', '\n', '\r':
		case '?':
			conditions++
			signs = 0
		default:
			signs = 0
		}
		if signs > maxSigns || conditions > maxConditions {
			return i
		}
	}
	return -1
}

// longHeredoc finds a heredoc of too many lines.
func longHeredoc(src []byte) int {
	start, lines, tag := 0, 0, []byte(nil)
	for at := 0; at < len(src); {
		line, _, _ := bytes.Cut(src[at:], []byte("\n"))
		trimmed := bytes.TrimSpace(line)
		switch m := heredocStart(trimmed); {
		case tag != nil && bytes.Equal(trimmed, tag):
			tag = nil
		case tag != nil:
			if lines++; lines > MaxHeredoc {
				return start
			}
		case m != nil:
			tag, start, lines = m, at, 0
		}
		at += len(line) + 1
	}
	return -1
}

// heredocStart gives the word that ends a heredoc which begins on the line.
func heredocStart(line []byte) []byte {
	i := bytes.LastIndex(line, []byte("<<"))
	if i < 0 || line[0] == '#' || bytes.HasPrefix(line, []byte("//")) {
		return nil
	}
	tag := bytes.TrimPrefix(line[i+2:], []byte("-"))
	if len(tag) == 0 || bytes.ContainsAny(tag, " \t\"'{}()") {
		return nil
	}
	return tag
}

func invalidUTF8(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// pointRange is the range of one byte of a file.
func pointRange(name string, src []byte, at int) Range {
	line := 1 + bytes.Count(src[:at], []byte("\n"))
	start := bytes.LastIndexByte(src[:at], '\n') + 1
	column := 1 + utf8.RuneCount(src[start:at])
	return Range{File: name, Start: Pos{Line: line, Column: column, Byte: at}, End: Pos{Line: line, Column: column + 1, Byte: at + 1}}
}
