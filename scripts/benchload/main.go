// Command benchload loads a running server as many clients at once do, and tells how long each kind of request took. It is what
// scripts/bench-load runs; the cameras that it asks for are those of inventorytest.France, of which none is real.
//
// It knows nothing of stores: it writes the files that vigie import reads, and then speaks HTTP.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"vigie/inventory/inventorytest"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "benchload:", err)
		os.Exit(1)
	}
}

// run generates the files of the cameras, or loads a server that has them.
func run(ctx context.Context, args []string) error {
	var l load
	flags := flag.NewFlagSet("benchload", flag.ContinueOnError)
	into := flags.String("generate", "", "`folder` to write cameras.geojson and holders.json into, instead of loading a server")
	cameras := flags.Int("cameras", 1_000_000, "how many cameras there are")
	flags.StringVar(&l.base, "base", "", "`address` of the server")
	flags.StringVar(&l.ogc, "ogc", "/ogc", "`path` of its OGC API")
	flags.BoolVar(&l.ogcOnly, "ogc-only", false, "ask for what any OGC server has: items of a box, and one item")
	flags.BoolVar(&l.noTotals, "no-totals", false, "leave out the counts of all that a caller sees")
	flags.IntVar(&l.clients, "clients", 50, "how many ask at once")
	flags.DurationVar(&l.warm, "warm", 3*time.Second, "how long they ask before what they ask counts")
	flags.DurationVar(&l.lasts, "for", time.Minute, "how long they ask then")
	flags.DurationVar(&l.pause, "pause", 0, "how long each waits after an answer")
	flags.IntVar(&l.pid, "pid", 0, "`number` of the server's process, whose memory and processor time are told")
	peer := flags.String("peer", "", "`address` of another OGC server that is asked the same in turns, with the collection public.cameras")
	open := flags.String("open", "", "with -peer, `address` of a server that lets everybody in; that of -base asks for the expert's key")
	for name, key := range map[string]*string{"reader": &l.keys.reader, "expert": &l.keys.expert, "admin": &l.keys.admin} {
		flags.StringVar(key, name, "", "API key of that role; without any, everybody is let in")
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *into != "" {
		return generate(*into, *cameras)
	}
	if *peer != "" {
		return besidePeer(ctx, l, *open, *peer, *cameras)
	}
	if l.base == "" {
		return errors.New("-base or -generate is needed")
	}
	return l.run(ctx, *cameras)
}

// besidePeer asks Vigie that lets everybody in, Vigie that asks for a key, and a peer for what the expert may see.
func besidePeer(ctx context.Context, l load, open, peer string, cameras int) error {
	seen := findPlaces(cameras).expert
	anyone, expert := caller{places: seen}, caller{l.keys.expert, "essai de charge", seen}
	l.collection = "cameras"
	keyed, free, other := l, l, l
	free.base = open
	other.base, other.ogc, other.collection = peer, "", "public.cameras"
	sides := []*side{
		{load: free, name: "Vigie", by: anyone}, {load: keyed, name: "with keys", by: expert},
		{load: other, name: "peer", by: anyone, byOffset: true},
	}
	return beside(ctx, sides, l.clients, l.lasts)
}

// generate writes the cameras and their holders as files that vigie import reads.
func generate(folder string, cameras int) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	holders, err := json.Marshal(inventorytest.FranceHolders(cameras))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "holders.json"), holders, 0o600); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(folder, "cameras.geojson")) //nolint:gosec // G304: where the caller says
	if err != nil {
		return err
	}
	return errors.Join(inventorytest.WriteFrance(file, cameras), file.Close())
}
