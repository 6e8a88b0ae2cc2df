package api

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"vigie/inventory"
)

const (
	// clockSkew is how far the provider's clock and this one may be apart.
	clockSkew = time.Minute
	// mostSubject is the length of a subject, characters (OpenID Connect Core 1.0, section 2).
	mostSubject = 255
	// leastRSABits is the shortest RSA key that may sign (ANSSI, guide des mécanismes cryptographiques, règle RègleFact-1).
	leastRSABits = 2048
)

// algorithms are the signatures that are believed: those with a key that only the provider has (RFC 7518, section 3.1; RFC
// 8037). Neither none nor HMAC, whose key the provider's public key could be taken for, is among them.
func algorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{
		jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
	}
}

// signs tells a public key with which such a signature may be checked.
func signs(key jose.JSONWebKey) bool {
	if !key.Valid() || !key.IsPublic() || key.Use != "" && key.Use != "sig" {
		return false
	}
	if key.Algorithm != "" && !slices.Contains(algorithms(), jose.SignatureAlgorithm(key.Algorithm)) {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return public.N.BitLen() >= leastRSABits
	case ed25519.PublicKey:
		return len(public) == ed25519.PublicKeySize
	}
	return true // an elliptic curve that go-jose knows
}

// errWrongToken tells as little as possible; the log has the reason.
var errWrongToken = &refusal{kind: kindUnauthenticated, detail: "the token is not valid here, or not any more"}

// verify checks that a token is the provider's, for an audience, and of now, and gives its claims. The error is errProviderDown
// or errWrongToken with its cause.
func (p *provider) verify(ctx context.Context, raw, audience string) (claims, error) {
	keys := &tokenKeys{provider: p}
	var supported []string
	for _, algorithm := range algorithms() {
		supported = append(supported, string(algorithm))
	}
	verifier := oidc.NewVerifier(p.issuer, keys, &oidc.Config{
		ClientID: audience, SupportedSigningAlgs: supported,
		SkipExpiryCheck: true, // it knows no clock skew: see checkTimes
	})
	token, err := verifier.Verify(ctx, raw)
	switch {
	case keys.down != nil:
		return nil, providerError(keys.down)
	case err != nil:
		return nil, wrongToken(err)
	}
	said := claims{}
	if err := token.Claims(&said); err != nil {
		return nil, wrongToken(err)
	}
	if n := len(token.Subject); n == 0 || n > mostSubject || said["sub"] != token.Subject {
		return nil, wrongToken(fmt.Errorf("its subject has %d characters, or it has several", n))
	}
	if err := said.checkTimes(p.now()); err != nil {
		return nil, wrongToken(err)
	}
	return said, nil
}

func wrongToken(cause error) error {
	return &refusal{kind: errWrongToken.kind, detail: errWrongToken.detail, cause: cause}
}

// checkTimes holds what a token says of its time against a moment (RFC 7519, sections 4.1.4 to 4.1.6). It must say when it ends.
func (c claims) checkTimes(now time.Time) error {
	end, err := c.seconds("exp", math.NaN())
	if err != nil {
		return err
	}
	start, err := c.seconds("nbf", math.Inf(-1))
	if err != nil {
		return err
	}
	made, err := c.seconds("iat", math.Inf(-1))
	if err != nil {
		return err
	}
	at, skew := float64(now.UnixMilli())/1000, clockSkew.Seconds()
	switch {
	case math.IsNaN(end):
		return errors.New("it does not say when it ends")
	case at >= end+skew:
		return errors.New("it has ended")
	case at < start-skew:
		return errors.New("it is not valid yet")
	case at < made-skew:
		return errors.New("it was made in the future")
	}
	return nil
}

// seconds is a claim that is a moment, in seconds since 1970; or absent, which is given.
func (c claims) seconds(name string, absent float64) (float64, error) {
	value, there := c[name]
	if !there {
		return absent, nil
	}
	seconds, isNumber := value.(float64)
	if !isNumber {
		return 0, fmt.Errorf("its %s is not a number", name)
	}
	return seconds, nil
}

// tokenKeys checks the signature of one token, and remembers whether the provider could not be asked for its keys.
type tokenKeys struct {
	provider *provider
	down     error
}

// VerifySignature gives the payload of a token that one of the provider's keys signed.
func (k *tokenKeys) VerifySignature(ctx context.Context, raw string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(raw, algorithms())
	if err != nil {
		return nil, err
	}
	header := signed.Signatures[0].Header
	matches := func(key jose.JSONWebKey) bool {
		return (header.KeyID == "" || key.KeyID == header.KeyID) && (key.Algorithm == "" || key.Algorithm == header.Algorithm)
	}
	keys, err := k.provider.keys.get(ctx, func(keys []jose.JSONWebKey) bool { return slices.ContainsFunc(keys, matches) })
	if err != nil {
		k.down = err
		return nil, err
	}
	for _, key := range keys {
		if !matches(key) {
			continue
		}
		if payload, err := signed.Verify(key); err == nil {
			return payload, nil
		}
	}
	return nil, fmt.Errorf("none of the provider's keys made its signature, of key %.80q", header.KeyID)
}

// bearer is the caller of a token that was sent as a key would be.
func (p *people) bearer(ctx context.Context, raw string) (inventory.Session, error) {
	if p.Audience == "" {
		return inventory.Session{}, errWrongKey
	}
	said, err := p.provider.verify(ctx, raw, p.Audience)
	if err != nil {
		p.log.InfoContext(ctx, "a token is not let in", slog.Any("error", err))
		return inventory.Session{}, err
	}
	return p.person(ctx, said)
}

// errNoRole is for those whom the provider knows and who are nobody here.
var errNoRole = &refusal{kind: kindForbidden, detail: "you are known, and have no role here: ask the administrator"}

// person gives the rights of whoever claims are about, with their identifier. The error is errNoRole.
func (p *people) person(ctx context.Context, said claims) (inventory.Session, error) {
	subject, _ := said["sub"].(string)
	id := inventory.PersonID(p.Issuer, subject)
	rights, ok := p.Roles.of(said)
	if !ok {
		p.log.InfoContext(ctx, "somebody without a role is not let in", slog.String("person", string(id)))
		return inventory.Session{}, errNoRole
	}
	rights.Person = id
	return rights, nil
}
