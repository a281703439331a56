package funcs

import (
	"errors"
	"net/mail"
	"slices"
	"strings"

	"syncline/schema"
)

var emails = Family{
	Name: "E-mails",
	Doc:  "Addresses as people write them. Nothing is guessed: dots and plus tags stay, since providers differ.",
	Funcs: []*Func{
		emailFunc("email", "The normal form of an address: small, without a name around it.", nullable(stringType), func(local, domain string) schema.Value { return schema.String(local + "@" + domain) },
			Example{"email(' Ada <Ada@Example.COM> ')", "'ada@example.com'"}, Example{"email('')", "null"}, Example{"email('ada at example')", "error"}),
		emailFunc("email_domain", "What stands after the @, small.", nullable(stringType), func(_, domain string) schema.Value { return schema.String(domain) },
			Example{"email_domain('ada@Example.com')", "'example.com'"}),
		emailFunc("email_local", "What stands before the @, without a plus tag.", nullable(stringType), func(local, _ string) schema.Value {
			local, _, _ = strings.Cut(local, "+")
			return schema.String(local)
		}, Example{"email_local('ada+jobs@example.com')", "'ada'"}),
		emailFunc("email_free", "Reports whether the address is of a provider that anybody can join, so says nothing of an employer.", nullable(boolType), func(_, domain string) schema.Value {
			return schema.Bool(slices.Contains(freeDomains, domain))
		}, Example{"email_free('ada@gmail.com')", "true"}, Example{"email_free('ada@example.com')", "false"}),
		{
			Name: "email_valid", Doc: "Reports whether a text is an e-mail address.",
			Params: []Param{{Name: "address", Type: stringType}}, Result: boolType,
			Examples: []Example{{"email_valid('ada@example.com')", "true"}, {"email_valid('ada@')", "false"}},
			Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
				_, _, err := splitEmail(args[0].Text())
				return schema.Bool(err == nil), nil
			},
		},
	},
}

var freeDomains = []string{
	"gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "ymail.com", "hotmail.com", "outlook.com", "live.com", "msn.com",
	"icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "gmx.ch", "gmx.at", "web.de", "t-online.de", "freenet.de", "bluewin.ch",
	"proton.me", "protonmail.com", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "qq.com", "163.com", "126.com", "naver.com", "zoho.com", "fastmail.com",
	"orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "libero.it", "wp.pl", "o2.pl", "onet.pl", "comcast.net", "verizon.net", "hey.com", "tutanota.com",
}

func emailFunc(name, doc string, result schema.Type, gives func(local, domain string) schema.Value, examples ...Example) *Func {
	return &Func{
		Name: name, Doc: doc, Params: []Param{{Name: "address", Type: stringType}}, Result: result,
		Errors: "what is no address; a blank text gives null", Examples: examples,
		Call: func(_ *Context, args []schema.Value) (schema.Value, error) {
			if args[0].Blank() {
				return schema.NullValue(), nil
			}
			local, domain, err := splitEmail(args[0].Text())
			if err != nil {
				return schema.Value{}, err
			}
			return gives(local, domain), nil
		},
	}
}

var (
	errEmail  = errors.New("it is no e-mail address")
	emailType = schema.Type{Kind: schema.KindEmail}
)

// splitEmail takes the schema's own normal form apart, so that an address that
// is read through email equals one that is not. A name around it is dropped.
func splitEmail(s string) (local, domain string, err error) {
	if len(s) > 1000 {
		return "", "", errEmail
	}
	v, err := emailType.Normal(schema.Text(schema.KindEmail, s), schema.Norm{})
	if err != nil || strings.ContainsAny(s, "<\"") {
		address, parsed := mail.ParseAddress(strings.TrimSpace(s))
		if parsed != nil {
			return "", "", errEmail
		}
		if v, err = emailType.Normal(schema.Text(schema.KindEmail, address.Address), schema.Norm{}); err != nil {
			return "", "", errEmail
		}
	}
	at := strings.LastIndexByte(v.Text(), '@')
	if at < 0 {
		return "", "", errEmail
	}
	return v.Text()[:at], v.Text()[at+1:], nil
}
