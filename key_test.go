package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	keyPattern     = regexp.MustCompile(`vigie_\S+\.\S+`)
	accountPattern = regexp.MustCompile(`account\s+(\S+)`)
)

// TestKeysOfAServer makes keys, uses them on a running server with a certificate, and takes one back while it runs.
func TestKeysOfAServer(t *testing.T) {
	s := newShell(t)
	file := s.file(t, "cameras.geojson", twoCameras)
	s.must(t, "import", file, "--holder", "ville", "--holder-name", "Ville", "--holder-kind", "local_authority")
	reader := s.must(t, "key", "create", "--name", "Police municipale", "--role", "holder_reader", "--holder", "ville")
	stranger := s.must(t, "key", "create", "--name", "Experte", "--role", "expert", "--department", "59", "--to", "2999-01-01")
	certificate, private, pool := selfSigned(t, s)
	p := startProcess(t, s, "serve", "--addr", "127.0.0.1:0", "--access", "keys", "--tls-cert", certificate, "--tls-key", private)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	ask := func(key string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+"/api/v1/cameras", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+key)
		request.Header.Set("X-Reason", "control 2026-7")
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(text)
	}
	key := keyPattern.FindString(reader.stdout)
	if status, text := ask(key); status != http.StatusOK || !strings.Contains(text, `"C1"`) {
		t.Errorf("the reader gets %d %s", status, text)
	}
	if status, text := ask(keyPattern.FindString(stranger.stdout)); status != http.StatusOK || strings.Contains(text, `"C1"`) {
		t.Errorf("an expert of another département gets %d %s", status, text)
	}
	if status, _ := ask("vigie_nobody.nothing"); status != http.StatusUnauthorized {
		t.Errorf("a key that never was gets %d", status)
	}
	id := accountPattern.FindStringSubmatch(reader.stdout)[1]
	s.must(t, "journal", "verify").want(t, exitDone, "lines  4")
	s.must(t, "journal", "export").want(t, exitDone, `"what":"GET /api/v1/cameras"`, `"previous":""`)
	s.must(t, "journal", "purge").want(t, exitDone, "taken out  0")
	s.run(t, "journal", "verify", "--hash", "0f").want(t, exitRefused, "cut off")
	s.must(t, "key", "revoke", id).want(t, exitDone, "Police municipale")
	if status, _ := ask(key); status != http.StatusUnauthorized {
		t.Errorf("a key that was taken back gets %d", status)
	}
	listed := s.must(t, "key", "list")
	listed.want(t, exitDone, "révoquée / revoked", "Experte", "holder_reader")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.end(t)
	if secret := key[strings.LastIndexByte(key, '.')+1:]; strings.Contains(listed.stdout, secret) || strings.Contains(p.stderr.String(), secret) {
		t.Error("the secret of a key is shown twice")
	}
}

// selfSigned writes a certificate of localhost and its key, and gives a pool that trusts it.
func selfSigned(t *testing.T, s *shell) (certificate, private string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	shown := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(shown)
	hidden := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text})
	return s.file(t, "vigie.pem", string(shown)), s.file(t, "vigie.key", string(hidden)), pool
}

func TestKeyFaults(t *testing.T) {
	s := newShell(t)
	for name, test := range map[string]struct {
		args []string
		code int
		has  string
	}{
		"no role":           {[]string{"key", "create", "--name", "x"}, exitRefused, "role"},
		"unknown role":      {[]string{"key", "create", "--name", "x", "--role", "boss"}, exitRefused, "boss"},
		"unknown holder":    {[]string{"key", "create", "--name", "x", "--role", "holder_reader", "--holder", "nobody"}, exitNotFound, "nobody"},
		"mandate of all":    {[]string{"key", "create", "--name", "x", "--role", "prefecture", "--department", "34", "--from", "2026-01-01", "--to", "2027-01-01", "--secrets"}, exitUsage, "--secrets is of an expert"},
		"holders of one":    {[]string{"key", "create", "--name", "x", "--role", "holder_reader", "--holders", "ville", "--area", "a"}, exitUsage, "--holders is of an expert"},
		"unknown mandate":   {[]string{"key", "create", "--name", "x", "--role", "expert", "--holders", "nobody", "--to", "2999-01-01"}, exitNotFound, "nobody"},
		"unknown area":      {[]string{"key", "create", "--name", "x", "--role", "expert", "--area", "nowhere"}, exitNotFound, "nowhere"},
		"mandate backwards": {[]string{"key", "create", "--name", "x", "--role", "expert", "--department", "34", "--from", "2026-02-01", "--to", "2026-01-01"}, exitRefused, "before from"},
		"unknown scope":     {[]string{"key", "create", "--name", "x", "--role", "integrator", "--scope", "cameras:eat"}, exitRefused, "cameras:eat"},
		"revoke nobody's":   {[]string{"key", "revoke", "nobody"}, exitNotFound, "nobody"},
		"revoke nothing":    {[]string{"key", "revoke"}, exitUsage, "identifier"},
		"clear keys":        {[]string{"serve", "--access", "keys", "--addr", "0.0.0.0:0"}, exitUsage, "in clear"},
		"half a pair":       {[]string{"serve", "--access", "keys", "--tls-cert", "x"}, exitUsage, "--tls-key"},
		"no certificate":    {[]string{"serve", "--access", "keys", "--addr", "127.0.0.1:0", "--tls-cert", "x", "--tls-key", "y"}, exitRefused, "certificate"},
		"another access":    {[]string{"serve", "--access", "all"}, exitUsage, "all"},
	} {
		t.Run(name, func(t *testing.T) {
			s.run(t, "key", "create", "--name", "first", "--role", "admin")
			s.run(t, test.args...).want(t, test.code, test.has)
		})
	}
}
