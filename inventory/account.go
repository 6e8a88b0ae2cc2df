package inventory

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// Account (compte) is somebody, or a program, that may ask Vigie over a network, by an API key.
type Account struct {
	ID ID `json:"id"`
	// Name says whose it is, as "SIG de la métropole".
	Name string `json:"name"`
	Role Role   `json:"role"`
	// Holder is that of the holder roles, and of an integrator who has only one.
	Holder ID `json:"holder,omitempty"`
	// Departments are the INSEE codes of a prefecture.
	Departments []string  `json:"departments,omitempty"`
	Mandates    []Mandate `json:"mandates,omitempty"`
	Scopes      []Scope   `json:"scopes,omitempty"`
	// SecretHash is the SHA-256 of the secret part of the key, 64 hexadecimal digits; the secret is not kept.
	SecretHash string `json:"secretHash"`
	// PreviousHash is that of the secret before, which opens as well until PreviousUntil; both are empty when there is none.
	PreviousHash  string   `json:"previousHash,omitempty"`
	PreviousUntil *Instant `json:"previousUntil,omitempty"`
	// ExpiresOn is the last day of the key, empty for none; RevokedAt when it was taken back.
	ExpiresOn Date     `json:"expiresOn,omitempty"`
	RevokedAt *Instant `json:"revokedAt,omitempty"`
	// LastUsedAt is when it was last used, to the quarter of an hour.
	LastUsedAt *Instant   `json:"lastUsedAt,omitempty"`
	Provenance Provenance `json:"provenance,omitzero"`
}

// Key is the account's identifier.
func (a Account) Key() ID { return a.ID }

// Shape is nil: an account has no place.
func (a Account) Shape() orb.Geometry { return nil }

// Attributes are the holder, the role as category, whether it is revoked as status, and the last change.
func (a Account) Attributes() Attributes {
	attributes := Attributes{}
	attributes.set(AttrHolder, string(a.Holder))
	attributes.set(AttrCategory, string(a.Role))
	attributes.set(AttrStatus, "active")
	if a.RevokedAt != nil {
		attributes.set(AttrStatus, "revoked")
	}
	attributes.provenance(a.Provenance)
	return attributes
}

// Validate returns nil or an *InvalidError with every fault.
func (a Account) Validate() error {
	var f faults
	f.id("id", a.ID)
	if a.Name == "" {
		f.add("name", "is missing")
	}
	if a.Role == "" {
		f.add("role", "is missing")
	}
	oneOf(&f, "role", a.Role, Roles()...)
	f.reference("holder", a.Holder)
	a.checkRole(&f)
	f.departments("departments", a.Departments)
	for i, m := range a.Mandates {
		m.check(&f, "mandates["+strconv.Itoa(i)+"].")
	}
	eachOf(&f, "scopes", a.Scopes, Scopes())
	f.date("expiresOn", a.ExpiresOn)
	if !isHash(a.SecretHash) {
		f.add("secretHash", "is not the SHA-256 of a secret")
	}
	if a.PreviousHash != "" && !isHash(a.PreviousHash) {
		f.add("previousHash", "is not the SHA-256 of a secret")
	}
	if (a.PreviousHash == "") != (a.PreviousUntil == nil) {
		f.add("previousUntil", "goes with previousHash")
	}
	return f.err("account", a.ID)
}

// checkRole holds the account against what its role needs, and against what only other roles have.
func (a Account) checkRole(f *faults) {
	holds := a.Role == RoleHolderEditor || a.Role == RoleHolderReader
	for _, part := range []struct {
		field                  string
		given, needed, allowed bool
	}{
		{"holder", a.Holder != "", holds, holds || a.Role == RoleIntegrator},
		{"departments", len(a.Departments) > 0, a.Role == RolePrefecture, a.Role == RolePrefecture},
		{"mandates", len(a.Mandates) > 0, a.Role == RoleExpert, a.Role == RoleExpert},
		{"scopes", len(a.Scopes) > 0, a.Role == RoleIntegrator, a.Role == RoleIntegrator},
	} {
		switch {
		case part.needed && !part.given:
			f.add(part.field, "is missing: the role %s needs it", a.Role)
		case part.given && !part.allowed:
			f.add(part.field, "means nothing with the role %q", a.Role)
		}
	}
}

func isHash(text string) bool {
	sum, err := hex.DecodeString(text)
	return err == nil && len(sum) == sha256.Size
}

// Caller is the account as a caller, on a day.
func (a Account) Caller(day Date) Caller {
	return Caller{
		Account: a.ID, Role: a.Role, Holder: a.Holder, Departments: a.Departments, Mandates: a.Mandates, Scopes: a.Scopes, Day: day,
	}
}

// Usable tells whether its key is good on a day.
func (a Account) Usable(day Date) bool {
	return a.RevokedAt == nil && (a.ExpiresOn == "" || day <= a.ExpiresOn)
}

// Ends are the last days of the key and of its mandates, those that have one, the first one first.
func (a Account) Ends() []Date {
	var ends []Date
	for _, m := range a.Mandates {
		ends = append(ends, m.To)
	}
	ends = slices.DeleteFunc(append(ends, a.ExpiresOn), func(d Date) bool { return d == "" })
	slices.Sort(ends)
	return ends
}

// Renew gives an account a new secret and returns its API key, which cannot be had again. The key before it stays good until a
// moment; that one's own predecessor does not.
func (a *Account) Renew(until time.Time) (key string) {
	at := InstantOf(until)
	a.PreviousHash, a.PreviousUntil = a.SecretHash, &at
	return a.NewSecret()
}

// keyMark begins every API key, so that programs that look for secrets in files know it.
const keyMark = "vigie_"

// secretBytes is the length of a secret: too long to be guessed, so that a plain hash keeps it well.
const secretBytes = 32

// NewSecret gives an account a new secret and returns its API key, which cannot be had again.
func (a *Account) NewSecret() (key string) {
	secret := make([]byte, secretBytes)
	_, _ = rand.Read(secret) // never fails: it ends the program instead
	text := base64.RawURLEncoding.EncodeToString(secret)
	a.SecretHash = hashSecret(text)
	return keyMark + string(a.ID) + "." + text
}

// ReadKey takes an API key apart; ok is false for what is none.
func ReadKey(key string) (account ID, secret string, ok bool) {
	rest, marked := strings.CutPrefix(key, keyMark)
	at := strings.LastIndexByte(rest, '.')
	if !marked || at < 0 || !ID(rest[:at]).wellFormed() || rest[at+1:] == "" {
		return "", "", false
	}
	return ID(rest[:at]), rest[at+1:], true
}

// Opens tells whether a secret is that of the account, in a time that tells nothing about it.
func (a Account) Opens(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(a.SecretHash)) == 1
}

// OpensAt tells whether a secret is that of the account, or the one before it that is still good at a moment.
func (a Account) OpensAt(secret string, now time.Time) bool {
	before := subtle.ConstantTimeCompare([]byte(hashSecret(secret)), []byte(a.PreviousHash)) == 1
	return a.Opens(secret) || before && a.PreviousUntil != nil && now.Before(a.PreviousUntil.Time)
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
