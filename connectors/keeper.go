package connectors

// Keeper remembers over a restart what only one connector may know, such as the
// token that its system gave instead of the one in the settings. It may be used
// concurrently.
type Keeper interface {
	// Kept returns what was last kept under a name; "" when nothing was.
	Kept(name string) (string, error)

	// Keep keeps a value. When it returns without an error, the value is on
	// the disk, as secret as the state's other values.
	Keep(name, value string) error
}
