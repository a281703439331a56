package vendor

import (
	"fmt"
	"strings"

	"syncline/connectors"
	"syncline/connectors/rest"
	"syncline/connectors/signature"
	"syncline/schema"
)

func (b *block) webhooks(d *rest.Description) *rest.Webhooks {
	in := b.block("webhooks")
	if in == nil {
		return nil
	}
	s := b.compiler.scope("settings event body header query")
	w := &rest.Webhooks{
		Signature: in.signature(), Secret: in.secret("secret", b.compiler.scope("secrets")), Events: in.steps("events"),
		Size: in.number("size", 0), Window: in.duration("window"), Keeps: in.duration("keeps"), Status: int(in.number("status", 0)),
	}
	w.Event = rest.Event{
		ID: in.cel("id", s, anyKind), Object: in.cel("object", s, anyKind), Record: in.cel("record", s, anyKind),
		Parent: in.cel("parent", s, anyKind), Kind: in.cel("kind", s, anyKind), At: in.cel("at", s, anyKind), Kinds: in.eventKinds(),
	}
	if w.Signature == nil || !in.has("secret") {
		in.fail(codeUnsigned, in.header, "anybody could send these deliveries", "give secret, and one of hmac, timestamped, standard, token, certificate")
	}
	for _, h := range in.blocks("handshake") {
		w.Handshakes = append(w.Handshakes, rest.Handshake{
			When: h.cel("when", s, schema.KindBool), Unsigned: h.truth("unsigned"), Status: int(h.number("status", 0)),
			Headers: h.pairs("headers", s), Body: h.shape("body", s),
		})
	}
	return w
}

// eventKinds reads what the API's words mean.
func (b *block) eventKinds() map[string]connectors.EventKind {
	out := map[string]connectors.EventKind{}
	for word, means := range b.words("kinds") {
		kind, ok := map[string]connectors.EventKind{
			"changed": connectors.EventChanged, "created": connectors.EventCreated, "deleted": connectors.EventDeleted, "merged": connectors.EventMerged,
		}[means]
		if !ok {
			b.fail(codeChoice, b.at("kinds"), fmt.Sprintf("an event cannot be %q", means), didYouMean(means, []string{"changed", "created", "deleted", "merged"}))
		}
		out[word] = kind
	}
	return out
}

// signature reads how deliveries are signed; nil where nothing says so.
func (b *block) signature() signature.Scheme {
	in := b.one("hmac", "timestamped", "standard", "token", "certificate")
	if in == nil {
		return nil
	}
	hash := func() signature.Hash { return signature.Hash(in.choice("hash", "sha256", "sha1", "sha512")) }
	switch in.g.Name {
	case "hmac":
		return signature.HMAC{
			Header: in.text("header"), Prefix: in.text("prefix"), Hash: hash(), Form: []signature.Form{signature.Hex, signature.Base64}[in.choice("form", "hex", "base64")],
			Over: in.over(), KeyForm: signature.Form(in.choice("key_form", "text", "hex", "base64")), Moment: in.text("moment"),
		}
	case "timestamped":
		return signature.Timestamped{Header: in.text("header"), Moment: in.text("moment"), Scheme: in.text("scheme"), Separator: in.text("separator"), Hash: hash()}
	case "standard":
		return signature.Standard{Prefix: in.text("prefix")}
	case "token":
		if !in.has("header") && !in.has("query") {
			in.fail(codeMissing, in.header, "token does not say where the secret stands", "give header, or query")
		}
		return signature.Token{Header: in.text("header"), Prefix: in.text("prefix"), Query: in.text("query")}
	}
	return signature.Certificate{Header: in.text("header")}
}

// over reads what is hashed.
func (b *block) over() []signature.Part {
	var out []signature.Part
	for _, text := range b.texts("over") {
		word, what, _ := strings.Cut(text, " ")
		switch word {
		case "body":
			out = append(out, signature.Body{})
		case "method":
			out = append(out, signature.Method{})
		case "url":
			out = append(out, signature.URL{})
		case "header":
			out = append(out, signature.Header(what))
		case "text":
			out = append(out, signature.Text(what))
		default:
			b.fail(codeChoice, b.at("over"), fmt.Sprintf("%q is nothing that is hashed", text), `one of: body, method, url, header NAME, text TEXT`)
		}
	}
	return out
}
