package inventorytest

import (
	"time"

	"vigie/inventory"
)

// FullChange is a change in which every field is known.
func FullChange() inventory.Change {
	return inventory.Change{
		ID: "0000000000000042", At: inventory.InstantOf(time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)), Kind: "cameras", Deed: inventory.DeedPut, Count: 2,
		Text: `[{"id":"camera:1"}]`, Packed: []byte{0, 1, 0xff}, Untold: true, Outcome: inventory.OutcomeDone,
		Epoch: "epoch:1", Purged: 3, Settled: 41,
	}
}

// FullSubscription is a subscription in which every field but Sealed is known.
func FullSubscription() inventory.Subscription {
	at := inventory.InstantOf(time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC))
	return inventory.Subscription{
		ID: "subscription:1", Name: "GIS", Owner: "account:1", URL: "https://gis.example.fr/changes", Kinds: []string{"cameras", "areas"},
		Area: FullArea().Geometry, Batch: 10, Reason: "synchronisation", State: inventory.SubscriptionPaused, CreatedAt: at,
		PausedWhy: "no answer", PausedAt: &at, Secret: "whsec_AAAA", Previous: "whsec_BBBB", PreviousUntil: &at,
		Position: "epoch:1/42/0/abcd", Worker: "worker:1", WorkerUntil: &at, Attempts: 2, NextAt: &at, Delivered: 7, DeliveredAt: &at,
		LastError: "500 Internal Server Error", Failures: 3, DeadLost: 1,
		Dead: []inventory.DeadLetter{{Event: "41-0", At: at, Attempts: 8, Error: "410 Gone", Replay: true}},
	}
}
