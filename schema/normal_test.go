package schema_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"

	"syncline/schema"
)

// unfit is what a case expects of a value that has no normal form.
const unfit = "UNFIT"

func TestNormalForms(t *testing.T) {
	for want, cases := range map[string]map[string]string{
		"string": {"  Ann \t Lee\n": "Ann Lee", "ＡＢＣ ﬁ": "ABC fi", "e\u0301": "é", "Ann\u00a0Lee": "Ann Lee", "\ufeffAnn\u200b": "Ann", " \u00a0": "empty", "a\xff": unfit},
		"text":   {"a\r\nb\rc  \n\n": `a\nb\nc`, "  kept  inside": "  kept  inside", "ﬁ e\u0301": "ﬁ é", "\n \t": "empty"},
		"email": {
			"Ann.Lee+CV@Example.COM": "ann.lee+cv@example.com", " a@b.org ": "a@b.org", "ANN@BÜCHER.example": "ann@xn--bcher-kva.example", "a.b@gmail.com": "a.b@gmail.com",
			"Ann <a@b.org>": unfit, "a@b@c.org": unfit, "a@b..org": unfit, "a@-b.org": unfit, "a@b.org, c@d.org": unfit, `"ann"@b.org`: "ann@b.org", `"a b"@b.org`: `"a b"@b.org`,
		},
		"phone": {
			"(202) 555-0143": "+12025550143", "+49 (0)30 901820": "+4930901820", "0049 30 901820": unfit, "011 49 30 901820": "+4930901820", "+1 202 555 0143 ext. 7": "+12025550143;ext=7",
			"12": unfit, "call me": unfit, "+999 1234567": unfit, "555-0143": unfit, "+39 02 1234567": "+39021234567",
		},
		"url": {
			"HTTPS://Example.COM:443/": "https://example.com", "www.example.com/A?b=C#d": "https://www.example.com/A?b=C#d", "http://example.com:8080/x": "http://example.com:8080/x",
			"http://bücher.example/ä": "http://xn--bcher-kva.example/%C3%A4", "javascript:alert(1)": unfit, "no spaces.com/": unfit, "http://": unfit, "http://[::1]:80/": "http://[::1]",
			"linkedin.com/in/ann": "https://linkedin.com/in/ann", "example.com:8080": "https://example.com:8080",
		},
		"country": {
			"de": "DE", "DEU": "DE", "Germany": "DE", "deutschland": "DE", "U.S.A.": "US", "uk": "GB", "Côte d’Ivoire": "CI", "cote d'ivoire": "CI", "Österreich": "AT", "The Netherlands": "NL",
			"Niger": "NE", "Nigeria": "NG", "Türkiye": "TR", "日本": "JP", "Atlantis": unfit, "EU": unfit, "SU": unfit, "YU": unfit, "QQ": unfit, "ZZ": unfit, "": "empty", "Russian Federation": "RU", "South Korea": "KR",
		},
		"date": {
			"2024-02-29": "2024-02-29", "2023-02-30": unfit, "2023-02-29": unfit, "2024/02/29": "2024-02-29", "20240229": "2024-02-29", "2024-05-31T23:30:00-08:00": "2024-05-31",
			"31.05.2024": unfit, "05/31/2024": unfit, "2024-13-01": unfit, "2024-05-31x": unfit, "2024-05-31 25:00": unfit, "0000-01-01": unfit, "1900-02-29": unfit, "2000-02-29": "2000-02-29",
		},
		"timestamp": {
			"2024-05-31T09:30:00Z": "2024-05-31T09:30:00Z", "2024-05-31 09:30": "2024-05-31T09:30:00Z", "2024-05-31T09:30:00.123456789+02:00": "2024-05-31T07:30:00.123456Z",
			"20240531T093000+0530": "2024-05-31T04:00:00Z", "2024-05-31": "2024-05-31T00:00:00Z", "2024-05-31 09:30:00 UTC": "2024-05-31T09:30:00Z", "2024-02-30T00:00:00Z": unfit,
			"yesterday": unfit, "1717142400": unfit, "2024-05-31T24:00:00Z": unfit, "0001-01-01T00:00:00+01:00": unfit,
		},
		"int":     {" +42 ": "42", "12.0": "12", "1e3": "1000", "9223372036854775807": "9223372036854775807", "9223372036854775808": unfit, "1.5": unfit, "1,000": unfit, "0x10": unfit},
		"decimal": {"-0.0": "0", "1.50": "1.5", "1.5e3": "1500", ".5": "0.5", "5.": "5", "1e-3": "0.001", "007": "7", "1e401": unfit, "1e-401": unfit, "0e999999999999": "0", "NaN": unfit, "1 000": unfit, "--1": unfit},
		"money": {
			"12.5 EUR": "12.50 EUR", "EUR 12.50": "12.50 EUR", "12.345eur": "12.345 EUR", "100.00 JPY": "100 JPY", "1 KWD": "1.000 KWD", "12.50": unfit, "12 QQQ": unfit, "€12": unfit, "-0.50 USD": "-0.50 USD", "-0 USD": "0.00 USD",
		},
		"bool":                   {"Yes": "true", "0": "false", "FALSE": "false", "maybe": unfit},
		"enum(applied, offer)":   {"offer": "offer", "Offer": unfit, " offer": unfit},
		"ref(job)":               {" 42 ": "42"},
		"list(int)":              {"1": unfit},
		"object(a = int)":        {"{}": unfit},
		"enum":                   {"anything": "anything"},
		"enum(low < mid < high)": {"mid": "mid"},
	} {
		for text, expected := range cases {
			got, err := parseTypes(want)[0].Normal(schema.String(text), region)
			shown := got.Display()
			if err != nil {
				shown = unfit
			}
			if shown != expected {
				t.Errorf("%s: %q became %q instead of %q (%v)", want, text, shown, expected, err)
			}
		}
	}
}

func TestNormalAcrossKinds(t *testing.T) {
	list := func(texts ...string) (items []schema.Value) {
		for _, text := range texts {
			items = append(items, schema.String(text))
		}
		return items
	}
	for _, c := range []struct {
		want  string
		value schema.Value
		shown string
	}{
		{"string", schema.Int(42), "42"},
		{"ref(job)", schema.Int(42), "42"},
		{"string", schema.Decimal("1.5"), "1.5"},
		{"string", schema.List(), "empty"},
		{"string", schema.Object(nil, nil), unfit},
		{"decimal", schema.Int(-5), "-5"},
		{"int", schema.Bool(true), unfit},
		{"bool", schema.Int(1), "true"},
		{"bool", schema.Int(2), unfit},
		{"bool", schema.Int(-1), unfit},
		{"date", schema.Timestamp(time.Date(2024, 5, 31, 23, 0, 0, 0, time.UTC)), "2024-05-31"},
		{"timestamp", schema.Date(time.Date(2024, 5, 31, 23, 0, 0, 0, time.UTC)), "2024-05-31T00:00:00Z"},
		{"money", read(t, `{"amount": 12.5, "currency": "eur"}`), "12.50 EUR"},
		{"money", read(t, `{"amount": "7", "currency": "JPY"}`), "7 JPY"},
		{"money", read(t, `{"amount": 7}`), unfit},
		{"money", schema.Int(5), unfit},
		{"set(email)", schema.List(list("B@x.org", "a@x.org", "b@X.org", "")...), "[a@x.org, b@x.org]"},
		{"set(decimal)", read(t, `[10, 9.50, "9.5", null]`), "[9.5, 10]"},
		{"list(email)", schema.Set(list("B@x.org", "a@x.org")...), "[b@x.org, a@x.org]"},
		{"list(email)", schema.List(list("a@x.org", "nobody")...), unfit},
		{"object(b = int)", read(t, `{"c": {"z": 1, "a": 2}, "b": "5"}`), "{b: 5, c: {a: 2, z: 1}}"},
		{"object(b = int)", read(t, `{"b": "x"}`), unfit},
		{"string", schema.NullValue(), "null"},
		{"string", schema.Value{}, "absent"},
	} {
		got, err := parseTypes(c.want)[0].Normal(c.value, region)
		shown := got.Display()
		if err != nil {
			shown = unfit
		}
		if shown != c.shown {
			t.Errorf("%s: %s became %q instead of %q (%v)", c.want, c.value.Display(), shown, c.shown, err)
		}
	}
}

func TestDistinctBlanksStayApart(t *testing.T) {
	distinct := schema.Norm{Distinct: true}
	for _, want := range parseTypes("string", "text") {
		blanks, _ := want.Normal(schema.String(" \t"), distinct)
		again, _ := want.Normal(blanks, distinct)
		empty, _ := want.Normal(schema.String(""), distinct)
		if schema.Equal(blanks, empty) || !schema.Equal(blanks, again) || !blanks.Blank() {
			t.Errorf("%s: blanks %q, empty %q", want, blanks.Display(), empty.Display())
		}
	}
}

func TestNormalLeavesItsInputAlone(t *testing.T) {
	items := []schema.Value{schema.String("b"), schema.String(" a"), schema.String("b")}
	for _, want := range parseTypes("list(string)", "set(string)", "set", "list") {
		if _, err := want.Normal(schema.List(items...), region); err != nil {
			t.Fatal(err)
		}
	}
	if items[0].Text() != "b" || items[1].Text() != " a" || items[2].Text() != "b" {
		t.Error("the items changed")
	}
}

// TestEmailsOfIsemail holds that every valid address has a normal form, and
// that of the others only quoted ones have.
func TestEmailsOfIsemail(t *testing.T) {
	want := schema.Type{Kind: schema.KindEmail}
	for _, c := range readCases[[][2]string](t, "isemail_tests.json") {
		text, diagnosis := c[0], c[1]
		if text != strings.TrimSpace(text) {
			continue // outer blanks are trimmed before anything else
		}
		valid := diagnosis == "valid" || diagnosis == "rfc5321QuotedString"
		if strings.HasPrefix(text, `""@`) || strings.ContainsRune(text, 0x103ff) {
			valid = false // nobody has an empty name; a host has no unassigned code points
		}
		v, err := want.Normal(schema.String(text), region)
		if v.Is() != valid || (err == nil) != valid && text != "" {
			t.Errorf("%q is %s: %q, %v", text, diagnosis, v.Display(), err)
		}
	}
}

func TestPhonesOfEveryCountry(t *testing.T) {
	want := schema.Type{Kind: schema.KindPhone}
	for country, national := range readCases[map[string]string](t, "phone_examples_by_country.json") {
		v, err := want.Normal(schema.String(national), schema.Norm{Region: country})
		if err != nil {
			t.Errorf("%s %s: %v", country, national, err)
			continue
		}
		again, err := want.Normal(v, schema.Norm{})
		if err != nil || !schema.Equal(v, again) || !strings.HasPrefix(v.Text(), "+") || !strings.HasSuffix(v.Text(), national) {
			t.Errorf("%s %s became %s, then %s: %v", country, national, v.Text(), again.Text(), err)
		}
	}
}

// TestPlainPhonesAreTheLibrarys holds that what is taken without parsing is
// what the library would make of it.
func TestPlainPhonesAreTheLibrarys(t *testing.T) {
	want := schema.Type{Kind: schema.KindPhone}
	for code := range phonenumbers.GetSupportedCallingCodes() {
		for _, length := range []int{9, 10} {
			for front := range 100 {
				number := fmt.Sprintf("+%d%02d%s", code, front, strings.Repeat("2", length-2))
				v, err := want.Normal(schema.String(number), schema.Norm{})
				if err != nil || v.Text() != number {
					continue
				}
				parsed, err := phonenumbers.Parse(number, "")
				if err != nil || phonenumbers.Format(parsed, phonenumbers.E164) != number {
					t.Fatalf("%s: %v", number, err)
				}
			}
		}
	}
}

func TestPhoneWithoutRegionSaysSo(t *testing.T) {
	_, err := schema.Type{Kind: schema.KindPhone}.Normal(schema.String("030 901820"), schema.Norm{})
	if err == nil || !strings.Contains(err.Error(), "no region is set") {
		t.Error(err)
	}
}

func TestFractionIsNoWholeNumber(t *testing.T) {
	_, err := schema.Type{Kind: schema.KindInt}.Normal(schema.Decimal("1.5"), region)
	if err == nil || !strings.Contains(err.Error(), "got a fraction") {
		t.Error(err)
	}
}

func TestEnumNamesTheNearestWord(t *testing.T) {
	want := schema.EnumOf("applied", "screening", "offer")
	for text, near := range map[string]string{"Offer": "offer", "screning": "screening", " applied": "applied", "zzz": "", strings.Repeat("x", 500): ""} {
		_, err := want.Normal(schema.String(text), region)
		if u := schema.AsUnfit(err); u == nil || u.Near != near || u.Value().Text() != text {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
