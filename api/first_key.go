package api

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"html/template"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

// FirstKeyPath is where the first administrator's key is made, with the code of an [Invitation].
const FirstKeyPath = "/first-key"

// invitationTerm is how long an invitation is good.
const invitationTerm = 15 * time.Minute

// invitationBytes is the length of a code: too long to be guessed.
const invitationBytes = 32

// Invitation is the right of whoever sits at the machine to make the key of the first administrator, once.
type Invitation struct {
	hash  [sha256.Size]byte
	until time.Time

	mu   sync.Mutex
	used bool
}

// NewInvitation makes an invitation that is good for a quarter of an hour, and its code, of which only the hash is kept.
func NewInvitation(now time.Time) (invitation *Invitation, code string) {
	secret := make([]byte, invitationBytes)
	_, _ = rand.Read(secret) // never fails: it ends the program instead
	code = base64.RawURLEncoding.EncodeToString(secret)
	return &Invitation{hash: sha256.Sum256([]byte(code)), until: now.Add(invitationTerm)}, code
}

// opens tells whether a code is that of the invitation and still good. A nil invitation has none.
func (i *Invitation) opens(code string, now time.Time) bool {
	if i == nil {
		return false
	}
	sum := sha256.Sum256([]byte(code))
	same := subtle.ConstantTimeCompare(sum[:], i.hash[:]) == 1
	i.mu.Lock()
	defer i.mu.Unlock()
	return same && !i.used && now.Before(i.until)
}

// spend uses the invitation up, unless do fails: then it can be tried again. ok is false when it was used up before.
func (i *Invitation) spend(do func() error) (ok bool, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.used {
		return false, nil
	}
	err = do()
	i.used = err == nil
	return true, err
}

// errNoInvitation is all that is said: of a wrong code, a used one, a late one, and to another machine.
var errNoInvitation = &refusal{
	kind: kindNotFound, detail: "this link is not valid, or not any more; at the machine itself, vigie key create --role admin makes a key",
}

func (s *server) firstKeyRoutes(r routes) {
	r.on(http.MethodGet, FirstKeyPath, public(), s.askFirstKey)
	r.on(http.MethodPost, FirstKeyPath, public(), s.makeFirstKey)
}

// askFirstKey shows the page that asks whether to make the first key. It makes none: a link may be followed ahead of whoever
// reads it.
//
//	@Summary		Ask for the first administrator's key
//	@Description	Only from the machine itself, with the code that a server without any account prints when it starts.
//	@Tags			service
//	@Produce		html
//	@Param			code	query		string	true	"Code of the link"
//	@Success		200		{string}	string	"A page with a button"
//	@Failure		404		{object}	Problem	"The link is not valid, or not any more"
//	@Router			/first-key [get]
func (s *server) askFirstKey(c *gin.Context) error {
	p := readParams(c)
	code, _ := p.text("code")
	if err := p.done(); err != nil {
		return err
	}
	if err := s.invited(c, code); err != nil {
		return err
	}
	return firstKeyPage(c, firstKeyWords{Code: code})
}

// makeFirstKey makes the first administrator's key, and shows it once.
//
//	@Summary		Make the first administrator's key
//	@Description	Once, from the machine itself, while there is no account. The key is shown once.
//	@Tags			service
//	@Accept			x-www-form-urlencoded
//	@Produce		html
//	@Param			code	formData	string	true	"Code of the link"
//	@Success		200		{string}	string	"A page with the key"
//	@Failure		404		{object}	Problem	"The link is not valid, or not any more"
//	@Failure		415		{object}	Problem
//	@Router			/first-key [post]
func (s *server) makeFirstKey(c *gin.Context) error {
	if err := noParams(c); err != nil {
		return err
	}
	if kind, _, _ := mime.ParseMediaType(c.GetHeader("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return refuse(kindUnsupportedMediaType, "send the form of the page")
	}
	const mostForm = 4 << 10
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, mostForm)
	if err := c.Request.ParseForm(); err != nil {
		return refuse(kindInvalidRequest, "the form cannot be read")
	}
	if err := s.invited(c, c.Request.PostForm.Get("code")); err != nil {
		return err
	}
	var key string
	ok, err := s.config.Invitation.spend(func() (err error) {
		key, err = s.firstAccount(c)
		return err
	})
	switch {
	case errors.Is(err, inventory.ErrExists), err == nil && !ok:
		return errNoInvitation
	case err != nil:
		return err
	}
	return firstKeyPage(c, firstKeyWords{Key: key})
}

// invited refuses everybody but who is at this machine, comes straight to the server under a name of this machine, and has
// the code, as long as there is no account.
func (s *server) invited(c *gin.Context, code string) error {
	peer := parseAddress(c.Request.RemoteAddr)
	straight := peer.IsLoopback() && !s.origin(c).proxied && c.GetHeader(forwardedHeader) == "" && c.GetHeader("Forwarded") == ""
	if !straight || !isLocalHost(c.Request.Host) || !s.config.Invitation.opens(code, s.config.Now()) {
		return errNoInvitation
	}
	for _, err := range s.config.Accounts.Find(c.Request.Context(), inventory.Query{Limit: 1}) {
		if err != nil {
			return err
		}
		return errNoInvitation
	}
	return nil
}

// firstAccount makes the account under an identifier that only one can have, whatever the number of servers that invite.
func (s *server) firstAccount(c *gin.Context) (key string, err error) {
	now := inventory.InstantOf(s.config.Now())
	account := inventory.Account{
		ID: inventory.DeriveID("account", "first administrator"), Name: "Premier administrateur", Role: inventory.RoleAdmin,
		Provenance: inventory.Provenance{UpdatedAt: &now},
	}
	key = account.NewSecret()
	caller := inventory.LocalCaller()
	caller.What, caller.Reason = http.MethodPost+" "+FirstKeyPath, "first administrator"
	return key, inventory.Create(inventory.WithCaller(c.Request.Context(), caller), s.config.Store.Accounts(), account)
}

// firstKeyWords is what the page says: the code to send, or the key.
type firstKeyWords struct{ Code, Key string }

var firstKeyTemplate = template.Must(template.New("first key").Parse(`<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vigie</title>
<style>body{font:16px/1.5 sans-serif;max-width:44em;margin:3em auto;padding:0 1em}code{background:#eee;padding:.2em;word-break:break-all}
[lang=en]{color:#444}button{font:inherit;padding:.5em 1em}</style></head><body>
<h1>Vigie</h1>
{{if .Key}}<p>Voici la clé de l’administrateur. <strong>Elle n’est montrée qu’une fois</strong> et n’est conservée nulle part :
copiez-la maintenant.</p>
<p lang="en">This is the administrator’s key. <strong>It is shown once</strong> and kept nowhere: copy it now.</p>
<p><code>{{.Key}}</code></p>
<p>Emploi · <span lang="en">use</span> : <code>curl -H "Authorization: Bearer $KEY" …/api/v1/cameras</code></p>
<p>Ensuite · <span lang="en">next</span> : <code>vigie key create --help</code></p>
{{else}}<p>Ce serveur n’a encore aucun compte. Ce bouton crée la clé de l’administrateur, qui peut
tout lire et tout changer ; ce lien ne vaut ensuite plus rien.</p>
<p lang="en">This server has no account yet. This button makes the administrator’s key, which may
read and change everything; the link is then worth nothing.</p>
<form method="post" action="` + FirstKeyPath + `"><input type="hidden" name="code" value="{{.Code}}">
<button>Créer la clé · <span lang="en">Make the key</span></button></form>
{{end}}</body></html>
`))

func firstKeyPage(c *gin.Context, words firstKeyWords) error {
	var page bytes.Buffer
	if err := firstKeyTemplate.Execute(&page, words); err != nil {
		return err
	}
	showsSecret(c)
	c.Header("Cache-Control", "no-store")
	c.Header("Content-Security-Policy",
		strings.Join([]string{"default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"}, "; "))
	c.Data(http.StatusOK, "text/html; charset=utf-8", page.Bytes())
	return nil
}
