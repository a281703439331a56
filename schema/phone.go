package schema

import (
	"regexp/syntax"
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
