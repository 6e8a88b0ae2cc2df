package inventory_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
	"vigie/inventory/sqlite"
)

// knownKey is the key of the bytes 0 to 31; the tests that start processes need the same one in each.
const knownKey = "vigiesecret_eb2ce9a6.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

// secretKeys reads the lines of a key file; the first one encrypts.
func secretKeys(t testing.TB, lines ...string) *inventory.SecretKeys {
	t.Helper()
	keys, err := inventory.ReadSecretKeys(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// eachStore runs a test on both engines.
func eachStore(t *testing.T, run func(t *testing.T, raw inventory.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		store, err := sqlite.Open(context.WithoutCancel(t.Context()), filepath.Join(t.TempDir(), "vigie.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		run(t, store)
	})
	t.Run("mongodb", func(t *testing.T) {
		store, err := mongodb.Open(context.WithoutCancel(t.Context()), mongodbtest.NewDatabase(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		run(t, store)
	})
}

// TestSealedStoreKeepsTheContract asks of an encrypted store what every store must do.
func TestSealedStoreKeepsTheContract(t *testing.T) {
	keys := secretKeys(t, knownKey)
	inventorytest.Run(t, inventorytest.Harness{
		New: func(tb testing.TB) string { tb.Helper(); return filepath.Join(tb.TempDir(), "vigie.db") },
		Open: func(t testing.TB, location string) inventory.Store {
			t.Helper()
			store, err := sqlite.Open(context.WithoutCancel(t.Context()), location)
			if err != nil {
				t.Fatal(err)
			}
			return inventory.Seal(store, keys)
		},
	})
}

// secretCamera has secrets of every sort, each of which says so.
func secretCamera() inventory.Camera {
	camera := inventorytest.FullCamera()
	yes := true
	camera.Device.Serial, camera.Critical = "SECRET-SERIAL", &yes
	camera.Extra = map[string]string{"Adresse IP": "SECRET-WORD", "relais": "10.20.30.40", "Couleur": "grise"}
	return camera
}

// secretAudit is an audit of which one finding rests on a secret fact, and another one does not.
func secretAudit() inventory.Audit {
	audit := inventorytest.FullAudit()
	yes := true
	secret := audit.Result.Findings[0]
	secret.Rule, secret.Severity = "AUD-C01", "MAJOR"
	secret.Evidence = []inventory.FactValue{{Name: "security.defaultCredentials", Flag: &yes}}
	audit.Result.Findings = append(audit.Result.Findings, secret)
	return audit
}

// TestSecretsAreEncryptedWhereTheyAreKept: what the engine holds says nothing of them, and the wrapper gives them back.
func TestSecretsAreEncryptedWhereTheyAreKept(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		ctx, store := t.Context(), inventory.Seal(raw, secretKeys(t, knownKey))
		camera, deployment, audit := secretCamera(), inventorytest.FullDeployment(), secretAudit()
		err := errors.Join(store.Cameras().Put(ctx, camera), inventory.Create(ctx, store.Deployments(), deployment),
			inventory.PutValid(ctx, store.Audits(), audit))
		if err != nil {
			t.Fatal(err)
		}
		gives(t, store.Cameras(), camera)
		gives(t, store.Deployments(), deployment)
		gives(t, store.Audits(), audit)
		bare := func(kind, path string, text []byte) {
			if strings.Contains(string(text), "SECRET") || strings.Contains(string(text), "10.20.30.40") || !strings.Contains(string(text), `"sealed":"`) {
				t.Errorf("the engine keeps %s: %s", kind, text)
			}
			if last := path[strings.LastIndex(path, ".")+1:]; kind != "audits" && path != "extra" && strings.Contains(string(text), `"`+last+`":{`) {
				t.Errorf("the engine keeps %s of %s", path, kind)
			}
		}
		for _, field := range inventory.SecretFields() {
			switch field.Kind {
			case "cameras":
				bare(field.Kind, field.Path, stored(t, raw.Cameras(), camera.ID))
			case "deployments":
				bare(field.Kind, field.Path, stored(t, raw.Deployments(), deployment.ID))
			case "audits":
				bare(field.Kind, field.Path, stored(t, raw.Audits(), audit.ID))
			}
		}
		if text := string(stored(t, raw.Cameras(), camera.ID)); !strings.Contains(text, "grise") {
			t.Errorf("what is no secret is not there: %s", text)
		}
	})
}

func gives[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], want T) {
	t.Helper()
	got, err := shelf.Get(t.Context(), want.Key())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Get gave %v\n%+v\nnot\n%+v", err, got, want)
	}
	all, err := inventory.GetAll(t.Context(), shelf, []inventory.ID{want.Key()})
	if err != nil || !reflect.DeepEqual(all[want.Key()], want) {
		t.Errorf("GetAll gave %v %+v", err, all)
	}
}

// stored is the JSON of a record as the engine has it.
func stored[T inventory.Record](t *testing.T, shelf inventory.Shelf[T], id inventory.ID) []byte {
	t.Helper()
	record, err := shelf.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSecretsOfAnotherRecordAreRefused: what is encrypted belongs to one record, and cannot be altered.
func TestSecretsOfAnotherRecordAreRefused(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		ctx, store := t.Context(), inventory.Seal(raw, secretKeys(t, knownKey))
		one, two := secretCamera(), secretCamera()
		two.ID = "camera:2"
		if err := store.Cameras().Put(ctx, one, two); err != nil {
			t.Fatal(err)
		}
		first, err := raw.Cameras().Get(ctx, one.ID)
		if err != nil {
			t.Fatal(err)
		}
		for name, alter := range map[string]func(*inventory.Camera){
			"of another record": func(c *inventory.Camera) { c.Sealed = first.Sealed },
			"altered":           func(c *inventory.Camera) { c.Sealed = c.Sealed[:len(c.Sealed)-2] + "AA" },
			"cut short":         func(c *inventory.Camera) { c.Sealed = c.Sealed[:20] },
		} {
			if err := store.Cameras().Put(ctx, two); err != nil {
				t.Fatal(err)
			}
			if _, err := raw.Cameras().Update(ctx, two.ID, func(c *inventory.Camera) error { alter(c); return nil }); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Cameras().Get(ctx, two.ID); !errors.Is(err, inventory.ErrTampered) {
				t.Errorf("%s: Get gave %v", name, err)
			}
			if _, err := inventory.All(ctx, store.Cameras(), inventory.Query{}); !errors.Is(err, inventory.ErrTampered) {
				t.Errorf("%s: Find gave %v", name, err)
			}
		}
	})
}

// TestEveryMissingKeyIsNamed: that the key of the first encrypted record is there says nothing of the others.
func TestEveryMissingKeyIsNamed(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		first, second, third := secretKeys(t, knownKey), secretKeys(t, inventory.NewSecretKey()), secretKeys(t, inventory.NewSecretKey())
		camera := secretCamera()
		other := camera
		other.ID = camera.ID + "2"
		ctx := t.Context()
		err := errors.Join(inventory.Seal(raw, first).Cameras().Put(ctx, camera), inventory.Seal(raw, second).Cameras().Put(ctx, other),
			inventory.Seal(raw, third).Audits().Put(ctx, secretAudit()))
		if err != nil {
			t.Fatal(err)
		}
		want := slices.Sorted(slices.Values(slices.Concat(second.IDs(), third.IDs())))
		if missing, err := inventory.CheckSecretKeys(ctx, raw, first); err != nil || !slices.Equal(missing, want) {
			t.Errorf("%v are missing, not %v (%v)", missing, want, err)
		}
	})
}

// TestStoreWithoutItsKeyLosesNothing: the rest is read and written, the secrets stay.
func TestStoreWithoutItsKeyLosesNothing(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]*inventory.SecretKeys{"no key": nil, "another key": secretKeys(t, inventory.NewSecretKey())} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachStore(t, func(t *testing.T, raw inventory.Store) {
				t.Helper()
				ctx, right := t.Context(), inventory.Seal(raw, secretKeys(t, knownKey))
				camera := secretCamera()
				if err := errors.Join(right.Cameras().Put(ctx, camera), right.Audits().Put(ctx, secretAudit())); err != nil {
					t.Fatal(err)
				}
				store := inventory.Seal(raw, keys)
				missing, err := inventory.CheckSecretKeys(ctx, raw, keys)
				if err != nil || !slices.Equal(missing, secretKeys(t, knownKey).IDs()) {
					t.Errorf("CheckSecretKeys gave %v, %v", missing, err)
				}
				seen, err := store.Cameras().Get(ctx, camera.ID)
				if err != nil || seen.Device.Serial != "" || seen.Name != camera.Name || seen.Sealed != missing[0] || seen.Extra["Couleur"] != "grise" {
					t.Fatalf("Get gave %v %+v", err, seen)
				}
				if audit, err := store.Audits().Get(ctx, "audit:1"); err != nil || len(audit.Result.Findings) > 0 || !audit.Result.Score.Withheld {
					t.Errorf("an audit reads as %+v, %v", audit.Result, err)
				}
				writesAroundSecrets(t, store, seen)
				seen.Name = "renamed"
				camera.Name = "renamed"
				if err := store.Cameras().Put(ctx, seen); err != nil {
					t.Errorf("put back with the mark: %v", err)
				}
				seen.Sealed = ""
				if err := inventory.PutValid(ctx, store.Cameras(), seen); err != nil {
					t.Errorf("put back without the mark: %v", err)
				}
				gives(t, right.Cameras(), camera)
			})
		})
	}
}

// writesAroundSecrets tries to change, to invent and to take away the secrets of a camera.
func writesAroundSecrets(t *testing.T, store inventory.Store, seen inventory.Camera) {
	t.Helper()
	ctx := t.Context()
	forged, marked := seen, seen
	forged.Device.Serial, marked.Sealed, marked.ID = "FORGED", "0a0b0c0d", "camera:3"
	var invalid *inventory.InvalidError
	if err := store.Cameras().Put(ctx, forged); !errors.Is(err, inventory.ErrSealed) {
		t.Errorf("Put of another serial gave %v", err)
	}
	if err := store.Cameras().Put(ctx, marked); !errors.As(err, &invalid) {
		t.Errorf("Put of a mark of nothing gave %v", err)
	}
	_, err := store.Cameras().Update(ctx, seen.ID, func(c *inventory.Camera) error {
		c.Device.Serial = "FORGED"
		return nil
	})
	if !errors.Is(err, inventory.ErrSealed) {
		t.Errorf("Update of the serial gave %v", err)
	}
	if _, err := store.Cameras().Update(ctx, seen.ID, func(c *inventory.Camera) error { c.Address = "1 rue"; return nil }); err != nil {
		t.Errorf("Update of the address gave %v", err)
	}
	if _, err := store.Cameras().Update(ctx, seen.ID, func(c *inventory.Camera) error { c.Address = seen.Address; return nil }); err != nil {
		t.Errorf("Update of the address gave %v", err)
	}
}

// TestNoSecretInTheClearBesideEncryptedOnes: a program that was started without the key adds none.
func TestNoSecretInTheClearBesideEncryptedOnes(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		ctx, open := t.Context(), inventory.Seal(raw, nil)
		camera := secretCamera()
		if err := open.Cameras().Put(ctx, camera); err != nil { // nothing is encrypted here
			t.Fatal(err)
		}
		gives(t, raw.Cameras(), camera)
		other := secretCamera()
		other.ID = "camera:2"
		if err := inventory.Seal(raw, secretKeys(t, knownKey)).Cameras().Put(ctx, other); err != nil {
			t.Fatal(err)
		}
		other.ID = "camera:3"
		if err := inventory.Seal(raw, nil).Cameras().Put(ctx, other); !errors.Is(err, inventory.ErrSealed) {
			t.Errorf("a secret beside encrypted ones gave %v", err)
		}
	})
}

// TestResealGoesOn: after a new key, what the old one encrypted and what was never encrypted is the new one's.
func TestResealGoesOn(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, raw inventory.Store) {
		t.Helper()
		ctx, old, fresh := t.Context(), knownKey, inventory.NewSecretKey()
		var want []inventory.Camera
		for i, store := range []inventory.Store{raw, inventory.Seal(raw, secretKeys(t, old)), inventory.Seal(raw, secretKeys(t, inventory.NewSecretKey()))} {
			camera := secretCamera()
			camera.ID = inventory.ID([]string{"clear", "old", "lost"}[i])
			if err := store.Cameras().Put(ctx, camera); err != nil {
				t.Fatal(err)
			}
			want = append(want, camera)
		}
		keys := secretKeys(t, fresh, old)
		broken, stop := context.WithCancel(ctx)
		_, err := inventory.Reseal(broken, raw, keys, func(int) { stop() })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a Reseal that is stopped gave %v", err)
		}
		report, err := inventory.Reseal(ctx, raw, keys, nil)
		if err != nil || report.Sealed+report.Fresh != 2 || report.Sealed < 1 || report.Locked != 1 {
			t.Errorf("Reseal gave %+v, %v", report, err)
		}
		again, err := inventory.Reseal(ctx, raw, keys, nil)
		if err != nil || again != (inventory.ResealReport{Fresh: 2, Locked: 1}) {
			t.Errorf("Reseal again gave %+v, %v", again, err)
		}
		only := inventory.Seal(raw, secretKeys(t, fresh))
		gives(t, only.Cameras(), want[0])
		gives(t, only.Cameras(), want[1])
	})
}

// TestSecretKeyFilesAreRead, or refused without a word of what they hold.
func TestSecretKeyFilesAreRead(t *testing.T) {
	t.Parallel()
	one, two := inventory.NewSecretKey(), inventory.NewSecretKey()
	keys := secretKeys(t, "# la nouvelle", one, "", "  "+two)
	if ids := keys.IDs(); len(ids) != 2 || keys.First() != ids[0] || !strings.HasPrefix(one, "vigiesecret_"+ids[0]+".") {
		t.Errorf("the keys are %v, the first %s", ids, keys.First())
	}
	for name, text := range map[string]string{
		"empty": "", "only words": "# nothing", "no key": "hunter2", "cut short": one[:40], "twice": one + "\n" + one,
		"mistyped":   one[:30] + strings.Map(func(r rune) rune { return 'a' + (r+1)%26 }, one[30:34]) + one[34:],
		"an API key": "vigie_0193.aGVsbG8",
	} {
		_, err := inventory.ReadSecretKeys(text)
		if err == nil {
			t.Errorf("%s: no error", name)
		} else if len(text) > 30 && strings.Contains(err.Error(), text[25:]) {
			t.Errorf("%s: the error tells the key: %v", name, err)
		}
	}
}
