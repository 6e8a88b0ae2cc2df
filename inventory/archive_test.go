package inventory_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
)

func tempFile(t testing.TB) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "vigie.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

// restore checks an archive and stores it.
func restore(t testing.TB, text []byte, store inventory.Store, options inventory.RestoreOptions) (inventory.CopyReport, error) {
	t.Helper()
	archive, err := inventory.OpenArchive(t.Context(), bytes.NewReader(text), nil)
	if err != nil {
		return inventory.CopyReport{}, err
	}
	defer archive.Close()
	return archive.Restore(t.Context(), store, options)
}

// TestBackupAndRestore on both engines: the archive of what was restored is the archive.
func TestBackupAndRestore(t *testing.T) {
	for _, engine := range engines() {
		t.Run(engine.name, func(t *testing.T) {
			first := engine.open(t)
			fillWhole(t, first)
			putAll(t, first, manyCameras(1500))
			text := archiveOf(t, first)
			second := engine.open(t)
			report, err := restore(t, text, second, inventory.RestoreOptions{})
			if err != nil || report.Stored() != 1574 {
				t.Fatalf("%s, %v", told(report), err)
			}
			if !bytes.Equal(archiveOf(t, second), text) {
				t.Error("the archive of the restored store is another one")
			}
		})
	}
}

// files are those of an archive, as tar itself sees them.
func files(t testing.TB, text []byte) (names []string, content map[string]string) {
	t.Helper()
	uncompressed, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	content = map[string]string{}
	archive := tar.NewReader(uncompressed)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return names, content
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Mode != 0o600 {
			t.Errorf("%s has mode %o", header.Name, header.Mode)
		}
		body, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		content[header.Name] = string(body)
	}
}

// TestArchiveIsPlain: the files, their order and the sums are what docs/backup.md says, for anybody's tools.
func TestArchiveIsPlain(t *testing.T) {
	store := openStore(t)
	fillWhole(t, store)
	putAll(t, store, manyCameras(20_000)) // more than one file
	names, content := files(t, archiveOf(t, store))
	want := "vigie.json holders-000001.ndjson deployments-000001.ndjson cameras-000001.ndjson cameras-000002.ndjson " +
		"areas-000001.ndjson obstacles-000001.ndjson assessments-000001.ndjson audits-000001.ndjson answers-000001.ndjson candidates-000001.ndjson recommendations-000001.ndjson equipment-000001.ndjson accounts-000001.ndjson sessions-000001.ndjson conventions-000001.ndjson journal-000001.ndjson manifest.json"
	if got := strings.ReplaceAll(strings.Join(names, " "), "vigie-backup/", ""); got != want {
		t.Errorf("files %s\n want %s", got, want)
	}
	var manifest inventory.ArchiveManifest
	if err := json.Unmarshal([]byte(content["vigie-backup/manifest.json"]), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Format != "vigie-backup" || manifest.Version != 1 || manifest.Software != "test" || !manifest.Created.Equal(now()) {
		t.Errorf("header %+v", manifest.ArchiveHeader)
	}
	for _, kind := range manifest.Kinds {
		var whole string
		for _, file := range kind.Files {
			text := content[file.Name]
			whole += text
			if got := sumOf(text); got != file.Sum || int64(len(text)) != file.Bytes || len(text) > 5<<20 {
				t.Errorf("%s: %+v, manifest %+v", file.Name, got, file)
			}
		}
		if got := sumOf(whole); got != kind.Sum {
			t.Errorf("%s: %+v, manifest %+v", kind.Kind, got, kind.Sum)
		}
	}
}

func sumOf(text string) inventory.Sum {
	hash := sha256.Sum256([]byte(text))
	return inventory.Sum{Records: strings.Count(text, "\n"), SHA256: hex.EncodeToString(hash[:])}
}

// TestRestoreIntoOthersRecords: into a store that is not empty only when forced.
func TestRestoreIntoOthersRecords(t *testing.T) {
	archived := openStore(t)
	fillWhole(t, archived)
	text := archiveOf(t, archived)
	for _, engine := range engines() {
		t.Run(engine.name, func(t *testing.T) {
			store := engine.open(t)
			changed := inventorytest.FullCamera()
			changed.Name = "changed since"
			other := manyCameras(1)[0]
			putAll(t, store, []inventory.Camera{changed, other, inventorytest.FullMobileCamera()})
			before := archiveOf(t, store)
			report, err := restore(t, text, store, inventory.RestoreOptions{})
			if !errors.Is(err, inventory.ErrNotEmpty) || report.Stored() != 0 || !bytes.Equal(archiveOf(t, store), before) {
				t.Fatalf("%s, %v", told(report), err)
			}
			report, err = restore(t, text, store, inventory.RestoreOptions{Force: true})
			if err != nil || !strings.Contains(told(report), "cameras +53 ~1 =1 others 1;") {
				t.Fatalf("forced: %s, %v", told(report), err)
			}
			if got, err := store.Cameras().Get(t.Context(), changed.ID); err != nil || got.Name != inventorytest.FullCamera().Name {
				t.Errorf("the record of the archive does not win: %q, %v", got.Name, err)
			}
			if _, err := store.Cameras().Get(t.Context(), other.ID); err != nil {
				t.Errorf("the other record is gone: %v", err)
			}
		})
	}
}

// TestRestoreIsContinued by the same restore, forced.
func TestRestoreIsContinued(t *testing.T) {
	first := openStore(t)
	putAll(t, first, manyCameras(5000))
	text := archiveOf(t, first)
	for _, engine := range engines() {
		t.Run(engine.name, func(t *testing.T) {
			store := engine.open(t)
			archive, err := inventory.OpenArchive(t.Context(), bytes.NewReader(text), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer archive.Close()
			ctx, cancel := context.WithCancel(t.Context())
			report, err := archive.Restore(ctx, store, inventory.RestoreOptions{Progress: func(done, _ int) {
				if done > 2500 {
					cancel()
				}
			}})
			if !errors.Is(err, context.Canceled) || report.Stored() == 0 || report.Stored() >= 5000 {
				t.Fatalf("%s, %v", told(report), err)
			}
			if _, err := archive.Restore(t.Context(), store, inventory.RestoreOptions{}); !errors.Is(err, inventory.ErrNotEmpty) {
				t.Errorf("without force: %v", err)
			}
			again, err := archive.Restore(t.Context(), store, inventory.RestoreOptions{Force: true})
			if err != nil || again.Stored()+report.Stored() != 5000 {
				t.Errorf("%s after %s, %v", told(again), told(report), err)
			}
			if !bytes.Equal(archiveOf(t, store), text) {
				t.Error("not the same at the end")
			}
		})
	}
}

// TestDamagedArchive: bytes changed, cut off or added anywhere are refused, or do not matter; nothing in between.
func TestDamagedArchive(t *testing.T) {
	store := openStore(t)
	fillWhole(t, store)
	text := archiveOf(t, store)
	random := rand.New(rand.NewPCG(7, 8))
	damages := []struct {
		name string
		do   func([]byte) []byte
	}{
		{"a bit", func(b []byte) []byte { b[random.IntN(len(b))] ^= 1 << random.IntN(8); return b }},
		{"a cut", func(b []byte) []byte { return b[:random.IntN(len(b))] }},
		{"a hole", func(b []byte) []byte {
			at := random.IntN(len(b) - 100)
			return append(b[:at], b[at+1+random.IntN(99):]...)
		}},
		{"more", func(b []byte) []byte { return append(b, byte(random.IntN(256))) }},
		{"twice", func(b []byte) []byte { return append(b, b...) }},
	}
	refused := 0
	for range 400 {
		for _, damage := range damages {
			harmed := damage.do(bytes.Clone(text))
			archive, err := inventory.OpenArchive(t.Context(), bytes.NewReader(harmed), nil)
			if err != nil {
				var fault *inventory.ArchiveError
				if !errors.As(err, &fault) {
					t.Fatalf("%s: refused with %v", damage.name, err)
				}
				refused++
				continue
			}
			into := openStore(t) // a bit of the head of gzip that says nothing: the system, the time
			if _, err := archive.Restore(t.Context(), into, inventory.RestoreOptions{}); err != nil {
				t.Fatalf("%s: found sound and not restored: %v", damage.name, err)
			}
			if !bytes.Equal(archiveOf(t, into), text) {
				t.Fatalf("%s: found sound and restored otherwise", damage.name)
			}
		}
	}
	if refused < 1990 {
		t.Errorf("only %d of 2000 were refused", refused)
	}
}

// handmade writes archives that Backup would not.
type handmade struct {
	header, manifest string
	files            []madeFile
}

type madeFile struct {
	name, text string
	kind       byte
}

const handmadeHeader = `{"format":"vigie-backup","version":1,"software":"test","created":"2026-11-21T10:00:00.000Z"}`

// archive has the sums of its files in its manifest, unless it has a manifest of its own.
func (h handmade) archive(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	archive := tar.NewWriter(compressed)
	header := h.header
	if header == "" {
		header = handmadeHeader
	}
	manifest := h.manifest
	if manifest == "" {
		manifest = h.sums(t, header)
	}
	all := append([]madeFile{{"vigie-backup/vigie.json", header, tar.TypeReg}}, h.files...)
	for _, file := range append(all, madeFile{"vigie-backup/manifest.json", manifest, tar.TypeReg}) {
		made := &tar.Header{Name: file.name, Typeflag: file.kind, Size: int64(len(file.text)), Mode: 0o644}
		if file.kind == tar.TypeSymlink {
			made.Size, made.Linkname, file.text = 0, file.text, ""
		}
		if err := archive.WriteHeader(made); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(archive, file.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (h handmade) sums(t testing.TB, header string) string {
	t.Helper()
	var manifest inventory.ArchiveManifest
	if err := json.Unmarshal([]byte(header), &manifest.ArchiveHeader); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"holders", "deployments", "cameras", "areas", "obstacles", "assessments", "audits", "answers", "candidates", "recommendations", "equipment", "accounts", "sessions", "conventions", "journal"} {
		made, whole := inventory.ArchivedKind{Kind: kind}, ""
		for _, file := range h.files {
			if strings.HasPrefix(file.name, "vigie-backup/"+kind) {
				whole += file.text
				made.Files = append(made.Files, inventory.ArchivedFile{Name: file.name, Bytes: int64(len(file.text)), Sum: sumOf(file.text)})
			}
		}
		made.Sum = sumOf(whole)
		manifest.Kinds = append(manifest.Kinds, made)
	}
	text, err := json.Marshal(manifest)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStrangeArchives are refused with a reason, whole.
func TestStrangeArchives(t *testing.T) {
	file := func(name string, lines ...string) madeFile {
		return madeFile{"vigie-backup/" + name, strings.Join(lines, "\n") + "\n", tar.TypeReg}
	}
	const holders, cameras = "holders-000001.ndjson", "cameras-000001.ndjson"
	drone := `{"id":"d","holder":"ville","category":"drone","unit":"u"}`
	ville := `{"id":"ville","name":"Ville","kind":"local_authority"}`
	tests := []struct {
		name    string
		archive handmade
		says    string
	}{
		{"sound", handmade{files: []madeFile{file(holders, ville)}}, ""},
		{"not even gzip", handmade{}, "no backup at all"},
		{"another tar", handmade{header: `{"format":"other","version":1}`, manifest: "{}"}, `the format is "other"`},
		{"no version", handmade{header: `{"format":"vigie-backup"}`, manifest: "{}"}, "version 0 is none"},
		{"a later version", handmade{header: `{"format":"vigie-backup","version":2,"created":17}`, manifest: "{}"}, "newer version of Vigie"},
		{"a later version of other files", handmade{header: `{"format":"vigie-backup","version":9}`, manifest: "[]",
			files: []madeFile{file("boats.bin")}}, "newer version of Vigie"},
		{"an unknown kind", handmade{files: []madeFile{file("boats-000001.ndjson", "{}")}}, "boats-000001.ndjson: has no place here"},
		{"out of order", handmade{files: []madeFile{file(cameras, drone), file(holders, ville)}}, "has no place here"},
		{"a file missing", handmade{files: []madeFile{file("holders-000002.ndjson", ville)}}, "has no place here"},
		{"a way out", handmade{files: []madeFile{{"../../etc/passwd", "x", tar.TypeReg}}}, "../../etc/passwd: has no place here"},
		{"a way out of the folder", handmade{files: []madeFile{file("../holders-000001.ndjson", ville)}}, "has no place here"},
		{"an absolute name", handmade{files: []madeFile{{"/etc/passwd", "x", tar.TypeReg}}}, "has no place here"},
		{"a link", handmade{files: []madeFile{{"vigie-backup/" + holders, "/etc/passwd", tar.TypeSymlink}}}, "is not a regular file"},
		{"a folder", handmade{files: []madeFile{{"vigie-backup/", "", tar.TypeDir}}}, "is not a regular file"},
		{"no JSON", handmade{files: []madeFile{file(holders, ville, "nonsense")}}, holders + ", line 2"},
		{"an empty line", handmade{files: []madeFile{file(holders, ville, "")}}, holders + ", line 2"},
		{"two on a line", handmade{files: []madeFile{file(holders, ville+ville)}}, "more than one JSON value"},
		{"an unknown property", handmade{files: []madeFile{file(holders, `{"id":"a","colour":"red"}`)}}, `unknown field "colour"`},
		{"the same key twice", handmade{files: []madeFile{file(holders, ville, ville)}}, "the keys are not in order"},
		{"keys the wrong way round", handmade{files: []madeFile{file(holders, strings.ReplaceAll(ville, "ville", "w"), ville)}}, "not in order"},
		{"an invalid record", handmade{files: []madeFile{file(holders, `{"id":"a"}`, `{"id":"b","name":"B","kind":"boat"}`)}}, `invalid holder "b"`},
		{"no key", handmade{files: []madeFile{file(holders, `{"name":"A"}`)}}, "not in order"},
		{"sums of others", handmade{files: []madeFile{file(holders, ville)}, manifest: handmade{}.sums(t, handmadeHeader)}, "holders are not those that were written"},
		{"no sums", handmade{manifest: "{}"}, "its header is not the one at the start"},
		{"a manifest without kinds", handmade{manifest: handmadeHeader}, "it has 0 kinds of records"},
		{"a manifest that is none", handmade{manifest: "nonsense"}, "manifest.json"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := test.archive.archive(t)
			if test.name == "not even gzip" {
				text = []byte("SQLite format 3\x00")
			}
			store := openStore(t)
			_, err := restore(t, text, store, inventory.RestoreOptions{})
			if test.says == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v does not tell %q", err, test.says)
			}
			var fault *inventory.ArchiveError
			var invalid *inventory.InvalidError
			if !errors.As(err, &fault) && !errors.As(err, &invalid) && !errors.Is(err, inventory.ErrLaterArchive) {
				t.Errorf("%v is of no known kind", err)
			}
			if n, err := inventory.Count(t.Context(), store.Holders(), inventory.Query{}); err != nil || n > 0 {
				t.Errorf("%d holders are stored, %v", n, err)
			}
		})
	}
}

// TestArchiveThatCannotBeSought is kept meanwhile, and removed.
func TestArchiveThatCannotBeSought(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	first := openStore(t)
	fillWhole(t, first)
	text := archiveOf(t, first)
	archive, err := inventory.OpenArchive(t.Context(), io.MultiReader(bytes.NewReader(text)), nil)
	if err != nil {
		t.Fatal(err)
	}
	second := openStore(t)
	if _, err := archive.Restore(t.Context(), second, inventory.RestoreOptions{}); err != nil {
		t.Fatal(err)
	}
	kept, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "vigie-restore-*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept in %q, %v", kept, err)
	}
	if info, err := os.Stat(kept[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the temporary file: %v, %v", info, err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := inventory.OpenArchive(t.Context(), io.MultiReader(strings.NewReader("nonsense")), nil); err == nil {
		t.Error("nonsense is an archive")
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestBackupStops when its context does, when its output fails, and when its store does.
func TestBackupStops(t *testing.T) {
	store := openStore(t)
	putAll(t, store, manyCameras(3000))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := inventory.Backup(ctx, store, io.Discard, inventory.BackupOptions{Progress: func(int, int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	full := errors.New("no space left")
	if _, err := inventory.Backup(t.Context(), store, fullDisk{full}, inventory.BackupOptions{}); !errors.Is(err, full) {
		t.Errorf("full disk: %v", err)
	}
}

type fullDisk struct{ err error }

func (w fullDisk) Write([]byte) (int, error) { return 0, w.err }

// FuzzOpenArchive: any bytes are an archive or not, without a panic.
func FuzzOpenArchive(f *testing.F) {
	f.Add(handmade{}.archive(f))
	f.Add(handmade{files: []madeFile{{"vigie-backup/holders-000001.ndjson", `{"id":"ville","name":"Ville","kind":"private"}` + "\n", tar.TypeReg}}}.archive(f))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		archive, err := inventory.OpenArchive(t.Context(), bytes.NewReader(text), nil)
		if err != nil {
			return
		}
		if archive.Manifest.Version != 1 || len(archive.Manifest.Kinds) != 15 {
			t.Errorf("sound, with manifest %+v", archive.Manifest)
		}
		if err := archive.Close(); err != nil {
			t.Error(err)
		}
	})
}

// FuzzArchivedRecords: any lines under a manifest that is right are refused whole, or restored so that a backup of the
// store is restored the same.
func FuzzArchivedRecords(f *testing.F) {
	kinds := []string{"holders", "deployments", "cameras", "areas", "obstacles", "assessments", "audits", "answers", "candidates", "recommendations", "equipment", "accounts", "sessions", "conventions", "journal"}
	f.Add(`{"id":"ville","name":"Ville","kind":"private"}`+"\n", byte(0))
	f.Add(`{"id":"a","holder":"ville","category":"fixed","location":[2,48]}`+"\n"+`{"ID":"b","holder":"ville","category":"drone","unit":"u"}`, byte(2))
	f.Add(`{"id":"a","category":"priority_place","name":"x","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}`+"\r\n", byte(3))
	f.Add("{\"id\":\"\\ud800\"}\n\n", byte(4))
	store := openStore(f)
	f.Fuzz(func(t *testing.T, lines string, kind byte) {
		name := fmt.Sprintf("vigie-backup/%s-000001.ndjson", kinds[int(kind)%len(kinds)])
		text := handmade{files: []madeFile{{name, lines, tar.TypeReg}}}.archive(t)
		report, err := restore(t, text, store, inventory.RestoreOptions{Force: true})
		if err != nil {
			if report.Stored() > 0 {
				t.Errorf("%d records were stored, and yet %v", report.Stored(), err)
			}
			return
		}
		again, err := restore(t, archiveOf(t, store), store, inventory.RestoreOptions{Force: true})
		if err != nil || again.Stored() != 0 {
			t.Errorf("restored from its own backup: %s, %v", told(again), err)
		}
	})
}
