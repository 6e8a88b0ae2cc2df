package inventory

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Upload is a file that is kept in blobs until it is imported, so that any server on the store can import it, after a restart
// too.
type Upload struct {
	Blobs Shelf[Blob]
	// ID is that of the import.
	ID ID
	// Owner is whose it is.
	Owner ID
	// ExpiresAt is when what is left of it may go.
	ExpiresAt Instant
}

func (u Upload) part(i int64) ID { return ID(fmt.Sprintf("%s.file.%06d", u.ID, i)) }

// Keep stores a file, a part at a time, and tells its size, bytes. Of a file that could not be read to its end nothing stays.
func (u Upload) Keep(ctx context.Context, file io.Reader) (size int64, err error) {
	ctx = asVigie(ctx)
	for i := int64(0); err == nil; i++ {
		data := make([]byte, trailBytes)
		var n int
		n, err = io.ReadFull(file, data)
		if n > 0 {
			blob := Blob{ID: u.part(i), Owner: u.Owner, Part: int(i) + 1, Data: data[:n], ExpiresAt: u.ExpiresAt}
			if unstored := u.Blobs.Put(ctx, blob); unstored != nil {
				err = fmt.Errorf("keep the file: %w", unstored)
				break
			}
			size += int64(n)
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return size, nil
	}
	return 0, errors.Join(err, u.Drop(context.WithoutCancel(ctx), size))
}

// Drop removes a file of so many bytes.
func (u Upload) Drop(ctx context.Context, size int64) error {
	var ids []ID
	for i := int64(0); i*trailBytes < size; i++ {
		ids = append(ids, u.part(i))
	}
	if len(ids) == 0 {
		return nil
	}
	return deleteAll(asVigie(ctx), u.Blobs, ids)
}

// Open gives the file of so many bytes, which can be read from anywhere and holds one part.
func (u Upload) Open(ctx context.Context, size int64) io.ReadSeeker {
	return &openUpload{ctx: asVigie(ctx), of: u, size: size, held: -1}
}

// openUpload reads a file in blobs.
type openUpload struct {
	ctx  context.Context //nolint:containedctx // an io.Reader is called without one
	of   Upload
	size int64
	at   int64
	held int64 // the part that data is, -1 before the first
	data []byte
}

// Read is that of io.Reader.
func (o *openUpload) Read(p []byte) (int, error) {
	if o.at >= o.size {
		return 0, io.EOF
	}
	part := o.at / trailBytes
	if part != o.held {
		blob, err := o.of.Blobs.Get(o.ctx, o.of.part(part))
		if err != nil {
			return 0, fmt.Errorf("read the file that was sent: %w", err)
		}
		o.held, o.data = part, blob.Data
	}
	from := o.at - part*trailBytes
	if from >= int64(len(o.data)) {
		return 0, fmt.Errorf("read the file that was sent: part %d %w", part+1, errCutText)
	}
	n := copy(p, o.data[from:])
	o.at += int64(n)
	return n, nil
}

// Seek is that of io.Seeker.
func (o *openUpload) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.at
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 {
		return 0, errors.New("read the file that was sent: before its beginning")
	}
	o.at = offset
	return offset, nil
}
