package inventory

import (
	"bytes"
	"context"
	"fmt"
	"iter"
)

// sealedBlobs keeps the data of blobs encrypted: a file that is sent and what an import found before may hold secret fields. Data
// that was stored in the clear is read as it is.
type sealedBlobs struct {
	shelf Shelf[Blob]
	keys  *SecretKeys
}

// sealedBlobMark begins encrypted data; the identifier of the key follows, then a zero byte and what is encrypted.
const sealedBlobMark = "\x00vigie sealed\x00"

// mostSealingBytes is how much longer encrypted data is: the mark, the key's identifier, the nonce and the tag.
const mostSealingBytes = 128

func blobSealedWith(id ID) []byte { return []byte("vigie blob 1\x00" + string(id)) }

func (s *sealedBlobs) closed(b Blob) Blob {
	if s.keys == nil || len(b.Data) == 0 {
		return b
	}
	key := s.keys.keys[0]
	b.Data = key.aead.Seal([]byte(sealedBlobMark+key.id+"\x00"), nil, b.Data, blobSealedWith(b.ID))
	return b
}

func (s *sealedBlobs) opened(b Blob) (Blob, error) {
	rest, sealed := bytes.CutPrefix(b.Data, []byte(sealedBlobMark))
	if !sealed {
		return b, nil
	}
	id, text, _ := bytes.Cut(rest, []byte{0})
	key := s.keys.find(string(id))
	if key == nil {
		return b, fmt.Errorf("blob %q: %w", b.ID, ErrSealed)
	}
	var err error
	if b.Data, err = key.aead.Open(nil, nil, text, blobSealedWith(b.ID)); err != nil {
		return b, fmt.Errorf("blob %q: %w", b.ID, ErrTampered)
	}
	return b, nil
}

// Put is that of [Shelf].
func (s *sealedBlobs) Put(ctx context.Context, blobs ...Blob) error {
	if err := ValidateAll(blobs); err != nil {
		return fmt.Errorf("put blobs: %w", err)
	}
	closed := make([]Blob, len(blobs))
	for i, b := range blobs {
		closed[i] = s.closed(b)
	}
	return s.shelf.Put(ctx, closed...)
}

// Create is that of [Creator].
func (s *sealedBlobs) Create(ctx context.Context, b Blob) error {
	if err := b.Validate(); err != nil {
		return fmt.Errorf("create blob: %w", err)
	}
	return Create(ctx, s.shelf, s.closed(b))
}

// Get is that of [Shelf].
func (s *sealedBlobs) Get(ctx context.Context, id ID) (Blob, error) {
	b, err := s.shelf.Get(ctx, id)
	if err != nil {
		return b, err
	}
	return s.opened(b)
}

// Find is that of [Shelf].
func (s *sealedBlobs) Find(ctx context.Context, q Query) iter.Seq2[Blob, error] {
	return func(yield func(Blob, error) bool) {
		for b, err := range s.shelf.Find(ctx, q) {
			if err == nil {
				b, err = s.opened(b)
			}
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// FindBrief is that of [BriefFinder]: without the data there is nothing to decrypt.
func (s *sealedBlobs) FindBrief(ctx context.Context, q Query) iter.Seq2[Blob, error] {
	return FindBrief(ctx, s.shelf, q)
}

// Update is that of [Shelf].
func (s *sealedBlobs) Update(ctx context.Context, id ID, edit func(*Blob) error) (Blob, error) {
	var edited Blob
	_, err := s.shelf.Update(ctx, id, func(stored *Blob) (err error) {
		if edited, err = s.opened(*stored); err != nil {
			return err
		}
		if err = edit(&edited); err == nil {
			err = edited.Validate()
		}
		*stored = s.closed(edited)
		return err
	})
	return edited, err
}

// Delete is that of [Shelf].
func (s *sealedBlobs) Delete(ctx context.Context, id ID, check func(Blob) error) error {
	if check == nil {
		return s.shelf.Delete(ctx, id, nil)
	}
	return s.shelf.Delete(ctx, id, func(b Blob) error {
		opened, err := s.opened(b)
		if err != nil {
			return err
		}
		return check(opened)
	})
}

// DeleteAll is that of [ManyDeleter].
func (s *sealedBlobs) DeleteAll(ctx context.Context, ids []ID) error {
	return deleteAll(ctx, s.shelf, ids)
}
