package engine

import (
	"errors"
	"fmt"

	"syncline/connectors"
	"syncline/engine/serve"
	"syncline/engine/state"
)

// route is where a system's events go.
type route struct {
	receiver connectors.Receiver
	ends     []hooked
}

type hooked struct {
	pipeline, end state.Number
	object        string
}

// route says where the systems' events go.
func (v *Service) route() error {
	routes := map[string]*route{}
	for _, g := range v.walk.graph {
		pn, err := v.store.Number(state.NumberPipeline, g.Name)
		if err != nil {
			return err
		}
		for _, e := range g.Ends {
			receiver, ok := v.walk.systems.conns[e.System.Name].(connectors.Receiver)
			if !ok || !e.Webhook {
				continue
			}
			en, err := v.store.Number(state.NumberEnd, g.Name+"/"+e.Name)
			if err != nil {
				return err
			}
			if routes[e.System.Name] == nil {
				routes[e.System.Name] = &route{receiver: receiver}
			}
			r := routes[e.System.Name]
			r.ends = append(r.ends, hooked{pn, en, e.Object})
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.routes = routes
	return nil
}

// ErrNoHook says that nobody takes events of a system.
var ErrNoHook = errors.New("nothing takes events of this system")

// Accept takes a request that a system sent: once it returns without an error,
// what it tells is kept. The error is of kind Denied when the request is not
// genuine, serve.ErrFull when it has to come again later, and ErrNoHook when
// nobody wants it.
func (v *Service) Accept(system string, d *connectors.Delivery) (connectors.Received, error) {
	v.mu.RLock()
	r := v.routes[system]
	v.mu.RUnlock()
	if r == nil {
		return connectors.Received{}, ErrNoHook
	}
	if d.At.IsZero() {
		d.At = v.engine.options.Clock()
	}
	got, err := r.receiver.Receive(d)
	if err != nil {
		return connectors.Received{}, fmt.Errorf("system %q: %w", system, err)
	}
	var all []serve.Arrival
	for _, x := range got.Events {
		for _, t := range r.ends {
			if x.Record != "" && (x.Object == "" || x.Object == t.object) {
				all = append(all, serve.Arrival{Pipeline: t.pipeline, End: t.end, Record: x.Record, Kind: x.Kind.String(), ID: x.ID, Keep: got.Keep})
			}
		}
	}
	if len(all) > 0 {
		if err := v.inbox.Put(all); err != nil {
			return connectors.Received{}, err
		}
		v.server.Wake()
	}
	return got, nil
}

// Deaf names the ends that want events and whose systems tell of none.
func (v *Service) Deaf() (out []string) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, g := range v.walk.graph {
		for _, e := range g.Ends {
			if e.Webhook && v.routes[e.System.Name] == nil {
				out = append(out, g.Name+"/"+e.Name)
			}
		}
	}
	return out
}
