package funcs

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"syncline/schema"
)

var text = Family{
	Name: "Text",
	Doc:  "Texts are Unicode; a length counts characters, never bytes.",
	Funcs: []*Func{
		textFunc("trim", "Removes blanks at both ends.", strings.TrimSpace,
			Example{"trim('  Ada ')", "'Ada'"}, Example{`trim("\u00a0Ada\u2003")`, "'Ada'"}),
		textFunc("squeeze", "Removes blanks at both ends and makes every run of blanks inside one space.", squeeze,
			Example{"squeeze('  Ada   Lovelace ')", "'Ada Lovelace'"}),
		textFunc("lower", "Turns to lower case.", strings.ToLower, Example{"lower('ÅSA')", "'åsa'"}),
		textFunc("upper", "Turns to upper case.", strings.ToUpper, Example{"upper('zürich')", "'ZÜRICH'"}),
		textFunc("title", "Begins every word with a capital and writes the rest small.", title,
			Example{"title('senior GO engineer')", "'Senior Go Engineer'"}),
		textFunc("fold", "Makes texts comparable without regard to case, accents, width and blanks around.", fold,
			Example{"fold(' JOSÉ ') == fold('jose')", "true"}, Example{"fold('Straße')", "'strasse'"}),
		textFunc("ascii", "Writes a text with ASCII letters where there is a usual way, and drops what has none.", ascii,
			Example{"ascii('Søren Łukasz Müller')", "'Soren Lukasz Muller'"}),
		textFunc("slug", "Makes a word for addresses: small ASCII letters, digits, single dashes.", slug,
			Example{"slug('Senior Engineer (m/f) – Zürich')", "'senior-engineer-m-f-zurich'"}),
		textFunc("digits", "Keeps the digits.", digits, Example{"digits('REQ-0042/7')", "'00427'"}),
		truncateFunc, padFunc("pad_left", "Fills a text at the left up to the length.", true), padFunc("pad_right", "Fills a text at the right up to the length.", false),
		replaceFunc, splitFunc, joinFunc, containsFoldFunc, ifBlankFunc,
	},
}

var truncateFunc = &Func{
	Name: "truncate", Doc: "Cuts a text to at most so many characters; a text that was cut ends with the ending, which counts.",
	Params:   []Param{{Name: "text", Type: stringType}, {Name: "length", Type: intType}, {Name: "ending", Type: stringType, Optional: true}},
	Result:   stringType,
	Errors:   "a negative length",
	Examples: []Example{{"truncate('Lovelace', 4)", "'Love'"}, {"truncate('Lovelace', 5, '…')", "'Love…'"}, {"truncate('Ada', 5)", "'Ada'"}, {"truncate('Ada', -1)", "error"}},
	Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
		if args[1].Int() < 0 {
			return schema.Value{}, errors.New("the length is negative")
		}
		ending := ""
		if len(args) > 2 {
			ending = args[2].Text()
		}
		return schema.String(truncate(args[0].Text(), args[1].Int(), ending)), nil
	},
}

func truncate(s string, length int64, ending string) string {
	if int64(len(s)) <= length || int64(utf8.RuneCountInString(s)) <= length {
		return s
	}
	keep := max(length-int64(utf8.RuneCountInString(ending)), 0)
	if keep == 0 {
		ending = string([]rune(ending)[:min(length, int64(utf8.RuneCountInString(ending)))])
	}
	for i := range s {
		if keep == 0 {
			return s[:i] + ending
		}
		keep--
	}
	return s
}

func padFunc(name, doc string, left bool) *Func {
	example := []Example{{name + "('42', 5, '0')", "'42000'"}, {name + "('Ada', 2)", "'Ada'"}, {name + "('x', 9999999)", "error"}}
	if left {
		example[0].Gives = "'00042'"
	}
	return &Func{
		Name: name, Doc: doc + " It fills with blanks unless another character is given.",
		Params: []Param{{Name: "text", Type: stringType}, {Name: "length", Type: intType}, {Name: "fill", Type: stringType, Optional: true}},
		Result: stringType, Errors: "a fill that is not one character, and a length above 10000", Examples: example,
		Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
			fill := " "
			if len(args) > 2 {
				fill = args[2].Text()
			}
			if utf8.RuneCountInString(fill) != 1 || args[1].Int() > 10_000 {
				return schema.Value{}, errors.New("it fills with one character, to a length of 10000 at most")
			}
			s := args[0].Text()
			more := strings.Repeat(fill, int(max(args[1].Int()-int64(utf8.RuneCountInString(s)), 0)))
			if left {
				return schema.String(more + s), nil
			}
			return schema.String(s + more), nil
		},
	}
}

var replaceFunc = &Func{
	Name: "replace", Doc: "Replaces every occurrence of a text by another.",
	Params: []Param{{Name: "text", Type: stringType}, {Name: "old", Type: stringType}, {Name: "new", Type: stringType}},
	Result: stringType, Errors: "an empty old text, and a result longer than 1 MiB",
	Examples: []Example{{"replace('a-b-c', '-', ' ')", "'a b c'"}, {"replace('abc', '', 'x')", "error"}},
	Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
		s, old, with := args[0].Text(), args[1].Text(), args[2].Text()
		if old == "" {
			return schema.Value{}, errors.New("the text to be replaced is empty")
		}
		if len(s)+strings.Count(s, old)*max(len(with)-len(old), 0) > maxText {
			return schema.Value{}, errTooLong
		}
		return schema.String(strings.ReplaceAll(s, old, with)), nil
	},
}

var splitFunc = &Func{
	Name: "split", Doc: "Splits a text at a separator; the parts are trimmed, and blank parts left out.",
	Params: []Param{{Name: "text", Type: stringType}, {Name: "separator", Type: stringType}},
	Result: stringsType, Errors: "an empty separator, and more than 10000 parts",
	Examples: []Example{{"split('Go, SQL,, HCL', ',')", "['Go', 'SQL', 'HCL']"}, {"split('', ',')", "[]"}, {"split('a', '')", "error"}},
	Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
		s, separator := args[0].Text(), args[1].Text()
		if separator == "" || strings.Count(s, separator) > 10_000 {
			return schema.Value{}, errors.New("it needs a separator, and gives 10000 parts at most")
		}
		var parts []schema.Value
		for part := range strings.SplitSeq(s, separator) {
			if part = strings.TrimSpace(part); part != "" {
				parts = append(parts, schema.String(part))
			}
		}
		return schema.List(parts...), nil
	},
}

var joinFunc = &Func{
	Name: "join", Doc: "Joins the texts of a list with a separator; blank and null ones are left out.",
	Params: []Param{{Name: "list", Type: listType}, {Name: "separator", Type: stringType}},
	Result: stringType, Errors: "an element that is no text, and a result longer than 1 MiB",
	Examples: []Example{{"join(['Ada', null, 'Lovelace'], ' ')", "'Ada Lovelace'"}, {"join([], ', ')", "''"}, {"join([true], ',')", "error"}},
	Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
		var parts []string
		size := 0
		for _, item := range args[0].Items() {
			if item.Blank() || item.IsAbsent() {
				continue
			}
			if !Textual(item.Kind()) {
				return schema.Value{}, errors.New("an element of the list is no text")
			}
			parts = append(parts, item.Text())
			if size += len(item.Text()) + len(args[1].Text()); size > maxText {
				return schema.Value{}, errTooLong
			}
		}
		return schema.String(strings.Join(parts, args[1].Text())), nil
	},
}

var containsFoldFunc = &Func{
	Name: "contains_fold", Doc: "Reports whether a text contains another without regard to case and accents.",
	Params: []Param{{Name: "text", Type: stringType}, {Name: "part", Type: stringType}}, Result: boolType,
	Examples: []Example{{"contains_fold('Zürich, Switzerland', 'ZURICH')", "true"}, {"contains_fold('Bern', 'zurich')", "false"}},
	Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
		return schema.Bool(strings.Contains(fold(args[0].Text()), fold(args[1].Text()))), nil
	},
}

var ifBlankFunc = &Func{
	Name: "if_blank", Doc: "Gives the text, or another where it is null or blank.",
	Params: []Param{{Name: "text", Type: stringType}, {Name: "instead", Type: stringType}}, Result: stringType, Nulls: true,
	Examples: []Example{{"if_blank('  ', 'unknown')", "'unknown'"}, {"if_blank(null, 'unknown')", "'unknown'"}, {"if_blank('Ada', 'unknown')", "'Ada'"}},
	Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
		if args[0].Blank() {
			return args[1], nil
		}
		return args[0], nil
	},
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func title(s string) string { return cases.Title(language.Und).String(s) }

func fold(s string) string {
	return strings.ToLower(plainLetters(strings.TrimSpace(norm.NFKC.String(s))))
}

func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return -1
		}
		return r
	}, plainLetters(s))
}

// plainLetters takes the accents off letters and writes those that have no
// accent to take off the usual way.
func plainLetters(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case letters[r] != "":
			b.WriteString(letters[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var letters = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D",
	'ł': "l", 'Ł': "L", 'þ': "th", 'Þ': "Th", 'ı': "i", 'ħ': "h", 'Ħ': "H", '–': "-", '—': "-", '‘': "'", '’': "'", '“': `"`, '”': `"`, '…': "...",
}

func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(ascii(s)) {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
