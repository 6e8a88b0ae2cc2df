package inventory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/sqlite"
)

// integrator is a program with some scopes.
func integrator(scopes ...inventory.Scope) inventory.Caller {
	return inventory.Caller{Account: "i", Role: inventory.RoleIntegrator, Scopes: scopes, Day: "2026-11-22"}
}

// TestSecretsThroughEveryDoor: the guard hides them from whoever has no right to them, whichever way it is asked.
func TestSecretsThroughEveryDoor(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		sealed := inventory.Seal(raw, secretKeys(t, knownKey))
		store := inventory.Guard(sealed, nil)
		camera := secretCamera()
		if err := sealed.Cameras().Put(t.Context(), camera); err != nil {
			t.Fatal(err)
		}
		for name, test := range map[string]struct {
			caller inventory.Caller
			sees   bool
		}{
			"admin":                         {inventory.LocalCaller(), true},
			"its editor":                    {editor(camera.Holder), true},
			"a program":                     {integrator("cameras:read"), false},
			"a trusted program":             {integrator("cameras:read", "secrets:read"), true},
			"a program that may write them": {integrator("cameras:read", "secrets:write"), false},
			"a mandate":                     {expert(inventory.Mandate{Holders: []inventory.ID{camera.Holder}}), false},
			"a trusted mandate":             {expert(inventory.Mandate{Holders: []inventory.ID{camera.Holder}, Secrets: true}), true},
			"another's mandate":             {expert(inventory.Mandate{Holders: []inventory.ID{camera.Holder}}, inventory.Mandate{Holders: []inventory.ID{"other"}, Secrets: true}), false},
			"a mandate that ended": {expert(inventory.Mandate{Holders: []inventory.ID{camera.Holder}},
				inventory.Mandate{Holders: []inventory.ID{camera.Holder}, Secrets: true, To: "2026-11-21"}), false},
		} {
			ctx := as(t, test.caller)
			var seen []inventory.Camera
			one, err := store.Cameras().Get(ctx, camera.ID)
			many, err2 := inventory.GetAll(ctx, store.Cameras(), []inventory.ID{camera.ID})
			all, err3 := inventory.All(ctx, store.Cameras(), inventory.Query{})
			seen = append(append(seen, one, many[camera.ID]), all...)
			if err := errors.Join(err, err2, err3); err != nil || len(seen) != 3 {
				t.Fatalf("%s: %v", name, err)
			}
			for _, c := range seen {
				if sees := c.Device.Serial == "SECRET-SERIAL" && c.Extra["Adresse IP"] != "" && c.Critical != nil; sees != test.sees {
					t.Errorf("%s sees %+v", name, c)
				}
				if hides := c.Device.Serial == "" && c.Extra["Adresse IP"] == "" && c.Critical == nil && c.Sealed == ""; hides == test.sees || c.Extra["Couleur"] != "grise" {
					t.Errorf("%s sees %+v", name, c)
				}
			}
			for _, format := range []inventory.Format{inventory.FormatCSV, inventory.FormatGeoJSON} {
				var out bytes.Buffer
				if err := inventory.Export(ctx, store, &out, inventory.ExportOptions{Kind: inventory.KindCameras, Format: format}); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(out.String(), "SECRET") != test.sees {
					t.Errorf("%s: the export as %s: %s", name, format, &out)
				}
			}
		}
	})
}

// TestSecretsAreNotWiped: whoever changes a camera without seeing its secrets keeps them, one by one, in batches and by import.
func TestSecretsAreNotWiped(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		sealed := inventory.Seal(raw, secretKeys(t, knownKey))
		store := inventory.Guard(sealed, nil)
		want := secretCamera()
		if err := sealed.Cameras().Put(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		blind, writer := as(t, integrator("cameras:read", "cameras:write")), as(t, integrator("cameras:read", "cameras:write", "secrets:write"))
		seen, err := store.Cameras().Get(blind, want.ID)
		if err != nil {
			t.Fatal(err)
		}
		rename := func(name string) inventory.Camera {
			seen.Name, want.Name = name, name
			return seen
		}
		for _, err := range []error{
			store.Cameras().Put(blind, rename("one")), inventory.PutValid(blind, store.Cameras(), rename("two")),
			edited(blind, store, want.ID, func(c *inventory.Camera) { c.Name = rename("three").Name }),
			store.Cameras().Put(writer, rename("four")),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		gives(t, sealed.Cameras(), want)
		innocent := seen // of an entry that is secret by its text alone
		innocent.Extra = map[string]string{"relais": "toiture", "Couleur": "grise"}
		if err := store.Cameras().Put(blind, innocent); err != nil {
			t.Fatal(err)
		}
		gives(t, sealed.Cameras(), want)
		forged := seen
		forged.Extra = map[string]string{"mot de passe": "x"}
		if err := store.Cameras().Put(blind, forged); !errors.Is(err, inventory.ErrForbidden) {
			t.Errorf("a password of one who may not write secrets: %v", err)
		}
		forged.ID = "camera:9"
		if err := inventory.Create(blind, store.Cameras(), forged); !errors.Is(err, inventory.ErrForbidden) {
			t.Errorf("a new camera with a password: %v", err)
		}
		want.Device.Serial = "NEW"
		if err := edited(writer, store, want.ID, func(c *inventory.Camera) { c.Device.Serial = "NEW" }); err != nil {
			t.Errorf("who may write secrets: %v", err)
		}
		gives(t, sealed.Cameras(), want)
	})
}

func edited(ctx context.Context, store inventory.Store, id inventory.ID, edit func(*inventory.Camera)) error {
	_, err := store.Cameras().Update(ctx, id, func(c *inventory.Camera) error {
		edit(c)
		return nil
	})
	return err
}

// TestAuditsTellNoSecrets: to whom the facts are unknown the verdict is unknown, and nothing around it tells.
func TestAuditsTellNoSecrets(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		sealed, audit := inventory.Seal(raw, secretKeys(t, knownKey)), secretAudit()
		if err := sealed.Audits().Put(t.Context(), audit); err != nil {
			t.Fatal(err)
		}
		store := inventory.Guard(sealed, nil)
		holder := audit.Result.Subject.Holder
		full, err := store.Audits().Get(as(t, editor(holder)), audit.ID)
		if err != nil || inventory.Tag(full) != inventory.Tag(audit) {
			t.Fatalf("the editor reads %+v, %v", full, err)
		}
		reader := inventory.Caller{Account: "r", Role: inventory.RoleHolderReader, Holder: holder}
		seen, err := store.Audits().Get(as(t, reader), audit.ID)
		if err != nil {
			t.Fatal(err)
		}
		trusted := expert(inventory.Mandate{Holders: []inventory.ID{holder}, Secrets: true})
		audit.ID, audit.Owner = "audit:2", trusted.Account
		if err := inventory.Create(as(t, expert(inventory.Mandate{Holders: []inventory.ID{holder}})), store.Audits(), audit); !errors.Is(err, inventory.ErrForbidden) {
			t.Errorf("an expert who may see no secrets stores some: %v", err)
		}
		if err := inventory.Create(as(t, trusted), store.Audits(), audit); err != nil {
			t.Errorf("an expert who may see secrets cannot keep his audit: %v", err)
		}
		r := seen.Result
		at := slices.IndexFunc(r.Findings, func(f inventory.AuditFinding) bool { return f.Rule == "AUD-C01" })
		if f := r.Findings[at]; f.Verdict != "UNKNOWN" || f.State != "" || !f.Withheld || f.Evidence[0].Known() || !slices.Equal(f.Missing, []string{"security.defaultCredentials"}) {
			t.Errorf("the finding reads %+v", f)
		}
		if len(r.Findings) != len(audit.Result.Findings) || !r.Score.Withheld || r.Score.ScorePct != 0 || len(r.Score.Gains) > 0 || r.InputHash != "" {
			t.Errorf("the audit reads %+v", r)
		}
	})
}

// TestJournalIsTheSameWithTheKeyAndWithout: its tags hold whoever computes them, and tell nothing of secrets.
func TestJournalIsTheSameWithTheKeyAndWithout(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		ctx := as(t, inventory.LocalCaller())
		now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
		journal, err := inventory.OpenJournal(ctx, raw, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		camera := secretCamera()
		sealed := inventory.Seal(raw, secretKeys(t, knownKey))
		if err := inventory.Create(ctx, inventory.Guard(sealed, journal).Cameras(), camera); err != nil {
			t.Fatal(err)
		}
		keyless := inventory.Guard(inventory.Seal(raw, nil), journal)
		if err := edited(ctx, keyless, camera.ID, func(c *inventory.Camera) { c.Name = "renamed" }); err != nil {
			t.Fatal(err)
		}
		lines, err := inventory.All(ctx, raw.Journal(), inventory.Query{})
		if err != nil || len(lines) != 2 || lines[0].After != lines[1].Before || lines[0].After == inventory.Tag(camera) {
			t.Errorf("the lines are %+v, %v", lines, err)
		}
		now = now.Add(time.Hour)
		if n, err := journal.Repair(ctx, raw, time.Minute); err != nil || n != 0 {
			t.Errorf("Repair told %d writes as undone, %v", n, err)
		}
	})
}

// TestExtraThatLooksLikeTheNetwork: what a source wrote of addresses and passwords is secret, whatever it calls them.
func TestExtraThatLooksLikeTheNetwork(t *testing.T) {
	t.Parallel()
	ctx, store := as(t, integrator("cameras:read")), inventory.Guard(secretStore(t), nil)
	for name, secret := range map[string]bool{
		"adresse_ip=x": true, "AdresseIP=x": true, "ip=x": true, "Numéro de série=x": true, "N° série=x": true, "VLAN cam=12": true, "MAC=x": true,
		"mdp=x": true, "Mot de passe=x": true, "champ1=192.168.1.4": true, "champ2=fe80::1": true, "champ3=10.0.0.0/8": true,
		"champ4=00:1b:44:11:3a:b7": true, "champ5=rtsp://cam/1": true, "champ6=http://admin:x@cam/": true, "Angle mort=nord": true,
		"rue=12 rue de la Paix": false, "machine=x": false, "date=2026-11-22": false, "heure=12:30": false, "participation=oui": false,
		"site=https://ville.example.fr": false, "description=tram": false, "tension=24-48": false,
	} {
		key, text, _ := strings.Cut(name, "=")
		camera := inventorytest.FullCamera()
		camera.Extra = map[string]string{key: text}
		if err := store.Cameras().Put(as(t, inventory.LocalCaller()), camera); err != nil {
			t.Fatal(err)
		}
		seen, err := store.Cameras().Get(ctx, camera.ID)
		if _, there := seen.Extra[key]; err != nil || there == secret {
			t.Errorf("%s: seen %v, %v", name, there, err)
		}
	}
}

func secretStore(t testing.TB) inventory.Store {
	t.Helper()
	raw, err := sqlite.Open(context.WithoutCancel(t.Context()), filepath.Join(t.TempDir(), "vigie.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return raw
}

// BenchmarkSecretPage reads a page of a thousand cameras with secrets, in the clear, encrypted, and encrypted without the key.
func BenchmarkSecretPage(b *testing.B) {
	raw, ctx := secretStore(b), inventory.WithCaller(b.Context(), inventory.LocalCaller())
	keys := secretKeys(b, knownKey)
	fill := func(store inventory.Store) {
		cameras := make([]inventory.Camera, 1000)
		for i := range cameras {
			cameras[i] = secretCamera()
			cameras[i].ID = inventory.ID(fmt.Sprintf("c%04d", i))
		}
		if err := store.Cameras().Put(ctx, cameras...); err != nil {
			b.Fatal(err)
		}
	}
	for _, test := range []struct {
		name        string
		write, read inventory.Store
	}{
		{"raw", raw, raw}, {"no key", raw, inventory.Seal(raw, nil)}, {"encrypted", inventory.Seal(raw, keys), inventory.Seal(raw, keys)},
		{"encrypted, guarded", inventory.Seal(raw, keys), inventory.Guard(inventory.Seal(raw, keys), nil)},
		{"locked", inventory.Seal(raw, keys), inventory.Seal(raw, nil)},
	} {
		fill(test.write)
		b.Run(test.name, func(b *testing.B) {
			for b.Loop() {
				if page, err := inventory.All(ctx, test.read.Cameras(), inventory.Query{Limit: 1000}); err != nil || len(page) != 1000 {
					b.Fatal(err)
				}
			}
		})
	}
}
