package main

import (
	"bufio"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var firstLink = regexp.MustCompile(`http://127\.0\.0\.1:\d+/first-key\?code=\S+`)

// startFirst starts a server on a store without accounts, with no option but its address, and gives the link it prints.
func startFirst(t *testing.T, s *shell) (p *process, link *url.URL) {
	t.Helper()
	p = &process{Cmd: exec.CommandContext(t.Context(), os.Args[0], "serve", "--addr", "127.0.0.1:0"), stderr: &strings.Builder{}}
	p.Env, p.Stderr = []string{"HOME=" + s.home, execVariable + "=1"}, p.stderr
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	lines, found := bufio.NewScanner(stdout), ""
	for found == "" && lines.Scan() {
		found = firstLink.FindString(lines.Text())
	}
	if link, err = url.Parse(found); err != nil || found == "" {
		t.Fatalf("no link is printed; stderr:\n%s", p.stderr)
	}
	p.base = link.Scheme + "://" + link.Host
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
	return p, link
}

// TestFromAnEmptyStoreToAnAdministrator starts a server on nothing: nobody is let in, until the link is followed.
func TestFromAnEmptyStoreToAnAdministrator(t *testing.T) {
	s := newShell(t)
	p, link := startFirst(t, s)
	ask := func(key string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/api/v1/cameras", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+key)
		return statusOf(t, request)
	}
	if status := ask(""); status != http.StatusUnauthorized {
		t.Errorf("nobody gets %d", status)
	}
	response, err := http.PostForm(p.base+link.Path, link.Query())
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	key := regexp.MustCompile(`vigie_[\w.-]+`).FindString(string(page))
	if err != nil || ask(key) != http.StatusOK {
		t.Errorf("the first key %q does not open (%v): %s", key, err, page)
	}
	if strings.Contains(p.stderr.String(), link.Query().Get("code")) || strings.Contains(p.stderr.String(), key) {
		t.Errorf("the log has the code or the key:\n%s", p.stderr)
	}
	// What the command line does beside the server is in the same journal, in one chain.
	file := s.file(t, "cameras.geojson", twoCameras)
	s.must(t, "import", file, "--holder", "ville", "--holder-name", "Ville", "--holder-kind", "local_authority")
	reader := s.must(t, "key", "create", "--name", "Lectrice", "--role", "holder_reader", "--holder", "ville")
	reader.want(t, exitDone, "curl -H")
	old, account := keyPattern.FindString(reader.stdout), accountPattern.FindStringSubmatch(reader.stdout)[1]
	renewed := s.must(t, "key", "rotate", account, "--grace", "1h")
	if ask(old) != http.StatusOK || ask(keyPattern.FindString(renewed.stdout)) != http.StatusOK {
		t.Error("after a rotation, one of both keys does not open")
	}
	last := s.must(t, "key", "rotate", account, "--grace", "0s")
	if ask(keyPattern.FindString(renewed.stdout)) != http.StatusUnauthorized || ask(keyPattern.FindString(last.stdout)) != http.StatusOK {
		t.Error("a rotation without grace leaves the old key, or takes the new one")
	}
	s.must(t, "key", "revoke", account)
	if ask(keyPattern.FindString(last.stdout)) != http.StatusUnauthorized {
		t.Error("a revoked key opens")
	}
	s.must(t, "journal", "verify").want(t, exitDone, "Lignes / lines")
	journal := s.must(t, "journal", "export").stdout
	for _, told := range []string{`"what":"vigie import"`, `"what":"vigie key create"`, `"what":"vigie key rotate"`, `"what":"vigie key revoke"`, `"what":"POST /first-key"`, `"reason":"` + userName() + `"`} {
		if !strings.Contains(journal, told) {
			t.Errorf("the journal does not tell %s:\n%s", told, journal)
		}
	}
}

func statusOf(t *testing.T, request *http.Request) int {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.StatusCode
}

// TestKeysThatEnd lists those that a administrator must renew.
func TestKeysThatEnd(t *testing.T) {
	s := newShell(t)
	s.must(t, "key", "create", "--name", "sans fin", "--role", "admin")
	s.must(t, "key", "create", "--name", "lointaine", "--role", "access_auditor", "--expires", "2999-01-01")
	s.must(t, "key", "create", "--name", "passée", "--role", "access_auditor", "--expires", "2001-01-01")
	s.must(t, "key", "create", "--name", "mandat passé", "--role", "expert", "--department", "34", "--to", "2001-01-01", "--expires", "2999-01-01", "--secrets")
	listed := s.must(t, "key", "list", "--expiring", "30d").stdout
	if strings.Contains(listed, "sans fin") || strings.Contains(listed, "lointaine") ||
		!strings.Contains(listed, "passée") || !strings.Contains(listed, "mandat passé") || !strings.Contains(listed, "expiré / ended") {
		t.Errorf("the list is\n%s", listed)
	}
	s.run(t, "key", "list", "--expiring", "soon").want(t, exitUsage, "--expiring")
}

// TestSecretsOfTheCommandLine keeps the serial number of a camera under one key, then under another one.
func TestSecretsOfTheCommandLine(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "cameras.csv", "id,lon,lat,serial\nC1,3.88,43.61,SN-4711\nC2,3.89,43.61,SN-4712\n")
	keys := s.path("secret.key")
	s.must(t, "secrets", "list").want(t, exitDone, "device.serial")
	s.must(t, "secrets", "new-key", "--out", keys)
	if info, err := os.Stat(keys); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v %v", info, err)
	}
	take := []string{"import", file, "--holder", "ville", "--holder-name", "Ville", "--holder-kind", "local_authority", "--map", "serial=device.serial"}
	s.must(t, append(take, "--secret-key-file", keys)...)
	s.must(t, "export", "--secret-key-file", keys).want(t, exitDone, "SN-4711")
	if out := s.must(t, "export"); strings.Contains(out.stdout, "SN-4711") || !strings.Contains(out.stdout, "sealed") {
		t.Errorf("without the key, the export is\n%s", out.stdout)
	}
	s.must(t, "backup", "--out", s.path("b.tar.gz"))
	s.must(t, "copy", "--from", "sqlite:"+s.home+"/.local/share/vigie/vigie.db", "--to", "sqlite:"+s.path("copy.db"))
	s.run(t, append(take, "--source", "again")...).want(t, exitRefused, "key of the secret fields is not here")
	s.must(t, "secrets", "new-key", "--out", s.path("other.key"))
	s.run(t, "export", "--secret-key-file", s.path("other.key")).want(t, exitRefused, "is not among those given")
	s.must(t, "secrets", "new-key", "--out", keys)
	s.must(t, "secrets", "rotate", "--secret-key-file", keys).want(t, exitDone, "2, dont déjà / of which before 0")
	first, _, _ := strings.Cut(readText(t, keys), "\n")
	s.env["VIGIE_SECRET_KEY"] = first
	s.must(t, "export").want(t, exitDone, "SN-4712")
	delete(s.env, "VIGIE_SECRET_KEY")
	s.must(t, "restore", "--store", "sqlite:"+s.path("restored.db"), s.path("b.tar.gz"))
	for _, store := range []string{"restored.db", "copy.db"} { // they hold what the first key encrypted
		s.must(t, "export", "--store", "sqlite:"+s.path(store), "--secret-key-file", keys).want(t, exitDone, "SN-4711")
		if strings.Contains(readText(t, s.path(store)), "SN-4711") {
			t.Errorf("%s has a serial number in the clear", store)
		}
	}
}
