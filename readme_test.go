package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shownCommand is a command that a document shows, with the lines it shows of its output.
type shownCommand struct {
	program string
	args    []string
	lines   []string
}

var word = regexp.MustCompile(`'[^']*'|\S+`)

// shownCommands reads the console blocks of a document. A line that is only "…" stands for any lines.
func shownCommands(t *testing.T, document string) []shownCommand {
	t.Helper()
	var commands []shownCommand
	inside := false
	for line := range strings.Lines(readText(t, document)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case inside && strings.HasPrefix(line, "$ "):
			words := word.FindAllString(strings.TrimPrefix(line, "$ "), -1)
			for i := range words {
				words[i] = strings.Trim(words[i], "'")
			}
			c := shownCommand{program: words[0], args: words[1:]}
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

// check looks for the lines that are shown in what the command printed, in their order.
func (c shownCommand) check(t *testing.T, printed string) {
	t.Helper()
	rest := plainSpaces.Replace(printed)
	for _, line := range c.lines {
		_, after, found := strings.Cut(rest, line+"\n")
		if !found {
			t.Errorf("%s %s does not print, in this order,\n%s\nbut\n%s", c.program, strings.Join(c.args, " "), line, printed)
			return
		}
		rest = after
	}
}

// TestReadme runs the commands of README.md and looks for the lines it shows of them, in their order.
func TestReadme(t *testing.T) {
	cameras, communes, outline := montpellier(t)
	commands := shownCommands(t, "README.md")
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
		c.check(t, got.stdout+got.stderr)
	}
	if _, err := os.Stat("montpellier/map.svg"); err != nil {
		t.Error(err)
	}
}
