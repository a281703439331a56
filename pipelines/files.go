package pipelines

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"syncline/pipelines/diag"
	"syncline/pipelines/vendor"
)

func parentOf(path string) string { return filepath.Dir(path) }

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// readFiles parses every file of the configuration; one that cannot be read
// or parsed is a problem and the others go on.
func (c *compiler) readFiles() {
	names, ok := c.listFiles()
	if !ok {
		return
	}
	for _, name := range names {
		src, err := readLimited(name, maxFile)
		if err != nil {
			c.partial = true
			c.add(diag.Problem{Code: codeUnreadable, Summary: "the file cannot be read", Detail: reason(err), Range: diag.Range{File: c.shown(name)}})
			continue
		}
		c.parse(c.shown(name), src)
	}
}

// listFiles names the files of the configuration, sorted.
func (c *compiler) listFiles() ([]string, bool) {
	path := c.options.Path
	info, err := os.Stat(path)
	if err != nil {
		c.add(diag.Problem{Code: codeUnreadable, Summary: "no such configuration", Detail: fmt.Sprintf("%s: %s", path, reason(err)),
			Hint: "give a .hcl file or a folder that holds some", Range: diag.Range{File: path}})
		return nil, false
	}
	if !info.IsDir() && filepath.Ext(path) != ".hcl" {
		c.add(diag.Problem{Code: codeUnreadable, Summary: "this is no configuration", Detail: path + " does not end in .hcl",
			Hint: "give a .hcl file or a folder that holds some", Range: diag.Range{File: path}})
		return nil, false
	}
	if !info.IsDir() {
		return []string{path}, true
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		c.add(diag.Problem{Code: codeUnreadable, Summary: "the folder cannot be read", Detail: reason(err), Range: diag.Range{File: path}})
		return nil, false
	}
	var names []string
	for _, e := range entries {
		if isConfiguration(e.Name()) && !e.IsDir() {
			names = append(names, filepath.Join(path, e.Name()))
		}
	}
	if len(names) == 0 {
		c.add(diag.Problem{Code: codeNoFiles, Summary: "the folder holds no pipeline file", Detail: path + " has no file that ends in .hcl",
			Hint: "`syncline init` writes a first one", Range: diag.Range{File: path}})
	}
	slices.Sort(names)
	return names, len(names) > 0
}

// isConfiguration reports whether a file of a folder belongs to the
// configuration: tests, variable values and the schema lock do not.
func isConfiguration(name string) bool {
	return strings.HasSuffix(name, ".hcl") && !strings.HasPrefix(name, ".") &&
		!strings.HasSuffix(name, ".test.hcl") && !strings.HasSuffix(name, ".vars.hcl") && name != "schema.lock.hcl"
}

// shown is the name of a file in messages: relative to the folder as given.
func (c *compiler) shown(path string) string {
	if rel, err := filepath.Rel(c.folder, absolute(path)); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return path
}

func (c *compiler) parse(name string, src []byte) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	c.config.Files[name] = src
	if !c.sound(name, src) {
		c.partial = true
		return
	}
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	c.addHCL(codeSyntax, firstError(diags), "")
	if diags.HasErrors() {
		c.partial = true
		return
	}
	root, ok := file.Body.(*hclsyntax.Body)
	switch {
	case ok && vendor.Describes(root):
		c.loose = append(c.loose, name)
	case ok:
		c.roots = append(c.roots, root)
	}
}

// firstError keeps what the parser stumbled over first: what it says after
// that follows from it.
func firstError(diags hcl.Diagnostics) hcl.Diagnostics {
	for i, d := range diags {
		if d.Severity == hcl.DiagError {
			return diags[:i+1]
		}
	}
	return diags
}

func readLimited(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("larger than %d MiB", limit>>20)
	}
	return os.ReadFile(path)
}

// reason is an error of the file system without the operation and the path.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}
