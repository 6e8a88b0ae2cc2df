package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

// secretTown is a store with encrypted secrets: a camera, a system and an audit of the holder "south".
func secretTown(t *testing.T, raw inventory.Store) inventory.Store {
	t.Helper()
	keys, err := inventory.ReadSecretKeys(inventory.NewSecretKey())
	if err != nil {
		t.Fatal(err)
	}
	store, yes := inventory.Seal(raw, keys), true
	camera, deployment, audit := inventorytest.FullCamera(), inventorytest.FullDeployment(), inventorytest.FullAudit()
	camera.Holder, deployment.Holder, audit.Result.Subject.Holder, audit.Owner = "south", "south", "south", "south"
	camera.Department, camera.Commune, deployment.Department, deployment.Commune = "34", "34172", "34", "34172"
	audit.Result.Subject.Department, audit.Result.Subject.Commune = "34", "34172"
	camera.Device.Serial, camera.Extra = "SECRET-1", map[string]string{"adresse_ip": "SECRET-2", "couleur": "grise"}
	deployment.Recorder, deployment.VMS, deployment.Network = "SECRET-3", "SECRET-4", "SECRET-5"
	word := "SECRET-6"
	audit.Result.Findings = append(audit.Result.Findings, inventory.AuditFinding{
		Rule: "AUD-C01", Severity: "MAJOR", Verdict: "FAIL", Subjects: []string{"deployment:deployment:1"}, State: "SECRET-7",
		Evidence: []inventory.FactValue{{Name: "security.defaultCredentials", Flag: &yes}, {Name: "link.wirelessSegment", Text: &word}},
	})
	for _, err := range []error{
		store.Cameras().Put(t.Context(), camera), store.Deployments().Put(t.Context(), deployment), store.Audits().Put(t.Context(), audit),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// TestSecretsAreForThoseWhoMay reads every way out as every role, with the right to secrets and without.
func TestSecretsAreForThoseWhoMay(t *testing.T) { onEachStore(t, testSecretsAreForThoseWhoMay) }

func testSecretsAreForThoseWhoMay(t *testing.T, open opener) {
	store := secretTown(t, open(t))
	base := guardedServer(t, store)
	everything := inventory.Scopes()
	var noSecrets []inventory.Scope
	for _, scope := range everything {
		if !strings.HasPrefix(string(scope), "secrets:") {
			noSecrets = append(noSecrets, scope)
		}
	}
	mandate := inventory.Mandate{Departments: []string{"34"}}
	trusted := mandate
	trusted.Secrets = true
	past := trusted
	past.To = "2001-01-01"
	for name, test := range map[string]struct {
		account inventory.Account
		sees    bool
	}{
		"admin":                 {inventory.Account{Role: inventory.RoleAdmin}, true},
		"editor":                {inventory.Account{Role: inventory.RoleHolderEditor, Holder: "south"}, true},
		"reader":                {inventory.Account{Role: inventory.RoleHolderReader, Holder: "south"}, false},
		"prefecture":            {inventory.Account{Role: inventory.RolePrefecture, Departments: []string{"34"}}, false},
		"expert":                {inventory.Account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{mandate, past}}, false},
		"expert who may":        {inventory.Account{Role: inventory.RoleExpert, Mandates: []inventory.Mandate{trusted}}, true},
		"integrator":            {inventory.Account{Role: inventory.RoleIntegrator, Scopes: noSecrets}, false},
		"integrator who may":    {inventory.Account{Role: inventory.RoleIntegrator, Scopes: everything}, true},
		"integrator who writes": {inventory.Account{Role: inventory.RoleIntegrator, Scopes: append(noSecrets, "secrets:write")}, false},
	} {
		headers := keyOf(t, store, test.account)
		headers["X-Reason"] = "test"
		for path, secrets := range map[string]string{
			"/api/v1/cameras": "SECRET-1 SECRET-2 0a1b", "/api/v1/cameras/camera:1": "SECRET-1 SECRET-2",
			"/api/v1/deployments": "SECRET-3 SECRET-4 SECRET-5", "/api/v1/deployments/deployment:1": "SECRET-3 SECRET-4 SECRET-5",
			"/api/v1/audits/audit:1": "SECRET-6 SECRET-7", "/ogc/collections/cameras/items": "SECRET-1 SECRET-2",
			"/ogc/collections/deployments/items": "SECRET-3",
		} {
			for _, accept := range []string{"application/json", "application/geo+json"} {
				headers["Accept"] = accept
				answer, body := request(t, http.MethodGet, base+path, headers, "")
				if answer.StatusCode == http.StatusNotAcceptable {
					continue
				}
				if answer.StatusCode != http.StatusOK {
					t.Fatalf("%s: %s: %d %s", name, path, answer.StatusCode, body)
				}
				if sees := strings.Contains(body, strings.Fields(secrets)[0]); sees != test.sees {
					t.Errorf("%s: %s as %s: sees %v\n%s", name, path, accept, sees, body)
				}
				if !test.sees && strings.Contains(body, "SECRET") || strings.Contains(body, `"sealed"`) {
					t.Errorf("%s: %s as %s tells a secret\n%s", name, path, accept, body)
				}
			}
		}
	}
}

// TestWhoDoesNotSeeSecretsKeepsThem: a client that reads, changes and puts back what it was given wipes nothing, and its tag
// neither tells a secret nor stops holding.
func TestWhoDoesNotSeeSecretsKeepsThem(t *testing.T) {
	onEachStore(t, testWhoDoesNotSeeSecretsKeepsThem)
}

func testWhoDoesNotSeeSecretsKeepsThem(t *testing.T, open opener) {
	store := secretTown(t, open(t))
	base := guardedServer(t, store)
	const path = "/api/v1/cameras/camera:1"
	key := keyOf(t, store, inventory.Account{Role: inventory.RoleIntegrator, Scopes: []inventory.Scope{"cameras:read", "cameras:write"}})
	before, _ := store.Cameras().Get(t.Context(), "camera:1")
	answer, body := request(t, http.MethodGet, base+path, key, "")
	tag := answer.Header.Get("ETag")
	var camera inventory.Camera
	if err := json.Unmarshal([]byte(body), &camera); err != nil || tag == "" {
		t.Fatalf("%v %s", err, body)
	}
	if _, err := store.Cameras().Update(t.Context(), "camera:1", func(c *inventory.Camera) error {
		c.Device.Serial = "SECRET-8"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if answer, _ := request(t, http.MethodGet, base+path, key, ""); answer.Header.Get("ETag") != tag {
		t.Error("the tag of those who do not see secrets follows them")
	}
	put := func(c inventory.Camera, match string) (int, string) {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		headers := map[string]string{"If-Match": match, "Content-Type": "application/json", "Authorization": key["Authorization"]}
		answer, body := request(t, http.MethodPut, base+path, headers, string(text))
		tag = answer.Header.Get("ETag")
		return answer.StatusCode, body
	}
	camera.Name = "renamed"
	if status, body := put(camera, tag); status != http.StatusOK || strings.Contains(body, "SECRET") {
		t.Fatalf("PUT gave %d %s", status, body)
	}
	now, err := store.Cameras().Get(t.Context(), "camera:1")
	if err != nil || now.Name != "renamed" || now.Device.Serial != "SECRET-8" || now.Extra["adresse_ip"] != "SECRET-2" ||
		now.Critical == nil || *now.Critical != *before.Critical {
		t.Errorf("the camera is now %+v, %v", now, err)
	}
	for _, serial := range []string{"SECRET-8", "a guess"} { // right or wrong, the answer is the same
		forged := camera
		forged.Device.Serial = serial
		if status, body := put(forged, tag); status != http.StatusForbidden {
			t.Errorf("PUT of the serial %q gave %d %s", serial, status, body)
		}
		answer, _ := request(t, http.MethodGet, base+path, key, "")
		tag = answer.Header.Get("ETag")
	}
	lines, err := inventory.All(t.Context(), store.Journal(), inventory.Query{})
	if err != nil || len(lines) == 0 {
		t.Fatal(err)
	}
	for _, line := range lines {
		if line.After == inventory.Tag(now) || line.After == inventory.Tag(before) {
			t.Error("a line of the journal has the tag of a record with its secrets")
		}
	}
}
