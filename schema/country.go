package schema

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// normalCountry returns the ISO 3166 alpha-2 code of a code or a name.
func normalCountry(s string) (normal, reason string) {
	all := countries()
	if len(s) == 2 && all.codes[s] {
		return s, ""
	}
	if code, ok := all.names[countryKey(s)]; ok {
		return code, ""
	}
	return "", "expected a country's ISO 3166 code, such as DE, or its name"
}

// countryTable is every country by what it is called.
type countryTable struct {
	codes map[string]bool   // alpha-2
	names map[string]string // alpha-2, alpha-3 and names, as countryKey has them, to alpha-2
}

// countryTongues are the languages that countries' names are known in. Where
// one word means two countries, the earlier language wins.
var countryTongues = []language.Tag{
	language.English, language.German, language.French, language.Spanish, language.Italian, language.Portuguese,
	language.Dutch, language.Polish, language.Swedish, language.Danish, language.Norwegian, language.Finnish,
	language.Czech, language.Turkish, language.Romanian, language.Hungarian, language.Greek, language.Russian,
	language.Ukrainian, language.Japanese, language.Korean, language.SimplifiedChinese,
}

// countryAliases are names in use that the tables of languages lack.
const countryAliases = `
AE=uae AE=emirates BO=bolivia, plurinational state of BA=bosnia BN=brunei darussalam CD=dr congo CD=drc
CG=republic of the congo CI=cote d'ivoire CI=ivory coast CZ=czech republic CZ=czechia GB=great britain GB=britain GB=u.k. GB=england
GB=scotland GB=wales GB=northern ireland GB=united kingdom of great britain and northern ireland IR=iran, islamic republic of
KP=democratic people's republic of korea KR=republic of korea KR=korea, republic of KR=korea LA=lao people's democratic republic
MD=moldova, republic of MK=macedonia MM=burma NL=holland NL=the netherlands PS=palestine PS=palestine, state of
RU=russian federation SY=syrian arab republic SZ=swaziland TL=east timor TR=turkey TR=türkiye TW=taiwan, province of china
TZ=tanzania, united republic of US=usa US=u.s. US=u.s.a. US=america US=united states of america VA=holy see VA=vatican
VE=venezuela, bolivarian republic of VN=viet nam VN=vietnam HK=hong kong MO=macau MO=macao`

// countries is read once, when the first country comes.
var countries = sync.OnceValue(func() *countryTable {
	t := &countryTable{codes: map[string]bool{}, names: map[string]string{}}
	regions := countryRegions()
	for _, r := range regions {
		t.codes[r.String()] = true
		t.name(r.String(), r.String())
		t.name(r.ISO3(), r.String())
	}
	t.name("UK", "GB")
	t.aliases()
	for _, tongue := range countryTongues {
		named := display.Regions(tongue)
		for _, r := range regions {
			t.name(named.Name(r), r.String())
		}
	}
	return t
})

// countryRegions returns the countries there are today: those with a name.
func countryRegions() []language.Region {
	named := display.Regions(language.English)
	var all []language.Region
	for first := 'A'; first <= 'Z'; first++ {
		for second := 'A'; second <= 'Z'; second++ {
			code := string(first) + string(second)
			r, err := language.ParseRegion(code)
			if err == nil && r.IsCountry() && r.String() == code && r.Canonicalize() == r && len(r.ISO3()) == 3 && named.Name(r) != "" {
				all = append(all, r)
			}
		}
	}
	return all
}

func (t *countryTable) name(name, code string) {
	key := countryKey(name)
	if _, known := t.names[key]; !known && key != "" {
		t.names[key] = code
	}
}

// aliases reads CODE=name, where a name goes on until the next CODE=.
func (t *countryTable) aliases() {
	var code string
	var name []string
	for _, word := range append(strings.Fields(countryAliases), "=") {
		before, after, next := strings.Cut(word, "=")
		if !next {
			name = append(name, word)
			continue
		}
		if code != "" {
			t.name(strings.Join(name, " "), code)
		}
		code, name = before, []string{after}
	}
}

// countryKey is a name without case, accents, points and outer blanks.
func countryKey(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.IsMark(r) || r == '.':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
