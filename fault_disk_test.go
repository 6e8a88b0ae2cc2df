package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func renameFile(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// needs skips a test, loudly, where a program of the system is missing.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("SKIPPED: no %s here (Debian: util-linux)", program)
		}
	}
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// fillUp creates holders until one is refused, which it gives, and tells how many were stored.
func fillUp(t *testing.T, c *client, prefix string) (stored int, refusal told) {
	t.Helper()
	body := holderBody(strings.Repeat("n", 4<<10))
	for ; stored < 2000; stored++ {
		refusal = c.ask(http.MethodPut, fmt.Sprintf("/api/v1/holders/%s%d", prefix, stored), body, "If-None-Match", "*")
		if refusal.status != http.StatusCreated {
			return stored, refusal
		}
	}
	t.Fatal("nothing is refused")
	return stored, refusal
}

// checkRefusal wants a problem of a status and a type, which asks to come back.
func checkRefusal(t *testing.T, what string, got told, status int, kind string) {
	t.Helper()
	if got.status != status || !strings.Contains(got.body, `"type":"/problems/`+kind+`"`) || got.header.Get("Retry-After") == "" {
		t.Errorf("%s: %d %.300s (%v)", what, got.status, got.body, got.unanswered)
	}
}

// TestFileSizeLimit gives a running server a limit on the size of files, as a quota would. What it cannot store it refuses, and so
// does a server with keys what it cannot tell in the journal; when the limit goes, everything goes on without a restart.
func TestFileSizeLimit(t *testing.T) {
	t.Parallel()
	needs(t, "prlimit")
	s := newShell(t)
	store := "sqlite:" + s.path("vigie.db")
	key := keyPattern.FindString(s.must(t, "key", "create", "--store", store, "--name", "essai", "--role", "admin").stdout)
	p := startServer(t, s, store, "--rate", "0")
	c := newClient(p, key)
	if got := c.ask(http.MethodGet, "/api/v1/holders", ""); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got.body)
	}
	log, err := os.Stat(s.path("vigie.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	pid := fmt.Sprint(p.Process.Pid)
	command(t, "prlimit", "--pid", pid, fmt.Sprintf("--fsize=%d:unlimited", log.Size()+300<<10))
	stored, refusal := fillUp(t, c, "a")
	checkRefusal(t, "a write", refusal, http.StatusServiceUnavailable, "not-ready")
	read := c.ask(http.MethodGet, "/api/v1/cameras", "")
	for i := 0; i < 1000 && read.status == http.StatusOK; i++ { // a line takes less room than a record
		read = c.ask(http.MethodGet, "/api/v1/cameras", "")
	}
	checkRefusal(t, "a read that cannot be told", read, http.StatusServiceUnavailable, "not-ready")
	if strings.Contains(read.body, "items") {
		t.Error("what could not be told was given")
	}
	command(t, "prlimit", "--pid", pid, "--fsize=unlimited:unlimited")
	if got := c.ask(http.MethodPut, "/api/v1/holders/after", holderBody("Ville"), "If-None-Match", "*"); got.status != http.StatusCreated {
		t.Errorf("a write when there is room again: %d %s", got.status, got.body)
	}
	if names := holders(t, c); len(names) != stored+1 || stored == 0 {
		t.Errorf("%d holders are stored, %d were acknowledged", len(names), stored+1)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitDone {
		t.Errorf("exit code %d:\n%s", code, p.stderr)
	}
	s.must(t, "journal", "verify", "--store", store)
}

// smallDisk starts a server whose store is on a file system of 4 MiB of its own, of which a file takes a half. Where the system
// lets nobody make one the test is skipped, loudly.
func smallDisk(t *testing.T, s *shell) (p *process, disk string) {
	t.Helper()
	needs(t, "unshare", "nsenter")
	if out, err := exec.CommandContext(t.Context(), "unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", s.home).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: no file system may be made here: %v %s", err, out)
	}
	inside := s.path("disk")
	if err := os.Mkdir(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	script := `mount -t tmpfs -o size=4m tmpfs "$1" && head -c 2097152 /dev/zero >"$1/ballast" && exec "$2" serve --access open --addr 127.0.0.1:0 --store "sqlite:$1/vigie.db"`
	p = startCommand(t, s, "unshare", "-rm", "sh", "-c", script, "sh", inside, os.Args[0])
	return p, filepath.Join("/proc", fmt.Sprint(p.Process.Pid), "root", inside)
}

// TestDiskFull fills the disk of a running server, and makes room again; then the disk can only be read, and be written again.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	p, disk := smallDisk(t, s)
	c := newClient(p, "")
	stored, refusal := fillUp(t, c, "a")
	checkRefusal(t, "a write on a full disk", refusal, http.StatusInsufficientStorage, "no-room")
	if names := holders(t, c); len(names) != stored || stored == 0 {
		t.Errorf("on a full disk %d holders are read, %d were acknowledged", len(names), stored)
	}
	if err := os.Remove(filepath.Join(disk, "ballast")); err != nil {
		t.Fatal(err)
	}
	more, refusal := fillUp(t, c, "b")
	checkRefusal(t, "a write on a disk that is full again", refusal, http.StatusInsufficientStorage, "no-room")
	if names := holders(t, c); len(names) != stored+more || more == 0 {
		t.Errorf("%d holders are read, %d and %d were acknowledged", len(names), stored, more)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.end(t); code != exitDone {
		t.Errorf("exit code %d after a full disk:\n%s", code, p.stderr)
	}
}
