package main

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie/inventory/mongodb/mongodbtest"
)

const administratorsGuide = "docs/guide-administrator.md"

// administrator carries out the guide as its reader would. Accounts and keys, which are new each time, have names in the guide,
// in the order in which they are made.
type administrator struct {
	*shell
	base  string // of the API, once it is served
	names *strings.Replacer
	made  []string // what was made, and its name
}

var (
	csvBlock     = regexp.MustCompile("(?s)```csv\n(.*?)```")
	madeAccount  = regexp.MustCompile(`account  (\S+)`)
	accountNames = []string{"READER", "EXPERT", "PROGRAM"}
)

// TestGuideAdministrator follows the guide from an empty store to a reader of the municipality, an expert on mandate and an
// integrator, on each kind of store, and holds all that is printed and answered against what the guide shows.
func TestGuideAdministrator(t *testing.T) {
	for name, store := range map[string]func(t *testing.T) string{
		"sqlite":  func(*testing.T) string { return "sqlite:vigie.db" },
		"mongodb": func(t *testing.T) string { t.Helper(); return mongodbtest.NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			a := &administrator{shell: newShell(t), names: strings.NewReplacer()}
			a.env["VIGIE_STORE"] = store(t)
			commands := shownCommands(t, administratorsGuide)
			file := csvBlock.FindStringSubmatch(readText(t, administratorsGuide))
			if file == nil || len(commands) < 10 {
				t.Fatalf("the guide shows %d commands, and a file: %v", len(commands), file != nil)
			}
			a.file(t, "cameras.csv", file[1])
			t.Chdir(a.home)
			for _, c := range commands {
				a.follow(t, c)
			}
		})
	}
}

func (a *administrator) follow(t *testing.T, c shownCommand) {
	t.Helper()
	for i := range c.args {
		c.args[i] = a.named(c.args[i])
	}
	if c.program == "curl" {
		a.ask(t, c)
		return
	}
	got := a.must(t, c.args...)
	if account := madeAccount.FindStringSubmatch(got.stdout); account != nil {
		name := accountNames[len(a.made)/4]
		a.made = append(a.made, keyPattern.FindString(got.stdout), name+"-KEY", account[1], name)
		a.names = strings.NewReplacer(a.made...)
	}
	c.check(t, a.names.Replace(got.stdout+got.stderr))
}

// named puts the accounts and keys that were made in place of their names.
func (a *administrator) named(text string) string {
	var back []string
	for pair := range slices.Chunk(a.made, 2) {
		back = append(back, pair[1], pair[0])
	}
	return strings.NewReplacer(back...).Replace(text)
}

// ask sends what a curl command would, and looks for the pieces of the answer between the ellipses of the guide.
func (a *administrator) ask(t *testing.T, c shownCommand) {
	t.Helper()
	if a.base == "" {
		a.base = startProcess(t, a.shell, "serve", "--store", a.env["VIGIE_STORE"], "--addr", "127.0.0.1:0").base
	}
	method, url, body, headers := http.MethodGet, "", "", http.Header{}
	for i, arg := range c.args {
		switch {
		case strings.HasPrefix(arg, "http:"):
			url = strings.Replace(arg, "http://127.0.0.1:8080", a.base, 1)
		case arg == "-X":
			method = c.args[i+1]
		case arg == "-d":
			body = c.args[i+1]
		case arg == "-H":
			name, value, _ := strings.Cut(c.args[i+1], ": ")
			headers.Set(name, value)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = headers
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	rest := a.names.Replace(string(answer))
	for _, line := range c.lines {
		for piece := range strings.SplitSeq(line, "…") {
			_, after, found := strings.Cut(rest, piece)
			if !found {
				t.Errorf("%s %s is not answered, in this order,\n%s\nbut\n%s", method, url, piece, answer)
				return
			}
			rest = after
		}
	}
}
