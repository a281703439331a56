package funcs

import (
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // zones do not depend on the machine

	"syncline/schema"
)

var (
	errDate   = errors.New("it is no date of that layout")
	errISO    = errors.New("it is no date like 2026-11-21")
	errZone   = errors.New("the zone is unknown: name it like Europe/Zurich or UTC")
	errLayout = errors.New("the layout is made of YYYY, YY, MM, M, DD, D, MMM, MMMM, HH, mm and ss")
)

var dates = Family{
	Name: "Dates and times",
	Doc: "A date is its ISO text, 2026-11-21; a timestamp is a moment. A layout is written with YYYY, YY, MMMM (November), MMM (Nov), MM, M, DD, D, HH, mm, ss; other letters stand for themselves. " +
		"Zones have the names of the IANA database, such as Europe/Zurich; without one it is UTC.",
	Funcs: []*Func{
		dateFunc("date", "The ISO date of a text in a layout; without a layout, of an ISO date or timestamp.", []Param{{Name: "text", Type: stringType}, {Name: "layout", Type: stringType, Optional: true}}, nullable(stringType),
			"what is no such date; a blank text gives null", parseDate,
			Example{"date('21.11.2026', 'DD.MM.YYYY')", "'2026-11-21'"}, Example{"date('11/3/26', 'M/D/YY')", "'2026-11-03'"}, Example{"date('2026-11-21T10:00:00Z')", "'2026-11-21'"}, Example{"date('')", "null"}, Example{"date('31.02.2026', 'DD.MM.YYYY')", "error"}),
		dateFunc("format_date", "Writes a date in a layout.", []Param{{Name: "date", Type: stringType}, {Name: "layout", Type: stringType}}, stringType,
			"what is no ISO date", formatDate,
			Example{"format_date('2026-11-03', 'D MMMM YYYY')", "'3 November 2026'"}, Example{"format_date('2026-11-03', 'DD/MM/YY')", "'03/11/26'"}, Example{"format_date('x', 'DD')", "error"}),
		dateFunc("parse_time", "The moment that a text in a layout means in a zone.", []Param{{Name: "text", Type: stringType}, {Name: "layout", Type: stringType}, {Name: "zone", Type: stringType, Optional: true}}, nullable(timestampType),
			"what is no such time; a blank text gives null", parseTime,
			Example{"parse_time('21.11.2026 10:30', 'DD.MM.YYYY HH:mm', 'Europe/Zurich')", "timestamp('2026-11-21T09:30:00Z')"}, Example{"parse_time('2026', 'YYYY', 'Mars/Base')", "error"}),
		dateFunc("format_time", "Writes a moment in a layout as a zone's clocks show it.", []Param{{Name: "time", Type: timestampType}, {Name: "layout", Type: stringType}, {Name: "zone", Type: stringType, Optional: true}}, stringType,
			"an unknown zone", formatTime,
			Example{"format_time(timestamp('2026-11-21T23:30:00Z'), 'YYYY-MM-DD HH:mm', 'Asia/Tokyo')", "'2026-11-22 08:30'"}),
		dateFunc("date_in", "The date that a zone's calendar shows at a moment.", []Param{{Name: "time", Type: timestampType}, {Name: "zone", Type: stringType}}, stringType,
			"an unknown zone", func(_ *Context, args []schema.Value) (schema.Value, error) {
				zone, err := zoneOf(args, 1)
				if err != nil {
					return schema.Value{}, err
				}
				return isoDate(args[0].Time().In(zone)), nil
			}, Example{"date_in(timestamp('2026-11-21T23:30:00Z'), 'Asia/Tokyo')", "'2026-11-22'"}),
		dateFunc("unix_time", "The moment so many seconds after 1970, or milliseconds where the number is that large.", []Param{{Name: "seconds", Type: intType}}, timestampType,
			"a number beyond the year 9999", unixTime,
			Example{"unix_time(1700000000)", "timestamp('2023-11-14T22:13:20Z')"}, Example{"unix_time(1700000000000)", "timestamp('2023-11-14T22:13:20Z')"}),
		dateFunc("years_between", "The full years from one date to another, as an age is counted.", []Param{{Name: "from", Type: stringType}, {Name: "to", Type: stringType}}, intType,
			"what is no ISO date", yearsBetween,
			Example{"years_between('1990-11-22', '2026-11-21')", "35"}, Example{"years_between('2000-02-29', '2001-02-28')", "0"}),
		dateFunc("days_between", "The days from one date to another.", []Param{{Name: "from", Type: stringType}, {Name: "to", Type: stringType}}, intType,
			"what is no ISO date", func(_ *Context, args []schema.Value) (schema.Value, error) {
				a, b, err := twoDates(args)
				return schema.Int(int64(b.Sub(a).Hours() / 24)), err
			}, Example{"days_between('2026-02-27', '2026-03-01')", "2"}, Example{"days_between('2026-03-01', '2026-02-28')", "-1"}),
		dateFunc("add_days", "The date so many days later, or earlier.", []Param{{Name: "date", Type: stringType}, {Name: "days", Type: intType}}, stringType,
			"what is no ISO date, and more than 400000 days", addDays,
			Example{"add_days('2026-12-31', 1)", "'2027-01-01'"}, Example{"add_days('2026-03-01', -1)", "'2026-02-28'"}),
		dateFunc("start_of_month", "The first day of the date's month.", []Param{{Name: "date", Type: stringType}}, stringType,
			"what is no ISO date", func(_ *Context, args []schema.Value) (schema.Value, error) {
				t, err := isoOf(args[0])
				return isoDate(t.AddDate(0, 0, 1-t.Day())), err
			}, Example{"start_of_month('2026-11-21')", "'2026-11-01'"}),
		dateFunc("end_of_month", "The last day of the date's month.", []Param{{Name: "date", Type: stringType}}, stringType,
			"what is no ISO date", func(_ *Context, args []schema.Value) (schema.Value, error) {
				t, err := isoOf(args[0])
				return isoDate(t.AddDate(0, 1, -t.Day())), err
			}, Example{"end_of_month('2024-02-10')", "'2024-02-29'"}),
	},
}

func dateFunc(name, doc string, params []Param, result schema.Type, errs string, call func(*Context, []schema.Value) (schema.Value, error), examples ...Example) *Func {
	return &Func{Name: name, Doc: doc, Params: params, Result: result, Errors: errs, Call: call, Examples: examples}
}

var layoutWords = strings.NewReplacer("YYYY", "2006", "YY", "06", "MMMM", "January", "MMM", "Jan", "MM", "01", "M", "1", "DD", "02", "D", "2", "HH", "15", "mm", "04", "ss", "05")

// goLayout turns a layout into Go's. Digits in it would be read as parts of a
// time, so they are refused.
func goLayout(layout string) (string, error) {
	if layout == "" || len(layout) > 60 || strings.ContainsAny(layout, "0123456789_") {
		return "", errLayout
	}
	return layoutWords.Replace(layout), nil
}

func parseDate(_ *Context, args []schema.Value) (schema.Value, error) {
	text := strings.TrimSpace(args[0].Text())
	if text == "" {
		return schema.NullValue(), nil
	}
	layout := time.DateOnly
	if len(args) > 1 {
		var err error
		if layout, err = goLayout(args[1].Text()); err != nil {
			return schema.Value{}, err
		}
	} else if len(text) > 10 && (text[10] == 'T' || text[10] == ' ') {
		text = text[:10]
	}
	t, err := time.Parse(layout, text)
	if err != nil {
		return schema.Value{}, errDate
	}
	return isoDate(t), nil
}

func formatDate(_ *Context, args []schema.Value) (schema.Value, error) {
	t, err := isoOf(args[0])
	if err != nil {
		return schema.Value{}, err
	}
	layout, err := goLayout(args[1].Text())
	return schema.String(t.Format(layout)), err
}

func parseTime(_ *Context, args []schema.Value) (schema.Value, error) {
	if args[0].Blank() {
		return schema.NullValue(), nil
	}
	zone, err := zoneOf(args, 2)
	if err != nil {
		return schema.Value{}, err
	}
	layout, err := goLayout(args[1].Text())
	if err != nil {
		return schema.Value{}, err
	}
	t, err := time.ParseInLocation(layout, strings.TrimSpace(args[0].Text()), zone)
	if err != nil {
		return schema.Value{}, errDate
	}
	return schema.Timestamp(t), nil
}

func formatTime(_ *Context, args []schema.Value) (schema.Value, error) {
	zone, err := zoneOf(args, 2)
	if err != nil {
		return schema.Value{}, err
	}
	layout, err := goLayout(args[1].Text())
	return schema.String(args[0].Time().In(zone).Format(layout)), err
}

func zoneOf(args []schema.Value, i int) (*time.Location, error) {
	if i >= len(args) || args[i].Text() == "UTC" {
		return time.UTC, nil
	}
	zone, err := time.LoadLocation(args[i].Text())
	if err != nil || args[i].Text() == "" || args[i].Text() == "Local" {
		return nil, errZone
	}
	return zone, nil
}

func unixTime(_ *Context, args []schema.Value) (schema.Value, error) {
	n := args[0].Int()
	const lastSecond, lastMilli = 253402300799, 253402300799999
	switch {
	case n >= -lastSecond && n < 100_000_000_000:
		return schema.Timestamp(time.Unix(n, 0)), nil
	case n > 0 && n <= lastMilli:
		return schema.Timestamp(time.UnixMilli(n)), nil
	}
	return schema.Value{}, errors.New("the number lies beyond the year 9999")
}

func yearsBetween(_ *Context, args []schema.Value) (schema.Value, error) {
	a, b, err := twoDates(args)
	years := b.Year() - a.Year()
	if b.Month() < a.Month() || b.Month() == a.Month() && b.Day() < a.Day() {
		years--
	}
	return schema.Int(int64(years)), err
}

func addDays(_ *Context, args []schema.Value) (schema.Value, error) {
	t, err := isoOf(args[0])
	if err != nil {
		return schema.Value{}, err
	}
	const far = 400_000
	if t = t.AddDate(0, 0, int(max(min(args[1].Int(), far+1), -far-1))); args[1].Int() > far || args[1].Int() < -far || t.Year() > 9999 || t.Year() < 1 {
		return schema.Value{}, errors.New("the date lies too far away")
	}
	return isoDate(t), nil
}

func twoDates(args []schema.Value) (a, b time.Time, err error) {
	if a, err = isoOf(args[0]); err == nil {
		b, err = isoOf(args[1])
	}
	return a, b, err
}

func isoOf(v schema.Value) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, v.Text())
	if err != nil {
		return t, errISO
	}
	return t, nil
}

func isoDate(t time.Time) schema.Value { return schema.String(t.Format(time.DateOnly)) }
