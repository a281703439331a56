package vendor

import (
	"testing"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// TestEmbedded holds that every vendor that comes with the binary compiles
// without a warning, under the name of its file, and is in canonical form.
func TestEmbedded(t *testing.T) {
	for _, name := range Names() {
		v, problems := Find(name)
		for _, p := range problems {
			t.Errorf("%v: %s", p, p.Detail)
		}
		if v == nil {
			continue
		}
		if v.Description.Name != name {
			t.Errorf("%s describes %s", name, v.Description.Name)
		}
		if string(hclwrite.Format(v.Source)) != string(v.Source) {
			t.Errorf("%s is not in canonical form (syncline fmt)", v.File)
		}
	}
}
