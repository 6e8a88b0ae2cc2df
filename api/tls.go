package api

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// TLSFiles makes a configuration of a certificate (with its chain) and its key, PEM files. They are read again when either
// changes, at the next connection, so that a certificate is renewed without a restart; one that cannot be read leaves the
// one before in place. TLS 1.2 is the oldest version spoken (ANSSI, recommandations de sécurité relatives à TLS, v1.2, R3).
//
// It fails when the files cannot be read now, or do not belong together.
func TLSFiles(certFile, keyFile string) (*tls.Config, error) {
	k := &keptCertificate{certFile: certFile, keyFile: keyFile}
	if err := k.read(); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: k.get}, nil
}

// keptCertificate is a certificate, and when its files were changed last.
type keptCertificate struct {
	certFile, keyFile string

	mu          sync.Mutex
	certificate *tls.Certificate
	changed     [2]time.Time
}

func (k *keptCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changed != k.times() {
		_ = k.read() // halfway through a renewal the two do not fit: the old ones serve until they do
	}
	return k.certificate, nil
}

func (k *keptCertificate) read() error {
	at := k.times()
	certificate, err := tls.LoadX509KeyPair(k.certFile, k.keyFile)
	if err != nil {
		return err
	}
	k.certificate, k.changed = &certificate, at
	return nil
}

func (k *keptCertificate) times() (at [2]time.Time) {
	for i, file := range []string{k.certFile, k.keyFile} {
		if info, err := os.Stat(file); err == nil {
			at[i] = info.ModTime()
		}
	}
	return at
}
