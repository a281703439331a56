package schema

import (
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
	prefix  byte   // the first digit of what is dialled before a number inside the country, 0 for none
}

// callingCodes holds what normal forms need of the library's data, by code;
// it is read once, when the first number comes.
var callingCodes = sync.OnceValue(func() *[1000]callingCode {
	var codes [1000]callingCode
	for code := range phonenumbers.GetSupportedCallingCodes() {
		codes[code] = readCallingCode(code)
	}
	return &codes
})

func readCallingCode(code int) callingCode {
	var c callingCode
	national := uint64(1)
	for n := 1; n <= 15; n++ {
		country := int32(code)
		number := &phonenumbers.PhoneNumber{CountryCode: &country, NationalNumber: &national}
		if phonenumbers.IsPossibleNumberWithReason(number) == phonenumbers.IS_POSSIBLE {
			c.lengths |= 1 << n
		}
		national *= 10
	}
	region := phonenumbers.GetRegionCodeForCountryCode(code)
	if prefix := phonenumbers.GetNddPrefixForRegion(region, true); prefix != "" {
		c.prefix = prefix[0]
	}
	return c
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
		first := s[1+n]
		return first != '0' && first != known.prefix && known.lengths>>(len(s)-1-n)&1 == 1
	}
	return false
}
