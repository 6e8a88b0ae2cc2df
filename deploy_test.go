package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"vigie/advisory"
	"vigie/api"
	"vigie/inventory/sqlite"
)

// deployment is what these tests read of scripts/docker-compose.yml.
type deployment struct {
	Services map[string]service        `yaml:"services"`
	Networks map[string]map[string]any `yaml:"networks"`
	Volumes  map[string]any            `yaml:"volumes"`
	Secrets  map[string]struct {
		File string `yaml:"file"`
	} `yaml:"secrets"`
}

type service struct {
	Image       string            `yaml:"image"`
	NetworkMode string            `yaml:"network_mode"`
	Ports       []string          `yaml:"ports"`
	Networks    []string          `yaml:"networks"`
	Environment map[string]string `yaml:"environment"`
	Secrets     []string          `yaml:"secrets"`
	Volumes     []string          `yaml:"volumes"`
	DependsOn   map[string]any    `yaml:"depends_on"`
	Entrypoint  []string          `yaml:"entrypoint"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
}

const deployFolder = "scripts"

func readDeployment(t *testing.T) deployment {
	t.Helper()
	var d deployment
	if err := yaml.UnmarshalWithOptions([]byte(readText(t, filepath.Join(deployFolder, "docker-compose.yml"))), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDeploymentHangsTogether: what a service names is declared, what is declared is used, and files are there.
func TestDeploymentHangsTogether(t *testing.T) {
	d := readDeployment(t)
	used := map[string]bool{}
	for name, s := range d.Services {
		if other, shares := strings.CutPrefix(s.NetworkMode, "service:"); shares && d.Services[other].Image == "" {
			t.Errorf("%s shares the network of %q, which is no service", name, other)
		}
		for other := range s.DependsOn {
			if _, known := d.Services[other]; !known {
				t.Errorf("%s depends on %q, which is no service", name, other)
			}
		}
		for _, secret := range s.Secrets {
			used[secret] = true
			if d.Secrets[secret].File == "" {
				t.Errorf("%s takes the secret %q, which is not declared", name, secret)
			}
		}
		for _, volume := range s.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			_, declared := d.Volumes[source]
			if _, err := os.Stat(filepath.Join(deployFolder, source)); !declared && err != nil {
				t.Errorf("%s mounts %s: %v", name, source, err)
			}
		}
	}
	for name := range d.Secrets {
		if !used[name] {
			t.Errorf("no service takes the secret %q", name)
		}
	}
	for _, file := range []string{"deploy/mongo-init.js", "deploy/nginx.conf"} {
		for _, secret := range secretsIn(readText(t, filepath.Join(deployFolder, file))) {
			if d.Secrets[secret].File == "" {
				t.Errorf("%s reads the secret %q, which is not declared", file, secret)
			}
		}
	}
}

var secretPattern = regexp.MustCompile(`/run/secrets/(\w+)|secret\("(\w+)"\)`)

func secretsIn(text string) []string {
	var names []string
	for _, found := range secretPattern.FindAllStringSubmatch(text, -1) {
		names = append(names, found[1]+found[2])
	}
	return names
}

// TestDeploymentIsPinnedAndClosed: every image has a version, every service that stays up a health check, only the
// proxy is reached, from this machine, and the servers of the store are on a network without a way out.
func TestDeploymentIsPinnedAndClosed(t *testing.T) {
	d := readDeployment(t)
	pinned := regexp.MustCompile(`^(mongo:8\.\d+\.\d+|nginx:\d+\.\d+\.\d+-alpine|vigie:\$\{VIGIE_VERSION:\?[^}]+\})$`)
	for name, s := range d.Services {
		if !pinned.MatchString(s.Image) {
			t.Errorf("%s: the image %q is not one of those expected, or has no version", name, s.Image)
		}
		if len(s.Healthcheck.Test) == 0 && name != "mongo-init" {
			t.Errorf("%s has no health check", name)
		}
		if strings.HasPrefix(name, "mongo") && name != "mongo-init" && !slices.Equal(s.Networks, []string{"store"}) {
			t.Errorf("%s is on the networks %v", name, s.Networks)
		}
		if open := len(s.Ports) > 0; open != (name == "proxy") {
			t.Errorf("%s publishes %v", name, s.Ports)
		}
	}
	if ports := d.Services["proxy"].Ports; len(ports) != 1 || !strings.HasPrefix(ports[0], "${VIGIE_PUBLISH:-127.0.0.1:") {
		t.Errorf("the proxy publishes %v", ports)
	}
	if d.Networks["store"]["internal"] != true {
		t.Error("the network of the store leads outside")
	}
	for name, secret := range d.Secrets {
		if !strings.HasPrefix(secret.File, "${VIGIE_SECRETS:-/etc/vigie/secrets}/") {
			t.Errorf("the secret %s is read from %s", name, secret.File)
		}
	}
}

// TestDeploymentSetsWhatVigieReads: every variable given to a replica is the twin of a flag of serve, its address is
// one that serve takes and that the proxy knows, and its health check is a command.
func TestDeploymentSetsWhatVigieReads(t *testing.T) {
	d := readDeployment(t)
	proxy := readText(t, filepath.Join(deployFolder, "deploy", "nginx.conf"))
	s := newShell(t)
	help := s.must(t, "serve", "--help").stdout
	replicas := 0
	for name, service := range d.Services {
		for variable := range service.Environment {
			flag := strings.ToLower(strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(variable, "VIGIE_"), "_FILE"), "_", "-"))
			if !strings.Contains(help, "--"+flag+" ") {
				t.Errorf("%s sets %s, and serve has no --%s", name, variable, flag)
			}
		}
		address, replica := service.Environment["VIGIE_ADDR"]
		if !replica {
			continue
		}
		replicas++
		if err := api.CheckLoopback(address); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(proxy, "server "+address+" ") {
			t.Errorf("the proxy does not know %s at %s", name, address)
		}
		if !slices.Equal(service.Healthcheck.Test, []string{"CMD", "/vigie", "health"}) {
			t.Errorf("%s is checked by %v", name, service.Healthcheck.Test)
		}
	}
	if replicas != 2 {
		t.Errorf("%d replicas, want 2", replicas)
	}
	s.must(t, "health", "--help")
}

// TestDeploymentAsksWhatIsAnswered: the address of the proxy's health check is in the proxy's own file, and Vigie
// answers it.
func TestDeploymentAsksWhatIsAnswered(t *testing.T) {
	check := readDeployment(t).Services["proxy"].Healthcheck.Test
	port, path, found := strings.Cut(strings.TrimPrefix(check[len(check)-1], "http://127.0.0.1:"), "/")
	proxy := readText(t, filepath.Join(deployFolder, "deploy", "nginx.conf"))
	if !found || !strings.Contains(proxy, "listen 127.0.0.1:"+port+";") || !strings.Contains(proxy, "location = /"+path+" {") {
		t.Errorf("the proxy is asked by %v, which its file does not answer", check)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	handler, err := api.New(api.Config{Store: store, Advisor: advisory.Advisor{Store: store}})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"/" + path, "/healthz"} { // the second is what vigie health asks
		answer := httptest.NewRecorder()
		asked := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		asked.Host = "localhost"
		handler.ServeHTTP(answer, asked)
		if answer.Code != http.StatusOK {
			t.Errorf("%s is answered %d", address, answer.Code)
		}
	}
}
