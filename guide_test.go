package main

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const guide = "docs/guide-expert.md"

// ofMontpellier tells whether a command of the guide works on the real city, whose files are not in the repository.
func (c shownCommand) ofMontpellier() bool { return slices.Contains(c.args, "sqlite:montpellier.db") }

// guideReader carries out the guide as its reader would, and remembers the identifiers of the audits kept.
type guideReader struct {
	*shell
	audits []string
	base   string // of the API, once it is served
}

func newGuideReader(t *testing.T) *guideReader {
	t.Helper()
	r := &guideReader{shell: newShell(t)}
	files := jsonBlock.FindAllStringSubmatch(readText(t, guide), -1)
	if len(files) != 2 {
		t.Fatalf("the guide shows %d files, want those of holders and deployments", len(files))
	}
	r.file(t, "holders.json", files[0][1])
	r.file(t, "montpellier.json", files[1][1])
	return r
}

var (
	jsonBlock = regexp.MustCompile("(?s)```json\n(.*?)```")
	inline    = regexp.MustCompile("`vigie ([^`]+)`")
)

// named puts the identifiers of audits in place of AUDIT-1, AUDIT-2 and so on.
func (r *guideReader) named(text string) string {
	for i, id := range r.audits {
		text = strings.ReplaceAll(text, "AUDIT-"+strconv.Itoa(i+1), id)
	}
	return text
}

// follow carries out one command and holds what it prints against the guide.
func (r *guideReader) follow(t *testing.T, c shownCommand) {
	t.Helper()
	for i := range c.args {
		c.args[i] = r.named(c.args[i])
	}
	got := r.must(t, c.args...)
	c.check(t, got.stdout+got.stderr)
	if slices.Contains(c.args, "--keep") {
		r.audits = append(r.audits, auditIdentifier(t, got))
	}
}

// The guide tells to write a fact into the file of deployments.
const (
	granted        = `"status":"granted"`
	notProvisional = `"status":"granted","provisional":false`
)

func (r *guideReader) edit(t *testing.T) {
	t.Helper()
	if !strings.Contains(readText(t, r.path("guide.md")), "`"+granted+"` par `"+notProvisional+"`") {
		t.Fatal("the guide no longer tells which fact to write")
	}
	r.file(t, "deployments.json", strings.ReplaceAll(readText(t, r.path("deployments.json")), granted, notProvisional))
}

func TestGuideTown(t *testing.T) {
	commands := shownCommands(t, guide)
	r := newGuideReader(t)
	r.file(t, "guide.md", readText(t, guide))
	t.Chdir(r.home)
	for _, c := range commands {
		switch {
		case c.ofMontpellier():
		case c.args[0] == "demo": // README.md shows it too, and its test runs it
			townAddress(t, r.shell)
		case c.program == "curl":
			if r.base == "" {
				r.base = startProcess(t, r.shell, "serve", "--access", "open", "--store", "sqlite:town.db", "--addr", "127.0.0.1:0").base
			}
			r.ask(t, c)
		default:
			if slices.Contains(c.args, "import") {
				r.edit(t)
			}
			r.follow(t, c)
		}
	}
	if len(r.audits) != 3 || r.base == "" {
		t.Errorf("%d audits are kept, the API at %q", len(r.audits), r.base)
	}
}

// ask sends what a curl command would, and looks for the pieces of the answer between the ellipses of the guide.
func (r *guideReader) ask(t *testing.T, c shownCommand) {
	t.Helper()
	method, url, body := http.MethodGet, "", ""
	for i, arg := range c.args {
		if strings.HasPrefix(arg, "http:") {
			url = strings.Replace(r.named(arg), "http://127.0.0.1:8080", r.base, 1)
		} else if arg == "-d" {
			method, body = http.MethodPost, c.args[i+1]
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s: %s, %v: %s", url, response.Status, err, answer)
	}
	rest := plainSpaces.Replace(string(answer))
	for _, line := range c.lines {
		piece := r.named(strings.Trim(line, "…"))
		_, after, found := strings.Cut(rest, piece)
		if !found {
			t.Errorf("%s does not answer, in this order,\n%s\nbut\n%.3000s", url, piece, answer)
			return
		}
		rest = after
	}
}

func TestGuideMontpellier(t *testing.T) {
	cameras, communes, _ := montpellier(t)
	commands := shownCommands(t, guide)
	r := newGuideReader(t)
	r.file(t, "cameras.geojson", readText(t, cameras))
	r.file(t, "communes.geojson", readText(t, communes))
	r.file(t, "deployments.json", readText(t, r.path("montpellier.json")))
	t.Chdir(r.home)
	for _, c := range commands {
		if c.ofMontpellier() {
			r.follow(t, c)
		}
	}
	if len(r.audits) != 2 {
		t.Errorf("%d audits are kept", len(r.audits))
	}
}

// TestGuidesNameCommands parses every command that the guides name in their sentences; of the guide for the municipality
// those that it shows, too.
func TestGuidesNameCommands(t *testing.T) {
	for _, document := range []string{guide, municipality} {
		for _, found := range inline.FindAllStringSubmatch(readText(t, document), -1) {
			knowsFlags(t, strings.Fields(found[1]))
		}
	}
	shown := shownCommands(t, municipality)
	for _, c := range shown {
		knowsFlags(t, c.args)
	}
	if len(shown) < 8 {
		t.Errorf("%s shows %d commands", municipality, len(shown))
	}
}

func knowsFlags(t *testing.T, args []string) {
	t.Helper()
	a := &app{env: func(string) string { return "" }}
	cmd, rest, err := a.rootCommand().Find(args)
	if err != nil {
		t.Errorf("vigie %s: %v", strings.Join(args, " "), err)
		return
	}
	for _, arg := range rest {
		if flag, isFlag := strings.CutPrefix(arg, "--"); isFlag && flag != "help" && cmd.Flags().Lookup(flag) == nil {
			t.Errorf("vigie %s: no flag --%s", strings.Join(args, " "), flag)
		}
	}
}
