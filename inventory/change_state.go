package inventory

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// changed is what a write does to one record. States are the JSON of the record without its secret fields; none is that of a
// record that is not there.
type changed struct {
	ID ID `json:"id"`
	// Was is what it was; of writers who met, all that it may have been.
	Was []json.RawMessage `json:"was,omitempty"`
	Now json.RawMessage   `json:"now,omitempty"`
	// Secret tells that a secret field changed, and nothing else.
	Secret bool `json:"secret,omitempty"`
}

// outlined is what a change tells of a study: whose it is, and nothing of what it says.
type outlined struct {
	ID         ID         `json:"id"`
	Attributes Attributes `json:"attributes,omitempty"`
}

// isOutlined tells a kind whose records are not kept whole.
func isOutlined(kind string) bool { return !slices.Contains(wholeKinds(), kind) }

// stateOf is the state of a record as changes keep it.
func stateOf[T Record](kind string, record T) json.RawMessage {
	var kept any = withoutSecrets(record)
	if isOutlined(kind) {
		kept = outlined{record.Key(), record.Attributes()}
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return nil // a record that has no JSON is refused by Validate
	}
	return text
}

// tagOfState is the tag of the record, see [openTag].
func tagOfState(state json.RawMessage) string {
	if state == nil {
		return ""
	}
	sum := sha256.Sum256(state)
	return hex.EncodeToString(sum[:16])
}

// becomes is what becomes of a record, each nil where it is not there; ok is false when nothing does. state is that of now.
func becomes[T Record](kind string, was, now *T, state json.RawMessage) (c changed, ok bool) {
	c.Now = state
	if was == nil {
		return c, now != nil
	}
	c.Was = []json.RawMessage{stateOf(kind, *was)}
	if now == nil || !bytes.Equal(c.Was[0], state) {
		return c, true
	}
	c.Secret = Tag(*was) != Tag(*now)
	return c, c.Secret
}

func keysOf[T Record](records []T) []ID {
	ids := make([]ID, len(records))
	for i, record := range records {
		ids[i] = record.Key()
	}
	return ids
}

// statesOf are the states of the records of a shelf that are there.
func statesOf[T Record](ctx context.Context, kind string, shelf Shelf[T], ids []ID) (map[ID]json.RawMessage, error) {
	found, err := GetAll(ctx, shelf, ids)
	if err != nil {
		return nil, err
	}
	states := make(map[ID]json.RawMessage, len(found))
	for id, record := range found {
		states[id] = stateOf(kind, record)
	}
	return states, nil
}

// states are those of stored records of a kind.
func (j *Journal) states(ctx context.Context, kind string, ids []ID) (map[ID]json.RawMessage, error) {
	switch kind {
	case kindHolders:
		return statesOf(ctx, kind, j.store.Holders(), ids)
	case kindDeployments:
		return statesOf(ctx, kind, j.store.Deployments(), ids)
	case kindCameras:
		return statesOf(ctx, kind, j.store.Cameras(), ids)
	case kindAreas:
		return statesOf(ctx, kind, j.store.Areas(), ids)
	case kindObstacles:
		return statesOf(ctx, kind, j.store.Obstacles(), ids)
	case kindCandidates:
		return statesOf(ctx, kind, j.store.Candidates(), ids)
	case kindAssessments:
		return statesOf(ctx, kind, j.store.Assessments(), ids)
	case kindAudits:
		return statesOf(ctx, kind, j.store.Audits(), ids)
	case kindRecommendations:
		return statesOf(ctx, kind, j.store.Recommendations(), ids)
	}
	return nil, fmt.Errorf("no changes are kept of %q", kind)
}

const (
	// mostPart is how much JSON one document of a change holds, bytes, unless a single record has more.
	mostPart = 2 << 20
	// packedFrom is the length from which it is compressed.
	packedFrom = 4 << 10
)

// appendTo writes the JSON, as encoding/json would: a state is JSON already, and is not looked at again.
func (c changed) appendTo(text []byte) []byte {
	text = append(append(append(text, `{"id":"`...), c.ID...), '"')
	for i, was := range c.Was {
		if i == 0 {
			text = append(text, `,"was":[`...)
		} else {
			text = append(text, ',')
		}
		text = append(text, was...)
	}
	if len(c.Was) > 0 {
		text = append(text, ']')
	}
	if c.Now != nil {
		text = append(append(text, `,"now":`...), c.Now...)
	}
	if c.Secret {
		text = append(text, `,"secret":true`...)
	}
	return append(text, '}')
}

// parts are the documents that tell of a line's records.
func (e Entry) parts(list []changed) ([]Change, error) {
	var parts []Change
	for len(list) > 0 {
		part := Change{ID: partID(e.rank(), len(parts)+1), At: e.At, Kind: e.Kind, Deed: e.Deed}
		text := []byte{'['}
		for part.Count < len(list) && len(text) < mostPart {
			if part.Count > 0 {
				text = append(text, ',')
			}
			text = list[part.Count].appendTo(text)
			part.Count++
		}
		if err := part.pack(append(text, ']')); err != nil {
			return nil, fmt.Errorf("change %s: %w", part.ID, err)
		}
		parts, list = append(parts, part), list[part.Count:]
	}
	return parts, nil
}

// pack keeps a text, compressed where that is worth it.
func (c *Change) pack(text []byte) error {
	if len(text) < packedFrom {
		c.Text = string(text)
		return nil
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	err = errors.Join(err, w.Close())
	c.Packed = packed.Bytes()
	return err
}

// records are what the document tells of.
func (c Change) records() (list []changed, err error) {
	text := []byte(c.Text)
	if len(c.Packed) > 0 {
		if text, err = io.ReadAll(flate.NewReader(bytes.NewReader(c.Packed))); err != nil {
			return nil, fmt.Errorf("change %s: %w", c.ID, err)
		}
	}
	if len(text) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("change %s: %w", c.ID, err)
	}
	return list, nil
}
