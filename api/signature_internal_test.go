package api

import (
	"testing"
	"time"

	"vigie/inventory"
)

// TestSignatures: the vectors were computed with another program (Python's hmac), over the message of the reference of Standard
// Webhooks.
func TestSignatures(t *testing.T) {
	at := time.Unix(1614265330, 0)
	until := inventory.InstantOf(at.Add(time.Second))
	to := inventory.Subscription{Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
	const want = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	sign := func() string {
		t.Helper()
		signed, err := signatures(to, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, []byte(`{"test": 2432232314}`))
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	if got := sign(); got != want {
		t.Errorf("signed %s", got)
	}
	to.Previous, to.PreviousUntil = to.Secret, &until
	if got := sign(); got != want+" "+want {
		t.Errorf("signed with both %s", got)
	}
	to.PreviousUntil = &inventory.Instant{Time: at}
	if got := sign(); got != want {
		t.Errorf("signed after the change %s", got)
	}
	to.Secret = ""
	if _, err := signatures(to, "a", at, nil); err == nil {
		t.Error("signed without a secret")
	}
}
