package scim

import (
	"regexp"
	"strings"

	"syncline/connectors/simulators"
)

// selection is a path that selects elements of a list: emails[type eq "work"],
// and what of them.
var selection = regexp.MustCompile(`^(\w+)\[(\w+) eq "([^"]*)"\](?:\.(\w+))?$`)

// apply carries out an operation of a PATCH, and names what is wrong with one
// that cannot be, as RFC 7644, 3.12 does.
func apply(o, op simulators.Object) (why string) {
	verb, path := strings.ToLower(text(op["op"])), text(op["path"])
	value, given := op["value"]
	switch {
	case verb != "add" && verb != "replace" && verb != "remove", verb != "remove" && !given:
		return "invalidSyntax"
	case path == "" && verb == "remove":
		return "noTarget"
	case path == "":
		values, ok := value.(simulators.Object)
		if !ok {
			return "invalidValue"
		}
		for name, v := range values {
			if why := set(o, name, v, verb); why != "" {
				return why
			}
		}
		return ""
	}
	if parts := selection.FindStringSubmatch(path); parts != nil {
		return selected(o, parts, value, verb)
	}
	if rest, ok := strings.CutPrefix(path, enterprise+":"); ok {
		inside, _ := o[enterprise].(simulators.Object)
		if inside == nil {
			inside = simulators.Object{}
		}
		why := set(inside, rest, value, verb)
		if o[enterprise] = inside; len(inside) == 0 {
			delete(o, enterprise)
		}
		return why
	}
	path = strings.TrimPrefix(path, userSchema+":")
	name, sub, nested := strings.Cut(path, ".")
	if !nested {
		return set(o, name, value, verb)
	}
	name = member(o, name)
	inside, ok := o[name].(simulators.Object)
	if !ok {
		if o[name] != nil {
			return "invalidPath"
		}
		inside = simulators.Object{}
	}
	o[name] = inside
	return set(inside, sub, value, verb)
}

// set writes one attribute.
func set(o simulators.Object, name string, value any, verb string) string {
	name = member(o, name)
	switch name {
	case "id", "meta", "schemas", "groups":
		return "mutability"
	}
	if strings.ContainsAny(name, "[] ") {
		return "invalidPath"
	}
	if verb == "remove" {
		delete(o, name)
		return ""
	}
	if have, ok := o[name].([]any); ok && verb == "add" {
		more, ok := value.([]any)
		if !ok {
			return "invalidValue"
		}
		value = append(have, more...)
	}
	o[name] = value
	return ""
}

// selected writes elements of a list, or one attribute of them. What selects
// none is noTarget.
func selected(o simulators.Object, parts []string, value any, verb string) string {
	name, by, want, sub := member(o, parts[1]), parts[2], parts[3], parts[4]
	list, _ := o[name].([]any)
	left, hit := []any{}, false
	for _, v := range list {
		element, _ := v.(simulators.Object)
		if !strings.EqualFold(text(element[by]), want) {
			left = append(left, v)
			continue
		}
		hit = true
		switch {
		case sub != "":
			if why := set(element, sub, value, verb); why != "" {
				return why
			}
			left = append(left, element)
		case verb != "remove":
			left = append(left, value)
		}
	}
	if !hit {
		return "noTarget"
	}
	o[name] = left
	return ""
}
