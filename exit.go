package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"vigie/geo"
	"vigie/inventory"
)

// The exit codes, as `vigie --help` tells them.
const (
	exitDone        = 0
	exitInternal    = 1
	exitUsage       = 2
	exitRefused     = 3
	exitRejected    = 4
	exitNotFound    = 5
	exitInterrupted = 130
)

const exitCodesHelp = `Exit codes:
  0    done
  1    something unexpected failed
  2    wrong usage or configuration
  3    input refused: a file, a coordinate system, an invalid request
  4    done, but some rows were rejected
  5    not found: a record, a store or a file
  130  interrupted`

// failure is an error that knows its exit code and its details, each told on a line of its own.
type failure struct {
	code    int
	cause   error
	details []string
}

func (f *failure) Error() string { return f.cause.Error() }
func (f *failure) Unwrap() error { return f.cause }

func usage(format string, args ...any) error {
	return &failure{code: exitUsage, cause: fmt.Errorf(format, args...)}
}

func refused(format string, args ...any) error {
	return &failure{code: exitRefused, cause: fmt.Errorf(format, args...)}
}

// misconfigured tells every fault of a configuration at once; nil when there is none.
func misconfigured(command string, faults []string) error {
	switch len(faults) {
	case 0:
		return nil
	case 1:
		return usage("%s (see %s --help)", faults[0], command)
	}
	return &failure{
		code:    exitUsage,
		cause:   fmt.Errorf("%d settings are wrong (see %s --help)", len(faults), command),
		details: faults,
	}
}

// diagnose finds the exit code of an error, its message in one line and its details.
func diagnose(err error) (code int, line string, details []string) {
	var (
		known     *failure
		invalid   *inventory.InvalidError
		violation *geo.Violation
		binding   *geo.BindingError
		file      *inventory.FileError
		archive   *inventory.ArchiveError
	)
	switch {
	case errors.As(err, &known):
		return known.code, err.Error(), known.details
	case errors.Is(err, context.Canceled):
		return exitInterrupted, "interrupted", nil
	case errors.As(err, &archive), errors.Is(err, inventory.ErrLaterArchive): // before the invalid records that it may hold
		return exitRefused, err.Error(), nil
	case errors.As(err, &invalid):
		for _, fault := range invalid.Faults {
			details = append(details, fault.Field+": "+fault.Reason)
		}
		return exitRefused, nameInvalid(invalid), details
	case errors.As(err, &binding):
		return exitRefused, "no plan: " + binding.Error(), []string{bindingFR(binding.Constraint)}
	case errors.As(err, &file), errors.As(err, &violation), errors.Is(err, geo.ErrTooLarge):
		return exitRefused, err.Error(), nil
	case errors.Is(err, inventory.ErrSealed), errors.Is(err, inventory.ErrTampered):
		return exitRefused, err.Error(), nil
	case errors.Is(err, inventory.ErrNotFound), isAbsent(err):
		return exitNotFound, err.Error(), nil
	}
	return exitInternal, err.Error(), nil
}

// bindingFR says in French which constraint of a plan cannot be kept.
func bindingFR(constraint geo.Binding) string {
	switch constraint {
	case geo.ByCandidates:
		return "contrainte : emplacements – il n’y en a pas, ou ils se contredisent ; donnez --set, --facades ou --grid"
	case geo.ByDemands:
		return "contrainte : demande – rien n’est demandé, ou rien n’en est dans le périmètre"
	case geo.ByForbidden:
		return "contrainte : zones sans caméra"
	case geo.BySpacing:
		return "contrainte : espacement des supports (--spacing)"
	case geo.ByObstacles:
		return "contrainte : bâtiments"
	case geo.ByDwellings:
		return "contrainte : habitations (CSI, art. L251-3)"
	case geo.BySight:
		return "contrainte : portée – aucun emplacement ne voit ce qui est demandé"
	case geo.ByShare:
		return "contrainte : part exigée – plus que ce que voient tous les emplacements ensemble"
	case geo.ByExclusion:
		return "contrainte : une caméra par support"
	case geo.ByCount:
		return "contrainte : nombre de caméras (--count)"
	case geo.ByBudget:
		return "contrainte : budget (--budget)"
	}
	return "contrainte : " + string(constraint)
}

func nameInvalid(invalid *inventory.InvalidError) string {
	if invalid.Key == "" {
		return "invalid " + invalid.Kind
	}
	return fmt.Sprintf("invalid %s %q", invalid.Kind, invalid.Key)
}

// tell writes what went wrong, never more than a person needs, and gives the exit code.
func tell(stderr io.Writer, err error) int {
	if err == nil {
		return exitDone
	}
	code, line, details := diagnose(err)
	first, rest, several := strings.Cut(line, "\n") // joined errors stand on a line each
	if several {
		details = append(strings.Split(rest, "\n"), details...)
	}
	fmt.Fprintf(stderr, "vigie: %s\n", first)
	for _, detail := range details {
		fmt.Fprintf(stderr, "  - %s\n", detail)
	}
	return code
}
