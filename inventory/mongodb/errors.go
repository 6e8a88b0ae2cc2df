package mongodb

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"

	"vigie/inventory"
)

// ErrRefused says that the server does not know the user, the password, or lets the user do nothing.
var ErrRefused = errors.New("the MongoDB server refuses the user")

// Codes of errors, see https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml.
const (
	codeUserNotFound       = 11
	codeUnauthorized       = 13
	codeAuthentication     = 18
	codeNamespaceExists    = 48
	codeCommandNotFound    = 59
	codeShutdown           = 91
	codeNotSupported       = 115
	codePrimarySteppedDown = 189
	codeNotImplemented     = 238
	codeTooLarge           = 10334
	codeNotPrimary         = 10107
	codeInterrupted        = 11600
	codeInterruptedRepl    = 11602
	codeNotPrimaryNoSlave  = 13435
	codeOutOfDiskSpace     = 14031
	codeNotPrimaryOrSecond = 13436
)

// classify adds to an error of the driver what it means: the reason of the context,
// [inventory.ErrUnavailable], [inventory.ErrFull] or [inventory.ErrTooLarge].
func classify(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil && !errors.Is(err, ctx.Err()):
		return fmt.Errorf("%w (%w)", ctx.Err(), err)
	case ctx.Err() != nil, errors.Is(err, mongo.ErrClientDisconnected):
		return err
	case hasCode(err, codeUserNotFound, codeUnauthorized, codeAuthentication):
		return fmt.Errorf("%w: %w", ErrRefused, err)
	case notReached(err), mongo.IsNetworkError(err), mongo.IsTimeout(err), hasCode(err,
		codeShutdown, codePrimarySteppedDown, codeNotPrimary, codeInterrupted, codeInterruptedRepl,
		codeNotPrimaryNoSlave, codeNotPrimaryOrSecond):
		return fmt.Errorf("%w: %w", inventory.ErrUnavailable, err)
	case hasCode(err, codeOutOfDiskSpace):
		return fmt.Errorf("%w: %w", inventory.ErrFull, err)
	case hasCode(err, codeTooLarge):
		return fmt.Errorf("%w: %w", inventory.ErrTooLarge, err)
	}
	return err
}

// notReached reports whether err came before a server was asked: none was found, no connection to it could be made, or
// the pool of connections was emptied while the call waited. The driver does not call these errors of the network.
func notReached(err error) bool {
	var selection topology.ServerSelectionError
	var connection topology.ConnectionError
	var pool driver.RetryablePoolError
	return errors.As(err, &selection) || errors.As(err, &connection) || errors.As(err, &pool)
}

func hasCode(err error, codes ...int) bool {
	var server mongo.ServerError
	if !errors.As(err, &server) {
		return false
	}
	for _, code := range codes {
		if server.HasErrorCode(code) {
			return true
		}
	}
	return false
}
