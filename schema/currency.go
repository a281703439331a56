package schema

import "strings"

// The codes of ISO 4217, by how many digits their minor unit has. Funds,
// metals and test codes are left out: nobody is paid in them.
const (
	noMinorUnit = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
	milliUnit   = "BHD IQD JOD KWD LYD OMR TND"
	centUnit    = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD " +
		"HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK " +
		"MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB " +
		"SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU " +
		"UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)

// currencies holds one shared compound per code, so that money allocates
// nothing for its unit.
var currencies = readCurrencies()

type currency struct {
	digits int
	unit   *compound
}

func readCurrencies() map[string]currency {
	all := make(map[string]currency, 200)
	for digits, codes := range map[int]string{0: noMinorUnit, 2: centUnit, 3: milliUnit} {
		for _, code := range strings.Fields(codes) {
			all[code] = currency{digits, &compound{unit: code}}
		}
	}
	return all
}

func unitOf(code string) *compound {
	if c, ok := currencies[code]; ok {
		return c.unit
	}
	return &compound{unit: code}
}

// CurrencyDigits returns how many digits the minor unit of an ISO 4217
// currency has; false for a code that is none.
func CurrencyDigits(code string) (int, bool) {
	c, ok := currencies[code]
	return c.digits, ok
}
