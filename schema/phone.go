package schema

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// normalPhone returns a number in E.164, with ";ext=" and its extension when
// it has one. A number is taken when its length is possible in its country;
// whether the range is in use changes faster than any table of them.
//
// Why again until nothing changes: the library takes a dialling prefix off
// +61 0 0…, and what is left may start with one once more.
func normalPhone(s, region string) (normal, reason string) {
	if plainPhone(s) {
		return s, ""
	}
	if plain, ok := unparsedPhone(s, region); ok {
		return plain, ""
	}
	for range 4 {
		if plainPhone(s) {
			return s, ""
		}
		if normal, reason = readPhone(s, region); reason != "" {
			return "", reason
		}
		if normal == s {
			return s, ""
		}
		s = normal
	}
	return "", "it begins with too many zeros"
}

func readPhone(s, region string) (normal, reason string) {
	region = strings.ToUpper(region)
	number, err := phonenumbers.Parse(s, region)
	if err != nil {
		return "", phoneReason(err, region)
	}
	if phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		return "", "the number of digits is not possible in its country"
	}
	normal = phonenumbers.Format(number, phonenumbers.E164)
	if extension := number.GetExtension(); extension != "" {
		normal += ";ext=" + extension
	}
	return normal, ""
}

func phoneReason(err error, region string) string {
	switch {
	case err == phonenumbers.ErrInvalidCountryCode && region == "":
		return "no country code, and no region is set"
	case err == phonenumbers.ErrInvalidCountryCode:
		return "unknown country code"
	}
	return "expected a phone number such as +49 30 1234567"
}

// callingCode is what can be told of numbers under a country's code without
// parsing them.
type callingCode struct {
	lengths uint32 // bit n: a national number of n digits is possible
	prefix  uint16 // bit d: what the library takes off a number may begin with digit d
}

// callingCodes holds what normal forms need of the library's data, by code;
// it is read once, when the first number comes.
var callingCodes = sync.OnceValue(func() *[1000]callingCode {
	var codes [1000]callingCode
	data, err := phonenumbers.MetadataCollection()
	if err != nil {
		return &codes // then every number is parsed
	}
	for _, country := range data.GetMetadata() {
		code := int(country.GetCountryCode())
		main := phonenumbers.GetRegionCodeForCountryCode(code)
		if code < len(codes) && (main == country.GetId() || country.GetId() == "001") {
			codes[code] = readCallingCode(country)
		}
	}
	return &codes
})

func readCallingCode(country *phonenumbers.PhoneMetadata) (c callingCode) {
	for _, length := range country.GetGeneralDesc().GetPossibleLength() {
		if length > 0 && length < 32 {
			c.lengths |= 1 << length
		}
	}
	c.prefix = firstDigits(country.GetNationalPrefixForParsing()) | 1<<0
	return c
}

// firstDigits returns which digits a match of the pattern may begin with.
func firstDigits(pattern string) (set uint16) {
	const all = 1<<10 - 1
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return all
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return all
	}
	seen := make([]bool, len(program.Inst))
	ways := []uint32{uint32(program.Start)}
	for len(ways) > 0 {
		at := ways[len(ways)-1]
		ways = ways[:len(ways)-1]
		if seen[at] {
			continue
		}
		seen[at] = true
		switch step := &program.Inst[at]; step.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			ways = append(ways, step.Out, step.Arg)
		case syntax.InstCapture, syntax.InstNop, syntax.InstEmptyWidth:
			ways = append(ways, step.Out)
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			for d := range 10 {
				if step.MatchRune('0' + rune(d)) {
					set |= 1 << d
				}
			}
		}
	}
	return set
}

// plainPhone reports whether a text is in E.164 without doubt: a known code,
// a possible length, and no digit in front that might be a prefix of dialling
// inside the country.
func plainPhone(s string) bool {
	if len(s) < 5 || len(s) > 16 || s[0] != '+' || s[1] == '0' || countDigits(s[1:]) != len(s)-1 {
		return false
	}
	codes := callingCodes()
	for n := 1; n <= 3; n++ {
		code, _ := strconv.Atoi(s[1 : 1+n])
		known := codes[code]
		if known.lengths == 0 {
			continue
		}
		return known.prefix>>(s[1+n]-'0')&1 == 0 && known.lengths>>(len(s)-1-n)&1 == 1
	}
	return false
}

// unparsedPhone returns the normal form of a number that is only digits and
// the usual signs between them, where nothing about it is in doubt: either it
// tells its country's code, or it begins with no digit that might be a prefix
// of dialling in the region or its country's code.
func unparsedPhone(s, region string) (string, bool) {
	var room [24]byte
	number, ok := appendDialled(room[:0], s)
	if !ok {
		return "", false
	}
	if number[0] == '+' {
		plain := string(number)
		return plain, plainPhone(plain)
	}
	home, ok := dialledFrom()[strings.ToUpper(region)]
	if !ok || home.prefix>>(number[0]-'0')&1 != 0 || bytes.HasPrefix(number, home.code[1:]) {
		return "", false
	}
	plain := string(append(home.code, number...))
	return plain, plainPhone(plain)
}

// appendDialled appends the digits, and the plus they may begin with. It
// reports whether there is nothing else but the usual signs.
func appendDialled(b []byte, s string) ([]byte, bool) {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			b = append(b, c)
		case c == '+' && i == 0:
			b = append(b, c)
		case c == ' ', c == '-', c == '.', c == '(', c == ')', c == '/':
		default:
			return b, false
		}
		if len(b) == cap(b) {
			return b, false
		}
	}
	return b, len(b) >= 5
}

// home is what can be told of numbers dialled inside a region.
type home struct {
	code   []byte // with its plus, and no room behind it
	prefix uint16 // bit d: what the library takes off a number may begin with digit d
}

// dialledFrom holds the regions by name; it is read once, when the first
// number comes.
var dialledFrom = sync.OnceValue(func() map[string]home {
	regions := map[string]home{}
	data, err := phonenumbers.MetadataCollection()
	if err != nil {
		return regions // then every number is parsed
	}
	for _, country := range data.GetMetadata() {
		code := strconv.AppendInt([]byte{'+'}, int64(country.GetCountryCode()), 10)
		regions[country.GetId()] = home{
			code:   slices.Clip(code),
			prefix: firstDigits(country.GetNationalPrefixForParsing()) | firstDigits(country.GetInternationalPrefix()) | 1<<0,
		}
	}
	delete(regions, "001") // no region: numbers of no country
	return regions
})
