package rest

// Request is how one request is made. Its programs see what the part it stands
// in says: a listing's the page, a write's the change.
type Request struct {
	Method  string // "": GET
	Path    Path   // below the base
	Query   []Pair
	Headers []Pair // beside the description's
	Body    Body   // nil: none, or for a write's step what Encoding makes of it

	// Reads says that the request changes nothing although its method is not
	// GET, so that it may be repeated: a search by POST.
	Reads bool

	Rules []Rule // judged before the object's and the description's
}

// Path is the place of a resource: parts that stand next to each other, such
// as "/candidates/", the id, "/notes". What begins with "https://" is an
// address of its own, for an API whose parts live on several hosts.
type Path []Part

// Part is a piece of a path: a text as it stands, or the text of a program,
// which becomes one segment: a slash in it, or a "..", is escaped and never
// leads elsewhere. A program without a value fails the request.
type Part struct {
	Text  string  // where Value is nil
	Value Program // sees all that the request's other programs see
}

// Body is what a request carries: JSON, Form, GraphQL, Multipart or Verbatim.
type Body interface{ body() }

type (
	// JSON is a body of JSON. Absent members of an object are left out.
	JSON struct {
		Value Program
		Type  string // of the content; "": application/json
	}

	// Form is a body of application/x-www-form-urlencoded.
	Form struct{ Fields []Pair }

	// GraphQL is a query and its variables. An answer whose errors are not
	// empty fails where no rule says otherwise: as Refused, and as Uncertain of
	// what writes where there is data beside the errors.
	GraphQL struct {
		Query     string
		Variables Program // an object; nil: none
	}

	// Multipart is a body of multipart/form-data, for attachments.
	Multipart struct{ Parts []FormPart }

	// Verbatim is a text as it stands: of a query language, or XML.
	Verbatim struct {
		Type string // of the content
		Text Program
	}
)

// FormPart is one part of a Multipart. One without a value is left out.
type FormPart struct {
	Name     string
	Filename Program // nil: it is no file
	Type     string  // of the content; "": none is said
	Content  Program // a text
	Base64   bool    // the text is base64, and is sent decoded
}

func (JSON) body()      {}
func (Form) body()      {}
func (GraphQL) body()   {}
func (Multipart) body() {}
func (Verbatim) body()  {}

// Where says which part of a request a Place is in.
type Where uint8

const (
	// Nowhere: the request's own programs place the value, out of Input.
	Nowhere Where = iota
	// InQuery is a parameter of the address; an equal one is replaced.
	InQuery
	// InHeader is a header.
	InHeader
	// InBody is a member of the body: a path of names and points in JSON, a
	// variable of GraphQL, a field of a form.
	InBody
)

var whereNames = [...]string{Nowhere: "nowhere", InQuery: "query", InHeader: "header", InBody: "body"}

// String returns the part of a request in one word.
func (w Where) String() string { return nameOf(whereNames[:], int(w), "place") }

// Place is where a value is put into a request. The zero Place is Nowhere.
type Place struct {
	In   Where
	Name string
}
