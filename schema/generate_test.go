package schema_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/schema"
)

var textual = []schema.Kind{
	schema.KindString, schema.KindText, schema.KindEmail, schema.KindPhone, schema.KindURL,
	schema.KindCountry, schema.KindEnum, schema.KindRef, schema.KindDate,
}

// anyValue draws a value as any connector might make one, in any state.
func anyValue(depth int) *rapid.Generator[schema.Value] {
	return rapid.Custom(func(t *rapid.T) schema.Value {
		shapes := 9
		if depth == 0 {
			shapes = 7
		}
		switch rapid.IntRange(0, shapes).Draw(t, "form") {
		case 0:
			return schema.NullValue()
		case 1:
			return schema.Int(rapid.Int64().Draw(t, "int"))
		case 2:
			return schema.Bool(rapid.Bool().Draw(t, "bool"))
		case 3:
			return decimal(t)
		case 4:
			return money(t)
		case 5:
			return schema.Timestamp(time.UnixMicro(rapid.Int64Range(-6e16, 2e17).Draw(t, "micros")))
		case 6, 7:
			return schema.Text(rapid.SampledFrom(textual).Draw(t, "kind"), rapid.String().Draw(t, "text"))
		case 8:
			items := rapid.SliceOfN(anyValue(depth-1), 0, 4).Draw(t, "items")
			if rapid.Bool().Draw(t, "set") {
				return schema.Set(items...)
			}
			return schema.List(items...)
		}
		return object(t, depth-1)
	})
}

func object(t *rapid.T, depth int) schema.Value {
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c]{1,2}|é ?`), 0, 4, rapid.ID[string]).Draw(t, "names")
	items := make([]schema.Value, len(names))
	for i := range items {
		items[i] = anyValue(depth).Draw(t, "field")
	}
	return schema.Object(names, items)
}

func decimal(t *rapid.T) schema.Value {
	v, err := schema.ParseDecimal(rapid.StringMatching(`-?[0-9]{1,22}(\.[0-9]{1,12})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "decimal"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func money(t *rapid.T) schema.Value {
	unit := rapid.SampledFrom([]string{"EUR", "JPY", "KWD"}).Draw(t, "unit")
	v, err := schema.ParseMoney(rapid.StringMatching(`-?[0-9]{1,20}(\.[0-9]{1,5})?`).Draw(t, "amount") + " " + unit)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// everyType holds one type at least of every kind.
var everyType = parseTypes(
	"any", "string", "text", "email", "phone", "url", "int", "decimal", "bool", "date", "timestamp", "money",
	"country", "enum(applied, screening, offer)", "enum", "ref(job)", "list(string)", "set(email)", "set(decimal)",
	"list(money)", "set", "list", "object", "object(a = string, b = int?, ab = set(string))", "set(object)", "date?",
)

func parseTypes(texts ...string) []schema.Type {
	var all []schema.Type
	for _, text := range texts {
		t, err := schema.ParseType(text)
		if err != nil {
			panic(err)
		}
		all = append(all, t)
	}
	return all
}

// likelyText draws a text that often fits the type.
func likelyText(want schema.Type) *rapid.Generator[string] {
	fitting := map[schema.Kind]string{
		schema.KindEmail:     `[a-zA-Z0-9.+ü]{1,8}@[a-zA-Zé-]{1,8}(\.[a-zA-Z]{2,3})?`,
		schema.KindPhone:     `(\+|00)?[0-9]{5,14}|\+49 \(0\) ?30[ 0-9]{5,9}|\+(1|7|52|54|39|225|61)[0-9]{7,11}( ext\. ?[0-9]{1,3})?`,
		schema.KindURL:       `([hH]ttps?://)?[a-zA-Zß.-]{1,12}(:[0-9]{2,4})?(/[a-z%0-9 é]{0,6})?(\?[a-z=&]{0,4})?(#[a-zé]{0,2})?`,
		schema.KindInt:       `[ +-]?[0-9]{1,20}(\.0{1,2})?`,
		schema.KindDecimal:   `[ +-]?[0-9]{0,20}(\.[0-9]{0,6})?([eE][+-]?[0-9]{1,3})?`,
		schema.KindBool:      `[Tt]rue|FALSE|yes|no|[01]`,
		schema.KindDate:      `[12][09][0-9]{2}[-/][01][0-9][-/][0-3][0-9]|20[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9]`,
		schema.KindTimestamp: `20[0-9]{2}-0[1-9]-[0-2][0-9][T ][012][0-9]:[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?(Z|[+-]0[0-9]:?[0-5][0-9]| UTC)?`,
		schema.KindMoney:     `-?[0-9]{1,8}(\.[0-9]{0,4})? ?(EUR|eur|JPY|KWD)|USD [0-9]{1,5}`,
		schema.KindCountry:   `[A-Z]{2}|[a-z]{3}|Deutschland|Côte d'Ivoire|TÜRKEI`,
		schema.KindEnum:      `applied|screening|Offer|[a-z]{1,6}`,
	}
	if pattern, ok := fitting[want.Kind]; ok {
		return rapid.OneOf(rapid.StringMatching(pattern), rapid.String())
	}
	return rapid.OneOf(rapid.String(), rapid.StringMatching("[ \t\r\na-zéñ\u00a0\u0301ﬁ½\u200b\ufeff]{0,12}"))
}

// valueFor draws a value that often fits the type.
func valueFor(want schema.Type) *rapid.Generator[schema.Value] {
	fitting := rapid.Custom(func(t *rapid.T) schema.Value {
		switch want.Kind {
		case schema.KindList, schema.KindSet:
			items := rapid.SliceOfN(valueFor(want.ElemType()), 0, 5).Draw(t, "items")
			if rapid.Bool().Draw(t, "set") {
				return schema.Set(items...)
			}
			return schema.List(items...)
		case schema.KindAny, schema.KindObject:
			return object(t, 2)
		}
		return schema.String(likelyText(want).Draw(t, "text"))
	})
	return rapid.OneOf(fitting, fitting, fitting, anyValue(2))
}

func readCases[T any](t testing.TB, name string) T {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var cases T
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}
