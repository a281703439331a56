// Package console is where a serving engine can be reached: by the systems that
// tell what changed, by what watches over it (/livez, /readyz, /metrics,
// systemd), and by the other commands, through a socket in the state folder. It
// is the only place that listens.
//
// What a request means is decided below: whether it is genuine by the connector,
// what becomes of it by engine.Service. Enter at Open.
//
// Why a stranger hears only a number: whoever sends what is not genuine learns
// neither which systems there are to try nor how near they came.
package console
