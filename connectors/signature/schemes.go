package signature

import "strconv"

// Scheme is how a delivery is signed: HMAC, Timestamped, Standard, Token or
// Certificate.
type Scheme interface{ scheme() }

type (
	// HMAC is a header with the keyed hash of what was sent.
	HMAC struct {
		Header string
		Prefix string // before the hash: "sha256="
		Hash   Hash
		Form   Form
		// Over are the parts that are hashed, in order; nil: the body.
		Over []Part
		// KeyForm says how the secret becomes the key.
		KeyForm Form
		// Moment is the header that tells when it was signed, in seconds since
		// 1970 or as RFC 3339, and is held to the window; "": none. It should be
		// among Over.
		Moment string
	}

	// Timestamped is one header of parts: "t=1700000000,v1=HEX,v1=HEX". What is
	// hashed is the moment, Separator and the body.
	Timestamped struct {
		Header    string
		Moment    string // "": t
		Scheme    string // "": v1
		Separator string // "": "."
		Hash      Hash
	}

	// Standard is the scheme of standardwebhooks.com, of which Svix is the
	// origin: webhook-id, webhook-timestamp, webhook-signature.
	Standard struct {
		Prefix string // of the headers; "": "webhook-"
	}

	// Token is the secret itself in a header, or in the query.
	Token struct {
		Header string // "": Query is used
		Prefix string // "Bearer "
		Query  string
	}

	// Certificate is a header in which the proxy that ends TLS tells the
	// fingerprint or name of the client's certificate; the secret is what it
	// must say.
	Certificate struct{ Header string }
)

func (HMAC) scheme()        {}
func (Timestamped) scheme() {}
func (Standard) scheme()    {}
func (Token) scheme()       {}
func (Certificate) scheme() {}

// Hash is the hash of a signature.
type Hash uint8

// The hashes that APIs sign with. The zero Hash is SHA-256.
const (
	SHA256 Hash = iota
	SHA1
	SHA512
)

var hashNames = [...]string{SHA256: "sha256", SHA1: "sha1", SHA512: "sha512"}

// String returns the name of the hash.
func (h Hash) String() string { return name(hashNames[:], int(h), "hash") }

// Form is how bytes are written as text.
type Form uint8

// The forms of a signature, and of a key. The zero Form is the usual one:
// hexadecimal of a signature, and of a key its text as it stands.
const (
	Usual Form = iota
	Hex
	Base64
)

var formNames = [...]string{Usual: "usual", Hex: "hex", Base64: "base64"}

// String returns the name of the form.
func (f Form) String() string { return name(formNames[:], int(f), "form") }

// Part is a piece of what is hashed: Body, Text, Header, Method or URL.
type Part interface{ signed() }

type (
	// Body is the body, byte for byte.
	Body struct{}
	// Text is a text as it stands.
	Text string
	// Header is the value of a header of that name.
	Header string
	// Method is the method.
	Method struct{}
	// URL is the address as it was called.
	URL struct{}
)

func (Body) signed()   {}
func (Text) signed()   {}
func (Header) signed() {}
func (Method) signed() {}
func (URL) signed()    {}

func name(names []string, i int, what string) string {
	if i < len(names) {
		return names[i]
	}
	return what + " " + strconv.Itoa(i)
}
