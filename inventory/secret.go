package inventory

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"
)

// Which fields are secret is decided here and nowhere else: what helps whoever wants to get into a system, or to blind it.
// Who may see them is decided by the caller's secretReach; how they are kept is the business of [Seal].
//
// What can be seen from the street is no secret (the height of a camera, whether it can be touched), nor is what a study
// cannot do without (the masks of a head), nor what a maker publishes (the model, the end of its support).

// SecretField is a field that only those may see who have a right to secrets.
type SecretField struct {
	// Kind is the kind of record, as "cameras".
	Kind string
	// Path is the field in the record's JSON, as "device.serial". A structure stands for all that is in it.
	Path string
	// Why is what somebody could do with it.
	Why string
}

// SecretFields are all of them, in the order of their kinds.
func SecretFields() []SecretField {
	var all []SecretField
	for _, f := range cameraSecrets().fields {
		all = append(all, SecretField{kindCameras, f.path, f.why})
	}
	all = append(all, SecretField{kindCameras, extraPath, "network addresses, identities and passwords, by the name or the look of an entry"})
	for _, f := range deploymentSecrets().fields {
		all = append(all, SecretField{kindDeployments, f.path, f.why})
	}
	for _, f := range auditSecrets().fields {
		all = append(all, SecretField{kindAudits, f.path, f.why})
	}
	return all
}

// secretField is one field of a kind of record.
type secretField[T Record] struct {
	path, why string
	at        func(*T) any // a pointer to the field
}

func (f secretField[T]) value(record *T) reflect.Value { return reflect.ValueOf(f.at(record)).Elem() }

// secrets are the secret fields of a kind of record.
type secrets[T Record] struct {
	kind   string
	fields []secretField[T]
	// extra points to what the source said, of which some entries may be secret; nil for a kind that has none.
	extra func(*T) *map[string]string
	// sealed points to where the encrypted fields are kept.
	sealed func(*T) *string
	// reveals tells a record of which the fields are secret; nil for any that has them.
	reveals func(*T) bool
	// blank makes a record readable for those who may not see its secrets; nil where leaving out the fields does.
	blank func(*T)
}

func cameraSecrets() secrets[Camera] {
	return secrets[Camera]{
		kind: kindCameras,
		fields: []secretField[Camera]{
			{"device.serial", "identifies the device to its maker, and opens some makers' clouds", func(c *Camera) any { return &c.Device.Serial }},
			{"device.firmwareOn", "tells which flaws the device has", func(c *Camera) any { return &c.Device.FirmwareOn }},
			{"device.firmwareLatest", "tells which flaws the device has", func(c *Camera) any { return &c.Device.FirmwareLatest }},
			{"device.criticalFlawOpen", "tells that the device can be broken into", func(c *Camera) any { return &c.Device.CriticalFlawOpen }},
			{"critical", "tells which camera to put out so that a critical place goes unseen", func(c *Camera) any { return &c.Critical }},
		},
		extra:  func(c *Camera) *map[string]string { return &c.Extra },
		sealed: func(c *Camera) *string { return &c.Sealed },
	}
}

func deploymentSecrets() secrets[Deployment] {
	return secrets[Deployment]{
		kind: kindDeployments,
		fields: []secretField[Deployment]{
			{"vms", "tells which flaws the software has", func(d *Deployment) any { return &d.VMS }},
			{"recorder", "names the machine that records", func(d *Deployment) any { return &d.Recorder }},
			{"network", "tells how to reach the system", func(d *Deployment) any { return &d.Network }},
			{"recording.onEdge", "tells what a stolen camera holds", func(d *Deployment) any { return &d.Recording.OnEdge }},
			{"recording.encryptedAtRest", "tells what a stolen camera holds", func(d *Deployment) any { return &d.Recording.EncryptedAtRest }},
			{"site", "tells which cabinets and rooms can be opened unseen", func(d *Deployment) any { return &d.Site }},
			{"link.wireless", "tells where images can be caught or jammed", func(d *Deployment) any { return &d.Link.Wireless }},
			{"link.wirelessEncrypted", "tells where images can be caught", func(d *Deployment) any { return &d.Link.WirelessEncrypted }},
			{"link.wirelessSegment", "tells where images can be caught or jammed", func(d *Deployment) any { return &d.Link.WirelessSegment }},
			{"security", "tells how the network is protected, and how it is not", func(d *Deployment) any { return &d.Security }},
		},
		sealed: func(d *Deployment) *string { return &d.Sealed },
	}
}

// know tells whether a record has a secret that is not encrypted.
func (s secrets[T]) know(record *T) bool {
	if s.reveals != nil {
		return s.reveals(record)
	}
	for _, f := range s.fields {
		if !f.value(record).IsZero() {
			return true
		}
	}
	if s.extra != nil {
		for name, text := range *s.extra(record) {
			if isSecretWord(name, text) {
				return true
			}
		}
	}
	return false
}

// take takes the secrets out of a record. They are nil when it has none.
func (s secrets[T]) take(record *T) map[string]any {
	if !s.know(record) {
		return nil
	}
	taken := map[string]any{}
	for _, f := range s.fields {
		if value := f.value(record); !value.IsZero() {
			taken[f.path] = value.Interface()
			value.SetZero()
		}
	}
	if s.extra != nil {
		open, secret := parted(*s.extra(record))
		if *s.extra(record) = open; secret != nil {
			taken[extraPath] = secret
		}
	}
	return taken
}

// bare leaves out what a record may have that is secret, encrypted or not.
func (s secrets[T]) bare(record *T) {
	for _, f := range s.fields {
		f.value(record).SetZero()
	}
	if s.extra != nil {
		*s.extra(record), _ = parted(*s.extra(record))
	}
	*s.sealed(record) = ""
}

// hide leaves out of a record what only those may see who have a right to it. What is encrypted is not told either.
func (s secrets[T]) hide(record *T) {
	*s.sealed(record) = ""
	switch {
	case s.blank != nil:
		s.blank(record)
	default:
		s.bare(record)
	}
}

// keep gives a record the secrets of the one that is stored, where it has none of its own. An entry that is secret only by its text
// is not replaced by a text that is not: whoever gives that one did not see the other.
func (s secrets[T]) keep(record, stored *T) {
	if *s.sealed(record) == "" {
		*s.sealed(record) = *s.sealed(stored)
	}
	for _, f := range s.fields {
		if value := f.value(record); value.IsZero() {
			value.Set(f.value(stored))
		}
	}
	if s.extra == nil {
		return
	}
	_, secret := parted(*s.extra(stored))
	own := maps.Clone(*s.extra(record))
	for name, text := range secret {
		if given, there := own[name]; !there || !isSecretWord(name, given) {
			own = withWord(own, name, text)
		}
	}
	*s.extra(record) = own
}

// same tells whether two records have the same secrets.
func (s secrets[T]) same(a, b T) bool {
	first, second := s.take(&a), s.take(&b) // of copies: what was taken out of a map is in another one
	return reflect.DeepEqual(first, second)
}

// write makes the text of the secrets of a record, and takes them out; none when it has none.
func (s secrets[T]) write(record *T) ([]byte, error) {
	taken := s.take(record)
	if taken == nil {
		return nil, nil
	}
	return json.Marshal(taken)
}

// read gives a record the secrets of a text.
func (s secrets[T]) read(text []byte, record *T) error {
	var taken map[string]json.RawMessage
	if err := json.Unmarshal(text, &taken); err != nil {
		return err
	}
	for _, f := range s.fields {
		if value, there := taken[f.path]; there {
			if err := json.Unmarshal(value, f.at(record)); err != nil {
				return fmt.Errorf("%s: %w", f.path, err)
			}
			delete(taken, f.path)
		}
	}
	if entries, there := taken[extraPath]; there && s.extra != nil {
		var secret map[string]string
		if err := json.Unmarshal(entries, &secret); err != nil {
			return fmt.Errorf("%s: %w", extraPath, err)
		}
		words := maps.Clone(*s.extra(record))
		for name, text := range secret {
			words = withWord(words, name, text)
		}
		*s.extra(record) = words
		delete(taken, extraPath)
	}
	for path := range taken {
		return fmt.Errorf("%q is no secret field of this version of Vigie", path)
	}
	return nil
}

// isSecretFact tells a fact of the rules that comes from a secret field.
func isSecretFact(name string) bool {
	for _, f := range cameraSecrets().fields {
		if isFactOf(name, "camera", f.path) {
			return true
		}
	}
	for _, f := range deploymentSecrets().fields {
		if isFactOf(name, "deployment", f.path) {
			return true
		}
	}
	return false
}

// isFactOf tells a fact of a field. Facts have the name of their field; of one that stands in the record itself, after the
// name of the kind.
func isFactOf(fact, kind, path string) bool {
	return fact == path || fact == kind+"."+path || strings.HasPrefix(fact, path+".")
}

// withoutSecrets is a record that says nothing of its secrets, encrypted or not.
func withoutSecrets[T Record](record T) T {
	switch r := any(&record).(type) {
	case *Camera:
		cameraSecrets().bare(r)
	case *Deployment:
		deploymentSecrets().bare(r)
	case *Audit:
		auditSecrets().bare(r)
	case *Subscription:
		subscriptionSecrets().bare(r)
	}
	return record
}

// openTag is the tag of a record that the journal keeps: it tells nothing of secrets, and is the same with the key and without; of
// a camera or a deployment, also for whoever sees the secrets and whoever does not. An audit is blanked for those who do not,
// which changes its tag.
func openTag[T Record](record T) string { return Tag(withoutSecrets(record)) }
