package rest

import (
	"net/http"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// Program computes a value from what is known where it runs. It is pure, and
// may be called concurrently. A value that is absent or null means "leave it
// out"; an error stops the request or the record it is for.
type Program func(in *Input) (schema.Value, error)

// Input is what a program may look at. Each program's comment says which parts
// are filled in where it runs; Settings, Now and Object always are. The others
// have their zero value. Programs do not change it and do not keep it.
type Input struct {
	// Settings is an object of the system's settings by name, defaults filled
	// in. Settings that are secret are in it only for the programs of an Auth
	// and for the secret of a webhook's signature.
	Settings schema.Value
	Now      time.Time
	Object   string // the name of the object; "" outside one

	// The record in question.
	ID     string       // as the API knows it: without the parent's, where ids are qualified
	IDs    []string     // of a request for many, at most Getting.Many
	Record schema.Value // as the API gave it; absent before it was read

	// The record it stands below, where the object has parents.
	ParentID string
	Parent   schema.Value // as the API gave it; absent where only its id is known

	// Listing.
	Fields []string     // the top-level names of the API's records that are wanted, in order, the id among them
	Page   Page         // which page is asked for
	Since  schema.Value // where an incremental listing begins, in the request's form; absent of a full one
	Until  schema.Value // where a window ends, in the request's form; absent of an open one

	// Finding.
	Keys []Key // of one query; every key must match

	// Writing.
	Change   *connectors.Change // nil outside a write
	Set      schema.Value       // what this step writes, in the form of its Encoding; absent when nothing
	Args     schema.Value       // an object of the verb's arguments by name
	With     schema.Value       // an object by the name of an object: the list of what is created with this record, each in the API's form
	Elements schema.Value       // the list of a batch's elements
	Sub      *SubRequest        // the request that a batch carries out for one change
	Revision schema.Value       // last seen, as the API has it; absent but for the request of a Write whose Guard sends one

	// The answer, for programs that look at one.
	Status int
	Header http.Header
	Body   schema.Value // absent where the answer is empty or no JSON
	Result schema.Value // of a batch's answer, what stands for one change

	// A webhook.
	Event schema.Value      // what stands for one event in a delivery's body
	Query map[string]string // of a delivery's address
}

// Page is where a listing stands.
type Page struct {
	Cursor string       // what Paging.Next gave after the last page; "" of the first
	Number int64        // of the page: First, First+1 …
	Offset int64        // of the page's first record
	Size   int          // records asked for; 0 where the API is not told
	Last   schema.Value // the last record of the page before; absent of the first
}

// Key is one field a query asks for.
type Key struct {
	Field  string         // the field's name
	Path   string         // where it stands in the API's records
	Values []schema.Value // spellings, in the API's form: one match is enough
}

// SubRequest is a request inside a batch.
type SubRequest struct {
	Method  string
	URL     string // with the query, relative to the base
	Headers schema.Value
	Body    schema.Value
	Index   int // of the change in the batch
}

// Pair is a named value of a query, a header or a form. One whose value is
// absent or null is left out, and a list repeats it.
type Pair struct {
	Name  string
	Value Program
}

// Constant returns the program of a value.
func Constant(v schema.Value) Program {
	return func(*Input) (schema.Value, error) { return v, nil }
}

// Text returns the program of a text.
func Text(text string) Program { return Constant(schema.String(text)) }

// Setting returns the program of a setting.
func Setting(name string) Program {
	return func(in *Input) (schema.Value, error) { return in.Settings.Field(name), nil }
}

// InBodyAt returns the program of what stands at a path of the answer; absent
// when nothing does.
func InBodyAt(path schema.Path) Program {
	return func(in *Input) (schema.Value, error) { return path.Of(in.Body, false), nil }
}

// HeaderOf returns the program of a header of the answer; absent when it is
// not there.
func HeaderOf(name string) Program {
	return func(in *Input) (schema.Value, error) {
		if text := in.Header.Get(name); text != "" {
			return schema.String(text), nil
		}
		return schema.Value{}, nil
	}
}
