package pipelines

import "syncline/pipelines/diag"

const (
	maxFile     = 4 << 20
	maxTemplate = 256 << 10
)

// sound checks what the parser must not be given.
func (c *compiler) sound(name string, src []byte) bool {
	p, unparsable := diag.Unparsable(name, src)
	if unparsable {
		c.add(p)
	}
	return !unparsable
}
