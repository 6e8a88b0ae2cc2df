package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"vigie/inventory"
)

// input is a file to read, or the standard input.
type input struct {
	io.Reader
	name string
	// size is in bytes, −1 when unknown.
	size int64
	// crsFlag is the flag that names its coordinate system.
	crsFlag string
}

// refuseWithoutCRS lists the systems that the file may be in, and how to choose one.
func (in input) refuseWithoutCRS(needed *inventory.CRSNeededError) error {
	details := make([]string, len(needed.Candidates))
	for i, system := range needed.Candidates {
		details[i] = fmt.Sprintf("%s %s: %s", in.crsFlag, system.Code, system.Name)
		if system.Territory != "" {
			details[i] += ", " + system.Territory
		}
	}
	advice := "name it with " + in.crsFlag
	if len(details) > 0 {
		advice += "; in these it falls in France"
	}
	return &failure{
		code: exitRefused,
		cause: fmt.Errorf("%s: coordinates such as %.10g, %.10g (row %d) are not degrees and the file names no coordinate system: %s",
			in.name, needed.At[0], needed.At[1], needed.Line, advice),
		details: details,
	}
}

// withInput opens a file, or the standard input when its name is "-", uses it and closes it.
func (a *app) withInput(name string, use func(input) error) error {
	if name == "-" {
		return use(input{Reader: a.stdin, name: "standard input", size: -1})
	}
	file, err := os.Open(name) //nolint:gosec // G304: opening the file that the user names is the work of the program
	if err != nil {
		return err // it names the file
	}
	return errors.Join(useFile(file, use), file.Close())
}

func useFile(file *os.File, use func(input) error) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return refused("%s is a folder, not a file", file.Name())
	}
	return use(input{Reader: file, name: filepath.Base(file.Name()), size: info.Size()})
}

// formatOf is the format that the name of a file tells; empty when it tells none.
func formatOf(name string) inventory.Format {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".geojson", ".geojsonl", ".geojsons", ".ndjson", ".jsonl":
		return inventory.FormatGeoJSON
	case ".csv", ".tsv", ".txt":
		return inventory.FormatCSV
	case ".kml", ".kmz":
		return inventory.FormatKML
	}
	return ""
}

// output writes to a file, or to the standard output when its name is "-".
func (a *app) output(name string, write func(io.Writer) error) error {
	if name != "-" {
		return writeFile(name, write)
	}
	buffered := bufio.NewWriter(a.stdout)
	if err := write(buffered); err != nil {
		return err
	}
	return buffered.Flush()
}

// writeFile makes a file whole or not at all, in place of the one that had its name, or that a symbolic link of that name
// leads to. Only its owner may read it: where cameras do not look is sensitive. What is no regular file, as a pipe or a
// device, is written to as it is.
func writeFile(name string, write func(io.Writer) error) error {
	info, err := os.Stat(name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return writeThrough(name, write)
	case err == nil:
		name, err = filepath.EvalSymlinks(name)
	case errors.Is(err, fs.ErrNotExist):
		name, err = behindLinks(name)
	}
	if err != nil {
		return err
	}
	return replaceFile(name, write)
}

// maxLinks is how many symbolic links are followed, as Linux does (path_resolution(7)).
const maxLinks = 40

// behindLinks is the name that is free at the end of the symbolic links that begin at name.
func behindLinks(name string) (string, error) {
	first := name
	for range maxLinks {
		link, err := os.Readlink(name)
		if err != nil { // no link: nothing is there yet
			return name, nil //nolint:nilerr // the error says so
		}
		if !filepath.IsAbs(link) {
			link = filepath.Dir(name) + string(filepath.Separator) + link // not cleaned: the folder may be a link too
		}
		name = link
	}
	return "", fmt.Errorf("%s leads through too many symbolic links", first)
}

// writeThrough writes to what is there.
func writeThrough(name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(name, os.O_WRONLY, 0) //nolint:gosec // G304: opening the file that the user names is the work of the program
	if err != nil {
		return err
	}
	return fill(file, name, write, func() error { return nil })
}

// fill writes to an open file, makes sure by settle that it is kept, and closes it.
func fill(file *os.File, name string, write func(io.Writer) error, settle func() error) error {
	buffered := bufio.NewWriter(file)
	err := write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = settle()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func replaceFile(name string, write func(io.Writer) error) error {
	folder := filepath.Dir(name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()              // nothing is left to remove once it is renamed
	if err := fill(file, name, write, file.Sync); err != nil { // on the disk before it takes the name of another
		return err
	}
	return os.Rename(file.Name(), name)
}
