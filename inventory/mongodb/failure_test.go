package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"vigie/inventory"
	"vigie/inventory/inventorytest"
	"vigie/inventory/mongodb"
	"vigie/inventory/mongodb/mongodbtest"
)

const secret = "s3cret/with@signs"

// A server that is not there: an error that says so, soon, and without the password.
func TestServerDown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for name, wait := range map[string]struct {
		patience, context time.Duration
		want              error
	}{
		"patient": {200 * time.Millisecond, time.Minute, inventory.ErrUnavailable},
		"context": {time.Minute, 200 * time.Millisecond, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), wait.context)
			defer cancel()
			at := url.URL{Scheme: "mongodb", Host: nobody, User: url.UserPassword("vigie", secret), Path: "/vigie"}
			at.RawQuery = fmt.Sprintf("serverSelectionTimeoutMS=%d", wait.patience.Milliseconds())
			_, err := mongodb.Open(ctx, at.String())
			if !errors.Is(err, wait.want) {
				t.Errorf("Open: %v", err)
			}
			tells(t, err, nobody)
			keepsSecret(t, err, secret, url.QueryEscape(secret))
		})
	}
}

// An address that is none: an error that says so, without the password.
func TestBadAddress(t *testing.T) {
	for _, address := range []string{
		"", "mongodb://", "http://127.0.0.1", "mongodb://vigie:" + secret + "@127.0.0.1", "mongodb://vigie:" + secret + "%zz@h/",
		"mongodb://vigie:" + url.QueryEscape(secret) + "@127.0.0.1/?tls=perhaps", "mongodb://127.0.0.1/?w=x&journal=perhaps",
	} {
		_, err := mongodb.Open(t.Context(), address)
		if !errors.Is(err, mongodb.ErrAddress) {
			t.Errorf("Open(%q): %v", address, err)
		}
		keepsSecret(t, err, secret, "s3cret", url.QueryEscape(secret))
	}
}

func tells(t *testing.T, err error, what string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), what) {
		t.Errorf("%v does not tell %q", err, what)
	}
}

func keepsSecret(t *testing.T, err error, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if err != nil && strings.Contains(err.Error(), s) {
			t.Errorf("the message holds the password: %v", err)
		}
	}
}

// A password that is wrong is refused, by a message without it.
func TestWrongPassword(t *testing.T) {
	at, err := url.Parse(mongodbtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	user := at.User.Username() // empty where the server lets anybody in: who names himself is asked for a password nevertheless
	if user == "" {
		user = "nobody"
	}
	at.User = url.UserPassword(user, secret)
	_, err = mongodb.Open(t.Context(), at.String())
	if !errors.Is(err, mongodb.ErrRefused) || errors.Is(err, inventory.ErrUnavailable) {
		t.Errorf("Open: %v", err)
	}
	keepsSecret(t, err, secret, url.QueryEscape(secret))
}

// A server that goes away and comes back: errors that say so, no acknowledged record lost, and the same store goes on.
func TestLostAndBack(t *testing.T) {
	t.Parallel() // most of it is waiting
	g, at := mongodbtest.NewGate(t, mongodbtest.NewDatabase(t), nil)
	store := open(t, at.String())
	defer closeStore(t, store)
	acknowledged := 0
	put := func(ctx context.Context) error {
		err := store.Cameras().Put(ctx, numbered(acknowledged))
		if err == nil {
			acknowledged++
		}
		return err
	}
	for range 3 {
		for range 5 {
			if err := put(t.Context()); err != nil {
				t.Fatalf("Put: %v", err)
			}
		}
		g.Refuse()
		for name, call := range map[string]func() error{
			"Put":  func() error { return put(t.Context()) },
			"Ping": func() error { return store.Ping(t.Context()) },
			"Get":  func() error { _, err := store.Cameras().Get(t.Context(), "0"); return err },
			"Find": func() error {
				_, err := inventory.All(t.Context(), store.Cameras(), inventory.Query{})
				return err
			},
			"Count":  func() error { _, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{}); return err },
			"Update": func() error { _, err := store.Cameras().Update(t.Context(), "0", rename("lost")); return err },
			"Delete": func() error { return store.Cameras().Delete(t.Context(), "0", nil) },
		} {
			if err := call(); !errors.Is(err, inventory.ErrUnavailable) {
				t.Errorf("%s without a server: %v", name, err)
			}
		}
		g.Pass()
		waitFor(t, store)
	}
	n, err := inventory.Count(t.Context(), store.Cameras(), inventory.Query{})
	if err != nil || n != acknowledged {
		t.Errorf("%d records are there (%v), %d were acknowledged", n, err, acknowledged)
	}
}

// Callers that meet the loss together meet it at each step of the driver: while a connection is made, waited for, or
// taken from a pool that was just emptied. Each is told the same.
func TestLostUnderLoad(t *testing.T) {
	t.Parallel() // most of it is waiting
	const callers, losses = 16, 12
	g, at := mongodbtest.NewGate(t, mongodbtest.NewDatabase(t), nil)
	store := open(t, at.String())
	defer closeStore(t, store)
	if err := store.Cameras().Put(t.Context(), numbered(0)); err != nil {
		t.Fatal(err)
	}
	for range losses {
		var group sync.WaitGroup
		for range callers {
			group.Go(func() {
				for {
					_, err := store.Cameras().Get(t.Context(), "0")
					if err != nil && !errors.Is(err, inventory.ErrUnavailable) {
						t.Errorf("Get while the server goes away: %v", err)
					}
					if err != nil {
						return
					}
				}
			})
		}
		g.Refuse()
		group.Wait()
		g.Pass()
		waitFor(t, store)
	}
}

func waitFor(t *testing.T, store *mongodb.Store) {
	t.Helper()
	var err error
	for range 100 {
		if err = store.Ping(t.Context()); err == nil {
			return
		}
	}
	t.Fatalf("the server is back and the store is not: %v", err)
}

// A server that does not answer: the context decides how long to wait.
func TestSlowServer(t *testing.T) {
	g, at := mongodbtest.NewGate(t, mongodbtest.NewDatabase(t), nil)
	store := open(t, at.String())
	defer closeStore(t, store)
	if err := store.Cameras().Put(t.Context(), numbered(0)); err != nil {
		t.Fatal(err)
	}
	g.Stall()
	defer g.Pass()
	for name, call := range map[string]func(context.Context) error{
		"Get":  func(ctx context.Context) error { _, err := store.Cameras().Get(ctx, "0"); return err },
		"Put":  func(ctx context.Context) error { return store.Cameras().Put(ctx, numbered(1)) },
		"Ping": func(ctx context.Context) error { return store.Ping(ctx) },
		"Find": func(ctx context.Context) error {
			_, err := inventory.All(ctx, store.Cameras(), inventory.Query{})
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s of a server that does not answer: %v", name, err)
		}
		cancel()
	}
}

// Many writers that put the same new keys at once: each is there once, whole, and nobody gets an error.
func TestSameKeys(t *testing.T) {
	store := open(t, mongodbtest.NewDatabase(t))
	defer closeStore(t, store)
	var group sync.WaitGroup
	for writer := range 8 {
		group.Go(func() {
			var batch []inventory.Camera
			for i := range 50 {
				c := numbered(i)
				c.Department, c.Name = fmt.Sprint(10+writer), fmt.Sprint(writer)
				batch = append(batch, c)
			}
			if err := store.Cameras().Put(t.Context(), batch...); err != nil {
				t.Errorf("Put: %v", err)
			}
		})
	}
	group.Wait()
	cameras, err := inventory.All(t.Context(), store.Cameras(), inventory.Query{})
	if err != nil || len(cameras) != 50 {
		t.Errorf("%d records are there, not 50 (%v)", len(cameras), err)
	}
	for _, c := range cameras {
		if c.Department != "1"+c.Name {
			t.Errorf("%q is of writer %s and of département %s", c.ID, c.Name, c.Department)
		}
	}
}

// A record that is larger than a document may be is refused before anything of its batch is stored.
func TestTooLarge(t *testing.T) {
	store := open(t, mongodbtest.NewDatabase(t))
	defer closeStore(t, store)
	large := inventorytest.FullAssessment()
	large.ID, large.Request.Name = "large", strings.Repeat("é", 9<<20)
	if err := store.Assessments().Put(t.Context(), inventorytest.FullAssessment(), large); !errors.Is(err, inventory.ErrTooLarge) {
		t.Errorf("Put: %v", err)
	}
	if n, err := inventory.Count(t.Context(), store.Assessments(), inventory.Query{}); n != 0 || err != nil {
		t.Errorf("%d records are there (%v)", n, err)
	}
	nearly := inventorytest.FullAssessment()
	nearly.Request.Name = strings.Repeat("é", 8<<20-16<<10)
	if err := store.Assessments().Put(t.Context(), nearly); err != nil {
		t.Errorf("Put of nearly 16 MiB: %v", err)
	}
}

// TLS: the certificate of the server is checked against the authority that the address names.
func TestPrivateCA(t *testing.T) {
	file, certificate := privateCA(t)
	_, at := mongodbtest.NewGate(t, mongodbtest.NewDatabase(t), certificate)
	query := at.Query()
	query.Set("tls", "true")
	at.RawQuery = query.Encode()
	if _, err := mongodb.Open(t.Context(), at.String()); err == nil {
		t.Error("a certificate of an unknown authority was taken")
	}
	query.Set("tlsCAFile", file)
	at.RawQuery = query.Encode()
	store := open(t, at.String())
	defer closeStore(t, store)
	if err := store.Cameras().Put(t.Context(), numbered(0)); err != nil {
		t.Errorf("Put over TLS: %v", err)
	}
}

// A database of a newer Vigie is left alone.
func TestNewer(t *testing.T) {
	address := mongodbtest.NewDatabase(t)
	closeStore(t, open(t, address))
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	client := connect(t, address)
	defer func() { _ = client.Disconnect(context.Background()) }()
	versions := client.Database(strings.TrimPrefix(at.Path, "/")).Collection("vigie")
	if _, err := versions.UpdateOne(t.Context(), bson.D{}, bson.D{{Key: "$inc", Value: bson.D{{Key: "version", Value: 1}}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := mongodb.Open(t.Context(), address); !errors.Is(err, mongodb.ErrNewer) {
		t.Errorf("Open: %v", err)
	}
}

// Several programs may open a new database at once.
func TestOpenTogether(t *testing.T) {
	address := mongodbtest.NewDatabase(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			store, err := mongodb.Open(t.Context(), address)
			if err != nil {
				t.Errorf("Open: %v", err)
				return
			}
			closeStore(t, store)
		})
	}
	group.Wait()
}

func closeStore(t *testing.T, store *mongodb.Store) {
	t.Helper()
	if err := store.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func numbered(i int) inventory.Camera {
	c := inventorytest.FullMobileCamera()
	c.ID = inventory.ID(fmt.Sprint(i))
	return c
}

func rename(name string) func(*inventory.Camera) error {
	return func(c *inventory.Camera) error { c.Name = name; return nil }
}
