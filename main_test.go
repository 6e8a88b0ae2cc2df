package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"vigie/geo"
	"vigie/inventory"
)

// execVariable makes the test binary behave as vigie, so that a test can start a real process and signal it.
const execVariable = "VIGIE_TEST_EXEC"

func TestMain(m *testing.M) {
	if os.Getenv(execVariable) != "" {
		main()
	}
	m.Run()
}

// outcome is what one run of the program gave.
type outcome struct {
	code           int
	stdout, stderr string
}

// shell runs the program with a home folder and an environment of its own.
type shell struct {
	home  string
	env   map[string]string
	stdin string
}

func newShell(t *testing.T) *shell {
	t.Helper()
	home := t.TempDir()
	return &shell{home: home, env: map[string]string{"HOME": home}}
}

func (s *shell) run(t *testing.T, args ...string) outcome {
	t.Helper()
	return s.runContext(t.Context(), args...)
}

func (s *shell) runContext(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	getenv := func(name string) string { return s.env[name] }
	code := run(ctx, args, streams{strings.NewReader(s.stdin), &stdout, &stderr}, getenv)
	return outcome{code: code, stdout: stdout.String(), stderr: stderr.String()}
}

// must fails the test unless the run was done.
func (s *shell) must(t *testing.T, args ...string) outcome {
	t.Helper()
	got := s.run(t, args...)
	got.want(t, exitDone)
	return got
}

// want checks the exit code and texts that must be on one of the two streams.
func (o outcome) want(t *testing.T, code int, texts ...string) {
	t.Helper()
	var faults []string
	if o.code != code {
		faults = append(faults, fmt.Sprintf("exit code %d, want %d", o.code, code))
	}
	for _, text := range texts {
		if !strings.Contains(o.stdout+o.stderr, text) {
			faults = append(faults, fmt.Sprintf("no %q is told", text))
		}
	}
	if len(faults) > 0 {
		t.Fatalf("%s\nstdout:\n%s\nstderr:\n%s", strings.Join(faults, "\n"), o.stdout, o.stderr)
	}
}

// file writes a file into the shell's home folder and gives its name.
func (s *shell) file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(s.home, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (s *shell) path(name string) string { return filepath.Join(s.home, name) }

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHelp(t *testing.T) {
	s := newShell(t)
	got := s.must(t)
	for _, command := range []string{"serve", "import", "export", "copy", "backup", "restore", "assess", "demo", "version", "health"} {
		got.want(t, exitDone, command)
	}
	got.want(t, exitDone, "Exit codes:", "VIGIE_GAP_LEVEL", "VIGIE_DEBUG")
	if got.stderr != "" {
		t.Errorf("help is told on stderr too: %s", got.stderr)
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	a := &app{env: func(string) string { return "" }}
	for _, cmd := range a.rootCommand().Commands() {
		if cmd.Short == "" || cmd.Long == "" || cmd.Example == "" {
			t.Errorf("%s lacks a short help, a long help or an example", cmd.Name())
		}
		checkExample(t, cmd)
	}
}

// checkExample fails when an example names a flag that its command lacks.
func checkExample(t *testing.T, cmd *cobra.Command) {
	t.Helper()
	for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", "")) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[1] != cmd.Name() {
			continue
		}
		for _, word := range fields[2:] {
			if flag, isFlag := strings.CutPrefix(word, "--"); isFlag && cmd.Flags().Lookup(flag) == nil {
				t.Errorf("the example of %s names --%s, which it lacks", cmd.Name(), flag)
			}
		}
	}
}

func TestWrongUsage(t *testing.T) {
	tests := []struct {
		name string
		args []string
		says []string
	}{
		{"unknown command", []string{"asess"}, []string{`unknown command "asess"`, `did you mean "assess"?`}},
		{"nothing like it", []string{"zzzzzz"}, []string{`unknown command "zzzzzz"`, "vigie --help"}},
		{"unknown flag", []string{"assess", "--colour"}, []string{"unknown flag: --colour", "vigie assess --help"}},
		{"stray argument", []string{"version", "now"}, []string{`unexpected argument "now"`}},
		{"unknown store", []string{"serve", "--store", "redis://user:secret@host/"}, []string{`"redis"`, "known: sqlite:PATH"}},
		{"store without a file", []string{"serve", "--store", "sqlite:"}, []string{"names no file"}},
		{"export of a store without a file", []string{"export", "--store", "sqlite:"}, []string{"names no file"}},
		{"store and address", []string{"serve", "--access", "open", "--store", "sqlite:", "--addr", "127.0.0.1:99999"}, []string{"2 settings are wrong", "names no file", `"99999"`}},
		{"port of health", []string{"health", "--addr", "127.0.0.1:99999"}, []string{`"99999"`}},
		{"a name for an address", []string{"serve", "--access", "open", "--addr", "host.invalid:8080"}, []string{"neither a loopback address nor localhost"}},
		{"address for all", []string{"serve", "--access", "open", "--addr", "0.0.0.0:8080"}, []string{"--addr", "0.0.0.0:8080", "--access keys"}},
		{"no place to watch", []string{"assess"}, []string{"exactly one of --commune, --area and --perimeter"}},
		{"two places", []string{"assess", "--commune", "34172", "--area", "x"}, []string{"exactly one of"}},
		{"height in words", []string{"assess", "--target-height", "tall"}, []string{"must be a number"}},
		{"several faults", []string{"import", "--kind", "boats", "--map", "x", "--holder-name", "Y"}, []string{
			"5 settings are wrong", "a FILE is needed", `--kind "boats"`, `--map "x" is not property=field`,
			"go together", "--holder-name needs --holder",
		}},
		{"a box the wrong way round", []string{"export", "--bbox", "4,44,3,43"}, []string{"south-western"}},
		{"a box of words", []string{"export", "--bbox", "a,b,c,d"}, []string{`"a" is not a number`}},
		{"an unknown system", []string{"export", "--crs", "EPSG:1"}, []string{`--crs "EPSG:1"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := newShell(t).run(t, test.args...)
			got.want(t, exitUsage, test.says...)
			if strings.Contains(got.stderr, "secret") {
				t.Errorf("the password of the store is told: %s", got.stderr)
			}
			if got.stdout != "" {
				t.Errorf("something is told on stdout: %s", got.stdout)
			}
		})
	}
}

func TestEnvironmentTwins(t *testing.T) {
	s := newShell(t)
	s.env["VIGIE_STORE"] = "redis://somewhere"
	s.run(t, "serve").want(t, exitUsage, `"redis"`)

	t.Run("the flag goes first", func(t *testing.T) {
		s.run(t, "serve", "--store", "redis:x").want(t, exitUsage, `"redis"`)
	})
	t.Run("a wrong value names the variable", func(t *testing.T) {
		s := newShell(t)
		s.env["VIGIE_TARGET_HEIGHT"] = "tall"
		s.run(t, "assess", "--commune", "34172").want(t, exitUsage, "VIGIE_TARGET_HEIGHT", "must be a number")
	})
}

func TestDefaultStore(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{"home", map[string]string{"HOME": "/home/x"}, "sqlite:/home/x/.local/share/vigie/vigie.db"},
		{"data folder", map[string]string{"HOME": "/home/x", "XDG_DATA_HOME": "/data"}, "sqlite:/data/vigie/vigie.db"},
		{"relative data folder", map[string]string{"HOME": "/home/x", "XDG_DATA_HOME": "data"}, "sqlite:/home/x/.local/share/vigie/vigie.db"},
		{"no home", nil, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := defaultStore(func(name string) string { return test.env[name] }, "vigie.db")
			if got != test.want {
				t.Errorf("default store %q, want %q", got, test.want)
			}
		})
	}
	t.Run("the demo town has a store of its own", func(t *testing.T) {
		s := newShell(t)
		s.must(t, "import", s.file(t, "none.json", "[]"), "--kind", "holders")
		entries, err := os.ReadDir(s.path(".local/share/vigie"))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if !strings.HasPrefix(entry.Name(), "vigie.db") {
				t.Errorf("import made %s in the folder of the stores", entry.Name())
			}
		}
	})
	t.Run("no home is told", func(t *testing.T) {
		s := newShell(t)
		delete(s.env, "HOME")
		s.run(t, "serve").want(t, exitUsage, "--store is needed")
	})
}

func TestPanicIsNoStackTrace(t *testing.T) {
	var stderr strings.Builder
	a := &app{streams: streams{stderr: &stderr}, env: func(string) string { return "" }}
	code := exitDone
	func() {
		defer a.explainPanic(&code)
		panic("broken")
	}()
	if code != exitInternal || stderr.String() != "vigie: fault in vigie: broken (VIGIE_DEBUG=1 shows where)\n" {
		t.Errorf("exit code %d, told %q", code, stderr.String())
	}
}

func TestErrorsAreOneLineAndDetails(t *testing.T) {
	tests := []struct {
		name string
		err  error
		code int
		want string
	}{
		{"nothing", nil, exitDone, ""},
		{"unknown", errors.New("disk full"), exitInternal, "vigie: disk full\n"},
		{"several", errors.Join(errors.New("one"), errors.New("two")), exitInternal, "vigie: one\n  - two\n"},
		{"not found", fmt.Errorf("camera %q: %w", "c1", inventory.ErrNotFound), exitNotFound, "vigie: camera \"c1\": not found\n"},
		{"invalid", &inventory.InvalidError{Kind: "camera", Key: "c1", Faults: []inventory.Fault{{Field: "a", Reason: "b"}}},
			exitRefused, "vigie: invalid camera \"c1\"\n  - a: b\n"},
		{"place", &geo.Violation{Rule: geo.RuleSelfCrossing, At: orb.Point{3, 43}}, exitRefused,
			"vigie: ring crosses itself at or near lon 3.0000000, lat 43.0000000\n"},
		{"interrupted", fmt.Errorf("read: %w", context.Canceled), exitInterrupted, "vigie: interrupted\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stderr strings.Builder
			if code := tell(&stderr, test.err); code != test.code || stderr.String() != test.want {
				t.Errorf("exit code %d and %q, want %d and %q", code, stderr.String(), test.code, test.want)
			}
		})
	}
}
