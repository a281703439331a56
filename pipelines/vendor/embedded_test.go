package vendor

import "testing"

// TestEmbedded holds that every vendor that comes with the binary compiles
// without a warning, under the name of its file.
func TestEmbedded(t *testing.T) {
	for _, name := range Names() {
		v, problems := Find(name)
		for _, p := range problems {
			t.Errorf("%v: %s", p, p.Detail)
		}
		if v != nil && v.Description.Name != name {
			t.Errorf("%s describes %s", name, v.Description.Name)
		}
	}
}
