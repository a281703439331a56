package engine_test

import (
	"os"
	"path/filepath"
	"testing"
)

// TestBackup holds that a backup is the state, its journal and its key, for
// the owner alone, that it overwrites nothing, and that one that failed leaves
// nothing that looks like one.
func TestBackup(t *testing.T) {
	p := newPair(t, "notify \"ops\" {\n  connector = \"log\"\n}\nnotify \"boss\" {\n  connector = \"log\"\n}\n"+twoWay)
	p.ats.Put("1", person("ada@example.com", "Ada", ""))
	p.run()
	to := filepath.Join(t.TempDir(), "backups", "monday")
	if _, err := p.engine.Backup(t.Context(), p.config, to); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(to)
	if err != nil || len(files) != 3 {
		t.Errorf("the backup holds %v, %v", files, err)
	}
	for path, want := range map[string]os.FileMode{to: 0o700, filepath.Join(to, "audit.key"): 0o600, filepath.Join(to, "audit.log"): 0o600, filepath.Join(to, "state.db"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	if _, err := p.engine.Backup(t.Context(), p.config, to); err == nil {
		t.Error("a backup overwrites another")
	}
	if _, err := p.engine.Backup(t.Context(), p.config, filepath.Join(p.config.Engine.State, "in", "it")); err == nil {
		t.Error("a backup lies in the folder that it is a backup of")
	}
	key := filepath.Join(p.config.Engine.State, "audit.key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(key, 0o700); err != nil {
		t.Fatal(err)
	}
	to = filepath.Join(t.TempDir(), "tuesday")
	if _, err := p.engine.Backup(t.Context(), p.config, to); err == nil {
		t.Error("a backup without its key is called whole")
	}
	if _, err := os.Stat(to); !os.IsNotExist(err) {
		t.Errorf("a backup that failed is still there: %v", err)
	}
}
