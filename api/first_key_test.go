package api_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"vigie/api"
	"vigie/inventory"
)

// invited is a server without any account, and the code of its invitation.
func invited(t *testing.T, raw inventory.Store, now func() time.Time) (base, code string) {
	t.Helper()
	c := guardedConfig(t, raw)
	c.Now = now
	c.Invitation, code = api.NewInvitation(now())
	return serve(t, c), code
}

var shownKey = regexp.MustCompile(`vigie_[\w.-]+`)

func formOf(code string) string { return url.Values{"code": {code}}.Encode() }

// TestFirstKey makes the first administrator's key: asking makes none, and no second one can be had.
func TestFirstKey(t *testing.T) { onEachStore(t, testFirstKey) }

func testFirstKey(t *testing.T, open opener) {
	raw := open(t)
	base, code := invited(t, raw, clock)
	form := sendAs("application/x-www-form-urlencoded")
	for range 2 { // a browser that follows links ahead uses nothing up
		answer, page := request(t, http.MethodGet, base+api.FirstKeyPath+"?"+formOf(code), nil, "")
		if answer.StatusCode != http.StatusOK || !strings.Contains(page, code) || !strings.Contains(page, `lang="en"`) ||
			answer.Header.Get("Cache-Control") != "no-store" || shownKey.MatchString(page) {
			t.Fatalf("the page: %d %v %s", answer.StatusCode, answer.Header, page)
		}
	}
	other, _ := invited(t, raw, clock)
	answer, page := request(t, http.MethodPost, base+api.FirstKeyPath, form, formOf(code))
	key := shownKey.FindString(page)
	if answer.StatusCode != http.StatusOK || key == "" || answer.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the key: %d %s", answer.StatusCode, page)
	}
	if answer, page := request(t, http.MethodGet, base+"/metrics", map[string]string{"Authorization": "Bearer " + key}, ""); answer.StatusCode != http.StatusOK {
		t.Errorf("the first administrator gets %d %s", answer.StatusCode, page)
	}
	for _, again := range []string{base, other} {
		if answer, page := request(t, http.MethodPost, again+api.FirstKeyPath, form, formOf(code)); answer.StatusCode != http.StatusNotFound || shownKey.MatchString(page) {
			t.Errorf("once more: %d %s", answer.StatusCode, page)
		}
	}
	lines, err := inventory.All(t.Context(), raw.Journal(), inventory.Query{Where: []inventory.Condition{{Attr: inventory.AttrStatus, In: []string{"create"}}}})
	if err != nil || len(lines) != 1 || lines[0].Kind != "accounts" || lines[0].Reason != "first administrator" {
		t.Errorf("the journal tells %v, %v", lines, err)
	}
}

// TestFirstKeyIsForTheMachineItself: whoever comes otherwise learns nothing.
func TestFirstKeyIsForTheMachineItself(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		headers map[string]string
		code    func(string) string
		late    bool
		account bool
	}{
		"through a proxy":         {headers: map[string]string{"X-Forwarded-For": "127.0.0.1"}},
		"through another proxy":   {headers: map[string]string{"Forwarded": "for=127.0.0.1"}},
		"with a wrong code":       {code: func(code string) string { return code[1:] + "A" }},
		"too late":                {late: true},
		"when there are accounts": {account: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw, passed := openSQLite(t), atomic.Int64{}
			base, code := invited(t, raw, func() time.Time { return clock().Add(time.Duration(passed.Load())) })
			if test.late {
				passed.Store(int64(16 * time.Minute))
			}
			if test.code != nil {
				code = test.code(code)
			}
			if test.account {
				keyOf(t, raw, inventory.Account{Role: inventory.RoleAccessAuditor})
			}
			headers := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
			for name, value := range test.headers {
				headers[name] = value
			}
			get, _ := request(t, http.MethodGet, base+api.FirstKeyPath+"?"+formOf(code), headers, "")
			post, page := request(t, http.MethodPost, base+api.FirstKeyPath, headers, formOf(code))
			if get.StatusCode != http.StatusNotFound || post.StatusCode != http.StatusNotFound || shownKey.MatchString(page) {
				t.Errorf("%d, then %d %s", get.StatusCode, post.StatusCode, page)
			}
		})
	}
}
