package vendor

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/schema"
)

// TestEveryWordIsTried holds that the fixtures have every word of the language,
// and that what is made of them is what the golden file says: a word that the
// decoder forgot would be missing there.
func TestEveryWordIsTried(t *testing.T) {
	files, _ := filepath.Glob("testdata/valid/*.hcl")
	used := map[string]bool{}
	var b strings.Builder
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		usedIn(file.Body.(*hclsyntax.Body), "", used)
		v, problems := Compile(name, src)
		if v == nil {
			t.Fatal(problems)
		}
		dump(&b, filepath.Base(name), reflect.ValueOf(*v.Description), 0)
	}
	untried(t, Language(), "", used)
	compareGolden(t, "valid", b.String())
}

// usedIn gathers what a body has, by the path of its block's kinds. Verbs of
// one grammar count as one, and so do the words of a request, wherever it is.
func usedIn(body *hclsyntax.Body, path string, used map[string]bool) {
	for name := range body.Attributes {
		used[path+"."+name], used["."+name] = true, true
	}
	for _, hb := range body.Blocks {
		used[path+"/"+hb.Type], used["/"+hb.Type] = true, true
		usedIn(hb.Body, path+"/"+kindOf(hb.Type), used)
	}
}

func kindOf(block string) string {
	switch block {
	case "create", "update", "archive", "delete", "step":
		return "verb"
	}
	return block
}

func untried(t *testing.T, g *Grammar, path string, used map[string]bool) {
	t.Helper()
	path += "/" + kindOf(g.Name)
	request := map[string]bool{}
	for _, w := range append(requestWords(), recordsWords()...) {
		request[w.Name] = true
	}
	if kindOf(g.Name) == "verb" {
		path = strings.Replace(path, "/verb/verb", "/verb", 1)
	}
	for _, w := range g.Words {
		if !used[path+"."+w.Name] && !used[strings.Replace(path, "/verb", "/verb/verb", 1)+"."+w.Name] && !(request[w.Name] && used["."+w.Name]) {
			t.Errorf("nothing tries %s of %s", w.Name, path)
		}
	}
	for _, inner := range g.Blocks {
		if !used["/"+inner.Name] {
			t.Errorf("nothing tries %s in %s", inner.Name, path)
		}
		if inner.Name != "error" && inner.Name != "paging" && inner.Name != "graphql" && inner.Name != "multipart" && inner.Name != "verbatim" {
			untried(t, inner, path, used)
		}
	}
}

// dump prints what is not empty, a field in a line; a program is only told to
// be there.
func dump(b *strings.Builder, name string, v reflect.Value, depth int) {
	line := func(text string) { fmt.Fprintf(b, "%s%s: %s\n", strings.Repeat("  ", depth), name, text) }
	switch x := v.Interface().(type) {
	case schema.Path:
		line(x.String())
		return
	case schema.Type:
		line(x.String())
		return
	case schema.Value:
		line(x.State().String() + " " + string(x.AppendJSON(nil)))
		return
	case fmt.Stringer:
		line(x.String())
		return
	}
	switch v.Kind() {
	case reflect.Func:
		line("program")
	case reflect.Interface, reflect.Pointer:
		dump(b, name, v.Elem(), depth)
	case reflect.Struct:
		fmt.Fprintf(b, "%s%s %s\n", strings.Repeat("  ", depth), name, v.Type().Name())
		for i := range v.NumField() {
			if f := v.Field(i); v.Type().Field(i).IsExported() && !f.IsZero() {
				dump(b, v.Type().Field(i).Name, f, depth+1)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			dump(b, fmt.Sprintf("%s[%d]", name, i), v.Index(i), depth)
		}
	default:
		line(fmt.Sprint(v.Interface()))
	}
}
