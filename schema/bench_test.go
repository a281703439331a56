package schema_test

import (
	"encoding/json"
	"testing"

	"syncline/schema"
)

// flatRecord is some 650 bytes of a candidate: 25 fields, 12 of them wanted.
const flatRecord = `{"id":"cand-00042137","first_name":"Annelise","last_name":"Vandenberghe","email":"annelise.vandenberghe@example.com",` +
	`"phone":"+32 470 12 34 56","city":"Gent","country":"BE","headline":"Senior site reliability engineer","source":"referral","stage":"interview",` +
	`"updated_at":"2026-10-03T14:22:05Z","created_at":"2025-01-17T08:01:44Z","salary":68500,` +
	`"cf_01":"a1b2c3d4e5f6a7b8","cf_02":"the second of the fields","cf_03":"x","cf_04":12.75,"cf_05":true,"cf_06":null,"cf_07":"lorem ipsum dolor sit amet",` +
	`"cf_08":"consectetur adipiscing elit","cf_09":"2024-02-29","cf_10":"sed do eiusmod tempor","cf_11":"incididunt ut labore et dolore","cf_12":"magna aliqua"}`

var wantedShape = schema.NewShape(
	schema.Field{Name: "id"}, schema.Field{Name: "first_name"}, schema.Field{Name: "last_name"}, schema.Field{Name: "email"},
	schema.Field{Name: "phone"}, schema.Field{Name: "city"}, schema.Field{Name: "country"}, schema.Field{Name: "headline"},
	schema.Field{Name: "source"}, schema.Field{Name: "stage"}, schema.Field{Name: "updated_at"}, schema.Field{Name: "cf_01"},
)

func BenchmarkDecodeObject(b *testing.B) {
	raw, rec := []byte(flatRecord), schema.NewRecord(wantedShape)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if err := schema.DecodeObject(raw, wantedShape, rec); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSON(b *testing.B) {
	raw := []byte(flatRecord)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		var m map[string]any
		if err := json.Unmarshal(raw, &m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNormal(b *testing.B) {
	for _, c := range normalAlready {
		b.Run(c.want, func(b *testing.B) {
			want, v := parseTypes(c.want)[0], c.value
			b.ReportAllocs()
			for b.Loop() {
				if _, err := want.Normal(v, region); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHash(b *testing.B) {
	v := schema.String("annelise.vandenberghe@example.com")
	for b.Loop() {
		v.Hash(42)
	}
}

func BenchmarkRecordBinary(b *testing.B) {
	rec := schema.NewRecord(wantedShape)
	if err := schema.DecodeObject([]byte(flatRecord), wantedShape, rec); err != nil {
		b.Fatal(err)
	}
	var raw []byte
	b.ReportAllocs()
	for b.Loop() {
		raw = rec.AppendBinary(raw[:0])
		if _, err := rec.DecodeBinary(raw); err != nil {
			b.Fatal(err)
		}
	}
}
