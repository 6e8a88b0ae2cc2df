package inventory

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SecretKeys are the keys of the secret fields of a store: the first one encrypts, all decrypt.
type SecretKeys struct{ keys []secretKey }

type secretKey struct {
	id   string
	aead cipher.AEAD
}

// secretKeyMark begins every key, so that programs that look for secrets in files know it.
const secretKeyMark = "vigiesecret_"

// secretKeyBytes is the length of a key: AES-256.
const secretKeyBytes = 32

// NewSecretKey makes a key, as a line of a key file.
func NewSecretKey() string {
	key := make([]byte, secretKeyBytes)
	_, _ = rand.Read(key) // never fails: it ends the program instead
	return secretKeyLine(key)
}

func secretKeyLine(key []byte) string {
	return secretKeyMark + secretKeyID(key) + "." + base64.RawURLEncoding.EncodeToString(key)
}

// secretKeyID names a key and tells nothing of it. It shows that a key was copied wrongly.
func secretKeyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("vigie secret key "), key...))
	return hex.EncodeToString(sum[:4])
}

// ReadSecretKeys reads a key file: a key per line, the one that encrypts first; empty lines and those that begin with # are
// for people. Errors name the line and repeat nothing of it.
func ReadSecretKeys(text string) (*SecretKeys, error) {
	keys := &SecretKeys{}
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		key, err := readSecretKey(line)
		if err != nil {
			return nil, fmt.Errorf("secret keys, line %d: %w", n, err)
		}
		if keys.find(key.id) != nil {
			return nil, fmt.Errorf("secret keys, line %d: the key %s stands twice", n, key.id)
		}
		keys.keys = append(keys.keys, key)
	}
	if len(keys.keys) == 0 || lines.Err() != nil {
		return nil, errors.New("secret keys: there is no key; make one with vigie secrets new-key")
	}
	return keys, nil
}

func readSecretKey(line string) (secretKey, error) {
	rest, marked := strings.CutPrefix(line, secretKeyMark)
	id, text, cut := strings.Cut(rest, ".")
	key, err := base64.RawURLEncoding.DecodeString(text)
	switch {
	case !marked || !cut:
		return secretKey{}, errors.New("is no key, which begins with " + secretKeyMark)
	case err != nil || len(key) != secretKeyBytes:
		return secretKey{}, fmt.Errorf("the key is not %d bytes in base64url", secretKeyBytes)
	case id != secretKeyID(key):
		return secretKey{}, errors.New("the key is not the one that its name is of: it was copied wrongly")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return secretKey{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return secretKey{id, aead}, err
}

// First is the identifier of the key that encrypts; empty without keys.
func (k *SecretKeys) First() string {
	if k == nil {
		return ""
	}
	return k.keys[0].id
}

// IDs are the identifiers of the keys.
func (k *SecretKeys) IDs() []string {
	if k == nil {
		return nil
	}
	ids := make([]string, len(k.keys))
	for i, key := range k.keys {
		ids[i] = key.id
	}
	return ids
}

// find is the key with an identifier, nil when it is not there.
func (k *SecretKeys) find(id string) *secretKey {
	if k == nil {
		return nil
	}
	if at := slices.IndexFunc(k.keys, func(key secretKey) bool { return key.id == id }); at >= 0 {
		return &k.keys[at]
	}
	return nil
}

// sealStep is what the length of a text is rounded up to before it is encrypted, bytes, so that it tells little.
const sealStep = 64

// seal encrypts the secrets of a record, which no other record can take: the kind, the key of the record and the field are
// authenticated with it.
func (k secretKey) seal(kind string, id ID, text []byte) string {
	for len(text)%sealStep != 0 {
		text = append(text, ' ') // white space after JSON
	}
	return k.id + "." + base64.RawStdEncoding.EncodeToString(k.aead.Seal(nil, nil, text, sealedWith(kind, id)))
}

// open decrypts what seal gave.
func (k secretKey) open(kind string, id ID, sealed string) ([]byte, error) {
	_, text, _ := strings.Cut(sealed, ".")
	bytes, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return k.aead.Open(nil, nil, bytes, sealedWith(kind, id))
}

// sealedWith is what is authenticated with the secrets of a record. No kind and no identifier has a zero byte.
func sealedWith(kind string, id ID) []byte {
	return []byte("vigie secrets 1\x00" + kind + "\x00" + string(id) + "\x00sealed")
}

// sealedBy is the identifier of the key of an encrypted field, which is also what is shown of it without the key.
func sealedBy(sealed string) string {
	id, _, _ := strings.Cut(sealed, ".")
	return id
}
