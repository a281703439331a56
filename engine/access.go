package engine

import (
	"context"

	"syncline/connectors"
	"syncline/engine/review"
	"syncline/pipelines"
)

// CheckAccess asks the systems what their credentials may do, and notes in the
// needs what is missing and what is too much. Nothing else is read, and nothing
// is written.
func (e *Engine) CheckAccess(ctx context.Context, c *pipelines.Config, n *review.Needs) {
	for _, s := range n.Systems {
		for _, sys := range c.Systems {
			if sys.Name == s.System {
				e.checkAccess(ctx, c, sys, s)
			}
		}
	}
}

func (e *Engine) checkAccess(ctx context.Context, c *pipelines.Config, sys *pipelines.System, s *review.SystemNeeds) {
	if sys.Definition.Privileges == nil {
		s.CannotTell("the connector "+sys.Definition.Name+" has no way to ask what a credential may do", false)
		return
	}
	conn, err := sys.Definition.Open(ctx, e.settings(c, sys, false))
	if err != nil {
		s.CannotTell(err.Error(), true)
		return
	}
	defer conn.Close()
	g, ok := conn.(connectors.Granter)
	if !ok {
		s.CannotTell("the connector "+sys.Definition.Name+" has no way to ask what a credential may do", false)
		return
	}
	held, err := g.Held(ctx)
	if err != nil {
		s.CannotTell(err.Error(), connectors.KindOf(err) != connectors.Unsupported)
		return
	}
	var needed []connectors.Right
	for _, o := range s.Objects {
		rights, err := g.Needed(ctx, o.Need())
		if err != nil { // what may not be seen at all is not in the catalogue
			rights, _ = sys.Definition.Privileges.Of(o.Need())
		}
		needed = append(needed, rights...)
	}
	s.Compare(needed, held)
}
