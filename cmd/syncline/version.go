package main

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/pflag"

	"syncline/cmd/syncline/view"
)

func versionCommand() *command {
	return &command{
		Name: "version", Most: 0,
		Doc:  "Print the version, and what it was built from.",
		Bind: bindVersion,
	}
}

func bindVersion(*pflag.FlagSet) action {
	return func(_ context.Context, s *session, _ []string) error {
		v := buildVersion()
		if s.json {
			return view.JSON(s.out, "version", v)
		}
		s.page().Version(v)
		return nil
	}
}

// buildVersion reads what the Go tool wrote into the binary.
func buildVersion() view.Version {
	v := view.Version{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			v.Revision = setting.Value
		case "vcs.time":
			v.Time = setting.Value
		case "vcs.modified":
			v.Modified = setting.Value == "true"
		}
	}
	return v
}
