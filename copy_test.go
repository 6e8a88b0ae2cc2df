package main

import (
	"bufio"
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vigie/inventory/mongodb/mongodbtest"
)

// engines give the addresses of new stores; the one that needs a server skips without it.
func engines() map[string]func(t *testing.T, s *shell) string {
	return map[string]func(*testing.T, *shell) string{
		"sqlite": func(t *testing.T, s *shell) string {
			t.Helper()
			return "sqlite:" + filepath.Join(t.TempDir(), "vigie.db")
		},
		"mongodb": func(t *testing.T, _ *shell) string { t.Helper(); return mongodbtest.NewDatabase(t) },
	}
}

// twoHolders, in a store of their own.
func holdersStore(t *testing.T, s *shell) string {
	t.Helper()
	store := "sqlite:" + s.path("holders.db")
	file := s.file(t, "holders.json", `[{"id":"a","name":"A","kind":"private"},{"id":"ville","name":"Ville","kind":"local_authority"}]`)
	s.must(t, "import", file, "--kind", "holders", "--store", store)
	return store
}

func TestCopyBackupRestore(t *testing.T) {
	for name, newStore := range engines() {
		t.Run(name, func(t *testing.T) {
			s := newShell(t)
			first, second, third := holdersStore(t, s), newStore(t, s), newStore(t, s)
			s.must(t, "copy", "--from", first, "--to", second).want(t, exitDone, "Détenteurs / holders", "Vérifié / verified: 2")
			s.must(t, "copy", "--from", first, "--to", second).want(t, exitDone, "Vérifié / verified: 2")
			archive := s.path("vigie.tar.gz")
			s.must(t, "backup", "--store", second, "--out", archive).want(t, exitDone, "Détenteurs / holders", "Écrit / written")
			if info, err := os.Stat(archive); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the archive: %v, %v", info, err)
			}
			s.must(t, "restore", "--dry-run", archive).want(t, exitDone, "Sauvegarde du / backup of", "Détenteurs / holders")
			s.must(t, "restore", "--store", third, archive).want(t, exitDone, "Vérifié / verified: 2")
			s.run(t, "restore", "--store", third, archive).want(t, exitRefused, "nothing was restored", "--force")
			s.must(t, "restore", "--store", third, "--force", archive).want(t, exitDone, "Vérifié / verified: 2")
			s.must(t, "export", "--store", third, "--kind", "holders").want(t, exitDone, `"name":"Ville"`)
		})
	}
}

func TestArchiveThroughPipes(t *testing.T) {
	s := newShell(t)
	from, to := holdersStore(t, s), "sqlite:"+s.path("restored.db")
	got := s.must(t, "backup", "--store", from, "--out", "-")
	if !strings.HasPrefix(got.stdout, "\x1f\x8b") || !strings.Contains(got.stderr, "Détenteurs / holders") {
		t.Fatalf("stdout %.20q, stderr:\n%s", got.stdout, got.stderr)
	}
	s.stdin = got.stdout
	s.must(t, "restore", "--store", to, "-").want(t, exitDone, "Vérifié / verified: 2")
}

// A file is read where it is, and not kept a second time.
func TestArchiveFileIsNotSpooled(t *testing.T) {
	s := newShell(t)
	archive := s.path("vigie.tar.gz")
	s.must(t, "backup", "--store", holdersStore(t, s), "--out", archive)
	t.Setenv("TMPDIR", s.path("nowhere"))
	s.must(t, "restore", "--store", "sqlite:"+s.path("restored.db"), archive)
}

// A refused archive leaves no store behind, and no archive is left half written.
func TestNothingIsLeftBehind(t *testing.T) {
	s := newShell(t)
	from, to := holdersStore(t, s), s.path("new/vigie.db")
	archive := s.path("vigie.tar.gz")
	s.must(t, "backup", "--store", from, "--out", archive)
	damaged := s.file(t, "damaged.tar.gz", readText(t, archive)[:200])
	s.run(t, "restore", "--store", "sqlite:"+to, damaged).want(t, exitRefused, "damaged, cut short")
	s.run(t, "restore", "--store", "sqlite:"+to, s.path("nowhere.tar.gz")).want(t, exitNotFound, "nowhere.tar.gz")
	if _, err := os.Stat(s.path("new")); err == nil {
		t.Error("a store was made for an archive that is refused")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.runContext(ctx, "backup", "--store", from, "--out", s.path("half.tar.gz")).want(t, exitInterrupted)
	if left, _ := filepath.Glob(s.path("*half*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestWrongCopies(t *testing.T) {
	s := newShell(t)
	from, other := holdersStore(t, s), "sqlite:"+s.path("other.db")
	s.must(t, "import", s.file(t, "other.json", `[{"id":"b","name":"B","kind":"private"}]`), "--kind", "holders", "--store", other)
	if err := os.Symlink(s.path("holders.db"), s.path("link.db")); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"no store at all", []string{"copy"}, exitUsage, []string{"2 settings are wrong", "--from is needed", "--to is needed"}},
		{"every fault", []string{"copy", "--from", "redis://u:secret@h", "--to", "sqlite:", "--wait", "-1s"}, exitUsage,
			[]string{"3 settings are wrong", `"redis"`, "--to: sqlite: names no file", "must not be negative"}},
		{"the same store", []string{"copy", "--from", from, "--to", from}, exitUsage, []string{"the same store"}},
		{"the same store by another name", []string{"copy", "--from", from, "--to", "sqlite:" + s.path("link.db")}, exitUsage, []string{"the same store"}},
		{"no source", []string{"copy", "--from", "sqlite:" + s.path("typo.db"), "--to", other}, exitNotFound, []string{"no store at", "typo.db"}},
		{"a destination of others", []string{"copy", "--from", from, "--to", other}, exitRefused,
			[]string{"nothing was stored", "1 records that the source lacks", `holders "b"`, "--merge"}},
		{"merged", []string{"copy", "--from", from, "--to", other, "--merge"}, exitDone, []string{"Vérifié / verified: 2"}},
		{"no file", []string{"backup", "--store", from}, exitUsage, []string{"--out is needed"}},
		{"over the store", []string{"backup", "--store", from, "--out", s.path("link.db")}, exitUsage, []string{"the file of the store itself"}},
		{"backup of nothing", []string{"backup", "--store", "sqlite:" + s.path("typo.db"), "--out", s.path("x")}, exitNotFound, []string{"typo.db"}},
		{"restore of nothing", []string{"restore", "--store", other}, exitUsage, []string{"a FILE is needed"}},
		{"restore of a store", []string{"restore", "--store", other, s.path("holders.db")}, exitRefused, []string{"no backup at all"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := s.run(t, test.args...)
			got.want(t, test.code, test.says...)
			if strings.Contains(got.stderr, "secret") {
				t.Errorf("the password is told: %s", got.stderr)
			}
		})
	}
}

// A mistyped database of a server is not made by commands that only read.
func TestMistypedDatabase(t *testing.T) {
	s := newShell(t)
	address := mongodbtest.NewDatabase(t)
	for _, args := range [][]string{
		{"export"}, {"assess", "--commune", "34172"}, {"backup", "--out", s.path("x.tar.gz")},
		{"copy", "--from", address, "--to", "sqlite:" + s.path("x.db")},
	} {
		if args[0] != "copy" {
			args = append(args, "--store", address)
		}
		s.run(t, args...).want(t, exitNotFound, "database holds no inventory of Vigie")
	}
	empty := s.file(t, "none.json", "[]")
	s.must(t, "import", empty, "--kind", "holders", "--dry-run", "--store", address)
	s.run(t, "export", "--store", address).want(t, exitNotFound, "database holds no inventory of Vigie")
	s.must(t, "import", empty, "--kind", "holders", "--store", address)
	s.must(t, "export", "--store", address)
	s.run(t, "copy", "--from", address, "--to", strings.Replace(address, "127.0.0.1", "localhost", 1)).want(t, exitUsage, "the same store")
}

// Without a server the commands fail with a reason, at once or after --wait, and do not tell the password.
func TestNoServer(t *testing.T) {
	s := newShell(t)
	const address = "mongodb://vigie:s3cret@127.0.0.1:1/vigie?serverSelectionTimeoutMS=100"
	for _, test := range []struct {
		args []string
		says []string
	}{
		{[]string{"serve"}, []string{"store does not answer", "127.0.0.1:1/vigie"}},
		{[]string{"serve", "--wait", "300ms"}, []string{"waiting up to 300ms for the store", "given up after 300ms", "store does not answer"}},
		{[]string{"export"}, []string{"store does not answer"}},
	} {
		got := s.run(t, append(test.args, "--store", address, "--addr", "127.0.0.1:0")[:len(test.args)+2]...)
		got.want(t, exitInternal, test.says...)
		if strings.Contains(got.stderr, "s3cret") {
			t.Errorf("the password is told: %s", got.stderr)
		}
	}
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		if got := s.runContext(ctx, "export", "--wait", "1h", "--store", address); got.code == exitDone {
			t.Errorf("done: %s", got.stdout)
		}
	})
}

// TestWaitForServer: a server that comes later is found.
func TestWaitForServer(t *testing.T) {
	address := mongodbtest.NewDatabase(t)
	s := newShell(t)
	s.must(t, "copy", "--from", holdersStore(t, s), "--to", address)
	gate, at := mongodbtest.NewGate(t, address, nil)
	gate.Refuse()
	comes := time.AfterFunc(1500*time.Millisecond, gate.Pass)
	defer comes.Stop()
	s.must(t, "export", "--kind", "holders", "--wait", "2m", "--store", at.String()).
		want(t, exitDone, "waiting up to 2m0s for the store", `"name":"Ville"`)
}

// serve tells what the store is, and never the password.
func TestServeTellsItsStore(t *testing.T) {
	for name, newStore := range engines() {
		t.Run(name, func(t *testing.T) {
			s := newShell(t)
			address := newStore(t, s)
			p := startProcess(t, s, "serve", "--access", "open", "--addr", "127.0.0.1:0", "--store", address)
			if err := p.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			p.end(t)
			want := []string{"msg=store engine=sqlite library=3."}
			if name == "mongodb" {
				want = []string{"msg=store engine=mongodb place=", "server=", "validators="}
			}
			for _, text := range want {
				if !strings.Contains(p.stderr.String(), text) {
					t.Errorf("no %q is told:\n%s", text, p.stderr)
				}
			}
			if at, err := url.Parse(address); err == nil && at.User != nil {
				if password, _ := at.User.Password(); strings.Contains(p.stderr.String(), password) {
					t.Error("the password is told")
				}
			}
		})
	}
}

// TestCopyIsInterrupted by a signal to a process, and continued.
func TestCopyIsInterrupted(t *testing.T) {
	s := newShell(t)
	var cameras bytes.Buffer
	out := bufio.NewWriter(&cameras)
	for i := range 20_000 {
		_, _ = out.WriteString(`{"type":"Feature","properties":{"ref":"` + strings.Repeat("x", i%7) + time.Duration(i).String() +
			`"},"geometry":{"type":"Point","coordinates":[2,48]}}` + "\n")
	}
	_ = out.Flush()
	from, to := "sqlite:"+s.path("from.db"), "sqlite:"+s.path("to.db")
	s.must(t, "import", s.file(t, "cameras.geojsonl", cameras.String()), "--key", "ref", "--store", from,
		"--holder", "ville", "--holder-name", "Ville", "--holder-kind", "local_authority")
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // as soon as something is stored
		for ctx.Err() == nil {
			if info, err := os.Stat(s.path("to.db-wal")); err == nil && info.Size() > 1<<20 {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	got := s.runContext(ctx, "copy", "--from", from, "--to", to)
	cancel()
	got.want(t, exitInterrupted, "interrupted: ", "records were stored; the same command again does the rest")
	s.must(t, "copy", "--from", from, "--to", to).want(t, exitDone, "Vérifié / verified: 20001")
}
