// Command peers measures Vigie's coverage engine against other engines on the same scenes; scripts/bench-peers builds
// and calls it.
//
//	peers scene KM2 CAMERAS FILE     writes a made-up town
//	peers overlay ENGINE FILE        is a worker: simplefeatures or geos
//	peers run                        runs the rows and prints the table
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
)

func main() {
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func command(args []string) error {
	switch {
	case len(args) == 4 && args[0] == "scene":
		return writeScene(args[1], args[2], args[3])
	case len(args) == 3 && args[0] == "overlay":
		return serveOverlay(args[1], args[2], os.Stdin, os.Stdout)
	case len(args) > 0 && args[0] == "run":
		return conduct(context.Background(), args[1:])
	}
	return errors.New("scene KM2 CAMERAS FILE, overlay ENGINE FILE, or run")
}

func writeScene(area, count, file string) error {
	km2, err := strconv.ParseFloat(area, 64)
	if err != nil {
		return err
	}
	n, err := strconv.ParseUint(count, 10, 32)
	if err != nil {
		return err
	}
	return makeScene(km2, uint32(n)).write(file)
}
