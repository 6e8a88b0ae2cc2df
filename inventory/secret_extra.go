package inventory

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"unicode"
)

// extraPath is the field that keeps what the source said and no field of Vigie holds.
const extraPath = "extra"

// secretWords are the words of a name after which an entry of Extra is secret, in small letters.
func secretWords() []string {
	return []string{
		"ip", "ipv4", "ipv6", "mac", "vlan", "ssid", "subnet", "gateway", "passerelle", "dns", "rtsp", "onvifurl", "hostname", "host",
		"switch", "serial", "sn", "imei", "imsi", "iccid", "firmware", "micrologiciel", "login", "password", "passwd", "pwd", "mdp",
		"secret", "credential", "credentials", "vulnerability", "vulnerabilite", "cve", "faille",
	}
}

// secretPhrases are names without what stands between their words.
func secretPhrases() []string {
	return []string{
		"motdepasse", "numerodeserie", "numeroserie", "nserie", "noserie", "serialnumber", "adresseip", "adressemac", "ipaddress",
		"macaddress", "anglemort", "zoneaveugle", "blindspot",
	}
}

// isSecretWord tells an entry of Extra that is secret, by its name or by the look of its text.
func isSecretWord(name, text string) bool { return isSecretName(name) || isNetworkAddress(text) }

func isSecretName(name string) bool {
	words := nameWords(name)
	if slices.ContainsFunc(words, func(word string) bool { return slices.Contains(secretWords(), word) }) {
		return true
	}
	joined := strings.Join(words, "")
	return slices.ContainsFunc(secretPhrases(), func(phrase string) bool { return strings.Contains(joined, phrase) })
}

// nameWords are the words of a name in small letters without accents: "AdresseIP_Caméra" is adresse, ip, camera.
func nameWords(name string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	before := ' '
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case unicode.IsUpper(r) && unicode.IsLower(before):
			end()
			fallthrough
		default:
			word.WriteRune(plainLetter(unicode.ToLower(r)))
		}
		before = r
	}
	end()
	return words
}

// plainLetter takes the accent off a small letter of French.
func plainLetter(r rune) rune {
	const accented, plain = "àâäéèêëîïôöùûüç", "aaaeeeeiioouuuc"
	if at := slices.Index([]rune(accented), r); at >= 0 {
		return rune(plain[at])
	}
	return r
}

// mostAddress is longer than any address of a network, bytes.
const mostAddress = 64

// isNetworkAddress tells the address of a machine or a network, or that of a stream.
func isNetworkAddress(text string) bool {
	text = strings.TrimSpace(text)
	if scheme, _, found := strings.Cut(text, "://"); found {
		return strings.EqualFold(scheme, "rtsp") || strings.EqualFold(scheme, "rtsps") || strings.Contains(text, "@")
	}
	if len(text) > mostAddress || !strings.ContainsAny(text, ".:-") {
		return false
	}
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	if _, err := netip.ParsePrefix(text); err == nil {
		return true
	}
	if _, err := netip.ParseAddrPort(text); err == nil {
		return true
	}
	_, err := net.ParseMAC(text)
	return err == nil
}

// parted are the entries that anybody may see, and the others; nil of none. The map itself is not changed.
func parted(words map[string]string) (open, secret map[string]string) {
	for name, text := range words {
		if isSecretWord(name, text) {
			secret = withWord(secret, name, text)
		}
	}
	if secret == nil {
		return words, nil
	}
	for name, text := range words {
		if _, hidden := secret[name]; !hidden {
			open = withWord(open, name, text)
		}
	}
	return open, secret
}

// withWord adds an entry to a map, which is made when it is nil.
func withWord(words map[string]string, name, text string) map[string]string {
	if words == nil {
		words = map[string]string{}
	}
	words[name] = text
	return words
}
