package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// readmeCommand is a command that README.md shows, with the lines it shows of its output.
type readmeCommand struct {
	args  []string
	lines []string
}

var word = regexp.MustCompile(`'[^']*'|\S+`)

// readmeCommands reads the console blocks of README.md. A line that is only "…" stands for any lines.
func readmeCommands(t *testing.T) []readmeCommand {
	t.Helper()
	var commands []readmeCommand
	inside := false
	for line := range strings.Lines(readText(t, "README.md")) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case inside && strings.HasPrefix(line, "$ vigie "):
			c := readmeCommand{}
			for _, w := range word.FindAllString(strings.TrimPrefix(line, "$ vigie "), -1) {
				c.args = append(c.args, strings.Trim(w, "'"))
			}
			commands = append(commands, c)
		case inside && line != "…":
			last := &commands[len(commands)-1]
			last.lines = append(last.lines, line)
		}
	}
	return commands
}

// plainSpaces undoes French typography, which no editor shows.
var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

// TestReadme runs the commands of README.md and looks for the lines it shows of them, in their order.
func TestReadme(t *testing.T) {
	cameras, communes, outline := montpellier(t)
	commands := readmeCommands(t)
	if len(commands) < 5 {
		t.Fatalf("README.md shows %d commands, want 5 or more", len(commands))
	}
	s := newShell(t)
	s.file(t, "cameras.geojson", readText(t, cameras))
	s.file(t, "outline.geojson", readText(t, outline))
	s.file(t, "communes.geojson", readText(t, communes))
	s.file(t, "trafford.csv", readText(t, filepath.Join(realData(t), "trafford", "2021-02-10", "trafford_cctv_cameras.csv")))
	t.Chdir(s.home)
	for _, c := range commands {
		got := s.run(t, c.args...)
		rest := plainSpaces.Replace(got.stdout + got.stderr)
		for _, line := range c.lines {
			_, after, found := strings.Cut(rest, line+"\n")
			if !found {
				t.Errorf("vigie %s does not print, in this order,\n%s\nbut\n%s", strings.Join(c.args, " "), line, got.stdout+got.stderr)
				break
			}
			rest = after
		}
	}
	if _, err := os.Stat("montpellier/map.svg"); err != nil {
		t.Error(err)
	}
}
