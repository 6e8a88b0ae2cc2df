package api

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"vigie/inventory"
)

// The media types of blobs: a key that is taken, an answer that is kept.
const (
	claimMedia  = "application/vnd.vigie.claim"
	answerMedia = "application/vnd.vigie.answer"
)

// claim is a key that a request takes. The store learns neither the key nor the answer: the blob has a hash of the key as its
// name, and the answer is encrypted with another one. Whoever reads the store cannot open it, unless the key is easily guessed.
type claim struct {
	id, owner inventory.ID
	token     []byte // whose claim it is
	secret    []byte // the key of AES-256
}

// newClaim is the claim of a key of an account, which is the account's alone.
func newClaim(account inventory.ID, key string) claim {
	name := sha256.Sum256([]byte("vigie key\x00" + string(account) + "\x00" + key))
	secret, _ := hkdf.Key(sha256.New, []byte(key), []byte(account), "vigie kept answer", 32) // fails for longer keys only
	token := make([]byte, 16)
	_, _ = rand.Read(token) // never fails: it ends the program instead
	return claim{id: inventory.ID("key-" + hex.EncodeToString(name[:])), owner: account, token: token, secret: secret}
}

func (c claim) blob(media string, data []byte, until time.Time) inventory.Blob {
	return inventory.Blob{ID: c.id, Owner: c.owner, Data: data, Media: media, ExpiresAt: inventory.InstantOf(until)}
}

// holds is nil as long as the key is still of this claim.
func (c claim) holds(stored inventory.Blob) error {
	if stored.Media != claimMedia || !slices.Equal(stored.Data, c.token) {
		return inventory.ErrConflict
	}
	return nil
}

// keptAnswer is what is kept of an answer.
type keptAnswer struct {
	// Asked is the fingerprint of the request.
	Asked   string      `json:"asked"`
	Status  int         `json:"status"`
	Headers http.Header `json:"headers"`
	Body    []byte      `json:"body,omitempty"`
	// Withheld tells an answer that is too long to be kept, or showed a secret once.
	Withheld bool `json:"withheld,omitempty"`
}

// seal packs an answer and encrypts it (AES-256-GCM), under a random nonce that stands before it.
func (c claim) seal(with encoders, answer keptAnswer) ([]byte, error) {
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	if text, err = with.packed(text); err != nil {
		return nil, err
	}
	lock, err := c.lock()
	if err != nil {
		return nil, err
	}
	return lock.Seal(nil, nil, text, []byte(c.id)), nil
}

var errNotOurs = errors.New("a kept answer cannot be opened")

// open gives back what seal kept.
func (c claim) open(data []byte) (answer keptAnswer, err error) {
	lock, err := c.lock()
	if err != nil {
		return answer, err
	}
	text, err := lock.Open(nil, nil, data, []byte(c.id))
	if err == nil {
		text, err = unpacked(text, 2*mostRecorded)
	}
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		return answer, fmt.Errorf("%w: %w", errNotOurs, err)
	}
	return answer, nil
}

func (c claim) lock() (cipher.AEAD, error) {
	block, err := aes.NewCipher(c.secret)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
