package ldap

import (
	"regexp"
	"slices"
	"strings"

	"syncline/schema"
)

// directory is the schema of a server: its attributes and object classes, by
// each of their names in lower case.
type directory struct {
	attrs   map[string]*attribute
	byClass map[string]*class
	classes []*class // each once, as the server lists them
}

// form is how the values of an attribute are spelled.
type form uint8

const (
	asText form = iota
	asBytes
	asNumber
	asTruth
	asTime
)

// attribute is an attribute as the server describes it.
type attribute struct {
	name     string
	above    string // the attribute it is a kind of
	syntax   string
	form     form
	single   bool
	fixed    bool // only the server writes it
	compares bool // single values can be told apart, and so be deleted by name
	doc      string
}

// class is an object class as the server describes it.
type class struct {
	name      string
	doc       string
	above     []string
	holds     []string // attributes, those it must have among them
	must      []string
	abstract  bool
	auxiliary bool
}

// forms are the syntaxes that are not text, by their numbers.
var forms = map[string]form{
	"1.3.6.1.4.1.1466.115.121.1.4": asBytes, "1.3.6.1.4.1.1466.115.121.1.5": asBytes, "1.3.6.1.4.1.1466.115.121.1.8": asBytes,
	"1.3.6.1.4.1.1466.115.121.1.9": asBytes, "1.3.6.1.4.1.1466.115.121.1.10": asBytes, "1.3.6.1.4.1.1466.115.121.1.23": asBytes,
	"1.3.6.1.4.1.1466.115.121.1.28": asBytes, "1.3.6.1.4.1.1466.115.121.1.40": asBytes,
	"1.2.840.113556.1.4.907":        asBytes, // Active Directory's security descriptor
	"1.3.6.1.4.1.1466.115.121.1.27": asNumber, "1.2.840.113556.1.4.906": asNumber,
	"1.3.6.1.4.1.1466.115.121.1.7":  asTruth,
	"1.3.6.1.4.1.1466.115.121.1.24": asTime, "1.3.6.1.4.1.1466.115.121.1.53": asTime,
}

// The two fields of an entry that are no attributes.
const (
	dnName     = "dn"
	parentName = "parent"
)

// newDirectory reads what a server's schema says. What it does not follow the
// grammar in is left out.
func newDirectory(attributeTypes, objectClasses []string) *directory {
	d := &directory{attrs: map[string]*attribute{}, byClass: map[string]*class{}}
	for _, text := range attributeTypes {
		if s := describe(text); s != nil && len(s.names()) > 0 {
			d.addAttribute(s)
		}
	}
	for _, a := range d.attrs {
		d.inherit(a, 0)
	}
	for _, text := range objectClasses {
		if s := describe(text); s != nil && len(s.names()) > 0 {
			d.addClass(s)
		}
	}
	return d
}

func (d *directory) addAttribute(s description) {
	a := &attribute{
		name: s.names()[0], above: strings.ToLower(s.one("SUP")), single: s.has("SINGLE-VALUE"), doc: s.one("DESC"),
		fixed: s.has("NO-USER-MODIFICATION"), compares: s.one("EQUALITY") != "",
	}
	a.syntax, _, _ = strings.Cut(s.one("SYNTAX"), "{")
	for _, n := range append(s.names(), s.one("")) {
		d.attrs[strings.ToLower(n)] = a
	}
}

// inherit takes over what an attribute leaves to the one it is a kind of.
func (d *directory) inherit(a *attribute, depth int) {
	if up := d.attrs[a.above]; up != nil && depth < 20 {
		d.inherit(up, depth+1)
		if a.syntax == "" {
			a.syntax = up.syntax
		}
		a.compares = a.compares || up.compares
	}
	a.form = forms[a.syntax]
}

func (d *directory) addClass(s description) {
	c := &class{
		name: s.names()[0], doc: s.one("DESC"), above: s["SUP"], must: s["MUST"], holds: slices.Concat(s["MUST"], s["MAY"]),
		abstract: s.has("ABSTRACT"), auxiliary: s.has("AUXILIARY"),
	}
	d.classes = append(d.classes, c)
	for _, n := range append(s.names(), s.one("")) {
		d.byClass[strings.ToLower(n)] = c
	}
}

// attribute returns an attribute by its name. A server that hides its schema
// has any whose name can be one: texts, of which there may be several.
func (d *directory) attribute(name string) *attribute {
	switch {
	case name == dnName:
		return &attribute{name: dnName, single: true, fixed: true}
	case name == parentName:
		return &attribute{name: parentName, single: true}
	case !nameLike(name):
		return nil
	case len(d.attrs) == 0:
		return &attribute{name: name, compares: true}
	}
	return d.attrs[strings.ToLower(name)]
}

// has reports whether entries of a class may have an attribute by the class
// itself.
func (d *directory) has(c *class, name string) bool {
	return slices.ContainsFunc(d.held(c, map[*class]bool{}), func(n string) bool { return strings.EqualFold(n, name) })
}

// held returns the attributes of a class and of those above it.
func (d *directory) held(c *class, seen map[*class]bool) []string {
	if c == nil || seen[c] {
		return nil
	}
	seen[c] = true
	all := slices.Clone(c.holds)
	for _, up := range c.above {
		all = append(all, d.held(d.byClass[strings.ToLower(up)], seen)...)
	}
	return all
}

// kept are the attributes that the server itself keeps for every entry.
var kept = []string{
	"entryUUID", "objectGUID", "createTimestamp", "modifyTimestamp", "whenCreated", "whenChanged", "creatorsName", "modifiersName",
	"entryCSN", "uSNChanged", "memberOf",
}

// fields returns what an entry of a class can hold: the class's attributes,
// those of auxiliary classes, and what the server keeps.
func (d *directory) fields(c *class) []schema.Field {
	seen := map[*class]bool{}
	names := d.held(c, seen)
	for _, aux := range d.classes {
		if aux.auxiliary {
			names = append(names, d.held(aux, seen)...)
		}
	}
	fields := []schema.Field{d.attribute(dnName).field(), d.attribute(parentName).field()}
	listed := map[*attribute]bool{}
	for _, n := range append(names, kept...) {
		if a := d.attrs[strings.ToLower(n)]; a != nil && !listed[a] {
			listed[a] = true
			fields = append(fields, a.field())
		}
	}
	slices.SortFunc(fields[2:], func(a, b schema.Field) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

// field returns an attribute as a field of a record.
func (a *attribute) field() schema.Field {
	t := schema.Type{Kind: map[form]schema.Kind{asNumber: schema.KindInt, asTruth: schema.KindBool, asTime: schema.KindTimestamp}[a.form]}
	if t.Kind == schema.KindAny {
		t.Kind = schema.KindString
	}
	if !a.single {
		t = schema.SetOf(t)
	}
	return schema.Field{Name: a.name, Type: t.OrNull(), Doc: a.doc, ReadOnly: a.fixed}
}

// description is a definition of a schema as RFC 4512 spells it: what follows
// each keyword. Its number stands under "".
type description map[string][]string

func (s description) names() []string         { return s["NAME"] }
func (s description) has(keyword string) bool { _, ok := s[keyword]; return ok }
func (s description) one(keyword string) string {
	if len(s[keyword]) == 0 {
		return ""
	}
	return s[keyword][0]
}

var words = regexp.MustCompile(`'[^']*'|\(|\)|\$|[^\s()$']+`)

// describe reads a definition; nil when it is none.
func describe(text string) description {
	list := words.FindAllString(text, -1)
	if len(list) < 3 || list[0] != "(" || list[len(list)-1] != ")" {
		return nil
	}
	s := description{"": {list[1]}}
	key, depth := "", 0
	for _, w := range list[2 : len(list)-1] {
		switch {
		case w == "(":
			depth++
		case w == ")":
			depth--
		case w == "$":
		case w[0] == '\'':
			s[key] = append(s[key], strings.Trim(w, "'"))
		case depth == 0 && keyword(w):
			key = w
			s[key] = []string{}
		default:
			s[key] = append(s[key], w)
		}
	}
	return s
}

// keyword reports whether a word begins a part of a definition.
func keyword(w string) bool {
	return strings.HasPrefix(w, "X-") || slices.Contains([]string{
		"NAME", "DESC", "OBSOLETE", "SUP", "EQUALITY", "ORDERING", "SUBSTR", "SYNTAX", "SINGLE-VALUE", "COLLECTIVE",
		"NO-USER-MODIFICATION", "USAGE", "ABSTRACT", "STRUCTURAL", "AUXILIARY", "MUST", "MAY",
	}, w)
}

var nameShape = regexp.MustCompile(`^(?:[a-zA-Z][a-zA-Z0-9-]*|[0-9]+(?:\.[0-9]+)+)$`)

// nameLike reports whether a text can be the name of an attribute: nothing
// else stands in a filter or a DN unescaped.
func nameLike(name string) bool { return nameShape.MatchString(name) }
