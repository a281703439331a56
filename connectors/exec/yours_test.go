package exec_test

import (
	"os"
	"path/filepath"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/schema"
)

// TestYourPlugin holds a plug-in to what it says of itself, with the records it
// has and without writing: the one that the environment names, else those of
// the docs.
func TestYourPlugin(t *testing.T) {
	commands := map[string]connectors.Settings{}
	if yours := os.Getenv("SYNCLINE_TEST_PLUGIN"); yours != "" {
		config := schema.Value{}
		if text := os.Getenv("SYNCLINE_TEST_PLUGIN_CONFIG"); text != "" {
			config = fromJSON(t, text)
		}
		set := settings(t, config)
		set.Values["command"], set.Folder = fromJSON(t, yours), filepath.Dir(".")
		set.Notice = func(line string) { t.Log(line) }
		delete(set.Values, "grace")
		commands["yours"] = set
	} else {
		commands["python"] = settings(t, schema.Value{}, python(t), block(t, "python", "users.py"))
		commands["node"] = settings(t, schema.Value{}, node(t), block(t, "js", "notes.js"))
	}
	for name, set := range commands {
		t.Run(name, func(t *testing.T) {
			conn := opened(t, set)
			connectortest.Live(t, conn, conn.(connectors.Stater).States())
		})
	}
}
